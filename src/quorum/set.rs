//! Sets of processes.

use std::fmt::{self, Debug, Formatter};
use std::iter::FusedIterator;

use crate::rename::{Rename, Renaming};
use serde::{Deserialize, Serialize};
use stateright::actor::Id;

/// A set of processes with ids below [`LIMIT`](ProcessSet::LIMIT), kept as the bits of one integer.
///
/// Who has answered, who has voted, who has acknowledged: such sets stand in the state of nearly every algorithm, are
/// copied with it and compared with it. One integer makes all that cheap, for the checker above all. The price is the
/// limit, which is explicit: [`insert`](ProcessSet::insert) and [`all`](ProcessSet::all) panic beyond it.
///
/// Prints as `{0, 2}`, on one line even in `{:#?}`. The order (`Ord`) is that of [`bits`](ProcessSet::bits): total, as
/// maps and canonical states need it, and without further meaning.
///
/// ```
/// use stateright::actor::Id;
/// use synod::quorum::ProcessSet;
///
/// let acked: ProcessSet = [Id::from(2), Id::from(0)].into_iter().collect();
/// assert_eq!(format!("{acked:?}"), "{0, 2}");
/// assert_eq!(acked.len(), 2);
/// assert!(acked.is_subset(ProcessSet::all(3)));
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProcessSet(u64);

impl Rename for ProcessSet {
    fn rename(&self, to: &Renaming) -> Self {
        to.unordered(self.iter(), |process| process.rename(to)).into_iter().collect()
    }
}

impl ProcessSet {
    /// How many processes there can be: the ids go from 0 to 63.
    pub const LIMIT: usize = u64::BITS as usize;

    /// The empty set.
    pub const fn new() -> Self {
        Self(0)
    }

    /// The processes `0 … processes-1`.
    ///
    /// # Panics
    ///
    /// If `processes` is more than [`LIMIT`](Self::LIMIT).
    pub const fn all(processes: usize) -> Self {
        assert!(processes <= Self::LIMIT, "a ProcessSet holds at most 64 processes, with ids 0 to 63");
        match processes {
            0 => Self::new(),
            _ => Self(u64::MAX >> (Self::LIMIT - processes)),
        }
    }

    /// The set whose members are the one bits of `bits`: process `i` is in it when bit `i` is set.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The members as bits, the inverse of [`from_bits`](Self::from_bits).
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Puts a process into the set and says whether it is new there.
    ///
    /// # Panics
    ///
    /// If the id is not below [`LIMIT`](Self::LIMIT).
    pub fn insert(&mut self, process: Id) -> bool {
        let Some(bit) = bit(process) else {
            panic!("process {} cannot be in a ProcessSet: its ids go from 0 to 63", usize::from(process));
        };
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new
    }

    /// Takes a process out of the set and says whether it was there.
    pub fn remove(&mut self, process: Id) -> bool {
        let there = self.contains(process);
        self.0 &= !bit(process).unwrap_or(0);
        there
    }

    /// Whether the process is in the set. A process beyond the limit is in none.
    pub fn contains(self, process: Id) -> bool {
        bit(process).is_some_and(|bit| self.0 & bit != 0)
    }

    /// The number of members.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the set has no member.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The processes in either set.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The processes in both sets.
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The processes in this set that are not in the other.
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every process in this set is in the other too.
    pub const fn is_subset(self, other: Self) -> bool {
        self.difference(other).is_empty()
    }

    /// The members, in ascending order of their ids.
    pub const fn iter(self) -> Processes {
        Processes(self)
    }
}

/// The bit that stands for a process, if there is one.
fn bit(process: Id) -> Option<u64> {
    let index = usize::from(process);
    (index < ProcessSet::LIMIT).then(|| 1 << index)
}

impl Debug for ProcessSet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Not `debug_set`: a state is read in `{:#?}`, where that would spend a line on each member.
        f.write_str("{")?;
        for (nth, process) in self.iter().enumerate() {
            let separator = if nth == 0 { "" } else { ", " };
            write!(f, "{separator}{}", usize::from(process))?;
        }
        f.write_str("}")
    }
}

impl FromIterator<Id> for ProcessSet {
    /// # Panics
    ///
    /// If an id is not below [`ProcessSet::LIMIT`].
    fn from_iter<I: IntoIterator<Item = Id>>(processes: I) -> Self {
        let mut set = Self::new();
        set.extend(processes);
        set
    }
}

impl Extend<Id> for ProcessSet {
    /// # Panics
    ///
    /// If an id is not below [`ProcessSet::LIMIT`].
    fn extend<I: IntoIterator<Item = Id>>(&mut self, processes: I) {
        for process in processes {
            self.insert(process);
        }
    }
}

impl IntoIterator for ProcessSet {
    type Item = Id;
    type IntoIter = Processes;

    fn into_iter(self) -> Processes {
        self.iter()
    }
}

/// The members of a [`ProcessSet`], in ascending order of their ids.
#[derive(Clone, Debug)]
pub struct Processes(ProcessSet);

impl Iterator for Processes {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        if self.0.is_empty() {
            return None;
        }
        let least = Id::from(self.0.bits().trailing_zeros() as usize);
        self.0.remove(least);
        Some(least)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len(), Some(self.0.len()))
    }
}

impl ExactSizeIterator for Processes {}
impl FusedIterator for Processes {}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<const N: usize>(ids: [usize; N]) -> ProcessSet {
        ids.into_iter().map(Id::from).collect()
    }

    fn ids(set: ProcessSet) -> Vec<usize> {
        set.iter().map(usize::from).collect()
    }

    #[test]
    fn members_are_what_was_inserted_and_not_removed() {
        let mut answered = ProcessSet::new();
        assert!(answered.is_empty());
        assert!(answered.insert(Id::from(5)));
        assert!(!answered.insert(Id::from(5)));
        assert!(answered.insert(Id::from(63)));
        assert_eq!(ids(answered), [5, 63]);
        assert!(answered.remove(Id::from(5)));
        assert!(!answered.remove(Id::from(5)));
        assert_eq!(ids(answered), [63]);
    }

    #[test]
    fn all_holds_exactly_the_ids_below_n() {
        for processes in 0..=ProcessSet::LIMIT {
            assert_eq!(ids(ProcessSet::all(processes)), Vec::from_iter(0..processes));
        }
    }

    #[test]
    fn operations_agree_with_those_on_ordinary_sets() {
        use std::collections::BTreeSet;
        let ordinary = |bits| BTreeSet::from_iter(ids(ProcessSet::from_bits(bits)));
        for (a, b) in (0..32).flat_map(|a| (0..32).map(move |b| (a, b))) {
            let (left, right) = (ProcessSet::from_bits(a), ProcessSet::from_bits(b));
            let (a, b) = (ordinary(a), ordinary(b));
            assert_eq!(left.len(), a.len());
            assert_eq!(left.iter().len(), a.len());
            assert_eq!(ids(left.union(right)), Vec::from_iter(a.union(&b).copied()));
            assert_eq!(ids(left.intersection(right)), Vec::from_iter(a.intersection(&b).copied()));
            assert_eq!(ids(left.difference(right)), Vec::from_iter(a.difference(&b).copied()));
            assert_eq!(left.is_subset(right), a.is_subset(&b));
        }
    }

    #[test]
    fn prints_its_members_on_one_line() {
        assert_eq!(format!("{:?}", set([])), "{}");
        assert_eq!(format!("{:?}", set([2, 0])), "{0, 2}");
        assert_eq!(format!("{:#?}", set([2, 0])), "{0, 2}");
    }

    #[test]
    fn a_process_beyond_the_limit_is_in_no_set() {
        let mut full = ProcessSet::all(ProcessSet::LIMIT);
        assert!(!full.contains(Id::from(64)));
        assert!(!full.remove(Id::from(usize::MAX)));
        assert_eq!(full.len(), 64);
    }

    #[test]
    #[should_panic(expected = "process 64 cannot be in a ProcessSet: its ids go from 0 to 63")]
    fn inserting_beyond_the_limit_panics() {
        set([64]);
    }

    #[test]
    #[should_panic(expected = "at most 64 processes")]
    fn all_of_more_than_the_limit_panics() {
        ProcessSet::all(65);
    }
}
