//! The values behind the numbers: the only part of the engine that knows actors and histories.
//!
//! Each process, message, history … that occurs gets a number, in a pool that all threads share. Whatever needs a value (a
//! handler, an observer, a property) is asked here, and the answer is in numbers again. So the rest of the engine is
//! compiled once, and not anew for each system.

use super::Conditions;
use super::interned::{NumberedStep, Source};
use super::liveness::Promise;
use super::pool::Pool;
use super::quotient::Reduction;
use super::state::Numbers;
use super::told::{Values, told};
use crate::event::{Data, Module};
use crate::system::{
    Cause, Envelope, EnvelopeInWords, EnvelopeOf, FairAction, Fairness, Global, Local, LocalInWords, LocalOf, Mark,
    Messages, ObservationOf, Outcome, Predicate, Process, Processes, Rules, Sort, Standing, State, System, Tick, Trace,
    View, observe, panic_message, standing, tick, words,
};
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{self, AtomicU64};

/// The values of a system, by number.
pub(super) struct Pools<'a, A: Module, H: Data> {
    pub(super) system: &'a System<A, H>,
    /// In the order of [`Conditions`].
    predicates: Vec<&'a Predicate<A, H>>,
    pub(super) processes: Pool<Process<A>>,
    pub(super) envelopes: Pool<EnvelopeOf<A>>,
    pub(super) histories: Pool<H>,
    locals: Pool<LocalOf<A>>,
    seen: Pool<Vec<ObservationOf<A>>>,
    fair_actions: Pool<FairAction>,
    handler_calls: AtomicU64,
}

impl<'a, A: Module, H: Data> Pools<'a, A, H> {
    pub fn new(system: &'a System<A, H>) -> Self {
        let mut predicates = Vec::new();
        for property in system.properties() {
            predicates.push(&property.predicate);
        }
        for (_, cut) in system.cuts() {
            predicates.push(cut);
        }
        for property in system.properties() {
            predicates.extend(&property.premise);
        }
        let pools = Pools {
            system,
            predicates,
            processes: Pool::new(),
            envelopes: Pool::new(),
            histories: Pool::new(),
            locals: Pool::new(),
            seen: Pool::new(),
            fair_actions: Pool::new(),
            handler_calls: AtomicU64::new(0),
        };
        let nothing = pools.seen.number(Vec::new());
        debug_assert_eq!(nothing, super::interned::NOTHING_SEEN);
        pools
    }

    fn fair_envelope(&self, number: u32) -> Envelope<u32> {
        let envelope = self.envelopes.get(number);
        Envelope { from: envelope.from, to: envelope.to, message: number }
    }

    fn fair_local(&self, number: u32) -> Local<(), u32, ()> {
        match &*self.locals.get(number) {
            Local::Request(_) => Local::Request(()),
            Local::Timeout(_) => Local::Timeout(number),
            Local::Random(key, _) => Local::Random(key.clone(), ()),
            Local::Recover => Local::Recover,
        }
    }

    /// A state in values.
    pub(super) fn lift_state(&self, state: &Numbers) -> State<A, H> {
        Global {
            processes: self.processes.get_all(&state.processes),
            network: self.envelopes.get_all(&state.network),
            history: self.histories.get(state.history),
            spent: state.spent,
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
        self.processes.tell(known, |process| standing(process));
    }

    fn ends(&self, known: &mut Vec<(u8, u8)>) {
        let id = |id| usize::from(id) as u8;
        self.envelopes.tell(known, |envelope| (id(envelope.from), id(envelope.to)));
    }

    fn offers(&self, id: usize, process: u32) -> Vec<(u32, Sort)> {
        let mut offers = Vec::new();
        for (local, sort) in self.system.offers(id, &self.processes.get(process)) {
            offers.push((self.locals.number(local), sort));
        }
        offers
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
        let mut numbered = Vec::new();
        for outcome in outcomes {
            let mut sent = Vec::new();
            for envelope in outcome.sent {
                sent.push(self.envelopes.number(envelope));
            }
            let process = self.processes.number(outcome.process);
            let seen = self.seen.number(outcome.seen);
            numbered.push(Outcome { process, sent, seen, death: outcome.death, ignored: outcome.ignored });
        }
        numbered
    }

    fn tick(&self, process: u32, time: Tick) -> u32 {
        self.processes.number(tick(&self.processes.get(process), time))
    }

    fn observe(&self, history: u32, seen: u32) -> Option<u32> {
        let kept = observe(self.system, &self.histories.get(history), &self.seen.get(seen));
        Some(self.histories.number_shared(kept.ok()?))
    }

    fn lies(&self, id: usize) -> Vec<u32> {
        let mut lies = Vec::new();
        for lie in self.system.lies(id) {
            lies.push(self.envelopes.number(lie));
        }
        lies
    }

    fn conditions(&self) -> Conditions {
        let mut conditions = Conditions::default();
        for property in self.system.properties() {
            conditions.add_property(property.name, property.kind);
        }
        for _ in self.system.cuts() {
            conditions.add_cut();
        }
        for (index, property) in self.system.properties().iter().enumerate() {
            if property.premise.is_some() {
                conditions.add_premise(index);
            }
        }
        for predicate in &self.predicates {
            conditions.reads.push(predicate.reads());
        }
        conditions
    }

    fn holds(&self, condition: usize, state: &Numbers) -> Result<bool, String> {
        let (processes, envelopes, histories) = (self.processes.read(), self.envelopes.read(), self.histories.read());
        let view = View {
            processes: Processes(&processes.all(&state.processes)),
            messages: Messages(&envelopes.all(&state.network)),
            history: &*histories.values[state.history as usize],
            spent: &state.spent,
        };
        let holds = || self.predicates[condition].holds(view);
        catch_unwind(AssertUnwindSafe(holds)).map_err(|payload| panic_message(&*payload))
    }

    fn fair_action(&self, step: &NumberedStep, from_up: bool) -> Option<Promise> {
        let step = step.map(&|envelope| self.fair_envelope(*envelope), &|local| self.fair_local(*local));
        let (action, fairness) = self.system.rules.fair_action(&step, from_up)?;
        let (strong, by_data) = (fairness == Fairness::Strong, action.is_told_by_data());
        Some(Promise { action: self.fair_actions.number(action), strong, by_data })
    }

    fn compare(&self, one: &NumberedStep, other: &NumberedStep) -> Ordering {
        let envelopes = |one, other| self.envelopes.get(one).cmp(&self.envelopes.get(other));
        let locals = |one, other| self.locals.get(one).cmp(&self.locals.get(other));
        compare(one, other, &envelopes, &locals)
    }

    fn trace(&self, run: &[NumberedStep]) -> Trace {
        told(self, self, run)
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

impl<A: Module, H: Data> Values for Pools<'_, A, H> {
    fn envelope(&self, envelope: u32) -> EnvelopeInWords {
        words::envelope(&self.envelopes.get(envelope))
    }

    fn local(&self, local: u32) -> LocalInWords {
        words::local(&self.locals.get(local))
    }

    fn seen(&self, seen: u32) -> Vec<Mark> {
        words::seen(&self.seen.get(seen))
    }

    fn state(&self, state: &Numbers) -> String {
        let mut state = state.clone();
        state.network = self.in_order(&state);
        format!("{:?}", self.lift_state(&state))
    }

    fn in_order(&self, state: &Numbers) -> Vec<u32> {
        let mut network = state.network.clone();
        if !self.system.rules.network.is_fifo() {
            let envelopes = self.envelopes.read();
            let value = |number: &u32| &envelopes.values[*number as usize];
            sort(&mut network, &|one, other| value(one).cmp(value(other)));
        }
        network
    }
}

/// Sorts numbers by what is behind them: compiled once, as sorting is much code.
fn sort(numbers: &mut [u32], order: &dyn Fn(&u32, &u32) -> Ordering) {
    numbers.sort_by(order);
}

/// The order of steps, given the orders of the messages and of the local events behind the numbers.
fn compare(
    one: &NumberedStep,
    other: &NumberedStep,
    envelopes: &dyn Fn(u32, u32) -> Ordering,
    locals: &dyn Fn(u32, u32) -> Ordering,
) -> Ordering {
    // In the place of each value stands how it compares with the one in the other step.
    let equal = other.map(&|_| Ordering::Equal, &|_| Ordering::Equal);
    let compared = one
        .map(&|envelope| other.envelope().map_or(Ordering::Equal, |other| envelopes(*envelope, *other)), &|local| {
            other.local().map_or(Ordering::Equal, |other| locals(*local, *other))
        });
    compared.cmp(&equal)
}
