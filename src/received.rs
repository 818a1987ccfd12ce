//! Which messages of a sender have been received, in bounded memory.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The sequence numbers that were received from one sender.
///
/// Numbers without a gap are kept as one bound, so the memory is that of the gaps: on links that lose nothing it stays
/// small as long as the sender lives. Equal sets have equal representations.
///
/// Invariant: no member of `above` is at most `below`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Received {
    /// Every smaller number was received, and this one was not.
    below: u64,
    /// Numbers beyond the first gap.
    above: BTreeSet<u64>,
}

crate::rename! { struct Received { below, above } }

impl Received {
    /// Adds a sequence number; tells whether it is new.
    pub fn insert(&mut self, sequence: u64) -> bool {
        if self.contains(sequence) {
            return false;
        }
        self.above.insert(sequence);
        self.close_gaps();
        true
    }

    /// Adds every number below `bound`: whoever counts them will not send them any more.
    pub fn insert_below(&mut self, bound: u64) {
        if bound > self.below {
            self.above = self.above.split_off(&bound);
            self.below = bound;
            self.close_gaps();
        }
    }

    fn close_gaps(&mut self) {
        while self.above.remove(&self.below) {
            self.below += 1;
        }
    }

    /// The smallest number that was not received.
    pub fn first_gap(&self) -> u64 {
        self.below
    }

    /// Every number that was received is smaller than this one.
    pub fn end(&self) -> u64 {
        self.above.last().map_or(self.below, |last| last + 1)
    }

    /// Whether a sequence number was received.
    pub fn contains(&self, sequence: u64) -> bool {
        sequence < self.below || self.above.contains(&sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_arrival_leaves_no_trace() {
        let mut sorted = Received::default();
        let mut shuffled = Received::default();
        for sequence in 0..5 {
            assert!(sorted.insert(sequence));
        }
        for sequence in [3, 0, 4, 2, 1] {
            assert!(!shuffled.contains(sequence));
            assert!(shuffled.insert(sequence));
            assert!(!shuffled.insert(sequence));
        }
        assert_eq!(sorted, shuffled);
        assert!(sorted.above.is_empty());
    }

    #[test]
    fn a_bound_closes_the_gaps_below_it() {
        let mut numbers = Received::default();
        for sequence in [1, 4, 5, 8] {
            numbers.insert(sequence);
        }
        numbers.insert_below(4);
        assert_eq!((numbers.first_gap(), numbers.end(), numbers.above.clone()), (6, 9, BTreeSet::from([8])));
        assert!((0..6).all(|sequence| numbers.contains(sequence)) && !numbers.contains(6) && numbers.contains(8));
        let as_it_was = numbers.clone();
        numbers.insert_below(5);
        assert_eq!(numbers, as_it_was, "a bound that has been passed changes nothing");
        numbers.insert_below(7);
        assert_eq!((numbers.below, numbers.above), (7, BTreeSet::from([8])));
    }
}
