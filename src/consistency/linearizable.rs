//! Linearizability: every operation seems to happen at one moment between its call and its answer.
//!
//! Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 7.2; Herlihy and Wing, *Linearizability: A Correctness
//! Condition for Concurrent Objects* (1990).
//!
//! Cost: with k open operations there are at most k! · e ways how they may have happened so far, each with one object; usually
//! far fewer, because ways that leave the same object and the same answers are one. An answer or a crash visits each once.

use super::{Call, Judge, Object};
use crate::rename::{self, Rename, Renaming};
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet};

/// Judges whether an object is linearizable. Exact: dissatisfied as soon as no explanation is left, and not before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Linearizable<O: Object> {
    /// What is open.
    open: BTreeMap<Call, O::Operation>,
    /// Every way in which things may stand. None is left when what was seen has no explanation.
    ways: BTreeSet<Way<O>>,
}

/// A way in which things may stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Way<O: Object> {
    /// What the object has become.
    object: O,
    /// What those of the open operations that have happened already will be answered with.
    happened: BTreeMap<Call, O::Answer>,
    /// What was cut off by a crash and has not happened yet, sorted.
    adrift: Vec<O::Operation>,
}

impl<O> Rename for Linearizable<O>
where
    O: Object<Operation: Rename, Answer: Rename> + Rename,
{
    fn rename(&self, to: &Renaming) -> Self {
        let Linearizable { open, ways } = self;
        Linearizable { open: open.rename(to), ways: ways.rename(to) }
    }
}

impl<O> Rename for Way<O>
where
    O: Object<Operation: Rename, Answer: Rename> + Rename,
{
    fn rename(&self, to: &Renaming) -> Self {
        let Way { object, happened, adrift } = self;
        Way { object: object.rename(to), happened: happened.rename(to), adrift: rename::sorted(adrift, to) }
    }
}

impl<O: Object> Linearizable<O> {
    /// Nothing has been called yet.
    pub fn new(object: O) -> Self {
        let way = Way { object, happened: BTreeMap::new(), adrift: Vec::new() };
        Linearizable { open: BTreeMap::new(), ways: BTreeSet::from([way]) }
    }

    /// Adds every way that the ways so far may lead to before anything else is seen.
    fn let_happen(&mut self) {
        let mut new: Vec<_> = self.ways.iter().cloned().collect();
        while let Some(way) = new.pop() {
            for next in self.open.iter().filter_map(|(call, operation)| way.with(*call, operation)) {
                if self.ways.insert(next.clone()) {
                    new.push(next);
                }
            }
            for next in (0..way.adrift.len()).map(|place| way.with_adrift(place)) {
                if self.ways.insert(next.clone()) {
                    new.push(next);
                }
            }
        }
    }

    /// Keeps of each way what `keep` makes of it.
    fn keep(&mut self, keep: impl Fn(Way<O>) -> Option<Way<O>>) {
        self.ways = std::mem::take(&mut self.ways).into_iter().filter_map(keep).collect();
    }
}

impl<O: Object> Way<O> {
    /// An open operation happens, unless it has happened already.
    fn with(&self, call: Call, operation: &O::Operation) -> Option<Self> {
        if self.happened.contains_key(&call) {
            return None;
        }
        let mut next = self.clone();
        let answer = next.object.apply(operation);
        next.happened.insert(call, answer);
        Some(next)
    }

    /// An operation happens that was cut off.
    fn with_adrift(&self, place: usize) -> Self {
        let mut next = self.clone();
        let operation = next.adrift.remove(place);
        next.object.apply(&operation);
        next
    }
}

impl<O: Object> Judge for Linearizable<O> {
    type Operation = O::Operation;
    type Answer = O::Answer;

    fn call(&mut self, call: Call, operation: O::Operation) {
        let before = self.open.insert(call, operation);
        assert!(before.is_none(), "{call:?} is open already");
        self.let_happen();
    }

    fn answer(&mut self, call: Call, answer: O::Answer) {
        self.open.remove(&call);
        self.keep(|mut way| (way.happened.remove(&call).as_ref() == Some(&answer)).then_some(way));
    }

    fn refuse(&mut self, call: Call) {
        let was_open = self.open.remove(&call).is_some();
        self.keep(|way| (was_open && !way.happened.contains_key(&call)).then_some(way));
    }

    fn crash(&mut self, process: Id) {
        let (cut_off, open) = std::mem::take(&mut self.open).into_iter().partition(|(call, _)| call.process == process);
        self.open = open;
        let cut_off: BTreeMap<_, _> = cut_off;
        self.keep(|mut way| {
            for (call, operation) in &cut_off {
                if way.happened.remove(call).is_none() && !O::changes_nothing(operation) {
                    way.adrift.push(operation.clone());
                }
            }
            way.adrift.sort();
            Some(way)
        });
    }

    fn is_satisfied(&self) -> bool {
        !self.ways.is_empty()
    }

    fn is_idle(&self) -> bool {
        self.open.is_empty()
    }
}
