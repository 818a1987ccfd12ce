//! A quorum system that is none.

use synod::quorum::{ProcessSet, Quorums};

/// Half of the processes, rounded down: two halves need not meet.
#[derive(Clone, Debug)]
pub struct Half(pub usize);

impl Quorums for Half {
    fn processes(&self) -> usize {
        self.0
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        answered.len() >= self.0 / 2
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        self.is_read_quorum(answered)
    }
}
