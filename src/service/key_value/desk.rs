//! Where the clients of one process stand in line, for a register handles one operation at a time.
//!
//! Operations on different keys have nothing to do with one another. Those on one key that come while one is under way wait,
//! and are then conducted as one: if there are writes among them, the value of the last is written; if not, one read serves
//! all.
//!
//! **Why that is linearizable.** All of them were asked for before the one operation begins and are answered after it has ended,
//! so each may take effect at any moment of it. At the moment of the write, first the other writes take effect, one after the
//! other, and each is replaced by the next; then the last; then the reads, which return it. At the moment of a read, all reads
//! return what it returns. An operation never joins one that has begun: that one's moment may have passed.

use super::{Bytes, Entry, Indication, Key, Request, Version};
use crate::register;
use crate::stack::Keyed;
use stateright::actor::Id;
use std::collections::BTreeMap;

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// What the key holds.
    Read,
    /// The key is to hold this value, or none.
    Write(Option<Bytes>),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What the key holds; nothing if nobody has ever written.
    Read(Option<Entry>),
    /// The key holds the value, in this version.
    Written(Version),
}

/// An [`Outcome`], and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer<C> {
    /// Who asked.
    pub caller: C,
    /// What came of it.
    pub outcome: Outcome,
}

/// Names an operation that was submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    key: Key,
    number: u64,
}

/// What is known of an operation whose caller waits no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// It has had no effect, and will have none.
    WithoutEffect,
    /// It may have had its effect, or have it later, or never.
    Unknown,
}

/// The line in front of one process, for callers that are known as `C`.
#[derive(Clone, Debug)]
pub struct Desk<C> {
    writer: Id,
    incarnation: u64,
    /// How many operations were submitted.
    submitted: u64,
    /// How many requests were made of the process.
    requests: u64,
    /// How many operations are in line.
    pending: usize,
    lines: BTreeMap<Key, Line<C>>,
}

/// Those who want something of one key.
#[derive(Clone, Debug)]
struct Line<C> {
    /// The number of the request that is under way.
    under_way: u64,
    /// What it writes, if it is a write.
    written: Option<Entry>,
    /// Those whom it serves.
    served: Vec<Waiting<C>>,
    /// Those who come after it.
    waiting: Vec<Waiting<C>>,
}

#[derive(Clone, Debug)]
struct Waiting<C> {
    number: u64,
    operation: Operation,
    caller: C,
}

impl<C> Desk<C> {
    /// Nobody is in line. The process, `writer`, is in the life of this number: no other desk ever names writes by both.
    pub fn new(writer: Id, incarnation: u64) -> Self {
        Desk { writer, incarnation, submitted: 0, requests: 0, pending: 0, lines: BTreeMap::new() }
    }

    /// How many operations are not answered yet.
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// Puts an operation in line; returns its name and, if it is its turn, the request to be made of the process.
    pub fn submit(&mut self, key: Key, operation: Operation, caller: C) -> (Ticket, Option<Request>) {
        self.submitted += 1;
        self.pending += 1;
        let number = self.submitted;
        let waiting = Waiting { number, operation, caller };
        let ticket = Ticket { key: key.clone(), number };
        if let Some(line) = self.lines.get_mut(&key) {
            line.waiting.push(waiting);
            return (ticket, None);
        }
        (ticket, Some(self.begin(key, vec![waiting])))
    }

    /// Takes what the process has indicated; returns who is answered, and the next request to be made of the process.
    pub fn take(&mut self, Keyed { key, what }: Indication) -> (Vec<Answer<C>>, Option<Request>) {
        if self.lines.get(&key).is_none_or(|line| line.under_way != what.number()) {
            return (Vec::new(), None);
        }
        let Some(line) = self.lines.remove(&key) else { return (Vec::new(), None) };
        self.pending -= line.served.len();
        let found = match what {
            register::Indication::Value { value, .. } => value,
            register::Indication::Written { .. } => line.written,
            // The desk makes one request at a time, and everybody may write; so this does not happen. If it did, nobody would
            // be told anything: what became of the operation is unknown.
            register::Indication::Refused { .. } => {
                self.pending -= line.waiting.len();
                return (Vec::new(), None);
            }
        };
        let answers = line.served.into_iter().map(|waiting| self.answer(waiting, found.clone())).collect();
        let next = (!line.waiting.is_empty()).then(|| self.begin(key, line.waiting));
        (answers, next)
    }

    /// The caller of an operation waits no longer.
    pub fn withdraw(&mut self, Ticket { key, number }: &Ticket) -> Withdrawn {
        let Some(line) = self.lines.get_mut(key) else { return Withdrawn::Unknown };
        if let Some(place) = line.waiting.iter().position(|waiting| waiting.number == *number) {
            line.waiting.remove(place);
            self.pending -= 1;
            return Withdrawn::WithoutEffect;
        }
        let Some(place) = line.served.iter().position(|waiting| waiting.number == *number) else {
            return Withdrawn::Unknown;
        };
        self.pending -= 1;
        match line.served.remove(place).operation {
            Operation::Read => Withdrawn::WithoutEffect,
            Operation::Write(_) => Withdrawn::Unknown,
        }
    }

    /// Begins one operation for all of these.
    fn begin(&mut self, key: Key, served: Vec<Waiting<C>>) -> Request {
        self.requests += 1;
        let number = self.requests;
        let last = served.iter().rev().find_map(|waiting| match &waiting.operation {
            Operation::Write(value) => Some((waiting.number, value.clone())),
            Operation::Read => None,
        });
        let written = last.map(|(number, value)| Entry { version: self.version(number), value });
        let what = match &written {
            Some(entry) => register::Request::Write { number, value: entry.clone() },
            None => register::Request::Read { number },
        };
        self.lines.insert(key.clone(), Line { under_way: number, written, served, waiting: Vec::new() });
        Keyed { key, what }
    }

    fn answer(&self, Waiting { number, operation, caller }: Waiting<C>, found: Option<Entry>) -> Answer<C> {
        let outcome = match operation {
            Operation::Read => Outcome::Read(found),
            Operation::Write(_) => Outcome::Written(self.version(number)),
        };
        Answer { caller, outcome }
    }

    fn version(&self, number: u64) -> Version {
        Version { writer: self.writer, incarnation: self.incarnation, number }
    }
}

#[cfg(test)]
mod tests;
