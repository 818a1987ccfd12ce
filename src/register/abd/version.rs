//! Versions of a register's value, and the timestamps that order them.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::fmt;

/// When something was written, in logical time: totally ordered, first by number, then by writer, so that no two writers ever
/// use the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp {
    /// Counted from 1.
    pub number: u64,
    /// Who wrote.
    pub writer: Id,
}

crate::rename! { struct Timestamp { number, writer } }

impl Timestamp {
    /// The least timestamp of `writer` whose number is above that of `latest`.
    ///
    /// # Panics
    ///
    /// After 2⁶⁴-1 writes.
    pub fn after(latest: Option<Timestamp>, writer: Id) -> Timestamp {
        let number = latest.map_or(0, |timestamp| timestamp.number);
        let number = number.checked_add(1).expect("2^64 writes are beyond any run");
        Timestamp { number, writer }
    }
}

impl fmt::Debug for Timestamp {
    /// Number and writer, short: states are for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:?}", self.number, self.writer)
    }
}

/// A value, and when it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version<V> {
    /// When.
    pub timestamp: Timestamp,
    /// What.
    pub value: V,
}

crate::rename! { struct Version<V> { timestamp, value } }

/// The timestamp of a version; that there is none yet is earlier than every version.
pub fn timestamp<V>(version: &Option<Version<V>>) -> Option<Timestamp> {
    version.as_ref().map(|version| version.timestamp)
}
