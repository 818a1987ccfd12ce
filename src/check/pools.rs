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
use crate::event::{Data, Module};
use crate::system::{
    Action, Cause, EnvelopeOf, FairActionOf, Fairness, LocalOf, Messages, ObservationOf, Outcome, Predicate, Process,
    Processes, Rules, Sort, Standing, Step, System, Tick, Trace, View, observe, panic_message, standing, tick,
};
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{self, AtomicU64};

/// The values of a system, by number.
pub(super) struct Pools<'a, A: Module, H: Data> {
    pub(super) system: &'a System<A, H>,
    pub(super) processes: Pool<Process<A>>,
    pub(super) envelopes: Pool<EnvelopeOf<A>>,
    pub(super) histories: Pool<H>,
    locals: Pool<LocalOf<A>>,
    seen: Pool<Vec<ObservationOf<A>>>,
    fair_actions: Pool<FairActionOf<A>>,
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
            fair_actions: Pool::new(),
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

    /// The predicates in the order of [`Conditions`]: of the properties, of the cuts, then the premises.
    fn predicate(&self, index: usize) -> &Predicate<A, H> {
        let (properties, cuts) = (self.system.properties(), self.system.cuts());
        let mut all = properties.iter().map(|property| &property.predicate);
        let mut behind = cuts.iter().map(|(_, cut)| cut).chain(properties.iter().filter_map(|it| it.premise.as_ref()));
        let found = if index < properties.len() { all.nth(index) } else { behind.nth(index - properties.len()) };
        found.expect("there are as many conditions as were told")
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
        let properties = self.system.properties();
        let cuts = properties.len()..properties.len() + self.system.cuts().len();
        let with_premise = properties.iter().enumerate().filter(|(_, property)| property.premise.is_some());
        let premises: Vec<_> = (cuts.end..).zip(with_premise).map(|(index, (property, _))| (property, index)).collect();
        Conditions {
            names: properties.iter().map(|property| property.name).collect(),
            properties: properties.iter().map(|property| property.kind).collect(),
            reads: (0..cuts.end + premises.len()).map(|index| self.predicate(index).reads()).collect(),
            cuts,
            premises,
            merely_declared: false,
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

    fn fair_action(&self, step: &NumberedStep, from_up: bool) -> Option<Promise> {
        let (action, fairness) = self.system.fair_action(&self.lift(step), from_up)?;
        let (strong, by_data) = (fairness == Fairness::Strong, action.is_told_by_data());
        Some(Promise { action: self.fair_actions.number(action), strong, by_data })
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
