//! All states that were found, and an exact table of them, shared by all threads.
//!
//! Each thread writes the rows that it finds into an arena of its own, in the order in which it found them, so a level of the
//! search is a range of each arena. A row's place is its identity; nothing else is kept of it, not even its predecessor: a
//! counterexample is found by walking the levels backward, which is seldom, while memory is needed always.
//!
//! A row is written before it is entered in the table, by one exchange of a slot that was empty; so whoever finds it there can
//! read it. Who comes second takes its own row back. Nobody ever waits for a lock. The table grows while no thread is at work.
//!
//! # Where the time goes
//!
//! A look-up in a table that is larger than the cache waits for memory twice: for the slot, and for the row that the slot
//! leads to. A tag in the slot saves most of the second; and rows are inserted in batches, whose slots are all touched
//! before any is decided upon, so that the waits overlap. (Where each thread had a table of its own, and rows were sent to the
//! thread that owned them, four of five that were sent led to states that were known: two threads took half as much processor
//! time again as one.)

use super::arena::{Apart, Arena, OFFSET_BITS};
use super::hash;
use super::rows::{Mail, Quad, Word, quads, unpack};
use bytemuck::allocation::zeroed_slice_box;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// So many threads may explore.
pub(super) const THREADS_MAX: usize = 1 << (PLACE_BITS - OFFSET_BITS);
/// Bits of a slot that hold a place; the rest are a tag that saves most comparisons.
const PLACE_BITS: u32 = 42;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;
/// How many rows are inserted together.
const BATCH: usize = 32;
/// So many rows a thread may insert before it asks again whether there is room.
pub(super) const PIECE: usize = 1 << 8;

/// Tables of fewer slots (8 MiB) are small.
const SMALL: usize = 1 << 20;

/// Allocators give memory of so many bytes back to the system when it is freed; of less, they may keep it.
const GIVEN_BACK: usize = 32 << 20;

/// Where a row stands: the number of a thread, and a place in its arena.
pub(super) type Place = u64;

/// Rows, without repetition.
pub(super) struct Visited {
    arenas: Vec<Arena>,
    table: Table,
    count: Apart<AtomicUsize>,
    /// Of the hash.
    seed: u64,
    /// A single row on its way.
    single: Mail,
}

/// Open addressing: tag and place + 1, or zero. The number of slots is a power of two.
struct Table(Box<[AtomicU64]>);

impl Visited {
    /// No rows so far. `seed` decides where in the table they will stand, and nothing else.
    pub fn new(threads: usize, seed: u64) -> Self {
        let slots = (threads * PIECE * 4).next_power_of_two();
        Visited {
            arenas: (0..threads).map(|_| Arena::new()).collect(),
            table: Table::new(slots),
            count: Apart::default(),
            seed,
            single: Mail::default(),
        }
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    pub fn threads(&self) -> usize {
        self.arenas.len()
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.count.0.load(Ordering::Relaxed)
    }

    /// How many rows there are, at most, in what a thread has written.
    pub fn quads(&self, thread: usize) -> usize {
        self.arenas[thread].end() as usize
    }

    /// Bytes of the rows and of the table.
    pub fn bytes(&self) -> usize {
        let quads: usize = (0..self.threads()).map(|thread| self.quads(thread)).sum();
        (quads + self.table.0.len()) * size_of::<Quad>()
    }

    /// The place where a thread's first row stands.
    pub fn begin(&self, thread: usize) -> Place {
        place(thread, 0)
    }

    /// The place at which the next row of a thread will stand, or one before it.
    pub fn end(&self, thread: usize) -> Place {
        place(thread, self.arenas[thread].end())
    }

    /// The first place at or after `from`, and before `to`, at which a row stands. Both are of one thread.
    pub fn next(&self, from: Place, to: Place) -> Option<Place> {
        let (thread, from) = parts(from);
        Some(place(thread, self.arenas[thread].next(from, parts(to).1)?))
    }

    /// The place behind the row at `place`.
    pub fn behind(&self, at: Place) -> Place {
        let (thread, offset) = parts(at);
        place(thread, self.arenas[thread].behind(offset))
    }

    /// The places of the rows from one place to another of the same thread.
    pub fn places(&self, range: Range<Place>) -> impl Iterator<Item = Place> {
        let next = move |from: Place| self.next(from, range.end);
        std::iter::successors(next(range.start), move |place| next(self.behind(*place)))
    }

    /// Copies the row at a place.
    pub fn read(&self, at: Place, row: &mut Vec<Word>) {
        let (thread, offset) = parts(at);
        unpack(self.arenas[thread].row(offset), row);
    }

    /// Where an equal row stands, if there is one.
    pub fn find(&self, row: &[Word]) -> Option<Place> {
        self.find_by(hash::of_words(self.seed, row), row)
    }

    /// The same, for a row with this hash.
    pub fn find_by(&self, hash: u64, row: &[Word]) -> Option<Place> {
        self.look_up(hash, hash as usize & self.table.mask(), || quads(row)).ok()
    }

    /// From this slot on, where an equal row stands, or else the slot where it would be entered.
    fn look_up<I: Iterator<Item = Quad>>(
        &self,
        hash: u64,
        mut slot: usize,
        row: impl Fn() -> I,
    ) -> Result<Place, usize> {
        let tag = hash & !PLACE_MASK;
        loop {
            match self.table.0[slot].load(Ordering::Acquire) {
                0 => return Err(slot),
                entry if entry & !PLACE_MASK == tag => {
                    let place = (entry & PLACE_MASK) - 1;
                    let (thread, offset) = parts(place);
                    if self.arenas[thread].is_at(offset, row()) {
                        return Ok(place);
                    }
                }
                _ => {}
            }
            slot = (slot + 1) & self.table.mask();
        }
    }

    /// Whether every thread may insert a piece before anyone asks again. When not, the table has to grow.
    pub fn has_room(&self) -> bool {
        (self.count() + self.threads() * PIECE) * 4 < self.table.0.len() * 3
    }

    /// Adds those of these rows that are new, for a thread that has asked whether there is room. No other may add rows for the
    /// same thread.
    ///
    /// # Panics
    ///
    /// When the rows of one thread take more than 128 GiB.
    pub fn insert_piece(&self, thread: usize, mail: &Mail, rows: Range<usize>) {
        debug_assert!(rows.len() <= PIECE);
        let mut new = 0;
        for start in rows.clone().step_by(BATCH) {
            let batch = start..rows.end.min(start + BATCH);
            self.touch(&mail.hashes()[batch.clone()]);
            for index in batch {
                new += usize::from(self.insert(thread, mail.hashes()[index], mail.row(index)).1);
            }
        }
        self.count.0.fetch_add(new, Ordering::Relaxed);
    }

    /// Has the memory that a batch will need on its way into the cache, all of it at once.
    fn touch(&self, hashes: &[u64]) {
        let mask = self.table.mask();
        let mut entries = [0; BATCH];
        for (entry, hash) in entries.iter_mut().zip(hashes) {
            *entry = self.table.0[*hash as usize & mask].load(Ordering::Acquire);
        }
        let mut seen = 0;
        for (entry, hash) in entries.iter().zip(hashes) {
            if (entry ^ hash) & !PLACE_MASK == 0 && *entry != 0 {
                let (thread, offset) = parts((entry & PLACE_MASK) - 1);
                seen ^= self.arenas[thread].touch(offset);
            }
        }
        std::hint::black_box(seen);
    }

    /// Adds a row if it is new; gives its place, and whether it was.
    fn insert(&self, thread: usize, hash: u64, row: &[Quad]) -> (Place, bool) {
        let mut slot = hash as usize & self.table.mask();
        let mut written = None;
        loop {
            match self.look_up(hash, slot, || row.iter().copied()) {
                Ok(place) => {
                    if let Some(offset) = written {
                        self.arenas[thread].take_back(offset);
                    }
                    return (place, false);
                }
                Err(empty) => slot = empty,
            }
            let offset = *written.get_or_insert_with(|| self.arenas[thread].append(row));
            let place = place(thread, offset);
            let entry = (hash & !PLACE_MASK) | (place + 1);
            // Who finds the entry must find the row. When another was quicker, it may have entered the same.
            if self.table.0[slot].compare_exchange(0, entry, Ordering::Release, Ordering::Relaxed).is_ok() {
                return (place, true);
            }
        }
    }

    /// Adds a row if it is new; gives its place, and whether it was. For few rows, and one thread.
    pub fn add(&mut self, row: &[Word]) -> (Place, bool) {
        if !self.has_room() {
            self.grow();
        }
        self.single.clear();
        self.single.push(self.seed, row);
        let (place, is_new) = self.insert(0, self.single.hashes()[0], self.single.row(0));
        *self.count.0.get_mut() += usize::from(is_new);
        (place, is_new)
    }

    /// How many bytes more are in use when the table has grown. An allocator may keep what is freed of a small one.
    pub fn growth(&self) -> usize {
        let old = self.table.0.len() * size_of::<Quad>();
        self.larger() * size_of::<Quad>() - if old >= GIVEN_BACK { old } else { 0 }
    }

    /// How many slots the next larger table has. A small one grows faster, which spares half of what growing costs.
    fn larger(&self) -> usize {
        self.table.0.len() * if self.table.0.len() < SMALL { 4 } else { 2 }
    }

    /// Makes the table larger. The old one is freed first: the rows say all that stood in it. Each thread's rows are entered by
    /// a thread.
    pub fn grow(&mut self) {
        let slots = self.larger();
        self.table = Table(Box::default());
        self.table = Table::new(slots);
        let visited = &*self;
        std::thread::scope(|scope| {
            for thread in 1..visited.threads() {
                scope.spawn(move || visited.enter_rows_of(thread));
            }
            visited.enter_rows_of(0);
        });
    }

    /// Enters rows that are in no slot yet, and differ.
    fn enter_rows_of(&self, thread: usize) {
        let mut batch = Vec::with_capacity(BATCH);
        for place in self.places(self.begin(thread)..self.end(thread)) {
            batch.push((hash::of_quads(self.seed, self.arenas[thread].row(parts(place).1)), place));
            if batch.len() == BATCH {
                self.table.enter_all(&mut batch);
            }
        }
        self.table.enter_all(&mut batch);
    }
}

impl Table {
    fn new(slots: usize) -> Self {
        Table(zeroed_slice_box(slots))
    }

    fn mask(&self) -> usize {
        self.0.len() - 1
    }

    /// Enters rows that differ. Their slots are touched together, as in [`Visited::touch`].
    fn enter_all(&self, batch: &mut Vec<(u64, Place)>) {
        let mask = self.mask();
        let taken = batch.iter().filter(|(hash, _)| self.0[*hash as usize & mask].load(Ordering::Relaxed) != 0).count();
        std::hint::black_box(taken);
        for (hash, place) in batch.drain(..) {
            let entry = (hash & !PLACE_MASK) | (place + 1);
            let mut slot = hash as usize & mask;
            while self.0[slot].compare_exchange(0, entry, Ordering::Relaxed, Ordering::Relaxed).is_err() {
                slot = (slot + 1) & mask;
            }
        }
    }
}

fn place(thread: usize, offset: u64) -> Place {
    (thread as u64) << OFFSET_BITS | offset
}

/// The thread of a place, and the place in its arena.
pub(super) fn parts(place: Place) -> (usize, u64) {
    ((place >> OFFSET_BITS) as usize, place & ((1 << OFFSET_BITS) - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long enough for several chunks and several growths of the table.
    fn row(number: u32) -> Vec<Word> {
        let mut row = vec![number as Word; 2 + number as usize % 80];
        row[0] = (number >> 16) as Word;
        row
    }

    #[test]
    fn rows_are_found_again_and_in_order() {
        let mut visited = Visited::new(1, 0);
        for number in (0..100_000).flat_map(|number| [number, number / 2]) {
            visited.add(&row(number));
        }
        assert_eq!(visited.count(), 100_000);
        let mut read = Vec::new();
        let places: Vec<Place> = visited.places(visited.begin(0)..visited.end(0)).collect();
        assert_eq!(places.len(), 100_000);
        for (number, place) in (0..).zip(places) {
            visited.read(place, &mut read);
            assert_eq!(read, row(number));
            assert_eq!(visited.find(&read), Some(place));
        }
        assert_eq!(visited.find(&row(100_000)), None);
    }

    #[test]
    fn equal_hashes_do_not_make_rows_equal() {
        let visited = Visited::new(1, 0);
        let rows = [[1, 2], [1, 3], [1, 2]].map(|row| quads(&row).collect::<Vec<_>>());
        let new = rows.each_ref().map(|row| visited.insert(0, 7, row).1);
        assert_eq!(new, [true, true, false]);
        assert_eq!(visited.find_by(7, &[1, 4]), None);
        assert!(visited.find_by(7, &[1, 3]).is_some());
    }

    #[test]
    fn what_several_threads_find_at_the_same_time_is_kept_once() {
        const THREADS: usize = 4;
        let mut visited = Visited::new(THREADS, 5);
        let all = 60_000;
        let mut done = 0;
        while done < all {
            // All find the same rows, in different orders, and stop where the table is full.
            let piece = done..all.min(done + PIECE as u32 / 2);
            let found = |thread: usize| {
                let mut mail = Mail::default();
                let turned = piece.clone().cycle().skip(thread * 31).take(piece.len());
                turned.for_each(|number| mail.push(5, &row(number)));
                mail
            };
            while !visited.has_room() {
                visited.grow();
            }
            let shared = &visited;
            std::thread::scope(|scope| {
                for thread in 0..THREADS {
                    let mail = found(thread);
                    scope.spawn(move || shared.insert_piece(thread, &mail, 0..mail.len()));
                }
            });
            done = piece.end;
        }
        assert_eq!(visited.count(), all as usize);
        let mut rows = Vec::new();
        for thread in 0..THREADS {
            for place in visited.places(visited.begin(thread)..visited.end(thread)) {
                let mut read = Vec::new();
                visited.read(place, &mut read);
                rows.push(read);
            }
        }
        rows.sort();
        let mut expected: Vec<_> = (0..all).map(row).collect();
        expected.sort();
        assert!(rows == expected);
    }
}
