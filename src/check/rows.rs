//! All states that were found, each a row of small numbers, and an exact table of them.
//!
//! Rows stand in one arena in the order in which they were found, so a level of the search is a range of it. A row's place
//! is its identity; nothing else is kept of it, not even its predecessor: a counterexample is found by walking the levels
//! backward, which is seldom, while memory is needed always.

use super::hash;

const CHUNK_BITS: u32 = 20;
/// Words in a chunk of the arena; also the limit of a row's length.
const CHUNK: usize = 1 << CHUNK_BITS;
/// Bits of a table slot that hold a place; the rest are a tag that saves most comparisons.
const PLACE_BITS: u32 = 40;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;

/// Where a row stands.
pub(super) type Place = u64;

/// Rows, without repetition.
pub(super) struct Rows {
    chunks: Vec<Vec<u32>>,
    /// Open addressing: tag and place + 1, or zero. The number of slots is a power of two.
    slots: Vec<u64>,
    count: usize,
}

impl Rows {
    pub fn new() -> Self {
        Rows { chunks: Vec::new(), slots: vec![0; 1 << 10], count: 0 }
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The place at which the next row will stand, or one after which it will.
    pub fn end(&self) -> Place {
        match self.chunks.last() {
            Some(chunk) => ((self.chunks.len() as u64 - 1) << CHUNK_BITS) + chunk.len() as u64,
            None => 0,
        }
    }

    /// The row at a place.
    pub fn row(&self, place: Place) -> &[u32] {
        let chunk = &self.chunks[(place >> CHUNK_BITS) as usize];
        let start = (place as usize) & (CHUNK - 1);
        let length = chunk[start] as usize;
        &chunk[start + 1..start + 1 + length]
    }

    /// The first place at or after `place`, and before `end`, at which a row stands.
    pub fn next(&self, place: Place, end: Place) -> Option<Place> {
        if place >= end {
            return None;
        }
        let chunk = &self.chunks[(place >> CHUNK_BITS) as usize];
        if ((place as usize) & (CHUNK - 1)) < chunk.len() {
            return Some(place);
        }
        let next_chunk = ((place >> CHUNK_BITS) + 1) << CHUNK_BITS;
        (next_chunk < end).then_some(next_chunk)
    }

    /// The place behind the row at `place`.
    pub fn behind(&self, place: Place) -> Place {
        place + 1 + self.row(place).len() as u64
    }

    /// Where an equal row stands, if there is one.
    pub fn find(&self, hash: u64, words: &[u32]) -> Option<Place> {
        let mask = self.slots.len() - 1;
        let tag = hash & !PLACE_MASK;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return None,
                entry if entry & !PLACE_MASK == tag => {
                    let place = (entry & PLACE_MASK) - 1;
                    if self.row(place) == words {
                        return Some(place);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds a row; tells whether it is new.
    ///
    /// # Panics
    ///
    /// When a row is longer than a chunk, or the arena larger than 4 TiB.
    pub fn insert(&mut self, hash: u64, words: &[u32]) -> bool {
        if self.find(hash, words).is_some() {
            return false;
        }
        if self.is_full() {
            self.grow();
        }
        let place = self.append(words);
        assert!(place < PLACE_MASK, "the arena of states is beyond 4 TiB");
        self.enter(hash, place);
        self.count += 1;
        true
    }

    /// Whether the next new row makes the table grow.
    fn is_full(&self) -> bool {
        self.count * 4 >= self.slots.len() * 3
    }

    /// Bytes that the next new rows may take at once, when the table has to grow for them.
    pub fn growth(&self, rows: usize) -> usize {
        if (self.count + rows) * 4 >= self.slots.len() * 3 { self.slots.len() * 8 } else { 0 }
    }

    /// Bytes of the arena and of the table.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len() * 4).sum::<usize>() + self.slots.len() * 8
    }

    /// Doubles the table. The old one is freed first: the rows say all that stood in it.
    fn grow(&mut self) {
        let slots = self.slots.len() * 2;
        self.slots = Vec::new();
        self.slots = vec![0; slots];
        let end = self.end();
        let mut place = 0;
        while let Some(row) = self.next(place, end) {
            self.enter(hash::of_words(self.row(row)), row);
            place = self.behind(row);
        }
    }

    fn enter(&mut self, hash: u64, place: Place) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = (hash & !PLACE_MASK) | (place + 1);
    }

    fn append(&mut self, words: &[u32]) -> Place {
        assert!(words.len() < CHUNK, "a state takes {} words: that is beyond any system", words.len());
        let fits = |chunk: &Vec<u32>| chunk.len() + 1 + words.len() <= CHUNK;
        if !self.chunks.last().is_some_and(fits) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let place = self.end();
        let chunk = self.chunks.last_mut().expect("a chunk was just made sure of");
        chunk.push(words.len() as u32);
        chunk.extend_from_slice(words);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_and_in_order() {
        let mut rows = Rows::new();
        // Long enough for several chunks and several growths of the table.
        let row = |number: u32| vec![number; 1 + number as usize % 40];
        for number in 0..200_000 {
            assert!(rows.insert(hash::of_words(&row(number)), &row(number)));
            assert!(!rows.insert(hash::of_words(&row(number)), &row(number)));
        }
        assert_eq!(rows.count(), 200_000);
        let (mut place, mut number) = (0, 0);
        while let Some(found) = rows.next(place, rows.end()) {
            assert_eq!(rows.row(found), row(number));
            assert_eq!(rows.find(hash::of_words(&row(number)), &row(number)), Some(found));
            place = rows.behind(found);
            number += 1;
        }
        assert_eq!(number, 200_000);
    }

    #[test]
    fn equal_hashes_do_not_make_rows_equal() {
        let mut rows = Rows::new();
        assert!(rows.insert(7, &[1, 2]));
        assert!(rows.insert(7, &[1, 3]));
        assert!(!rows.insert(7, &[1, 2]));
        assert_eq!(rows.find(7, &[1, 4]), None);
    }
}
