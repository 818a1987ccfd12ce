//! A map with few entries: the timers of a process.
//!
//! The standard library's map is good at many entries, and is several thousand lines of code that are compiled anew for each
//! type of key: with an actor for each mutant that was a tenth of all that the models are. A process has a handful of timers.

use crate::rename::{Rename, Renaming};
use std::fmt;

/// A map as a list, in the order of its keys. Finding an entry takes time in proportion to their number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Few<K, V> {
    entries: Vec<(K, V)>,
}

impl<K, V> Few<K, V> {
    /// No entry.
    pub const fn new() -> Self {
        Few { entries: Vec::new() }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// The entries, in the order of their keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The keys, in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The values, in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl ExactSizeIterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }
}

impl<K: Ord, V> Few<K, V> {
    /// Where a key stands, or where it would.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.entries.binary_search_by(|(other, _)| other.cmp(key))
    }

    /// The value of a key, if it has one.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|place| &self.entries[place].1)
    }

    /// Whether a key has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Gives a key a value, in place of the one that it has.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => self.entries[place].1 = value,
            Err(place) => self.entries.insert(place, (key, value)),
        }
    }

    /// Takes a key's value away, if it has one.
    pub fn remove(&mut self, key: &K) {
        if let Ok(place) = self.place(key) {
            self.entries.remove(place);
        }
    }
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Few::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Few<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V> IntoIterator for Few<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Few<K, V> {
    /// Of several values of a key the last one counts.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut few = Few::new();
        for (key, value) in entries {
            few.insert(key, value);
        }
        few
    }
}

impl<K: Rename + Ord, V: Rename> Rename for Few<K, V> {
    fn rename(&self, to: &Renaming) -> Self {
        to.unordered(self.iter(), |(key, value)| (key.rename(to), value.rename(to))).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_in_order_and_once_each() {
        let mut few: Few<char, u8> = [('c', 3), ('a', 1), ('b', 2), ('a', 4)].into_iter().collect();
        assert_eq!(format!("{few:?}"), "{'a': 4, 'b': 2, 'c': 3}");
        assert_eq!((few.get(&'b'), few.get(&'d'), few.contains_key(&'c'), few.len()), (Some(&2), None, true, 3));
        few.remove(&'b');
        few.remove(&'d');
        assert!(few.keys().eq(&['a', 'c']) && few.values().eq(&[4, 3]));
        few.clear();
        assert!(few.is_empty() && few == Few::default());
    }
}
