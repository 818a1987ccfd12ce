//! Names of writes.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::fmt;

/// Names a write: no two writes have the same, so two equal versions of a key are the same value. Which of two is the later
/// one, versions do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The process through which it was written.
    pub writer: Id,
    /// In which of its lives.
    pub incarnation: u64,
    /// Counted from 1 since then.
    pub number: u64,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", usize::from(self.writer), self.incarnation, self.number)
    }
}
