//! What the instances of all keys have saved.

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What is durable of a process that runs an instance for each key.
///
/// Clones share what they have in common: one costs nothing, and what two differ in is found without looking at the rest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Ord + Serialize, S: Serialize",
    deserialize = "K: Ord + Clone + Deserialize<'de>, S: Deserialize<'de>"
))]
pub struct Stored<K: Ord, S> {
    /// How often the process was started, or ran out of numbers for the starts of its instances. Never decreases.
    pub incarnation: u64,
    /// What each instance has saved that has.
    pub instances: OrdMap<K, Arc<S>>,
}

impl<K: Ord, S> Default for Stored<K, S> {
    fn default() -> Self {
        Stored { incarnation: 0, instances: OrdMap::new() }
    }
}

impl<K: Ord, S: PartialEq> Stored<K, S> {
    /// Whether this is what the instance of `key` has saved.
    pub(super) fn holds(&self, key: &K, saved: Option<&S>) -> bool {
        self.instances.get(key).map(|stored| &**stored) == saved
    }
}

impl<K: Ord + Clone, S> Stored<K, S> {
    /// Keeps what the instance of `key` has saved.
    pub(super) fn keep(&mut self, key: &K, saved: Option<S>) {
        match saved {
            Some(saved) => _ = self.instances.insert(key.clone(), Arc::new(saved)),
            None => _ = self.instances.remove(key),
        }
    }
}

impl<K: Ord + Hash, S: Hash> Hash for Stored<K, S> {
    /// By length and entries; the map's own leaves out its length.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.incarnation.hash(hasher);
        self.instances.len().hash(hasher);
        self.instances.iter().for_each(|entry| entry.hash(hasher));
    }
}
