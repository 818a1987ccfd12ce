//! Saving what has changed instead of the whole value.

use crate::stack::Stored;
use imbl::ordmap::DiffItem;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map;
use std::sync::Arc;

/// A value that can say what has changed since another of its values, so that saving it costs no more than the change.
///
/// What holds for every two values: where `now.change_since(&before)` is a change, applying it to `before` gives `now`.
///
/// ```
/// use synod::patch::Patch;
///
/// /// A log of which the end may be replaced.
/// #[derive(Clone)]
/// struct Log(Vec<u64>);
///
/// impl Patch for Log {
///     /// How many entries stay, and what follows them.
///     type Change = (usize, Vec<u64>);
///
///     fn change_since(&self, before: &Log) -> Option<(usize, Vec<u64>)> {
///         let same = self.0.iter().zip(&before.0).take_while(|(now, before)| now == before).count();
///         Some((same, self.0[same..].to_vec()))
///     }
///
///     fn apply(&mut self, (same, new): (usize, Vec<u64>)) {
///         self.0.truncate(same);
///         self.0.extend(new);
///     }
/// }
///
/// let (before, now) = (Log(vec![1, 2, 3]), Log(vec![1, 2, 4, 5]));
/// let mut log = before.clone();
/// log.apply(now.change_since(&before).unwrap());
/// assert_eq!(log.0, now.0);
/// ```
///
/// (This one compares all entries at each save. A log that keeps a number of its last change compares only those since.)
pub trait Patch: Clone {
    /// What has changed.
    type Change: Serialize + DeserializeOwned;

    /// What turns `before` into this value, or `None` if that is better said by the whole value.
    fn change_since(&self, before: &Self) -> Option<Self::Change>;

    /// Makes the change. It comes from the disk: one that does not fit must leave some value and not panic.
    fn apply(&mut self, change: Self::Change);

    /// Makes the change that leads to `now`. A value of which clones cost nothing takes that of `now` instead.
    fn follow(&mut self, now: &Self, change: Self::Change) {
        let _ = now;
        self.apply(change);
    }
}

/// The keys of a map that have changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapChange<K, V> {
    /// New keys, and those with a new value.
    pub set: Vec<(K, V)>,
    /// Keys that are gone.
    pub removed: Vec<K>,
}

/// Costs a comparison of all keys and values at each save, and writes those that differ.
impl<K, V> Patch for BTreeMap<K, V>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
    V: PartialEq + Clone + Serialize + DeserializeOwned,
{
    type Change = MapChange<K, V>;

    fn change_since(&self, before: &Self) -> Option<MapChange<K, V>> {
        let mut change = MapChange { set: Vec::new(), removed: Vec::new() };
        let mut old = before.iter().peekable();
        for (key, value) in self {
            change.removed.extend(keys_below(key, &mut old));
            let unchanged = old.next_if(|(other, _)| *other == key).is_some_and(|(_, before)| before == value);
            if !unchanged {
                change.set.push((key.clone(), value.clone()));
            }
        }
        change.removed.extend(old.map(|(key, _)| key.clone()));
        Some(change)
    }

    fn apply(&mut self, change: MapChange<K, V>) {
        for key in &change.removed {
            self.remove(key);
        }
        self.extend(change.set);
    }
}

/// Costs a comparison of what the two do not share. What an instance has saved is written when it has changed.
impl<K, S> Patch for Stored<K, S>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
    S: PartialEq + Clone + Serialize + DeserializeOwned,
{
    /// The incarnation of the process, and the instances.
    type Change = (u64, MapChange<K, Arc<S>>);

    fn change_since(&self, before: &Self) -> Option<Self::Change> {
        let mut change = MapChange { set: Vec::new(), removed: Vec::new() };
        for difference in before.instances.diff(&self.instances) {
            match difference {
                DiffItem::Add(key, saved) | DiffItem::Update { new: (key, saved), .. } => {
                    change.set.push((key.clone(), saved.clone()));
                }
                DiffItem::Remove(key, _) => change.removed.push(key.clone()),
            }
        }
        Some((self.incarnation, change))
    }

    fn apply(&mut self, (incarnation, change): Self::Change) {
        self.incarnation = incarnation;
        for key in &change.removed {
            self.instances.remove(key);
        }
        self.instances.extend(change.set);
    }

    fn follow(&mut self, now: &Self, _: Self::Change) {
        *self = now.clone();
    }
}

/// Takes the entries off whose keys are less than `key`.
fn keys_below<'a, K: Ord + Clone, V>(
    key: &'a K,
    entries: &'a mut std::iter::Peekable<btree_map::Iter<'_, K, V>>,
) -> impl Iterator<Item = K> + 'a {
    std::iter::from_fn(move || entries.next_if(|(other, _)| *other < key).map(|(other, _)| other.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_map_says_no_more_than_what_has_changed() {
        let before =
            BTreeMap::from([(1, "a"), (2, "b"), (3, "c"), (5, "e")].map(|(key, value)| (key, value.to_string())));
        let mut now = before.clone();
        now.remove(&1);
        now.remove(&5);
        now.insert(2, "B".to_string());
        now.insert(4, "d".to_string());
        let set = vec![(2, "B".to_string()), (4, "d".to_string())];
        assert_eq!(now.change_since(&before), Some(MapChange { set, removed: vec![1, 5] }));
    }

    proptest! {
        #[test]
        fn a_change_turns_one_map_into_the_other(
            before in proptest::collection::btree_map(0..20u8, 0..3u8, 0..20),
            now in proptest::collection::btree_map(0..20u8, 0..3u8, 0..20),
        ) {
            let mut map = before.clone();
            map.apply(now.change_since(&before).expect("a map can always say"));
            prop_assert_eq!(map, now);
        }

        #[test]
        fn what_instances_have_saved_changes_likewise(
            before in proptest::collection::btree_map(0..20u8, 0..3u8, 0..20),
            changes in proptest::collection::vec((0..20u8, proptest::option::of(0..3u8)), 0..20),
        ) {
            let shared = |(key, saved): (&u8, &u8)| (*key, Arc::new(*saved));
            let before = Stored { incarnation: 1, instances: before.iter().map(shared).collect() };
            let mut now = Stored { incarnation: 2, ..before.clone() };
            for (key, saved) in changes {
                match saved {
                    Some(saved) => _ = now.instances.insert(key, Arc::new(saved)),
                    None => _ = now.instances.remove(&key),
                }
            }
            let change = now.change_since(&before).expect("it can always say");
            let differ = |key: &u8| before.instances.get(key) != now.instances.get(key);
            prop_assert!(change.1.set.iter().all(|(key, _)| differ(key)));
            let mut follower = before.clone();
            follower.follow(&now, change.clone());
            prop_assert_eq!(&follower, &now);
            let mut stored = before;
            stored.apply(change);
            prop_assert_eq!(stored, now);
        }
    }
}
