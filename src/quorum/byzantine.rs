//! Quorums among processes that lie.

use super::{ProcessSet, QuorumError, Quorums, at_least, checked_size};

/// The least number of processes such that any two sets of that size share a correct one, when `faulty` of the
/// `processes` may lie: the least number above `(n + f) / 2`.
///
/// ```
/// use synod::quorum::byzantine_quorum;
///
/// assert_eq!(byzantine_quorum(4, 1), 3);
/// assert_eq!(byzantine_quorum(7, 2), 5);
/// ```
pub const fn byzantine_quorum(processes: usize, faulty: usize) -> usize {
    (processes + faulty) / 2 + 1
}

/// The least number of processes such that any two sets of that size share `faulty + 1` correct ones, more than there
/// are liars: the least number above `n / 2 + f`.
///
/// ```
/// use synod::quorum::masking_quorum;
///
/// assert_eq!(masking_quorum(5, 1), 4);
/// assert_eq!(masking_quorum(9, 2), 7);
/// ```
pub const fn masking_quorum(processes: usize, faulty: usize) -> usize {
    processes / 2 + faulty + 1
}

/// Whether the correct processes alone make a [`byzantine_quorum`]: `n > 3f`.
pub const fn tolerates_lies(processes: usize, faulty: usize) -> bool {
    processes > faulty.saturating_mul(3)
}

/// Whether the correct processes alone make a [`masking_quorum`]: `n > 4f`.
pub const fn tolerates_unsigned_lies(processes: usize, faulty: usize) -> bool {
    processes > faulty.saturating_mul(4)
}

/// Quorums that meet in correct processes although up to `f` processes lie, for reads and writes alike.
///
/// [`new`](Self::new) is for values that cannot be forged (signed, or confirmed by an echo): one correct process in
/// common is enough to pass on what was written, and its value is recognised as genuine. [`masking`](Self::masking) is
/// for values that anybody could make up: the correct processes in common outnumber all liars, so that what `f + 1`
/// processes say alike was said by a correct one. In both the correct processes make a quorum, so nobody waits for an
/// answer that does not come.
///
/// Source: lecture notes after Cachin, Guerraoui and Rodrigues (Bern 2020), §6.1 and, for values without signatures,
/// §6.1.2; the name of masking quorums: Malkhi and Reiter, *Byzantine quorum systems* (Distributed Computing, 1998).
///
/// ```
/// use synod::quorum::{Byzantine, ProcessSet, Quorums};
///
/// let quorums = Byzantine::new(4, 1)?;
/// assert!(quorums.is_read_quorum(ProcessSet::all(3)));
/// assert!(!quorums.is_read_quorum(ProcessSet::all(2)));
///
/// assert!(Byzantine::masking(4, 1).is_err());
/// assert!(Byzantine::masking(5, 1).is_ok());
/// # Ok::<(), synod::quorum::QuorumError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Byzantine {
    processes: usize,
    faulty: usize,
    quorum: usize,
}

impl Byzantine {
    /// Quorums that share a correct process, when `faulty` of the processes may lie.
    ///
    /// # Errors
    ///
    /// - [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`];
    /// - [`QuorumError::TooManyFaulty`] unless `n > 3f`.
    pub fn new(processes: usize, faulty: usize) -> Result<Self, QuorumError> {
        checked_size(processes)?;
        if !tolerates_lies(processes, faulty) {
            return Err(QuorumError::TooManyFaulty { faulty, processes, share: 3 });
        }
        Ok(Self { processes, faulty, quorum: byzantine_quorum(processes, faulty) })
    }

    /// Quorums that share more correct processes than may lie.
    ///
    /// # Errors
    ///
    /// - [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`];
    /// - [`QuorumError::TooManyFaulty`] unless `n > 4f`.
    pub fn masking(processes: usize, faulty: usize) -> Result<Self, QuorumError> {
        checked_size(processes)?;
        if !tolerates_unsigned_lies(processes, faulty) {
            return Err(QuorumError::TooManyFaulty { faulty, processes, share: 4 });
        }
        Ok(Self { processes, faulty, quorum: masking_quorum(processes, faulty) })
    }

    /// How many processes may lie, `f`.
    pub const fn faulty(&self) -> usize {
        self.faulty
    }
}

impl Quorums for Byzantine {
    fn processes(&self) -> usize {
        self.processes
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        at_least(self.quorum, self.processes, answered)
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        self.is_read_quorum(answered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quorum::majority;

    #[test]
    fn refuses_a_third_of_liars() {
        assert_eq!(Byzantine::new(3, 1), Err(QuorumError::TooManyFaulty { faulty: 1, processes: 3, share: 3 }));
        assert_eq!(Byzantine::new(4, 1).map(|quorums| quorums.faulty()), Ok(1));
        assert_eq!(
            Byzantine::new(6, 2).unwrap_err().to_string(),
            "2 faulty processes among 6 are too many: there must be more than 3 times as many processes as faulty ones"
        );
    }

    #[test]
    fn masking_refuses_a_quarter_of_liars() {
        assert_eq!(Byzantine::masking(8, 2), Err(QuorumError::TooManyFaulty { faulty: 2, processes: 8, share: 4 }));
        assert!(Byzantine::masking(9, 2).is_ok());
    }

    #[test]
    fn refuses_numbers_beyond_all_bounds() {
        assert_eq!(Byzantine::new(0, 0), Err(QuorumError::Size { processes: 0 }));
        assert_eq!(Byzantine::masking(65, 1), Err(QuorumError::Size { processes: 65 }));
        assert!(Byzantine::new(64, usize::MAX).is_err());
        assert!(Byzantine::masking(64, usize::MAX).is_err());
    }

    #[test]
    fn where_nobody_lies_a_majority_is_enough() {
        for processes in 1..=ProcessSet::LIMIT {
            assert_eq!(byzantine_quorum(processes, 0), majority(processes));
            assert_eq!(masking_quorum(processes, 0), majority(processes));
        }
    }
}
