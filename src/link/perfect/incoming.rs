//! The receiving end of a link.

use crate::received::Received;

/// What one process has received from another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Incoming {
    /// The latest incarnation of the sender that was heard of.
    pub incarnation: u64,
    /// Which of its messages were received.
    pub received: Received,
}

impl Incoming {
    /// A message has arrived: whether it is new, or nothing when it is to be dropped without a trace: it is of an
    /// incarnation that is over, or does not fit into the window.
    pub(super) fn receive(&mut self, incarnation: u64, base: u64, sequence: u64, window: u64) -> Option<bool> {
        if incarnation < self.incarnation {
            return None;
        }
        if incarnation > self.incarnation {
            *self = Incoming { incarnation, received: Received::default() };
        }
        self.received.all_below(base);
        if sequence >= self.received.first_gap().saturating_add(window) {
            return None;
        }
        Some(self.received.insert(sequence))
    }
}
