//! Entries of a log, and positions in it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in a log: the index of an entry, counted from 1, and the term in which a leader created it. The place before
/// the first entry is `Position::default()`.
///
/// Positions are ordered by term first. Of two logs, the one that ends at the larger position is the more *up to date*;
/// the order of positions is total, so "at least as up to date as" is a total preorder of logs.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The term of the entry.
    pub term: u64,
    /// The index of the entry.
    pub index: u64,
}

crate::rename! { struct Position { term, index } }

impl fmt::Debug for Position {
    /// Term and index, short: states are for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.term, self.index)
    }
}

/// An entry of a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry<T> {
    /// In which term a leader created it.
    pub term: u64,
    /// What it says.
    pub payload: T,
}

crate::rename! { struct Entry<T> { term, payload } }

impl<T: fmt::Debug> fmt::Debug for Entry<T> {
    /// Term and content, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:?}", self.term, self.payload)
    }
}
