//! The sending end of a link.

use std::collections::BTreeMap;
use std::ops::Range;

/// What one process has sent to another.
///
/// Invariant: every number in `unacknowledged` is smaller than `next`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outgoing<M> {
    /// The number of the next message.
    pub next: u64,
    /// What has not been acknowledged, by number.
    pub unacknowledged: BTreeMap<u64, M>,
}

impl<M> Default for Outgoing<M> {
    fn default() -> Self {
        Outgoing { next: 0, unacknowledged: BTreeMap::new() }
    }
}

impl<M> Outgoing<M> {
    /// Numbers a message, and keeps it.
    pub(super) fn add(&mut self, message: M) {
        self.unacknowledged.insert(self.next, message);
        self.next += 1;
    }

    /// Forgets a message that has arrived.
    pub(super) fn acknowledge(&mut self, sequence: u64) {
        self.unacknowledged.remove(&sequence);
    }

    /// Everything with a smaller number has been acknowledged.
    pub fn base(&self) -> u64 {
        self.unacknowledged.first_key_value().map_or(self.next, |(sequence, _)| *sequence)
    }

    /// Where the window ends: no message with this number or a larger one has been sent.
    pub(super) fn end(&self, window: u64) -> u64 {
        self.base().saturating_add(window).min(self.next)
    }

    /// The numbers of the messages that have been sent, among which are all that were not acknowledged.
    pub(super) fn on_the_way(&self, window: u64) -> Range<u64> {
        self.base()..self.end(window)
    }

    /// Those messages with these numbers that have not been acknowledged.
    pub(super) fn numbered(&self, numbers: Range<u64>) -> impl Iterator<Item = (u64, &M)> {
        self.unacknowledged.range(numbers).map(|(sequence, message)| (*sequence, message))
    }

    /// Whether everything was acknowledged.
    pub fn is_acknowledged(&self) -> bool {
        self.unacknowledged.is_empty()
    }
}
