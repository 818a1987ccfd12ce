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

/// What a message is to its receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// It arrives for the first time.
    New,
    /// It was received before.
    Again,
    /// It is to leave no trace: its incarnation is over, or it does not fit into the window.
    Untimely,
}

impl Incoming {
    /// A message has arrived: number `sequence` of an incarnation in which everything below `base` was acknowledged.
    pub(super) fn receive(&mut self, incarnation: u64, base: u64, sequence: u64, window: u64) -> Arrival {
        if incarnation < self.incarnation {
            return Arrival::Untimely;
        }
        if incarnation > self.incarnation {
            *self = Incoming { incarnation, received: Received::default() };
        }
        self.received.insert_below(base);
        if sequence >= self.received.first_gap().saturating_add(window) {
            return Arrival::Untimely;
        }
        if self.received.insert(sequence) { Arrival::New } else { Arrival::Again }
    }
}
