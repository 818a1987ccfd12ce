//! Judges of recorded histories: what the clients of a running store wrote down, judged when all is over.
//!
//! A [`Judge`](super::Judge) belongs to a system that is checked: it hears of events as they happen, for few operations, and
//! remembers every way in which things may stand. [`linearizable`] is for the histories of real clients: a hundred thousand
//! operations on a key-value store or on registers, among them time-outs of which nobody knows whether they took effect. A
//! register is a store with one key, of which nothing is deleted.
//!
//! | item | what it is |
//! | --- | --- |
//! | [`Record`] | an operation of a client: what, when, and with what answer, or pending |
//! | [`Recorder`] | writes records down, in the order in which it hears of calls and answers |
//! | [`linearizable`], [`linearizable_within`] | the judge |
//! | [`Judgement`], [`Violation`] | what it says, and why |
//!
//! ```
//! use synod::consistency::linearizable;
//! use synod::consistency::recorded::{Access, Judgement, Outcome, Recorder};
//!
//! let mut recorder: Recorder<&str, u8> = Recorder::default();
//! for value in [1, 2] {
//!     let write = recorder.call(1, "x", Access::Write(value));
//!     recorder.answer(write, Outcome::Done { version: None });
//! }
//! let read = recorder.call(2, "x", Access::Read);
//! recorder.answer(read, Outcome::Found { value: 1, version: None }); // stale
//! let records = recorder.records();
//! let Ok(Judgement::Violated(violation)) = linearizable(&records) else { panic!("it is not linearizable") };
//! assert_eq!((violation.key, violation.until), ("x", 2));
//! assert_eq!(violation.concerned, [0, 1, 2]);
//! ```

mod configuration;
mod explain;
mod numbered;
mod problem;
mod record;
mod search;
#[cfg(test)]
mod tests;

pub use record::{Access, BadRecord, Expected, Outcome, Record, Recorder, Ticket};

use explain::explain;
use numbered::numbered;
use problem::Problem;
use search::{Result as Found, search};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::Hash;

/// How many configurations [`linearizable`] visits, or compares with one another, for each key before it gives up.
pub const CONFIGURATIONS: u64 = 10_000_000;

/// What there is to say of a recorded history.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Judgement<K> {
    /// Every operation could have happened at one moment between its call and its answer.
    Linearizable,
    /// They could not.
    Violated(Violation<K>),
    /// It is open: on this key there was too much to look at, and on no key a violation was found.
    Undecided {
        /// Which key; the least of several.
        key: K,
        /// How many configurations were allowed to be visited or compared.
        configurations: u64,
    },
}

/// Why a history is not linearizable. Records are named by their places in what was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation<K> {
    /// The key on which it shows; the least of several.
    pub key: K,
    /// The record whose answer ends the shortest prefix of the history that is not linearizable already.
    pub until: usize,
    /// Whether it is certain that every shorter prefix is. If not, to find out would have exceeded the limit.
    pub is_shortest: bool,
    /// Operations which alone are not linearizable already, taken as they stood at that answer: those answered later, or
    /// never, are pending. Few, though not always as few as possible; in the order of their calls.
    pub concerned: Vec<usize>,
}

impl<K: fmt::Debug> Violation<K> {
    /// Says it to people: where it shows, then a line for each of the operations concerned, at most the last twenty.
    ///
    /// # Panics
    ///
    /// When these are not the records that were judged, but fewer.
    pub fn explain<V: fmt::Debug, T: fmt::Debug>(&self, records: &[Record<K, V, T>]) -> String {
        let shortest = if self.is_shortest { "first" } else { "at the latest" };
        let shows = format!("not linearizable, which shows {shortest} at {}", records[self.until]);
        let left_out = self.concerned.len().saturating_sub(20);
        let more = (left_out > 0).then(|| format!("\n  {left_out} operations before these"));
        let lines = self.concerned[left_out..].iter().map(|record| format!("\n  {}", records[*record]));
        [shows].into_iter().chain(more).chain(lines).collect()
    }
}

/// Judges whether a recorded history of a key-value store, or of registers, is linearizable: whether every operation could
/// have happened at one moment between its call and its answer, and a pending one at any moment after its call, or never.
/// Exact, also where values are written more than once. A key holds nothing before something is written to it.
///
/// Source: Herlihy and Wing, *Linearizability: A Correctness Condition for Concurrent Objects* (1990): a history is
/// linearizable if it is for each key. Wing and Gong, *Testing and Verifying Concurrent Objects* (1993); Lowe, *Testing for
/// linearizability* (2017).
///
/// Cost: the problem is NP-complete, but hard histories take many operations that are open on one key at the same time and
/// write the same values. Where each value is written once it is about n · k² for n operations of which k are open on a key at
/// a time. When [`CONFIGURATIONS`] on a key were not enough, it is [`Judgement::Undecided`].
///
/// # Errors
///
/// When a record can't be one of an operation.
pub fn linearizable<K: Clone + Ord, V: Eq + Hash, T: Eq + Hash>(
    records: &[Record<K, V, T>],
) -> Result<Judgement<K>, BadRecord> {
    linearizable_within(records, CONFIGURATIONS)
}

/// The same as [`linearizable`], with so many configurations allowed for each key. To explain a violation, as many again are
/// allowed, or forty times as many as to find it.
///
/// # Errors
///
/// When a record can't be one of an operation.
pub fn linearizable_within<K: Clone + Ord, V: Eq + Hash, T: Eq + Hash>(
    records: &[Record<K, V, T>],
    configurations: u64,
) -> Result<Judgement<K>, BadRecord> {
    let mut keys: BTreeMap<&K, Vec<(usize, &Record<K, V, T>)>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        record.verify(place)?;
        keys.entry(&record.key).or_default().push((place, record));
    }
    let mut judgement = Judgement::Linearizable;
    for (key, records) in keys {
        let records = numbered(&records);
        let mut left = configurations;
        match search(&Problem::new(&records), &mut left) {
            Found::Explained => {}
            Found::Unexplained(place) => {
                let mut allowance = configurations.max(40 * (configurations - left));
                let why = explain(&records, place, &mut allowance);
                let (until, is_shortest, concerned) = (why.until, why.is_shortest, why.concerned);
                return Ok(Judgement::Violated(Violation { key: key.clone(), until, is_shortest, concerned }));
            }
            Found::Exceeded if judgement == Judgement::Linearizable => {
                judgement = Judgement::Undecided { key: key.clone(), configurations };
            }
            Found::Exceeded => {}
        }
    }
    Ok(judgement)
}
