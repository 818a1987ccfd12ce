//! A way in which things may stand, and sets of them in which none is worse than another.

use std::collections::BTreeMap;

/// A way in which things may stand at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Configuration {
    /// What the key holds.
    pub(super) state: u32,
    /// Which of the open operations have happened, sorted.
    pub(super) done: Vec<u32>,
    /// How much was used of what is limited, sorted: pending operations of a class, and versions.
    pub(super) used: Vec<(u32, u32)>,
}

impl Configuration {
    pub(super) fn has_done(&self, operation: u32) -> bool {
        self.done.binary_search(&operation).is_ok()
    }

    /// Takes note that an operation has happened.
    pub(super) fn add_done(&mut self, operation: u32) {
        if let Err(place) = self.done.binary_search(&operation) {
            self.done.insert(place, operation);
        }
    }

    /// Forgets an operation, which is open no more.
    pub(super) fn forget(&mut self, operation: u32) {
        if let Ok(place) = self.done.binary_search(&operation) {
            self.done.remove(place);
        }
    }

    pub(super) fn used(&self, what: u32) -> u32 {
        let place = self.used.binary_search_by_key(&what, |(what, _)| *what);
        place.map_or(0, |place| self.used[place].1)
    }

    pub(super) fn add_use(&mut self, what: u32) {
        match self.used.binary_search_by_key(&what, |(what, _)| *what) {
            Ok(place) => self.used[place].1 += 1,
            Err(place) => self.used.insert(place, (what, 1)),
        }
    }

    fn use_in_all(&self) -> u32 {
        self.used.iter().map(|(_, count)| count).sum()
    }

    /// Whether it has used no more of anything.
    fn is_thriftier(&self, used: &[(u32, u32)]) -> bool {
        self.used.iter().all(|(what, mine)| {
            used.binary_search_by_key(what, |(what, _)| *what).is_ok_and(|place| used[place].1 >= *mine)
        })
    }
}

/// Configurations, without those that can do no more than another.
#[derive(Debug, Default)]
pub(super) struct Frontier {
    members: BTreeMap<(u32, Vec<u32>), Vec<Configuration>>,
    /// How many configurations were compared with one another.
    pub(super) compared: u64,
}

impl Frontier {
    /// Adds a configuration unless another that has used no more stands for it. Gives whether it did.
    pub(super) fn insert(&mut self, new: &Configuration) -> bool {
        let alike = self.members.entry((new.state, new.done.clone())).or_default();
        self.compared += alike.len() as u64;
        if alike.iter().any(|old| old.is_thriftier(&new.used)) {
            return false;
        }
        alike.retain(|old| !new.is_thriftier(&old.used));
        alike.push(new.clone());
        true
    }

    /// Its configurations, those first that have used least; always in the same order.
    pub(super) fn into_members(self) -> Vec<Configuration> {
        let mut members: Vec<_> = self.members.into_values().flatten().collect();
        members.sort_by_key(Configuration::use_in_all);
        members
    }
}
