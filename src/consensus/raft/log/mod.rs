//! The log: a sequence of entries of which copies share what they have in common.
//!
//! A copy costs nothing, an append what is appended, and to find out what was appended since an older copy takes
//! logarithmic time besides that: so a process saves its log at each append, and a store writes no more than what is
//! new. The beginning of the log can be forgotten once a snapshot stands for it.
//!
//! Two logs are equal if they have the same entries, no matter in how many pieces they were appended.

mod matching;
mod segment;
#[cfg(test)]
mod tests;

pub use super::entry::{Entry, Position};
pub use matching::{Conflict, Merged};
pub use segment::Entries;

use crate::rename::{Rename, Renaming};
use segment::Chain;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::RangeInclusive;

/// A log, the beginning of which may have been forgotten.
pub struct Log<T> {
    /// The last entry that was forgotten; the place before the first where none was.
    base: Position,
    chain: Chain<T>,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Log::after(Position::default())
    }
}

impl<T> Clone for Log<T> {
    /// Shares all entries. Constant time.
    fn clone(&self) -> Self {
        Log { base: self.base, chain: self.chain.clone() }
    }
}

impl<T> Log<T> {
    /// A log whose entries up to `base` are forgotten, and that has no other.
    pub fn after(base: Position) -> Self {
        Log { base, chain: None }
    }

    /// The last entry that is forgotten.
    pub fn base(&self) -> Position {
        self.base
    }

    /// The last entry; [`Log::base`] if there is none.
    pub fn last(&self) -> Position {
        match &self.chain {
            Some(top) => Position { term: top.last_entry().term, index: top.last() },
            None => self.base,
        }
    }

    /// How many entries it has, without those that are forgotten.
    pub fn len(&self) -> usize {
        (self.last().index - self.base.index) as usize
    }

    /// Whether it has no entry, apart from those that are forgotten.
    pub fn is_empty(&self) -> bool {
        self.chain.is_none()
    }

    /// The entry at `index`, unless it is forgotten or not there yet. Logarithmic time, constant near the end.
    pub fn get(&self, index: u64) -> Option<&Entry<T>> {
        let top = self.chain.as_ref().filter(|top| index <= top.last())?;
        top.reaching(index).map(|segment| segment.entry(index))
    }

    /// The term of the entry at `index`, which may be the last that is forgotten.
    pub fn term_at(&self, index: u64) -> Option<u64> {
        if index == self.base.index { Some(self.base.term) } else { self.get(index).map(|entry| entry.term) }
    }

    /// The position of the entry at `index`, which may be the last that is forgotten.
    pub fn position_at(&self, index: u64) -> Option<Position> {
        self.term_at(index).map(|term| Position { term, index })
    }

    /// The entries with these indices, as far as the log has them.
    pub fn entries(&self, range: RangeInclusive<u64>) -> Entries<'_, T> {
        let first = self.base.index.max(range.start().saturating_sub(1)) + 1;
        let last = self.last().index.min(*range.end());
        Entries::new(&self.chain, first, last.saturating_add(1))
    }

    /// All entries that are not forgotten.
    pub fn iter(&self) -> Entries<'_, T> {
        self.entries(0..=u64::MAX)
    }

    /// Adds entries at the end.
    ///
    /// # Panics
    ///
    /// When a term is less than the one before it.
    pub fn append(&mut self, entries: Vec<Entry<T>>) {
        let last = self.last();
        let mut terms = entries.iter().map(|entry| entry.term);
        let mut term = last.term;
        let ascends = terms.all(|next| std::mem::replace(&mut term, next) <= next);
        assert!(ascends, "the terms of a log never decrease");
        self.chain = segment::push(self.chain.take(), last.index + 1, entries);
    }
}

impl<T: Clone> Log<T> {
    /// Takes away all entries after `last`.
    ///
    /// # Panics
    ///
    /// When `last` is forgotten already.
    pub fn truncate(&mut self, last: u64) {
        assert!(last >= self.base.index, "entry {} is forgotten: what follows it cannot be told", last);
        if last < self.last().index {
            self.chain = segment::cut(&self.chain, last);
        }
    }

    /// Forgets all entries up to `last`, for which a snapshot stands from now on. Takes time in proportion to what
    /// remains.
    ///
    /// # Panics
    ///
    /// When the log does not have this entry.
    pub fn compact(&mut self, last: u64) {
        if last > self.base.index {
            let base = self.position_at(last).expect("only what the log has can be forgotten");
            let rest = self.entries(last + 1..=u64::MAX).cloned().collect();
            *self = Log::after(base);
            self.append(rest);
        }
    }
}

impl<T: PartialEq> Log<T> {
    /// Up to which index this log and another have the same entries: all that both have, from the larger of both bases
    /// on. What they share is not compared.
    pub fn agrees_up_to(&self, other: &Self) -> u64 {
        let base = self.base.index.max(other.base.index);
        let shared =
            segment::common(&self.chain, &other.chain).as_ref().map_or(base, |segment| segment.last().max(base));
        let (rest, other_rest) = (self.entries(shared + 1..=u64::MAX), other.entries(shared + 1..=u64::MAX));
        let agreeing = rest.zip(other_rest).take_while(|(one, other)| one == other).count();
        shared + agreeing as u64
    }
}

impl<T: PartialEq> PartialEq for Log<T> {
    fn eq(&self, other: &Self) -> bool {
        self.base == other.base && self.last() == other.last() && self.agrees_up_to(other) == self.last().index
    }
}

impl<T: Eq> Eq for Log<T> {}

impl<T: PartialOrd> PartialOrd for Log<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.base.cmp(&other.base) {
            Ordering::Equal => self.iter().partial_cmp(other.iter()),
            unequal => Some(unequal),
        }
    }
}

impl<T: Ord> Ord for Log<T> {
    /// By base and entries: total, as maps and canonical states need it, and without further meaning.
    fn cmp(&self, other: &Self) -> Ordering {
        self.base.cmp(&other.base).then_with(|| self.iter().cmp(other.iter()))
    }
}

impl<T: Hash> Hash for Log<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.base.hash(hasher);
        self.len().hash(hasher);
        self.iter().for_each(|entry| entry.hash(hasher));
    }
}

impl<T: fmt::Debug> fmt::Debug for Log<T> {
    /// The entries in a list, after the base where there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.base != Position::default() {
            write!(f, "{:?}… ", self.base)?;
        }
        write!(f, "[")?;
        for (place, entry) in self.iter().enumerate() {
            let separator = if place == 0 { "" } else { ", " };
            write!(f, "{separator}{entry:?}")?;
        }
        write!(f, "]")
    }
}

impl<T: Rename> Rename for Log<T> {
    fn rename(&self, to: &Renaming) -> Self {
        to.note(&self.len());
        let mut renamed = Log::after(self.base.rename(to));
        let entry = |entry: &Entry<T>| Entry { term: entry.term.rename(to), payload: entry.payload.rename(to) };
        renamed.append(self.iter().map(entry).collect());
        renamed
    }
}

impl<T: Serialize> Serialize for Log<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.base, self.iter().collect::<Vec<_>>()).serialize(serializer)
    }
}

impl<'d, T: Deserialize<'d>> Deserialize<'d> for Log<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let (base, entries) = <(Position, Vec<Entry<T>>)>::deserialize(deserializer)?;
        if !entries.is_sorted_by_key(|entry| entry.term) || entries.first().is_some_and(|entry| entry.term < base.term)
        {
            return Err(serde::de::Error::custom("the terms of a log never decrease"));
        }
        let mut log = Log::after(base);
        log.append(entries);
        Ok(log)
    }
}
