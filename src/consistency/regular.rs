//! Regularity of a register with one writer.
//!
//! Source: lecture notes after Cachin, Guerraoui and Rodrigues (Bern 2020), §4.1; Lamport, *On Interprocess Communication*
//! (1986).

use super::{Answer, Call, Judge, Operation};
use crate::event::Data;
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet};

/// Judges whether a register with one writer is regular: a read returns what was written last before it began, or what was
/// being written meanwhile. A write that a crash cut off is being written ever after.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Regular<V> {
    /// What the last write that was answered has written; nothing before the first.
    last: Option<V>,
    /// The open write.
    writing: Option<Write<V>>,
    /// What writes that were cut off would have written.
    cut_off: BTreeSet<V>,
    /// The open reads, and for each what was last since it began.
    reading: BTreeMap<Call, BTreeSet<Option<V>>>,
    satisfied: bool,
}

crate::rename! { struct Regular<V> { last, writing, cut_off, reading, satisfied } }

/// A write that is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Write<V> {
    call: Call,
    value: V,
    /// Whether a read has returned its value that may return it only because of this write, which can't be refused any more.
    seen: bool,
}

crate::rename! { struct Write<V> { call, value, seen } }

impl<V> Default for Regular<V> {
    /// Nothing has been called yet.
    fn default() -> Self {
        let (cut_off, reading) = (BTreeSet::new(), BTreeMap::new());
        Regular { last: None, writing: None, cut_off, reading, satisfied: true }
    }
}

impl<V: Data> Regular<V> {
    /// Whether a read may return this now that was open while each of `since` was what was written last.
    fn allows(&mut self, since: &BTreeSet<Option<V>>, value: &Option<V>) -> bool {
        if since.contains(value) || value.as_ref().is_some_and(|value| self.cut_off.contains(value)) {
            return true;
        }
        match &mut self.writing {
            Some(write) if Some(&write.value) == value.as_ref() => {
                write.seen = true;
                true
            }
            _ => false,
        }
    }

    /// Takes the open write out, if it is this one.
    fn end_write(&mut self, call: Call) -> Option<Write<V>> {
        self.writing.take_if(|write| write.call == call)
    }
}

impl<V: Data> Judge for Regular<V> {
    type Operation = Operation<V>;
    type Answer = Answer<V>;

    /// # Panics
    ///
    /// When a read of that name is open, or when a write is called while another is open.
    fn call(&mut self, call: Call, operation: Operation<V>) {
        let fresh = match operation {
            Operation::Read => self.reading.insert(call, BTreeSet::from([self.last.clone()])).is_none(),
            Operation::Write(value) => self.writing.replace(Write { call, value, seen: false }).is_none(),
        };
        assert!(fresh, "{call:?} is open already, or another write is");
    }

    fn answer(&mut self, call: Call, answer: Answer<V>) {
        self.satisfied &= match answer {
            Answer::Value(value) => self.reading.remove(&call).is_some_and(|since| self.allows(&since, &value)),
            Answer::Written => match self.end_write(call) {
                Some(write) => {
                    self.last = Some(write.value);
                    self.reading.values_mut().for_each(|since| _ = since.insert(self.last.clone()));
                    true
                }
                None => false,
            },
        };
    }

    fn refuse(&mut self, call: Call) {
        self.satisfied &= self.reading.remove(&call).is_some() || self.end_write(call).is_some_and(|write| !write.seen);
    }

    fn crash(&mut self, process: Id) {
        self.reading.retain(|call, _| call.process != process);
        let cut_off = self.writing.take_if(|write| write.call.process == process);
        self.cut_off.extend(cut_off.map(|write| write.value));
    }

    fn is_satisfied(&self) -> bool {
        self.satisfied
    }

    fn is_idle(&self) -> bool {
        self.writing.is_none() && self.reading.is_empty()
    }
}
