//! Which thread expands which states of a level.
//!
//! A level is a range of what each thread has written. It is claimed in blocks: a thread takes its own first, whose rows it
//! has in its cache, and then helps the others. What belongs to the next level is offered while this one is explored.

use super::arena::{Apart, BLOCK};
use super::visited::Place;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is to be claimed of two levels, one after the other.
pub(super) struct Claims {
    /// By level, modulo two, and by thread.
    offers: [Vec<Apart<Offer>>; 2],
}

/// The rows of a level that a thread has written.
#[derive(Default)]
struct Offer {
    begin: AtomicU64,
    /// The beginning of the first block that nobody has claimed.
    unclaimed: AtomicU64,
    end: AtomicU64,
}

impl Claims {
    pub fn new(threads: usize) -> Self {
        let offers = || (0..threads).map(|_| Apart::default()).collect();
        Claims { offers: [offers(), offers()] }
    }

    /// Says which rows of a level a thread has written. Before all threads have met, nobody claims any.
    pub fn offer(&self, level: usize, thread: usize, rows: Range<Place>) {
        let offer = &self.offers[level % 2][thread].0;
        offer.begin.store(rows.start, Ordering::Relaxed);
        offer.unclaimed.store(rows.start / BLOCK * BLOCK, Ordering::Relaxed);
        offer.end.store(rows.end, Ordering::Relaxed);
    }

    /// Rows of a level that nobody else has claimed or will.
    pub fn claim(&self, level: usize, thread: usize) -> Option<Range<Place>> {
        let offers = &self.offers[level % 2];
        let (before, from) = offers.split_at(thread);
        from.iter().chain(before).find_map(|offer| offer.0.claim())
    }
}

impl Offer {
    fn claim(&self) -> Option<Range<Place>> {
        let end = self.end.load(Ordering::Relaxed);
        if self.unclaimed.load(Ordering::Relaxed) >= end {
            return None;
        }
        let block = self.unclaimed.fetch_add(BLOCK, Ordering::Relaxed);
        (block < end).then(|| block.max(self.begin.load(Ordering::Relaxed))..end.min(block + BLOCK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_claimed_once_and_by_its_writer_first() {
        let claims = Claims::new(2);
        claims.offer(7, 0, 5..2 * BLOCK + 1);
        claims.offer(7, 1, 3 * BLOCK..3 * BLOCK + 9);
        claims.offer(8, 1, 4 * BLOCK..4 * BLOCK);
        let claimed: Vec<_> = std::iter::from_fn(|| claims.claim(7, 1)).collect();
        assert_eq!(claimed, [3 * BLOCK..3 * BLOCK + 9, 5..BLOCK, BLOCK..2 * BLOCK, 2 * BLOCK..2 * BLOCK + 1]);
        assert_eq!(claims.claim(8, 0), None);
    }
}
