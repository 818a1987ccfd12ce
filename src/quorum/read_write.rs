//! Thresholds for reads and writes.

use super::{Operation, ProcessSet, QuorumError, Quorums, at_least, checked_size};

/// Whether any `read` of the processes meet any `write` of them: `r + w > n`.
pub const fn thresholds_meet(processes: usize, read: usize, write: usize) -> bool {
    read.saturating_add(write) > processes
}

/// Any `r` processes for a read, any `w` for a write, where `r + w > n`.
///
/// Fewer answers to a read are paid for with more answers to a write. Reads go on while at most `n − r` processes are
/// silent, writes while at most `n − w` are. Two writes meet only if `2w > n`.
///
/// Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 5.2; lecture notes after Cachin, Guerraoui and
/// Rodrigues (Bern 2020), §6.1.3.
///
/// ```
/// use synod::quorum::{ProcessSet, Quorums, ReadWrite};
///
/// let quorums = ReadWrite::new(5, 2, 4)?;
/// assert!(quorums.is_read_quorum(ProcessSet::all(2)));
/// assert!(!quorums.is_write_quorum(ProcessSet::all(2)));
///
/// let error = ReadWrite::new(5, 2, 3).unwrap_err();
/// assert!(error.to_string().starts_with("2 processes for a read and 3 for a write need not meet among 5"));
/// # Ok::<(), synod::quorum::QuorumError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadWrite {
    processes: usize,
    read: usize,
    write: usize,
}

impl ReadWrite {
    /// Thresholds of `read` and `write` answers among so many processes.
    ///
    /// # Errors
    ///
    /// - [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`];
    /// - [`QuorumError::Unreachable`] if a threshold is more than the number of processes;
    /// - [`QuorumError::Apart`] if a read quorum and a write quorum need not meet.
    pub fn new(processes: usize, read: usize, write: usize) -> Result<Self, QuorumError> {
        checked_size(processes)?;
        for (operation, threshold) in [(Operation::Read, read), (Operation::Write, write)] {
            if threshold > processes {
                return Err(QuorumError::Unreachable { operation, threshold, processes });
            }
        }
        if !thresholds_meet(processes, read, write) {
            return Err(QuorumError::Apart { read, write, processes });
        }
        Ok(Self { processes, read, write })
    }

    /// Every process answers a write, so that any one can answer a read. One crash stops the writes.
    ///
    /// # Errors
    ///
    /// [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`].
    pub fn read_one_write_all(processes: usize) -> Result<Self, QuorumError> {
        Self::new(processes, 1, processes)
    }

    /// Every process answers a read, so that any one can answer a write. One crash stops the reads.
    ///
    /// # Errors
    ///
    /// [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`].
    pub fn read_all_write_one(processes: usize) -> Result<Self, QuorumError> {
        Self::new(processes, processes, 1)
    }
}

impl Quorums for ReadWrite {
    fn processes(&self) -> usize {
        self.processes
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        at_least(self.read, self.processes, answered)
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        at_least(self.write, self.processes, answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_thresholds_that_leave_quorums_apart() {
        assert_eq!(ReadWrite::new(4, 2, 2), Err(QuorumError::Apart { read: 2, write: 2, processes: 4 }));
        assert_eq!(ReadWrite::new(3, 0, 3), Err(QuorumError::Apart { read: 0, write: 3, processes: 3 }));
        assert!(ReadWrite::new(4, 2, 3).is_ok());
    }

    #[test]
    fn refuses_thresholds_that_nobody_reaches() {
        let error = ReadWrite::new(3, 1, usize::MAX).unwrap_err();
        assert_eq!(
            error,
            QuorumError::Unreachable { operation: Operation::Write, threshold: usize::MAX, processes: 3 }
        );
        assert_eq!(
            ReadWrite::new(3, 4, 1).unwrap_err().to_string(),
            "a read waits for 4 answers, but there are only 3 processes"
        );
    }

    #[test]
    fn refuses_sizes_beyond_the_limit() {
        assert_eq!(ReadWrite::new(0, 0, 0), Err(QuorumError::Size { processes: 0 }));
        assert_eq!(ReadWrite::read_one_write_all(65), Err(QuorumError::Size { processes: 65 }));
    }

    #[test]
    fn one_side_may_ask_a_single_process_if_the_other_asks_all() {
        let (one, rest, all) = (ProcessSet::all(1), ProcessSet::all(3), ProcessSet::all(4));
        let write_all = ReadWrite::read_one_write_all(4).unwrap();
        assert!(write_all.is_read_quorum(one) && write_all.is_write_quorum(all) && !write_all.is_write_quorum(rest));
        let read_all = ReadWrite::read_all_write_one(4).unwrap();
        assert!(read_all.is_write_quorum(one) && read_all.is_read_quorum(all) && !read_all.is_read_quorum(rest));
    }
}
