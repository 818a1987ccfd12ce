//! Cells as small numbers, with a memory of every reaction.
//!
//! A step of an actor depends on one process and one event, so a system with millions of states has only a few thousand
//! different local steps. Each thread remembers those it has seen: handlers, observers and properties run only for what is
//! new to it.

use super::Conditions;
use super::hash::Map;
use super::state::Numbers;
use crate::system::{Cause, Cells, Outcome, Reaction, Rules, Sort, Standing, Step, Tick, Trace};
use std::cmp::Ordering;
use std::rc::Rc;

/// A step in numbers.
pub(super) type NumberedStep = Step<u32, u32>;

/// The number of what is seen of a step of which nothing is seen.
pub(super) const NOTHING_SEEN: u32 = 0;

/// Who knows the values behind the numbers. Answers depend on the arguments alone.
pub(super) trait Source: Sync {
    /// What may happen around the processes.
    fn rules(&self) -> &Rules;
    fn unborn(&self) -> u32;
    fn first_history(&self) -> u32;
    /// Adds the standing of processes that `known` does not know yet.
    fn standings(&self, known: &mut Vec<Standing>);
    /// Adds sender and receiver of messages that `known` does not know yet.
    fn ends(&self, known: &mut Vec<(u8, u8)>);
    fn offers(&self, id: usize, process: u32) -> Vec<(u32, Sort)>;
    fn react(&self, id: usize, process: u32, cause: Cause<u32, u32>) -> Vec<Outcome<u32, u32, u32>>;
    fn tick(&self, process: u32, time: Tick) -> u32;
    /// What the observer makes of what it sees; nothing when it panics.
    fn observe(&self, history: u32, seen: u32) -> Option<u32>;
    fn lies(&self, id: usize) -> Vec<u32>;
    /// What is to be judged.
    fn conditions(&self) -> Conditions;
    /// Whether a state satisfies the condition with this index.
    ///
    /// # Errors
    ///
    /// The condition's panic.
    fn holds(&self, condition: usize, state: &Numbers) -> Result<bool, String>;
    /// The order of steps, by their values.
    fn compare(&self, one: &NumberedStep, other: &NumberedStep) -> Ordering;
    /// The trace of a run from the initial state on.
    fn trace(&self, run: &[NumberedStep]) -> Trace;
    /// What is taken for granted, a line for each assumption.
    fn assumptions(&self) -> Vec<String>;
    /// How often a handler was called.
    fn handler_calls(&self) -> u64;
    /// How many different processes, messages and histories occurred.
    fn sizes(&self) -> [usize; 3];
}

/// One thread's memory of what a [`Source`] has answered.
pub(super) struct Interned<'s> {
    source: &'s dyn Source,
    standings: Vec<Standing>,
    ends: Vec<(u8, u8)>,
    offers: Map<(u32, u32), Rc<[(u32, Sort)]>>,
    reactions: Map<(u32, u32, u32), Rc<[Outcome<u32, u32, u32>]>>,
    observed: Map<(u32, u32), Option<u32>>,
    ticked: Map<(u32, Tick), u32>,
    lies: Map<u32, Rc<[u32]>>,
}

impl<'s> Interned<'s> {
    pub fn new(source: &'s dyn Source) -> Self {
        Interned {
            source,
            standings: Vec::new(),
            ends: Vec::new(),
            offers: Map::default(),
            reactions: Map::default(),
            observed: Map::default(),
            ticked: Map::default(),
            lies: Map::default(),
        }
    }
}

impl Cells for Interned<'_> {
    type Process = u32;
    type Envelope = u32;
    type History = u32;
    type Local = u32;
    type Seen = u32;

    fn unborn(&mut self) -> u32 {
        self.source.unborn()
    }

    fn first_history(&mut self) -> u32 {
        self.source.first_history()
    }

    fn standing(&mut self, process: &u32) -> Standing {
        if *process as usize >= self.standings.len() {
            self.source.standings(&mut self.standings);
        }
        self.standings[*process as usize]
    }

    fn ends(&mut self, envelope: &u32) -> (usize, usize) {
        if *envelope as usize >= self.ends.len() {
            self.source.ends(&mut self.ends);
        }
        let (from, to) = self.ends[*envelope as usize];
        (from.into(), to.into())
    }

    fn offers(&mut self, id: usize, process: &u32) -> Rc<[(u32, Sort)]> {
        let key = (*process, id as u32);
        self.offers.entry(key).or_insert_with(|| self.source.offers(id, *process).into()).clone()
    }

    fn react(&mut self, id: usize, process: &u32, cause: Cause<&u32, &u32>) -> Reaction<Self> {
        let (what, which) = match cause {
            Cause::Start => (0, 0),
            Cause::Message(envelope) => (1, *envelope),
            Cause::Local(local) => (2, *local),
            Cause::Crash(kind) => (3, kind as u32),
            Cause::Corrupt => (4, 0),
        };
        let key = (*process, which, (what << 8) | id as u32);
        let react = || self.source.react(id, *process, cause.copied()).into();
        self.reactions.entry(key).or_insert_with(react).clone()
    }

    fn tick(&mut self, process: &u32, time: Tick) -> u32 {
        *self.ticked.entry((*process, time)).or_insert_with(|| self.source.tick(*process, time))
    }

    fn observe(&mut self, history: &u32, seen: &u32) -> Option<u32> {
        if *seen == NOTHING_SEEN {
            return Some(*history);
        }
        let key = (*history, *seen);
        *self.observed.entry(key).or_insert_with(|| self.source.observe(*history, *seen))
    }

    fn lies(&mut self, id: usize) -> Rc<[u32]> {
        self.lies.entry(id as u32).or_insert_with(|| self.source.lies(id).into()).clone()
    }
}

impl<E: Copy, L: Copy> Cause<&E, &L> {
    fn copied(self) -> Cause<E, L> {
        match self {
            Cause::Start => Cause::Start,
            Cause::Message(envelope) => Cause::Message(*envelope),
            Cause::Local(local) => Cause::Local(*local),
            Cause::Crash(kind) => Cause::Crash(kind),
            Cause::Corrupt => Cause::Corrupt,
        }
    }
}
