//! Rows behind one another: written by one thread, read by all.
//!
//! Rows do not reach across the boundaries of blocks, so that a block can be read without those before it: that is how
//! threads share the work of a level. Memory is taken in chunks, each as large as all before it, and used when it is written.

use super::rows::{Quad, length};
use bytemuck::allocation::zeroed_slice_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

const BLOCK_BITS: u32 = 12;
/// Quads in a block: no row is longer.
pub(super) const BLOCK: u64 = 1 << BLOCK_BITS;
/// Quads in the first chunk, which is as large as the second.
const FIRST_BITS: u32 = BLOCK_BITS + 3;
/// Quads in the largest chunks.
const LARGEST_BITS: u32 = 27;
/// How many chunks there are.
const CHUNKS: usize = (LARGEST_BITS - FIRST_BITS) as usize + (1 << (OFFSET_BITS - LARGEST_BITS));

/// Bits of the place of a row within an arena.
pub(super) const OFFSET_BITS: u32 = 34;

/// The rows that one thread has written.
pub(super) struct Arena {
    chunks: Box<[OnceLock<Box<[AtomicU64]>>]>,
    end: Apart<AtomicU64>,
}

/// What one thread writes often, apart from what others read: in cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Apart<T>(pub T);

impl Arena {
    /// No rows so far.
    pub fn new() -> Self {
        Arena { chunks: (0..CHUNKS).map(|_| OnceLock::new()).collect(), end: Apart::default() }
    }

    /// The place at which the next row will stand, or one before it.
    pub fn end(&self) -> u64 {
        self.end.0.load(Ordering::Relaxed)
    }

    /// Writes a row behind the others; gives its place. By one thread only.
    ///
    /// # Panics
    ///
    /// When the rows of one thread take more than 128 GiB.
    pub fn append(&self, row: &[Quad]) -> u64 {
        let mut place = self.end();
        let left = BLOCK - place % BLOCK;
        if (left as usize) < row.len() {
            // A row that was taken back may have left something there.
            self.chunk(place)[0].store(0, Ordering::Relaxed);
            place += left;
        }
        assert!(place >> OFFSET_BITS == 0, "the states that one thread has found take more than 128 GiB");
        for (written, quad) in self.chunk_to_write(place).iter().zip(row) {
            written.store(*quad, Ordering::Relaxed);
        }
        self.end.0.store(place + row.len() as u64, Ordering::Relaxed);
        place
    }

    /// Takes back the row that was written last, and at which nobody has looked.
    pub fn take_back(&self, place: u64) {
        self.end.0.store(place, Ordering::Relaxed);
    }

    /// The quads of the row at a place.
    #[inline]
    pub fn row(&self, place: u64) -> impl Iterator<Item = Quad> {
        let chunk = self.chunk(place);
        chunk[..length(first(chunk))].iter().map(|quad| quad.load(Ordering::Relaxed))
    }

    /// Whether this row stands at a place.
    #[inline]
    pub fn is_at(&self, place: u64, mut row: impl Iterator<Item = Quad>) -> bool {
        let chunk = self.chunk(place);
        let mut there = chunk[..length(first(chunk))].iter();
        // The first quad says how long a row is.
        there.all(|quad| row.next() == Some(quad.load(Ordering::Relaxed)))
    }

    /// Looks at a row, so that it is in the cache when it is needed.
    #[inline]
    pub fn touch(&self, place: u64) -> Quad {
        first(self.chunk(place))
    }

    /// The first place at or after `place`, and before `end`, at which a row stands.
    pub fn next(&self, place: u64, end: u64) -> Option<u64> {
        if place >= end || first(self.chunk(place)) != 0 {
            return (place < end).then_some(place);
        }
        let next_block = (place / BLOCK + 1) * BLOCK;
        (next_block < end).then_some(next_block)
    }

    /// The place behind the row at `place`.
    pub fn behind(&self, place: u64) -> u64 {
        place + length(first(self.chunk(place))) as u64
    }

    /// What stands at a place and behind it, in one piece that reaches to the end of the block at least.
    #[inline]
    fn chunk(&self, place: u64) -> &[AtomicU64] {
        let (chunk, start, _) = locate(place);
        let chunk = self.chunks[chunk].get().expect("what is read was written");
        &chunk[(place - start) as usize..]
    }

    #[inline]
    fn chunk_to_write(&self, place: u64) -> &[AtomicU64] {
        let (chunk, start, size) = locate(place);
        let chunk = self.chunks[chunk].get_or_init(|| zeroed_slice_box(size as usize));
        &chunk[(place - start) as usize..]
    }
}

#[inline]
fn first(chunk: &[AtomicU64]) -> Quad {
    chunk[0].load(Ordering::Relaxed)
}

/// The chunk in which a place lies, where that begins, and how many quads it has.
#[inline]
fn locate(place: u64) -> (usize, u64, u64) {
    if place >> LARGEST_BITS == 0 {
        let chunk = u64::BITS - (place >> FIRST_BITS).leading_zeros();
        let size = 1 << (FIRST_BITS + chunk.saturating_sub(1));
        return (chunk as usize, if chunk == 0 { 0 } else { size }, size);
    }
    let size = 1 << LARGEST_BITS;
    ((LARGEST_BITS - FIRST_BITS) as usize + (place >> LARGEST_BITS) as usize, place & !(size - 1), size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rows::quads;

    #[test]
    fn chunks_stand_behind_one_another() {
        let (mut expected, mut before) = (0, 0);
        for chunk in 0..CHUNKS {
            let (found, start, size) = locate(expected);
            assert_eq!((found, start), (chunk, expected));
            assert_eq!(locate(expected + size - 1), (chunk, start, size));
            assert!(size >= before && size % BLOCK == 0);
            (expected, before) = (expected + size, size);
        }
        assert_eq!(expected, 1 << OFFSET_BITS);
    }

    #[test]
    fn rows_are_read_in_order_also_from_the_middle() {
        let arena = Arena::new();
        let row = |number: usize| vec![number as u16; 1 + number % 700];
        let mut places = Vec::new();
        for number in 0..2_000 {
            let refused: Vec<Quad> = quads(&row(number + 1)).collect();
            arena.take_back(arena.append(&refused));
            places.push(arena.append(&quads(&row(number)).collect::<Vec<_>>()));
        }
        let (mut place, mut number) = (0, 0);
        while let Some(found) = arena.next(place, arena.end()) {
            assert_eq!(found, places[number]);
            assert!(arena.is_at(found, quads(&row(number))) && !arena.is_at(found, quads(&row(number + 1))));
            place = arena.behind(found);
            number += 1;
        }
        assert_eq!(number, places.len());
        for block in (0..arena.end()).step_by(BLOCK as usize) {
            let found = arena.next(block, arena.end());
            assert_eq!(found, places.iter().copied().find(|place| *place >= block));
        }
    }
}
