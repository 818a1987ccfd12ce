//! The values behind the numbers: the only part of the engine that knows actors and histories.
//!
//! Each process, message, history … that occurs gets a number, in a pool that all threads share. Whatever needs a value (a
//! handler, an observer, a property) is asked here, and the answer is in numbers again. So the rest of the engine is
//! compiled once, and not anew for each system.

use super::Conditions;
use super::interned::{NumberedStep, Source};
use super::quotient::Reduction;
use super::state::Numbers;
use crate::event::{Data, Module};
use crate::system::{
    Action, Cause, EnvelopeOf, LocalOf, Messages, ObservationOf, Outcome, Predicate, Process, Processes, Rules, Sort,
    Standing, Step, System, Tick, Trace, View, observe, panic_message, standing, tick,
};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{self, AtomicU64};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// Values that have got numbers.
pub(super) struct Pool<T> {
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
    pub(super) fn number(&self, value: T) -> u32 {
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

    fn read(&self) -> RwLockReadGuard<'_, Entries<T>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, number: u32) -> Arc<T> {
        self.read().values[number as usize].clone()
    }

    /// Adds to `known` what it does not know yet.
    fn tell<U>(&self, known: &mut Vec<U>, of: impl Fn(&T) -> U) {
        let entries = self.read();
        let unknown = &entries.values[known.len()..];
        known.extend(unknown.iter().map(|value| of(value)));
    }
}

/// The values of a system, by number.
pub(super) struct Pools<'a, A: Module, H: Data> {
    pub(super) system: &'a System<A, H>,
    pub(super) processes: Pool<Process<A>>,
    pub(super) envelopes: Pool<EnvelopeOf<A>>,
    pub(super) histories: Pool<H>,
    locals: Pool<LocalOf<A>>,
    seen: Pool<Vec<ObservationOf<A>>>,
    handler_calls: AtomicU64,
}

impl<'a, A: Module, H: Data> Pools<'a, A, H> {
    pub fn new(system: &'a System<A, H>) -> Self {
        let pools = Pools {
            system,
            processes: Pool::new(),
            envelopes: Pool::new(),
            histories: Pool::new(),
            locals: Pool::new(),
            seen: Pool::new(),
            handler_calls: AtomicU64::new(0),
        };
        let nothing = pools.seen.number(Vec::new());
        debug_assert_eq!(nothing, super::interned::NOTHING_SEEN);
        pools
    }

    /// A step in values.
    fn lift(&self, step: &NumberedStep) -> Action<A> {
        let envelope = |number: &u32| self.envelopes.get(*number);
        match step {
            Step::Deliver { envelope: e, kept, death } => {
                Step::Deliver { envelope: envelope(e), kept: *kept, death: *death }
            }
            Step::Lie { envelope: e, death } => Step::Lie { envelope: envelope(e), death: *death },
            Step::Lose(e) => Step::Lose(envelope(e)),
            Step::Omit(e) => Step::Omit(envelope(e)),
            Step::Act { process, local, death } => {
                Step::Act { process: *process, local: self.locals.get(*local), death: *death }
            }
            Step::Crash(process, kind) => Step::Crash(*process, *kind),
            Step::Corrupt(process) => Step::Corrupt(*process),
            Step::Cut(partition) => Step::Cut(*partition),
            Step::Heal => Step::Heal,
            Step::Stabilise => Step::Stabilise,
        }
    }

    /// The predicates in the order of [`Conditions`]: of the properties, then of the cuts.
    fn predicate(&self, index: usize) -> &Predicate<A, H> {
        let properties = self.system.properties();
        match properties.get(index) {
            Some(property) => &property.predicate,
            None => &self.system.cuts()[index - properties.len()].1,
        }
    }
}

impl<A: Module, H: Data> Source for Pools<'_, A, H> {
    fn rules(&self) -> &Rules {
        &self.system.rules
    }

    fn unborn(&self) -> u32 {
        self.processes.number(Process::<A>::unborn(None))
    }

    fn first_history(&self) -> u32 {
        self.histories.number(self.system.first_history().clone())
    }

    fn reduction(&self) -> Reduction<'_> {
        self.reduction()
    }

    fn standings(&self, known: &mut Vec<Standing>) {
        self.processes.tell(known, standing);
    }

    fn ends(&self, known: &mut Vec<(u8, u8)>) {
        let id = |id| usize::from(id) as u8;
        self.envelopes.tell(known, |envelope| (id(envelope.from), id(envelope.to)));
    }

    fn offers(&self, id: usize, process: u32) -> Vec<(u32, Sort)> {
        let offers = self.system.offers(id, &self.processes.get(process)).into_iter();
        offers.map(|(local, sort)| (self.locals.number(local), sort)).collect()
    }

    fn react(&self, id: usize, process: u32, cause: Cause<u32, u32>) -> Vec<Outcome<u32, u32, u32>> {
        let process = self.processes.get(process);
        let outcomes = match cause {
            Cause::Message(envelope) => self.system.react(id, &process, Cause::Message(&self.envelopes.get(envelope))),
            Cause::Local(local) => self.system.react(id, &process, Cause::Local(&self.locals.get(local))),
            Cause::Start => self.system.react(id, &process, Cause::Start),
            Cause::Crash(kind) => self.system.react(id, &process, Cause::Crash(kind)),
            Cause::Corrupt => self.system.react(id, &process, Cause::Corrupt),
        };
        if !matches!(cause, Cause::Crash(_) | Cause::Corrupt) {
            self.handler_calls.fetch_add(1, atomic::Ordering::Relaxed);
        }
        let number = |outcome: Outcome<Process<A>, EnvelopeOf<A>, _>| Outcome {
            process: self.processes.number(outcome.process),
            sent: outcome.sent.into_iter().map(|sent| self.envelopes.number(sent)).collect(),
            seen: self.seen.number(outcome.seen),
            death: outcome.death,
            ignored: outcome.ignored,
        };
        outcomes.into_iter().map(number).collect()
    }

    fn tick(&self, process: u32, time: Tick) -> u32 {
        self.processes.number(tick(&self.processes.get(process), time))
    }

    fn observe(&self, history: u32, seen: u32) -> Option<u32> {
        let kept = observe(self.system, &self.histories.get(history), &self.seen.get(seen));
        kept.ok().map(|kept| self.histories.number(Arc::unwrap_or_clone(kept)))
    }

    fn lies(&self, id: usize) -> Vec<u32> {
        self.system.lies(id).into_iter().map(|lie| self.envelopes.number(lie)).collect()
    }

    fn conditions(&self) -> Conditions {
        Conditions {
            names: self.system.properties().iter().map(|property| property.name).collect(),
            properties: self.system.properties().iter().map(|property| property.kind).collect(),
            reads: (0..self.system.properties().len() + self.system.cuts().len())
                .map(|index| self.predicate(index).reads())
                .collect(),
        }
    }

    fn holds(&self, condition: usize, state: &Numbers) -> Result<bool, String> {
        let (processes, envelopes, histories) = (self.processes.read(), self.envelopes.read(), self.histories.read());
        let of = |number: &u32| *number as usize;
        let processes: Vec<_> = state.processes.iter().map(|number| &*processes.values[of(number)]).collect();
        let messages: Vec<_> = state.network.iter().map(|number| &*envelopes.values[of(number)]).collect();
        let view = View {
            processes: Processes(&processes),
            messages: Messages(&messages),
            history: &*histories.values[of(&state.history)],
            spent: &state.spent,
        };
        let holds = || self.predicate(condition).holds(view);
        catch_unwind(AssertUnwindSafe(holds)).map_err(|payload| panic_message(&*payload))
    }

    fn compare(&self, one: &NumberedStep, other: &NumberedStep) -> Ordering {
        self.lift(one).cmp(&self.lift(other))
    }

    fn trace(&self, run: &[NumberedStep]) -> Trace {
        let run: Vec<_> = run.iter().map(|step| self.lift(step)).collect();
        self.system.trace(&run)
    }

    fn assumptions(&self) -> Vec<String> {
        self.system.assumptions()
    }

    fn handler_calls(&self) -> u64 {
        self.handler_calls.load(atomic::Ordering::Relaxed)
    }

    fn sizes(&self) -> [usize; 3] {
        [self.processes.read().values.len(), self.envelopes.read().values.len(), self.histories.read().values.len()]
    }
}
