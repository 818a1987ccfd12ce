//! Values that have got numbers, shared by all threads.

use super::hash::Mix;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// A pool of values: equal values have equal numbers, in the order in which they came.
///
/// Values are found by their hashes and compared: a hash that is the same for many costs time, and nothing else.
pub(super) struct Pool<T> {
    entries: RwLock<Entries<T>>,
}

/// What a pool holds.
pub(super) struct Entries<T> {
    /// By number.
    pub values: Vec<Arc<T>>,
    index: Index,
}

impl<T> Entries<T> {
    /// The values with these numbers.
    pub fn all(&self, numbers: &[u32]) -> Vec<&T> {
        numbers.iter().map(|number| &*self.values[*number as usize]).collect()
    }
}

/// Which numbers have which hashes. It knows no values, so that it is compiled once.
#[derive(Default)]
struct Index {
    /// For each hash, the last number that has it …
    latest: HashMap<u64, u32, BuildHasherDefault<Mix>>,
    /// … and for each number, the one before it with the same hash.
    earlier: Vec<Option<u32>>,
}

impl Index {
    fn latest(&self, hash: u64) -> Option<u32> {
        self.latest.get(&hash).copied()
    }

    /// The next number, for a value with this hash.
    fn add(&mut self, hash: u64) -> u32 {
        let number = u32::try_from(self.earlier.len()).expect("2^32 different local values");
        self.earlier.push(self.latest.insert(hash, number));
        number
    }
}

impl<T: PartialEq + Hash> Pool<T> {
    pub fn new() -> Self {
        Pool { entries: RwLock::new(Entries { values: Vec::new(), index: Index::default() }) }
    }

    /// The number of a value; a new one if it has none yet.
    pub fn number(&self, value: T) -> u32 {
        self.number_shared(Arc::new(value))
    }

    /// The number of a value that is shared already.
    pub fn number_shared(&self, value: Arc<T>) -> u32 {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&*value);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let mut candidate = entries.index.latest(hash);
        while let Some(number) = candidate {
            if *entries.values[number as usize] == *value {
                return number;
            }
            candidate = entries.index.earlier[number as usize];
        }
        entries.values.push(value);
        entries.index.add(hash)
    }

    pub fn read(&self) -> RwLockReadGuard<'_, Entries<T>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn get(&self, number: u32) -> Arc<T> {
        self.read().values[number as usize].clone()
    }

    pub fn get_all(&self, numbers: &[u32]) -> Vec<Arc<T>> {
        let entries = self.read();
        numbers.iter().map(|number| entries.values[*number as usize].clone()).collect()
    }

    /// Adds to `known` what it does not know yet.
    pub fn tell<U>(&self, known: &mut Vec<U>, of: impl Fn(&Arc<T>) -> U) {
        let entries = self.read();
        let unknown = &entries.values[known.len()..];
        known.extend(unknown.iter().map(of));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::Hasher;

    /// All of these have the same hash.
    #[derive(PartialEq)]
    struct Colliding(u8);

    impl Hash for Colliding {
        fn hash<H: Hasher>(&self, _: &mut H) {}
    }

    #[test]
    fn equal_hashes_do_not_make_values_equal() {
        let pool = Pool::new();
        let numbers = [7, 8, 9, 8, 7, 9].map(|value| pool.number(Colliding(value)));
        assert_eq!(numbers, [0, 1, 2, 1, 0, 2]);
        assert_eq!(pool.get(1).0, 8);
    }
}
