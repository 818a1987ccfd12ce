//! Cells as small numbers, with a memory of every reaction.
//!
//! A step of an actor depends on one process and one event, so a system with millions of states has only a few thousand
//! different local steps. Each process, message, history … that occurs gets a number (in a [`Pool`] that all threads
//! share), and each thread remembers the reactions it has seen: handlers, observers and properties run only for what is
//! new to it.

use super::hash::Map;
use crate::event::{Data, Module};
use crate::system::{
    Cause, Cells, EnvelopeOf, LocalOf, ObservationOf, Outcome, Process, Reaction, Sort, Standing, System, Tick,
    observe, standing, tick,
};
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Values that have got numbers, shared by all threads.
struct Pool<T> {
    entries: RwLock<Entries<T>>,
}

struct Entries<T> {
    values: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T: Eq + Hash> Pool<T> {
    fn new() -> Self {
        Pool { entries: RwLock::new(Entries { values: Vec::new(), numbers: HashMap::new() }) }
    }

    /// The number of a value; a new one if it has none yet.
    fn number(&self, value: T) -> u32 {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = entries.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(entries.values.len()).expect("2^32 different local values");
        let value = Arc::new(value);
        entries.values.push(value.clone());
        entries.numbers.insert(value, number);
        number
    }

    /// Adds to `copy` what it lacks.
    fn catch_up(&self, copy: &mut Vec<Arc<T>>) {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        copy.extend_from_slice(&entries.values[copy.len()..]);
    }

    fn len(&self) -> usize {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).values.len()
    }
}

/// What all threads of a search share.
pub(super) struct Shared<A: Module, H: Data> {
    processes: Pool<Process<A>>,
    envelopes: Pool<EnvelopeOf<A>>,
    histories: Pool<H>,
    locals: Pool<LocalOf<A>>,
    seen: Pool<Vec<ObservationOf<A>>>,
    handler_calls: AtomicU64,
}

impl<A: Module, H: Data> Shared<A, H> {
    pub fn new() -> Self {
        let shared = Shared {
            processes: Pool::new(),
            envelopes: Pool::new(),
            histories: Pool::new(),
            locals: Pool::new(),
            seen: Pool::new(),
            handler_calls: AtomicU64::new(0),
        };
        // Number zero, so that a step of which nothing is seen is known without a look.
        shared.seen.number(Vec::new());
        shared
    }

    /// How often a handler was called.
    pub fn handler_calls(&self) -> u64 {
        self.handler_calls.load(Ordering::Relaxed)
    }

    /// How many different processes, messages and histories occurred.
    pub fn sizes(&self) -> [usize; 3] {
        [self.processes.len(), self.envelopes.len(), self.histories.len()]
    }
}

const NOTHING_SEEN: u32 = 0;

/// One thread's view of the pools, and its memory.
pub(super) struct Interned<'s, A: Module, H: Data> {
    shared: &'s Shared<A, H>,
    processes: Vec<Arc<Process<A>>>,
    standings: Vec<Standing>,
    envelopes: Vec<Arc<EnvelopeOf<A>>>,
    ends: Vec<(u8, u8)>,
    histories: Vec<Arc<H>>,
    locals: Vec<Arc<LocalOf<A>>>,
    seen: Vec<Arc<Vec<ObservationOf<A>>>>,
    offers: Map<(u32, u32), Rc<[(u32, Sort)]>>,
    reactions: Map<(u32, u32, u32), Rc<[Outcome<u32, u32, u32>]>>,
    observed: Map<(u32, u32), Option<u32>>,
    ticked: Map<(u32, Tick), u32>,
    lies: Map<u32, Rc<[u32]>>,
}

impl<'s, A: Module, H: Data> Interned<'s, A, H> {
    pub fn new(shared: &'s Shared<A, H>) -> Self {
        Interned {
            shared,
            processes: Vec::new(),
            standings: Vec::new(),
            envelopes: Vec::new(),
            ends: Vec::new(),
            histories: Vec::new(),
            locals: Vec::new(),
            seen: Vec::new(),
            offers: Map::default(),
            reactions: Map::default(),
            observed: Map::default(),
            ticked: Map::default(),
            lies: Map::default(),
        }
    }

    /// Makes sure that this thread knows process `number`.
    pub fn know_process(&mut self, number: u32) {
        if number as usize >= self.processes.len() {
            self.shared.processes.catch_up(&mut self.processes);
            let new = &self.processes[self.standings.len()..];
            self.standings.extend(new.iter().map(|process| standing(process)));
        }
    }

    /// Makes sure that this thread knows message `number`.
    pub fn know_envelope(&mut self, number: u32) {
        if number as usize >= self.envelopes.len() {
            self.shared.envelopes.catch_up(&mut self.envelopes);
            let id = |id| usize::from(id) as u8;
            let new = &self.envelopes[self.ends.len()..];
            self.ends.extend(new.iter().map(|envelope| (id(envelope.from), id(envelope.to))));
        }
    }

    /// Makes sure that this thread knows history `number`.
    pub fn know_history(&mut self, number: u32) {
        if number as usize >= self.histories.len() {
            self.shared.histories.catch_up(&mut self.histories);
        }
    }

    fn know_local(&mut self, number: u32) {
        if number as usize >= self.locals.len() {
            self.shared.locals.catch_up(&mut self.locals);
        }
    }

    /// A process that this thread knows.
    pub fn process(&self, number: u32) -> &Arc<Process<A>> {
        &self.processes[number as usize]
    }

    /// A message that this thread knows.
    pub fn envelope(&self, number: u32) -> &Arc<EnvelopeOf<A>> {
        &self.envelopes[number as usize]
    }

    /// A history that this thread knows.
    pub fn history(&self, number: u32) -> &Arc<H> {
        &self.histories[number as usize]
    }

    /// A local event, known or not.
    pub fn local(&mut self, number: u32) -> Arc<LocalOf<A>> {
        self.know_local(number);
        self.locals[number as usize].clone()
    }

    fn react_anew(
        &mut self,
        system: &System<A, H>,
        id: usize,
        process: u32,
        cause: Cause<&u32, &u32>,
    ) -> Rc<[Outcome<u32, u32, u32>]> {
        self.know_process(process);
        let process = self.processes[process as usize].clone();
        let outcomes = match cause {
            Cause::Message(envelope) => {
                self.know_envelope(*envelope);
                let envelope = self.envelopes[*envelope as usize].clone();
                system.react(id, &process, Cause::Message(&*envelope))
            }
            Cause::Local(local) => {
                let local = self.local(*local);
                system.react(id, &process, Cause::Local(&*local))
            }
            Cause::Start => system.react(id, &process, Cause::Start),
            Cause::Crash(kind) => system.react(id, &process, Cause::Crash(kind)),
            Cause::Corrupt => system.react(id, &process, Cause::Corrupt),
        };
        if !matches!(cause, Cause::Crash(_) | Cause::Corrupt) {
            self.shared.handler_calls.fetch_add(1, Ordering::Relaxed);
        }
        let number = |outcome: Outcome<Process<A>, EnvelopeOf<A>, _>| Outcome {
            process: self.shared.processes.number(outcome.process),
            sent: outcome.sent.into_iter().map(|sent| self.shared.envelopes.number(sent)).collect(),
            seen: self.shared.seen.number(outcome.seen),
            death: outcome.death,
            ignored: outcome.ignored,
        };
        outcomes.into_iter().map(number).collect()
    }
}

impl<A: Module, H: Data> Cells<A, H> for Interned<'_, A, H> {
    type Process = u32;
    type Envelope = u32;
    type History = u32;
    type Local = u32;
    type Seen = u32;

    fn unborn(&mut self) -> u32 {
        self.shared.processes.number(Process::<A>::unborn(None))
    }

    fn first_history(&mut self, system: &System<A, H>) -> u32 {
        self.shared.histories.number(system.first_history().clone())
    }

    fn standing(&mut self, process: &u32) -> Standing {
        self.know_process(*process);
        self.standings[*process as usize]
    }

    fn ends(&mut self, envelope: &u32) -> (usize, usize) {
        self.know_envelope(*envelope);
        let (from, to) = self.ends[*envelope as usize];
        (from.into(), to.into())
    }

    fn offers(&mut self, system: &System<A, H>, id: usize, process: &u32) -> Rc<[(u32, Sort)]> {
        let key = (*process, id as u32);
        if let Some(offers) = self.offers.get(&key) {
            return offers.clone();
        }
        self.know_process(*process);
        let offers = system.offers(id, &self.processes[*process as usize]);
        let number = |(local, sort)| (self.shared.locals.number(local), sort);
        let offers: Rc<[_]> = offers.into_iter().map(number).collect();
        self.offers.insert(key, offers.clone());
        offers
    }

    fn react(
        &mut self,
        system: &System<A, H>,
        id: usize,
        process: &u32,
        cause: Cause<&u32, &u32>,
    ) -> Reaction<Self, A, H> {
        let (what, which) = match cause {
            Cause::Start => (0, 0),
            Cause::Message(envelope) => (1, *envelope),
            Cause::Local(local) => (2, *local),
            Cause::Crash(kind) => (3, kind as u32),
            Cause::Corrupt => (4, 0),
        };
        let key = (*process, which, (what << 8) | id as u32);
        if let Some(reaction) = self.reactions.get(&key) {
            return reaction.clone();
        }
        let reaction = self.react_anew(system, id, *process, cause);
        self.reactions.insert(key, reaction.clone());
        reaction
    }

    fn tick(&mut self, process: &u32, time: Tick) -> u32 {
        let key = (*process, time);
        if let Some(later) = self.ticked.get(&key) {
            return *later;
        }
        self.know_process(*process);
        let later = self.shared.processes.number(tick(&self.processes[*process as usize], time));
        self.ticked.insert(key, later);
        later
    }

    fn observe(&mut self, system: &System<A, H>, history: &u32, seen: &u32) -> Option<u32> {
        if *seen == NOTHING_SEEN {
            return Some(*history);
        }
        let key = (*history, *seen);
        if let Some(kept) = self.observed.get(&key) {
            return *kept;
        }
        self.know_history(*history);
        if *seen as usize >= self.seen.len() {
            self.shared.seen.catch_up(&mut self.seen);
        }
        let kept = observe(system, &self.histories[*history as usize], &self.seen[*seen as usize]);
        let kept = kept.ok().map(|kept| self.shared.histories.number(Arc::unwrap_or_clone(kept)));
        self.observed.insert(key, kept);
        kept
    }

    fn lies(&mut self, system: &System<A, H>, id: usize) -> Rc<[u32]> {
        let key = id as u32;
        if let Some(lies) = self.lies.get(&key) {
            return lies.clone();
        }
        let lies = system.lies(id).into_iter();
        let lies: Rc<[u32]> = lies.map(|lie| self.shared.envelopes.number(lie)).collect();
        self.lies.insert(key, lies.clone());
        lies
    }
}
