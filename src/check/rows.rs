//! States as rows of small numbers, four of them to a word of memory.

use super::hash;

/// What rows consist of. Numbers below 2^16 - 1 are a word each: of the cells of a system there are seldom more.
pub(super) type Word = u16;

/// Four words of a row. The first word of a row's first quad says how many words follow; behind the last are zeros.
pub(super) type Quad = u64;

/// How many words stand in a quad.
const WORDS: usize = 4;

/// So many words a row may have.
pub(super) const LONGEST: usize = (1 << 14) - WORDS;

/// The quads of a row.
pub(super) fn quads(row: &[Word]) -> impl Iterator<Item = Quad> {
    let (first, rest) = row.split_at(row.len().min(WORDS - 1));
    let (groups, last) = rest.as_chunks::<WORDS>();
    let last = (!last.is_empty()).then(|| quad(last));
    let first = quad(first) << Word::BITS | row.len() as Quad;
    std::iter::once(first).chain(groups.iter().map(whole)).chain(last)
}

fn whole([a, b, c, d]: &[Word; WORDS]) -> Quad {
    Quad::from(*a) | Quad::from(*b) << 16 | Quad::from(*c) << 32 | Quad::from(*d) << 48
}

fn quad(words: &[Word]) -> Quad {
    words.iter().rev().fold(0, |quad, word| quad << Word::BITS | Quad::from(*word))
}

/// How many quads a row has, given its first.
pub(super) fn length(first: Quad) -> usize {
    words(first) / WORDS + 1
}

/// How many words a row has, given its first quad.
pub(super) fn words(first: Quad) -> usize {
    usize::from(first as Word)
}

/// Writes the words of the row that has these quads.
pub(super) fn unpack(quads: impl Iterator<Item = Quad>, row: &mut Vec<Word>) {
    row.clear();
    let mut count = 0;
    for (place, quad) in quads.enumerate() {
        let four = [0, 1, 2, 3].map(|word| (quad >> (word * Word::BITS)) as Word);
        if place == 0 {
            count = words(quad);
            row.extend_from_slice(&four[1..]);
        } else {
            row.extend_from_slice(&four);
        }
    }
    row.truncate(count);
}

/// Rows that have been found, on their way into the set of those that are known, with their hashes.
#[derive(Default)]
pub(super) struct Mail {
    hashes: Vec<u64>,
    ends: Vec<u32>,
    quads: Vec<Quad>,
}

impl Mail {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// Adds a row. Another seed, another hash.
    ///
    /// # Panics
    ///
    /// When it is too long.
    pub fn push(&mut self, seed: u64, row: &[Word]) {
        assert!(row.len() <= LONGEST, "a state takes {} words: that is beyond any system", row.len());
        let begin = self.quads.len();
        self.quads.extend(quads(row));
        self.hashes.push(hash::of_quads(seed, self.quads[begin..].iter().copied()));
        self.ends.push(self.quads.len() as u32);
    }

    pub fn clear(&mut self) {
        self.hashes.clear();
        self.ends.clear();
        self.quads.clear();
    }

    pub fn row(&self, index: usize) -> &[Quad] {
        let begin = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.quads[begin as usize..self.ends[index] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_out_of_quads_as_they_went_in() {
        for length in 0..20 {
            let row: Vec<Word> = (0..length).map(|word| Word::MAX - word).collect();
            let packed: Vec<Quad> = quads(&row).collect();
            assert_eq!(packed.len(), super::length(packed[0]));
            let mut back = vec![7];
            unpack(packed.into_iter(), &mut back);
            assert_eq!(back, row);
        }
    }
}
