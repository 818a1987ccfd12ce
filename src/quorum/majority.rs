//! Majorities.

use super::{ProcessSet, QuorumError, Quorums, at_least, checked_size};

/// The least number of processes that is more than half of `processes`.
///
/// ```
/// use synod::quorum::majority;
///
/// assert_eq!([3, 4, 5].map(majority), [2, 3, 3]);
/// ```
pub const fn majority(processes: usize) -> usize {
    processes / 2 + 1
}

/// More than half of the processes, for reads and writes alike.
///
/// Any two majorities share a process, and a majority answers as long as fewer than half of the processes are silent:
/// one of three, two of five. No system whose quorums all meet survives more, whoever they are. An even number of
/// processes survives no more than the odd number below it.
///
/// Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 5.2; Lynch, MIT 6.852 (2009), class 23.
///
/// ```
/// use synod::quorum::{Majority, ProcessSet, Quorums};
///
/// let three = Majority::new(3);
/// assert!(three.is_write_quorum(ProcessSet::all(2)));
/// assert!(!three.is_write_quorum(ProcessSet::all(1)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Majority {
    processes: usize,
}

impl Majority {
    /// The majorities of so many processes. A number that comes from outside the program goes through `try_from`.
    ///
    /// # Panics
    ///
    /// If there is no process or there are more than [`ProcessSet::LIMIT`].
    pub fn new(processes: usize) -> Self {
        Self::try_from(processes).unwrap_or_else(|error| panic!("{error}"))
    }
}

impl TryFrom<usize> for Majority {
    type Error = QuorumError;

    /// The majorities of so many processes.
    ///
    /// # Errors
    ///
    /// [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`].
    fn try_from(processes: usize) -> Result<Self, QuorumError> {
        checked_size(processes).map(|processes| Self { processes })
    }
}

impl Quorums for Majority {
    fn processes(&self) -> usize {
        self.processes
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        at_least(majority(self.processes), self.processes, answered)
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        self.is_read_quorum(answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_from_one_to_sixty_four_processes() {
        assert_eq!(Majority::try_from(0), Err(QuorumError::Size { processes: 0 }));
        assert_eq!(Majority::try_from(65), Err(QuorumError::Size { processes: 65 }));
        assert!(Majority::try_from(1).is_ok());
        assert!(Majority::new(64).is_read_quorum(ProcessSet::all(33)));
        assert!(!Majority::new(64).is_read_quorum(ProcessSet::all(32)));
    }

    #[test]
    #[should_panic(expected = "a quorum system has 1 to 64 processes, not 0")]
    fn a_system_without_processes_panics() {
        Majority::new(0);
    }
}
