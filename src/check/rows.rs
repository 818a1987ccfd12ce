//! States as rows of small numbers, four of them to a word of memory.

use super::hash;
use std::ops::{Deref, DerefMut};

/// What rows consist of. Numbers below 2^16 - 1 are a word each: of the cells of a system there are seldom more.
pub(super) type Word = u16;

/// Four words of a row. The first word of a row's first quad says how many words follow; behind the last are zeros.
pub(super) type Quad = u64;

/// How many words stand in a quad.
const WORDS: usize = 4;

/// So many words a row may have.
pub(super) const LONGEST: usize = (1 << 14) - WORDS;

/// How many quads a row has, given its first.
pub(super) fn length(first: Quad) -> usize {
    words(first) / WORDS + 1
}

/// How many words a row has, given its first quad.
pub(super) fn words(first: Quad) -> usize {
    let [words, ..]: [Word; WORDS] = bytemuck::cast(first);
    words.into()
}

/// A row that is being written or read: its words, and as they stand in memory, its quads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    /// Never empty.
    quads: Vec<Quad>,
}

impl Default for Row {
    fn default() -> Self {
        Row { quads: vec![0] }
    }
}

impl Deref for Row {
    type Target = [Word];

    #[inline]
    fn deref(&self) -> &[Word] {
        let all: &[Word] = bytemuck::cast_slice(&self.quads);
        &all[1..=usize::from(all[0])]
    }
}

impl DerefMut for Row {
    #[inline]
    fn deref_mut(&mut self) -> &mut [Word] {
        let (words, rest) = self.all().split_first_mut().expect("a row has its length");
        &mut rest[..usize::from(*words)]
    }
}

impl Row {
    pub fn quads(&self) -> &[Quad] {
        &self.quads
    }

    /// Its length, its words, and zeros.
    fn all(&mut self) -> &mut [Word] {
        bytemuck::cast_slice_mut(&mut self.quads)
    }

    /// Makes it the row that has these quads.
    #[inline]
    pub fn read(&mut self, quads: impl Iterator<Item = Quad>) {
        self.quads.clear();
        self.quads.extend(quads);
    }

    /// Makes it the same as another.
    #[inline]
    pub fn copy(&mut self, other: &Row) {
        self.quads.clone_from(&other.quads);
    }

    pub fn clear(&mut self) {
        self.quads.clear();
        self.quads.push(0);
    }

    /// Makes it so long; what is new is zero.
    ///
    /// # Panics
    ///
    /// When it becomes too long.
    pub fn lengthen(&mut self, words: usize) {
        assert!(words <= LONGEST, "a state takes {words} words: that is beyond any system");
        debug_assert!(self.len() <= words);
        self.quads.resize(words / WORDS + 1, 0);
        self.all()[0] = words as Word;
    }

    #[inline]
    pub fn push(&mut self, word: Word) {
        let place = self.len();
        self.lengthen(place + 1);
        self[place] = word;
    }

    /// Adds words at the end.
    pub fn extend(&mut self, words: impl ExactSizeIterator<Item = Word>) {
        let place = self.len();
        self.lengthen(place + words.len());
        for (to, word) in self[place..].iter_mut().zip(words) {
            *to = word;
        }
    }

    #[inline]
    pub fn insert(&mut self, place: usize, word: Word) {
        let words = self.len();
        self.lengthen(words + 1);
        self.copy_within(place..words, place + 1);
        self[place] = word;
    }

    #[inline]
    pub fn remove(&mut self, place: usize) {
        let words = self.len();
        self.copy_within(place + 1..words, place);
        // Behind the last are zeros.
        self[words - 1] = 0;
        self.all()[0] -= 1;
        self.quads.truncate((words - 1) / WORDS + 1);
    }
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
    pub fn push(&mut self, seed: u64, row: &Row) {
        self.quads.extend_from_slice(row.quads());
        self.hashes.push(hash::of_row(seed, row));
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
impl From<Vec<Word>> for Row {
    fn from(words: Vec<Word>) -> Self {
        let mut row = Row::default();
        row.extend(words.into_iter());
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn rows_come_out_of_quads_as_they_went_in() {
        let mut back = Row::from(vec![7]);
        for length in 0..20 {
            let words: Vec<Word> = (0..length).map(|word| Word::MAX - word).collect();
            let row = Row::from(words.clone());
            assert_eq!(row.quads().len(), super::length(row.quads()[0]));
            back.read(row.quads().iter().copied());
            assert!(back == row && *back == *words);
        }
    }

    #[test]
    fn rows_change_as_vectors_do_and_are_equal_when_their_words_are() {
        let mut random = Random::new(3);
        let (mut changed, mut words) = (Row::default(), Vec::new());
        for _ in 0..10_000 {
            let word = random.below(9) as Word;
            match random.below(5) {
                0 if !words.is_empty() => {
                    let place = random.below(words.len());
                    changed.remove(place);
                    words.remove(place);
                }
                1 => {
                    let place = random.below(words.len() + 1);
                    changed.insert(place, word);
                    words.insert(place, word);
                }
                2 if words.len() > 30 => {
                    changed.clear();
                    words.clear();
                }
                3 => {
                    changed.lengthen(words.len() + 2);
                    words.extend([0, 0]);
                }
                _ => {
                    changed.push(word);
                    words.push(word);
                }
            }
            assert_eq!(changed, Row::from(words.clone()));
        }
    }
}
