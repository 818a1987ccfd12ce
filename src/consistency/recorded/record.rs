//! What a client writes down: its operations on a store, when it called them, when they were answered, and with what.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// An operation of a client on one key of a store.
///
/// Moments are of one clock, which all clients share: nanoseconds, or places in an order of events. An answer and a call at
/// the same moment count as concurrent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Record<K, V, T = u64> {
    /// Whose operation; for people only. A client may have several open at once.
    pub client: u64,
    /// On which key.
    pub key: K,
    /// What.
    pub access: Access<V, T>,
    /// When it was called.
    pub called: u64,
    /// When it was answered, and with what. Nothing when the client never learnt: then it may have taken effect, may still
    /// do so at any later time, or never. What certainly has had no effect, and will have none, is no record at all.
    pub answered: Option<(u64, Outcome<V, T>)>,
}

/// What a client may ask of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Access<V, T = u64> {
    /// Return what the key holds.
    Read,
    /// Let it hold this.
    Write(V),
    /// Let it hold nothing.
    Delete,
    /// Let it hold something else, if it holds what is expected.
    CompareAndSet {
        /// What it has to hold.
        expected: Expected<V, T>,
        /// What it holds then.
        new: V,
    },
}

/// What a compare-and-set expects of its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Expected<V, T = u64> {
    /// That it holds nothing.
    Nothing,
    /// That it holds this value.
    Value(V),
    /// That it holds what this version names.
    Version(T),
}

/// What a store answers.
///
/// A version is the store's name for what one operation has written. Recording versions is optional, for each answer; but
/// where they are recorded, a store that gives two operations on a key the same version has no explanation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome<V, T = u64> {
    /// To a read: the key holds this.
    Found {
        /// The value.
        value: V,
        /// Its version, if it was recorded.
        version: Option<T>,
    },
    /// To a read: the key holds nothing.
    Nothing,
    /// To what changes the key: that it has.
    Done {
        /// The version of what was written, if it was recorded. A deletion has none.
        version: Option<T>,
    },
    /// To a compare-and-set: the key does not hold what was expected, and nothing was changed.
    Mismatch,
}

/// Why a record is not one of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadRecord {
    /// It was answered before it was called.
    AnsweredBeforeCalled {
        /// Which record, in the order given.
        record: usize,
    },
    /// No operation of its kind is answered like this.
    NotItsAnswer {
        /// Which record, in the order given.
        record: usize,
    },
}

impl fmt::Display for BadRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRecord::AnsweredBeforeCalled { record } => {
                write!(f, "record {record} was answered before it was called: use one clock for all clients")
            }
            BadRecord::NotItsAnswer { record } => {
                write!(f, "record {record} has an answer that its kind of operation never gets")
            }
        }
    }
}

impl std::error::Error for BadRecord {}

impl<K, V, T> Record<K, V, T> {
    /// Whether this can be a record at all; it is the one of that number.
    pub(super) fn verify(&self, record: usize) -> Result<(), BadRecord> {
        let Some((answered, outcome)) = &self.answered else { return Ok(()) };
        if *answered < self.called {
            return Err(BadRecord::AnsweredBeforeCalled { record });
        }
        let fits = match self.access {
            Access::Read => matches!(outcome, Outcome::Found { .. } | Outcome::Nothing),
            Access::Write(_) => matches!(outcome, Outcome::Done { .. }),
            Access::Delete => matches!(outcome, Outcome::Done { version: None }),
            Access::CompareAndSet { .. } => matches!(outcome, Outcome::Done { .. } | Outcome::Mismatch),
        };
        if fits { Ok(()) } else { Err(BadRecord::NotItsAnswer { record }) }
    }
}

impl<K: fmt::Debug, V: fmt::Debug, T: fmt::Debug> fmt::Display for Record<K, V, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { client, key, access, called, .. } = self;
        write!(f, "client {client}, key {key:?}, from {called} ")?;
        match &self.answered {
            Some((answered, outcome)) => write!(f, "to {answered}: {access:?} answered {outcome:?}"),
            None => write!(f, "on: {access:?} never answered"),
        }
    }
}

/// Writes down the operations of several clients in the order in which it hears of them.
///
/// A call has to be noted before its request is sent, and an answer after it has arrived; then the moments are right whatever
/// the clocks do.
///
/// ```
/// use synod::consistency::linearizable;
/// use synod::consistency::recorded::{Access, Judgement, Outcome, Recorder};
///
/// let mut recorder: Recorder<&str, u8> = Recorder::default();
/// let write = recorder.call(1, "x", Access::Write(7));
/// let read = recorder.call(2, "x", Access::Read);
/// recorder.answer(read, Outcome::Found { value: 7, version: None });
/// drop(write); // a time-out: the write is pending, and it has taken effect, since it was read
/// assert_eq!(linearizable(&recorder.records()), Ok(Judgement::Linearizable));
/// ```
#[derive(Clone, Debug)]
pub struct Recorder<K, V, T = u64> {
    records: BTreeMap<u64, Record<K, V, T>>,
    events: u64,
}

/// An operation that was called and is not answered yet. Whoever will not learn what became of it drops this: it stays pending.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

impl<K, V, T> Default for Recorder<K, V, T> {
    fn default() -> Self {
        Recorder { records: BTreeMap::new(), events: 0 }
    }
}

impl<K: Clone, V: Clone, T: Clone> Recorder<K, V, T> {
    /// An operation is about to be requested.
    pub fn call(&mut self, client: u64, key: K, access: Access<V, T>) -> Ticket {
        let called = self.next_moment();
        self.records.insert(called, Record { client, key, access, called, answered: None });
        Ticket(called)
    }

    /// It was answered.
    ///
    /// # Panics
    ///
    /// When the ticket is another recorder's.
    pub fn answer(&mut self, ticket: Ticket, outcome: Outcome<V, T>) {
        let now = self.next_moment();
        let record = self.records.get_mut(&ticket.0);
        record.expect("an operation is answered to the recorder that has noted its call").answered =
            Some((now, outcome));
    }

    /// It failed, and certainly has had no effect, and will have none: as if it had never been called.
    pub fn refuse(&mut self, ticket: Ticket) {
        self.records.remove(&ticket.0);
    }

    /// What was noted so far, in the order of the calls.
    pub fn records(&self) -> Vec<Record<K, V, T>> {
        self.records.values().cloned().collect()
    }

    fn next_moment(&mut self) -> u64 {
        self.events += 1;
        self.events
    }
}
