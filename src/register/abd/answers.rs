//! What the answers to a query come to.

use super::version::{Version, timestamp};
use crate::quorum::ProcessSet;
use stateright::actor::Id;

/// The answers to a query, as far as they matter: who has answered, the latest version among them, and who had it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answers<V> {
    /// Who has answered.
    pub from: ProcessSet,
    /// The latest version that somebody answered with.
    pub latest: Option<Version<V>>,
    /// Who answered with it.
    pub holders: ProcessSet,
}

crate::rename! { struct Answers<V> { from, latest, holders } }

impl<V> Default for Answers<V> {
    fn default() -> Self {
        Answers { from: ProcessSet::new(), latest: None, holders: ProcessSet::new() }
    }
}

impl<V> Answers<V> {
    /// Adds the answer of `process`, which may have answered before.
    pub fn add(&mut self, process: Id, version: Option<Version<V>>) {
        self.from.insert(process);
        if timestamp(&version) > timestamp(&self.latest) {
            self.latest = version;
            self.holders = ProcessSet::new();
            self.holders.insert(process);
        } else if timestamp(&version) == timestamp(&self.latest) {
            self.holders.insert(process);
        }
    }
}
