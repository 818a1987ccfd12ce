//! How a follower's log becomes the leader's.

use super::{Entry, Log, Position};
use serde::{Deserialize, Serialize};

/// Where a log does not have the entry that a leader takes for granted; the hint spares the leader to try one entry
/// after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Conflict {
    /// The log ends before it, with the entry at this index.
    Missing {
        /// The last index of the log.
        last: u64,
    },
    /// The log has another entry there.
    Other {
        /// The term of that entry.
        term: u64,
        /// The first index at which the log has an entry of that term.
        first: u64,
    },
}

crate::rename! { enum Conflict { Missing { last }, Other { term, first } } }

/// What a leader's entries have made of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Up to this index the log is the leader's.
    pub matched: u64,
    /// The first index at which an entry is new, if any is.
    pub changed_from: Option<u64>,
}

impl<T> Log<T> {
    /// Why the log does not go on after `previous`, if it does not.
    pub fn conflict(&self, previous: Position) -> Option<Conflict> {
        let last = self.last().index;
        match self.term_at(previous.index) {
            None if previous.index > last => Some(Conflict::Missing { last }),
            // What is forgotten is committed, and no leader's log differs there.
            None => None,
            Some(term) if term == previous.term => None,
            Some(term) => Some(Conflict::Other { term, first: self.first_of(term, previous.index) }),
        }
    }

    /// The first index with an entry of this term, which the entry at `index` has. Terms never decrease.
    fn first_of(&self, term: u64, index: u64) -> u64 {
        let (mut below, mut first) = (self.base().index, index);
        while below + 1 < first {
            let middle = below + (first - below) / 2;
            if self.term_at(middle) == Some(term) { first = middle } else { below = middle }
        }
        first
    }

    /// The last index up to `index` whose term is at most this one; that of the base, if there is none after it.
    fn last_up_to(&self, term: u64, index: u64) -> u64 {
        let (mut last, mut above) = (self.base().index, self.last().index.min(index) + 1);
        while last + 1 < above {
            let middle = last + (above - last) / 2;
            if self.term_at(middle) <= Some(term) { last = middle } else { above = middle }
        }
        last
    }

    /// For a leader: the largest index up to which this log may agree with one that has a conflict at index `rejected`.
    /// It is smaller than that, unless it is the base.
    ///
    /// Where the logs agree, the other's term is at most that of its conflicting entry. So a whole term is skipped that
    /// this log does not have.
    pub fn retreat(&self, rejected: u64, conflict: Conflict) -> u64 {
        let before = rejected.saturating_sub(1);
        let agreeing = match conflict {
            Conflict::Missing { last } => last.min(before),
            Conflict::Other { term, first } => {
                let last = self.last_up_to(term, before);
                if self.term_at(last) == Some(term) { last } else { last.min(first.saturating_sub(1)) }
            }
        };
        agreeing.max(self.base().index)
    }
}

impl<T: Clone> Log<T> {
    /// Makes the log agree with a leader's, which has these entries after `previous`: the step that keeps logs
    /// *matching*.
    ///
    /// Entries that the log has already stay, and so does what follows them: the message may be an old one. An entry
    /// that differs goes, with all that follow it.
    ///
    /// # Errors
    ///
    /// [`Conflict`] when the log does not have the entry at `previous`; then nothing changes.
    pub fn merge(&mut self, previous: Position, mut entries: Vec<Entry<T>>) -> Result<Merged, Conflict> {
        if let Some(conflict) = self.conflict(previous) {
            return Err(conflict);
        }
        let matched = previous.index + entries.len() as u64;
        let known =
            |(index, entry): &(u64, &Entry<T>)| *index <= self.base().index || self.term_at(*index) == Some(entry.term);
        let same = (previous.index + 1..).zip(&entries).take_while(known).count();
        let new = entries.split_off(same);
        let changed_from = (!new.is_empty()).then_some(previous.index + 1 + same as u64);
        if let Some(first) = changed_from {
            self.truncate(first - 1);
            self.append(new);
        }
        Ok(Merged { matched, changed_from })
    }
}
