//! Which configuration is in force at which entry of a log.

use super::configuration::Configuration;

/// The configurations that a log names, from the one that is in force at its beginning on.
///
/// A server uses the last of them, whether it is committed or not; the ones before are in force again when the log's end
/// is taken away.
///
/// Invariants: there is at least one; their indices ascend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Configurations {
    /// Each with the index of its entry.
    all: Vec<(u64, Configuration)>,
}

crate::rename! { struct Configurations { all } }

impl Configurations {
    /// This one is in force from the entry at `index` on.
    pub fn new(index: u64, configuration: Configuration) -> Self {
        Configurations { all: vec![(index, configuration)] }
    }

    fn last(&self) -> (u64, Configuration) {
        *self.all.last().expect("there is at least one")
    }

    /// The one that a server uses.
    pub fn current(&self) -> Configuration {
        self.last().1
    }

    /// The index of its entry.
    pub fn index(&self) -> u64 {
        self.last().0
    }

    /// The one that is in force at the entry at `index`, which is not before the first.
    pub fn at(&self, index: u64) -> Configuration {
        let before = self.all.iter().rev().find(|(first, _)| *first <= index);
        before.unwrap_or(&self.all[0]).1
    }

    /// The entry at `index`, which is beyond all others, names this one.
    pub fn add(&mut self, index: u64, configuration: Configuration) {
        self.all.push((index, configuration));
    }

    /// The entries from `first` on are gone; at least one configuration is before them.
    pub fn truncate(&mut self, first: u64) {
        self.all.retain(|(index, _)| *index < first);
    }

    /// The entries up to `index` will never be taken away: forgets what was in force before.
    pub fn forget(&mut self, index: u64) {
        let first = self.all.iter().rposition(|(first, _)| *first <= index).unwrap_or(0);
        self.all.drain(..first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quorum::ProcessSet;

    #[test]
    fn the_last_that_was_not_taken_away_is_in_force() {
        let voters = |count| Configuration::new(ProcessSet::all(count)).expect("there are voters");
        let mut configurations = Configurations::new(0, voters(1));
        configurations.add(4, voters(2));
        configurations.add(7, voters(3));
        assert_eq!((configurations.index(), configurations.current()), (7, voters(3)));
        assert_eq!([0, 3, 4, 6, 7].map(|index| configurations.at(index).voters().len()), [1, 1, 2, 2, 3]);
        configurations.truncate(7);
        assert_eq!((configurations.index(), configurations.current()), (4, voters(2)));
        configurations.forget(5);
        assert_eq!(configurations, Configurations::new(4, voters(2)));
        configurations.forget(9);
        assert_eq!(configurations.current(), voters(2));
    }
}
