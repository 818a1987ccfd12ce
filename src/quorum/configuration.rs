//! Quorums given one by one.

use super::{Operation, ProcessSet, QuorumError, Quorums, checked_size};

/// Whether some set of `quorums` is answered by all its members.
pub fn holds_one_of(quorums: &[ProcessSet], answered: ProcessSet) -> bool {
    quorums.iter().any(|quorum| quorum.is_subset(answered))
}

/// A read quorum and a write quorum without a common member, if there are such.
pub fn disjoint_pair(reads: &[ProcessSet], writes: &[ProcessSet]) -> Option<(ProcessSet, ProcessSet)> {
    reads.iter().find_map(|&read| {
        let apart = writes.iter().find(|write| read.intersection(**write).is_empty())?;
        Some((read, *apart))
    })
}

/// A quorum configuration: a list of read quorums and a list of write quorums, each pair of which meets.
///
/// The most general form: quorums may follow racks, sites or the weights of processes. What holds one of the listed
/// sets holds a quorum, so the least sets suffice.
///
/// Source: Lynch, MIT 6.852 (2009), class 23.
///
/// Process 0 is in every write quorum, so it alone answers a read:
///
/// ```
/// use stateright::actor::Id;
/// use synod::quorum::{Configuration, ProcessSet, Quorums};
///
/// let set = |ids: &[usize]| ids.iter().copied().map(Id::from).collect::<ProcessSet>();
/// let quorums = Configuration::new(4, [set(&[0])], [set(&[0, 1]), set(&[0, 2, 3])])?;
/// assert!(quorums.is_read_quorum(set(&[0, 3])));
/// assert!(!quorums.is_write_quorum(set(&[1, 2, 3])));
///
/// let error = Configuration::new(4, [set(&[0])], [set(&[1, 2])]).unwrap_err();
/// assert_eq!(error.to_string(), "the read quorum {0} and the write quorum {1, 2} have no process in common");
/// # Ok::<(), synod::quorum::QuorumError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Configuration {
    processes: usize,
    reads: Vec<ProcessSet>,
    writes: Vec<ProcessSet>,
}

impl Configuration {
    /// The configuration with these read quorums and these write quorums, in whatever order.
    ///
    /// # Errors
    ///
    /// - [`QuorumError::Size`] if there is no process or there are more than [`ProcessSet::LIMIT`];
    /// - [`QuorumError::NoQuorum`] if a list is empty;
    /// - [`QuorumError::Stranger`] if a quorum has a member outside the system;
    /// - [`QuorumError::Disjoint`] if a read quorum and a write quorum do not meet.
    pub fn new(
        processes: usize,
        reads: impl IntoIterator<Item = ProcessSet>,
        writes: impl IntoIterator<Item = ProcessSet>,
    ) -> Result<Self, QuorumError> {
        checked_size(processes)?;
        let reads = quorums(Operation::Read, processes, reads)?;
        let writes = quorums(Operation::Write, processes, writes)?;
        match disjoint_pair(&reads, &writes) {
            Some((read, write)) => Err(QuorumError::Disjoint { read, write }),
            None => Ok(Self { processes, reads, writes }),
        }
    }
}

/// The quorums for one operation in a canonical order, checked for what can be wrong with a single list.
fn quorums(
    operation: Operation,
    processes: usize,
    listed: impl IntoIterator<Item = ProcessSet>,
) -> Result<Vec<ProcessSet>, QuorumError> {
    let mut quorums = Vec::from_iter(listed);
    if quorums.is_empty() {
        return Err(QuorumError::NoQuorum { operation });
    }
    if let Some(&quorum) = quorums.iter().find(|quorum| !quorum.is_subset(ProcessSet::all(processes))) {
        return Err(QuorumError::Stranger { quorum, processes });
    }
    quorums.sort_unstable();
    quorums.dedup();
    Ok(quorums)
}

impl Quorums for Configuration {
    fn processes(&self) -> usize {
        self.processes
    }

    fn is_read_quorum(&self, answered: ProcessSet) -> bool {
        holds_one_of(&self.reads, answered)
    }

    fn is_write_quorum(&self, answered: ProcessSet) -> bool {
        holds_one_of(&self.writes, answered)
    }
}

#[cfg(test)]
mod tests {
    use stateright::actor::Id;

    use super::*;

    fn set<const N: usize>(ids: [usize; N]) -> ProcessSet {
        ids.into_iter().map(Id::from).collect()
    }

    #[test]
    fn refuses_a_list_without_quorums() {
        let error = Configuration::new(3, [set([0])], []).unwrap_err();
        assert_eq!(error, QuorumError::NoQuorum { operation: Operation::Write });
        assert_eq!(error.to_string(), "the configuration has no write quorum, so no write could end");
    }

    #[test]
    fn refuses_members_outside_the_system() {
        let error = Configuration::new(3, [set([0, 1])], [set([0, 3])]).unwrap_err();
        assert_eq!(error.to_string(), "the quorum {0, 3} has members outside the system, whose ids are below 3");
    }

    #[test]
    fn refuses_quorums_that_do_not_meet() {
        let configuration = Configuration::new(3, [set([0]), set([2])], [set([0, 2]), set([0, 1])]);
        assert_eq!(configuration, Err(QuorumError::Disjoint { read: set([2]), write: set([0, 1]) }));
    }

    #[test]
    fn refuses_the_empty_quorum_which_meets_none() {
        let configuration = Configuration::new(3, [set([])], [set([0, 1, 2])]);
        assert_eq!(configuration, Err(QuorumError::Disjoint { read: set([]), write: set([0, 1, 2]) }));
    }

    #[test]
    fn the_order_of_the_lists_makes_no_difference() {
        let writes = [set([1])];
        assert_eq!(
            Configuration::new(3, [set([0, 1]), set([1, 2]), set([0, 1])], writes),
            Configuration::new(3, [set([1, 2]), set([0, 1])], writes)
        );
    }

    /// Every configuration of up to two read and two write quorums over three processes: each is either refused or
    /// obeys the laws of [`Quorums`].
    #[test]
    fn what_is_not_refused_is_a_quorum_system() {
        let sets = |[a, b]: [u64; 2]| [a, b].map(ProcessSet::from_bits);
        let choices = || (0..8).flat_map(|a| (a..8).map(move |b| sets([a, b])));
        let mut built = 0;
        for (reads, writes) in choices().flat_map(|reads| choices().map(move |writes| (reads, writes))) {
            let Ok(system) = Configuration::new(3, reads, writes) else {
                continue;
            };
            built += 1;
            for (a, b) in (0..16).flat_map(|a| (0..16).map(move |b| (a, b))) {
                let [a, b] = sets([a, b]);
                assert!(!system.is_read_quorum(a) || system.is_read_quorum(a.union(b)));
                assert!(!system.is_write_quorum(a) || system.is_write_quorum(a.union(b)));
                assert!(!system.is_read_quorum(a) || !system.is_write_quorum(b) || !a.intersection(b).is_empty());
            }
        }
        assert!(built > 0);
    }
}
