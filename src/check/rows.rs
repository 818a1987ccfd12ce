//! All states that were found, each a row of small numbers, and an exact table of them.
//!
//! Rows stand in one arena in the order in which they were found, so a level of the search is a range of it. A row's place
//! is its identity; nothing else is kept of it, not even its predecessor: a counterexample is found by walking the levels
//! backward, which is seldom, while memory is needed always.
//!
//! # Where the time goes
//!
//! A look-up in a table that is larger than the cache waits for memory twice: for the slot, and for the row that the slot
//! leads to. A tag in the slot saves most of the second; and rows are inserted in batches, whose slots are all touched
//! before any is decided upon, so that the waits overlap.

use super::growth::Growth;
use super::hash;

/// What rows consist of. Numbers below 2^16 - 1 are a word each: of the cells of a system there are seldom more.
pub(super) type Word = u16;

const CHUNK_BITS: u32 = 21;
/// Words in a chunk of the arena.
const CHUNK: usize = 1 << CHUNK_BITS;
/// Bits of a table slot that hold a place; the rest are a tag that saves most comparisons.
const PLACE_BITS: u32 = 40;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;
/// How many rows are inserted together.
const BATCH: usize = 32;

/// Tables of fewer slots (8 MiB) are small.
const SMALL: usize = 1 << 20;

/// Allocators give memory of so many bytes back to the system when it is freed; of less, they may keep it.
const GIVEN_BACK: usize = 32 << 20;

/// Where a row stands.
pub(super) type Place = u64;

/// Rows on their way into a table, with their hashes.
#[derive(Default)]
pub(super) struct Mail {
    hashes: Vec<u64>,
    ends: Vec<u32>,
    words: Vec<Word>,
}

impl Mail {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    pub fn push(&mut self, hash: u64, row: &[Word]) {
        self.hashes.push(hash);
        self.words.extend_from_slice(row);
        self.ends.push(self.words.len() as u32);
    }

    pub fn clear(&mut self) {
        self.hashes.clear();
        self.ends.clear();
        self.words.clear();
    }

    fn row(&self, index: usize) -> &[Word] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.words[start as usize..self.ends[index] as usize]
    }
}

/// Rows, without repetition.
pub(super) struct Rows {
    chunks: Vec<Vec<Word>>,
    /// Open addressing: tag and place + 1, or zero. The number of slots is a power of two.
    slots: Vec<u64>,
    count: usize,
    /// Of the hash.
    seed: u64,
}

impl Rows {
    /// No rows so far. `seed` decides where in the table they will stand, and nothing else.
    pub fn new(seed: u64) -> Self {
        Rows { chunks: Vec::new(), slots: vec![0; 1 << 10], count: 0, seed }
    }

    /// The hash by which a row is found.
    pub fn hash(&self, words: &[Word]) -> u64 {
        hash::of_words(self.seed, words)
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
    pub fn row(&self, place: Place) -> &[Word] {
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
    pub fn find(&self, hash: u64, words: &[Word]) -> Option<Place> {
        self.look_up(hash, words).ok()
    }

    /// Where an equal row stands, or else the slot where it would be entered.
    fn look_up(&self, hash: u64, words: &[Word]) -> Result<Place, usize> {
        let mask = self.slots.len() - 1;
        let tag = hash & !PLACE_MASK;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return Err(slot),
                entry if entry & !PLACE_MASK == tag => {
                    let place = (entry & PLACE_MASK) - 1;
                    if self.row(place) == words {
                        return Ok(place);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Adds the rows that are new.
    ///
    /// # Panics
    ///
    /// When a row has more than 2^16 - 1 words, or the arena is larger than 2 TiB.
    pub fn insert_all(&mut self, mail: &Mail) {
        for start in (0..mail.len()).step_by(BATCH) {
            let batch = start..mail.len().min(start + BATCH);
            while self.is_full(batch.len()) {
                self.grow();
            }
            self.touch(&mail.hashes[batch.clone()]);
            for index in batch {
                self.insert(mail.hashes[index], mail.row(index));
            }
        }
    }

    /// Has the memory that a batch will need on its way into the cache, all of it at once.
    fn touch(&self, hashes: &[u64]) {
        let mask = self.slots.len() - 1;
        let mut entries = [0; BATCH];
        for (entry, hash) in entries.iter_mut().zip(hashes) {
            *entry = self.slots[*hash as usize & mask];
        }
        let mut lengths = 0;
        for (entry, hash) in entries.iter().zip(hashes) {
            if (entry ^ hash) & !PLACE_MASK == 0 && *entry != 0 {
                let place = (entry & PLACE_MASK) - 1;
                lengths ^= self.chunks[(place >> CHUNK_BITS) as usize][(place as usize) & (CHUNK - 1)];
            }
        }
        std::hint::black_box(lengths);
    }

    /// Adds a row if it is new; gives its place, and whether it was. For few rows: many are better added together.
    pub fn add(&mut self, words: &[Word]) -> (Place, bool) {
        if self.is_full(1) {
            self.grow();
        }
        self.insert(self.hash(words), words)
    }

    fn insert(&mut self, hash: u64, words: &[Word]) -> (Place, bool) {
        let slot = match self.look_up(hash, words) {
            Ok(place) => return (place, false),
            Err(slot) => slot,
        };
        let place = self.append(words);
        assert!(place < PLACE_MASK, "the arena of states is beyond 2 TiB");
        self.slots[slot] = (hash & !PLACE_MASK) | (place + 1);
        self.count += 1;
        (place, true)
    }

    /// Whether the table has to grow before so many rows are added.
    fn is_full(&self, rows: usize) -> bool {
        (self.count + rows) * 4 >= self.slots.len() * 3
    }

    /// What the next new rows take at once, when the table has to grow for them.
    pub fn growth(&self, rows: usize) -> Option<Growth> {
        let old = self.slots.len() * 8;
        let freed = if old >= GIVEN_BACK { old } else { 0 };
        self.is_full(rows).then(|| Growth { taken: self.larger() * 8, freed })
    }

    /// Bytes of the arena and of the table.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len() * size_of::<Word>()).sum::<usize>() + self.slots.len() * 8
    }

    /// How many slots the next larger table has. A small one grows faster, which spares half of what growing costs.
    fn larger(&self) -> usize {
        self.slots.len() * if self.slots.len() < SMALL { 4 } else { 2 }
    }

    /// Makes the table larger. The old one is freed first: the rows say all that stood in it.
    fn grow(&mut self) {
        let slots = self.larger();
        self.slots = Vec::new();
        self.slots = vec![0; slots];
        let end = self.end();
        let mut place = 0;
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(row) = self.next(place, end) {
            batch.push((self.hash(self.row(row)), row));
            place = self.behind(row);
            if batch.len() == BATCH {
                self.enter_all(&mut batch);
            }
        }
        self.enter_all(&mut batch);
    }

    /// Enters rows that are in no slot yet, and differ. Their slots are touched together, as in [`Rows::touch`].
    fn enter_all(&mut self, batch: &mut Vec<(u64, Place)>) {
        let mask = self.slots.len() - 1;
        let taken = batch.iter().filter(|(hash, _)| self.slots[*hash as usize & mask] != 0).count();
        std::hint::black_box(taken);
        for (hash, place) in batch.drain(..) {
            let mut slot = hash as usize & mask;
            while self.slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = (hash & !PLACE_MASK) | (place + 1);
        }
    }

    fn append(&mut self, words: &[Word]) -> Place {
        let length = Word::try_from(words.len());
        let length =
            length.unwrap_or_else(|_| panic!("a state takes {} words: that is beyond any system", words.len()));
        let fits = |chunk: &Vec<Word>| chunk.len() + 1 + words.len() <= CHUNK;
        if !self.chunks.last().is_some_and(fits) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let place = self.end();
        let chunk = self.chunks.last_mut().expect("a chunk was just made sure of");
        chunk.push(length);
        chunk.extend_from_slice(words);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_again_and_in_order() {
        let mut rows = Rows::new(0);
        // Long enough for several chunks and several growths of the table.
        let row = |number: u32| vec![number as Word; 1 + number as usize % 80];
        let row = |number: u32| [vec![(number >> 16) as Word], row(number)].concat();
        for start in (0..200_000).step_by(1_000) {
            let mut mail = Mail::default();
            for number in start..start + 1_000 {
                mail.push(rows.hash(&row(number)), &row(number));
                mail.push(rows.hash(&row(number)), &row(number));
            }
            rows.insert_all(&mail);
            rows.insert_all(&mail);
        }
        assert_eq!(rows.count(), 200_000);
        let (mut place, mut number) = (0, 0);
        while let Some(found) = rows.next(place, rows.end()) {
            assert_eq!(rows.row(found), row(number));
            assert_eq!(rows.find(rows.hash(&row(number)), &row(number)), Some(found));
            place = rows.behind(found);
            number += 1;
        }
        assert_eq!(number, 200_000);
    }

    #[test]
    fn equal_hashes_do_not_make_rows_equal() {
        let mut rows = Rows::new(0);
        let mut mail = Mail::default();
        for row in [[1, 2], [1, 3], [1, 2]] {
            mail.push(7, &row);
        }
        rows.insert_all(&mail);
        assert_eq!(rows.count(), 2);
        assert_eq!(rows.find(7, &[1, 4]), None);
    }
}
