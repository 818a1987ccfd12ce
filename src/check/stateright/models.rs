//! The values behind the numbers of an [`ActorModel`]: the part of the engine that knows its actors and hooks.

use super::cell::{Cell, CellOf, Life, LocalOf, offers, step};
use super::desks::Desks;
use super::network::{last_delivered, messages, rules};
use super::rebuilt::Rebuilt;
use super::{History, Shareable};
use crate::check::Conditions;
use crate::check::interned::{NOTHING_SEEN, NumberedStep, Source};
use crate::check::liveness::Promise;
use crate::check::pool::Pool;
use crate::check::state::Numbers;
use crate::system::{
    Cause, Kind, Local, NO_PANIC, Outcome, Reads, Rules, Sort, Standing, Step, Tick, Trace, counted, panic_message,
};
use stateright::Expectation;
use stateright::actor::{ActorModel, ActorModelAction, Envelope, Id, LossyNetwork, Network};
use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{self, AtomicU64};
use std::sync::{Mutex, PoisonError};

/// What is kept of a run beside the actors and the messages in flight.
#[derive(PartialEq, Hash)]
pub(super) struct Kept<H> {
    pub history: H,
    /// The message that a duplicating network delivered last: stateright keeps it in the state.
    pub last: Option<u32>,
}

/// What a model's hooks see of a step.
#[derive(PartialEq, Eq, Hash)]
enum Passage {
    Arrived(u32),
    Sent(u32),
}

/// Which hooks a model has of its own. A default one does nothing, so it need not be called.
struct Hooks {
    record_msg_in: bool,
    record_msg_out: bool,
    within_boundary: bool,
}

/// The values of a model, by number.
pub(super) struct Models<'a, A: Shareable, C, H: History> {
    pub model: &'a ActorModel<A, C, H>,
    pub cells: Pool<CellOf<A>>,
    pub envelopes: Pool<Envelope<A::Msg>>,
    pub histories: Pool<Kept<H>>,
    rules: Rules,
    hooks: Hooks,
    reads: Vec<Reads>,
    locals: Pool<LocalOf<A>>,
    seen: Pool<Vec<Passage>>,
    /// Ids of messages' senders and receivers that are no actors: they have numbers beyond those of the actors.
    strangers: Mutex<Vec<Id>>,
    /// For each thread the state that it has rebuilt last.
    rebuilt: Desks<Rebuilt<A, H>>,
    handler_calls: AtomicU64,
}

impl<'a, A: Shareable, C: Clone + Sync, H: History> Models<'a, A, C, H> {
    pub fn new(model: &'a ActorModel<A, C, H>) -> Self {
        refuse_nonsense(model);
        let models = Models {
            model,
            cells: Pool::new(),
            envelopes: Pool::new(),
            histories: Pool::new(),
            rules: rules(model),
            hooks: Hooks::of(model),
            reads: vec![Reads::Everything; model.properties.len()],
            locals: Pool::new(),
            seen: Pool::new(),
            strangers: Mutex::default(),
            rebuilt: Desks::new(),
            handler_calls: AtomicU64::new(0),
        };
        let nothing = models.seen.number(Vec::new());
        debug_assert_eq!(nothing, NOTHING_SEEN);
        models
    }

    /// Lets an actor take a step, by values.
    pub fn step(
        &self,
        id: usize,
        cell: &CellOf<A>,
        cause: Cause<&Envelope<A::Msg>, &LocalOf<A>>,
    ) -> super::cell::Done<A> {
        step(&self.model.actors[id], Id::from(id), cell, cause)
    }

    /// A step, as stateright has it.
    pub fn lift(&self, step: &NumberedStep) -> ActorModelAction<A::Msg, A::Timer, A::Random> {
        match step {
            Step::Deliver { envelope, .. } => {
                let Envelope { src, dst, msg } = (*self.envelopes.get(*envelope)).clone();
                ActorModelAction::Deliver { src, dst, msg }
            }
            Step::Lose(envelope) => ActorModelAction::Drop((*self.envelopes.get(*envelope)).clone()),
            Step::Crash(actor, _) => ActorModelAction::Crash(*actor),
            Step::Act { process: actor, local, .. } => match (*self.locals.get(*local)).clone() {
                Local::Timeout(timer) => ActorModelAction::Timeout(*actor, timer),
                Local::Random(key, random) => ActorModelAction::SelectRandom { actor: *actor, key, random },
                Local::Recover => ActorModelAction::Recover(*actor),
                Local::Request(never) => match never {},
            },
            _ => unreachable!("a model has no step of this kind"),
        }
    }

    /// The number by which the network knows an id.
    fn end(&self, id: Id) -> u8 {
        let actors = self.model.actors.len();
        if usize::from(id) < actors {
            return usize::from(id) as u8;
        }
        let mut strangers = self.strangers.lock().unwrap_or_else(PoisonError::into_inner);
        let known = strangers.iter().position(|stranger| *stranger == id);
        let place = known.unwrap_or_else(|| {
            strangers.push(id);
            strangers.len() - 1
        });
        u8::try_from(actors + place).expect("a model has at most 256 actors and other receivers of messages")
    }

    /// What the hooks see of a step.
    fn passages(&self, cause: Cause<u32, u32>, sent: &[u32]) -> Vec<Passage> {
        let mut passages = Vec::new();
        if let Cause::Message(envelope) = cause
            && (self.hooks.record_msg_in || self.rules.network.is_set())
        {
            passages.push(Passage::Arrived(envelope));
        }
        if self.hooks.record_msg_out {
            passages.extend(sent.iter().copied().map(Passage::Sent));
        }
        passages
    }

    /// What is kept after the hooks have seen a step.
    fn keep(&self, before: &Kept<H>, passages: &[Passage]) -> Kept<H> {
        let mut kept = Kept { history: before.history.clone(), last: before.last };
        for passage in passages {
            let (hook, number) = match passage {
                Passage::Arrived(number) => (self.model.record_msg_in, *number),
                Passage::Sent(number) => (self.model.record_msg_out, *number),
            };
            let Envelope { src, dst, msg } = &*self.envelopes.get(number);
            if let Some(history) = hook(&self.model.cfg, &kept.history, Envelope { src: *src, dst: *dst, msg }) {
                kept.history = history;
            }
            if let Passage::Arrived(number) = passage
                && self.rules.network.is_set()
            {
                kept.last = Some(*number);
            }
        }
        kept
    }

    /// Whether a state of stateright's satisfies a condition: a property, or behind them the boundary.
    fn judge(&self, condition: usize, rebuilt: &Rebuilt<A, H>) -> bool {
        match self.model.properties.get(condition) {
            Some(property) => (property.condition)(self.model, &rebuilt.state),
            None => (self.model.within_boundary)(&self.model.cfg, &rebuilt.state),
        }
    }
}

fn refuse_nonsense<A: Shareable, C, H: History>(model: &ActorModel<A, C, H>) {
    assert!(model.actors.len() <= 255, "a model has at most 255 actors");
    let speaks_of_panics = model.properties.iter().any(|property| property.name == NO_PANIC);
    assert!(!speaks_of_panics, "every model has the property \"{NO_PANIC}\" already");
}

impl Hooks {
    /// Functions at the same address do the same.
    fn of<A: Shareable, C: Clone, H: History>(model: &ActorModel<A, C, H>) -> Self {
        let plain = ActorModel::<A, C, H>::new(model.cfg.clone(), model.init_history.clone());
        Hooks {
            record_msg_in: !std::ptr::fn_addr_eq(model.record_msg_in, plain.record_msg_in),
            record_msg_out: !std::ptr::fn_addr_eq(model.record_msg_out, plain.record_msg_out),
            within_boundary: !std::ptr::fn_addr_eq(model.within_boundary, plain.within_boundary),
        }
    }
}

impl<A: Shareable, C: Clone + Sync, H: History> Source for Models<'_, A, C, H> {
    fn rules(&self) -> &Rules {
        &self.rules
    }

    fn unborn(&self) -> u32 {
        self.cells.number(Cell::unborn(None))
    }

    fn first_history(&self) -> u32 {
        let last = last_delivered(&self.model.init_network).map(|last| self.envelopes.number(last.clone()));
        self.histories.number(Kept { history: self.model.init_history.clone(), last })
    }

    fn first_messages(&self) -> Vec<u32> {
        messages(&self.model.init_network).into_iter().map(|envelope| self.envelopes.number(envelope)).collect()
    }

    fn standings(&self, known: &mut Vec<Standing>) {
        self.cells.tell(known, |cell| match cell.life {
            Life::Up(_) => Standing::Up,
            Life::Unborn | Life::Crashed(_) => Standing::Down,
            Life::Panicked(_) => Standing::Panicked,
        });
    }

    fn ends(&self, known: &mut Vec<(u8, u8)>) {
        self.envelopes.tell(known, |envelope| (self.end(envelope.src), self.end(envelope.dst)));
    }

    fn offers(&self, id: usize, process: u32) -> Vec<(u32, Sort)> {
        let offers = offers(&self.model.actors[id], Id::from(id), &self.cells.get(process));
        offers.into_iter().map(|(local, sort)| (self.locals.number(local), sort)).collect()
    }

    fn react(&self, id: usize, process: u32, cause: Cause<u32, u32>) -> Vec<Outcome<u32, u32, u32>> {
        let cell = self.cells.get(process);
        let done = match cause {
            Cause::Message(envelope) => self.step(id, &cell, Cause::Message(&self.envelopes.get(envelope))),
            Cause::Local(local) => self.step(id, &cell, Cause::Local(&self.locals.get(local))),
            Cause::Start => self.step(id, &cell, Cause::Start),
            Cause::Crash(kind) => self.step(id, &cell, Cause::Crash(kind)),
            Cause::Corrupt => unreachable!("no actor of a model turns Byzantine"),
        };
        if !matches!(cause, Cause::Crash(_)) {
            self.handler_calls.fetch_add(1, atomic::Ordering::Relaxed);
        }
        let panicked = matches!(done.cell.life, Life::Panicked(_));
        let sent: Vec<u32> = done.sent.into_iter().map(|sent| self.envelopes.number(sent)).collect();
        let seen = if panicked { NOTHING_SEEN } else { self.seen.number(self.passages(cause, &sent)) };
        vec![Outcome { process: self.cells.number(done.cell), sent, seen, death: None, ignored: done.no_op }]
    }

    fn tick(&self, process: u32, _: Tick) -> u32 {
        process
    }

    fn observe(&self, history: u32, seen: u32) -> Option<u32> {
        let (kept, passages) = (self.histories.get(history), self.seen.get(seen));
        let after = catch_unwind(AssertUnwindSafe(|| self.keep(&kept, &passages)));
        after.ok().map(|after| self.histories.number(after))
    }

    fn lies(&self, _: usize) -> Vec<u32> {
        Vec::new()
    }

    fn conditions(&self) -> Conditions {
        let properties = &self.model.properties;
        let kind = |expectation: &Expectation| match expectation {
            Expectation::Always => Kind::Always,
            Expectation::Sometimes => Kind::Sometimes,
            Expectation::Eventually => Kind::Eventually,
        };
        let boundary = self.hooks.within_boundary.then_some(Reads::Everything);
        let cuts = properties.len()..properties.len() + usize::from(self.hooks.within_boundary);
        Conditions {
            names: properties.iter().map(|property| property.name).collect(),
            properties: properties.iter().map(|property| kind(&property.expectation)).collect(),
            reads: self.reads.iter().copied().chain(boundary).collect(),
            cuts,
            premises: Vec::new(),
            merely_declared: true,
        }
    }

    fn holds(&self, condition: usize, state: &Numbers) -> Result<bool, String> {
        let mut mine = self.rebuilt.mine();
        let rebuilt = mine.get_or_insert_with(|| Rebuilt::new(self, state.history));
        rebuilt.show(self, state)?;
        catch_unwind(AssertUnwindSafe(|| self.judge(condition, rebuilt))).map_err(|payload| panic_message(&*payload))
    }

    /// A run goes on while it can; that is all that is promised of it, so all steps are one action.
    fn fair_action(&self, _: &NumberedStep, _: bool) -> Option<Promise> {
        Some(Promise { action: 0, strong: false, by_data: false })
    }

    fn compare(&self, one: &NumberedStep, other: &NumberedStep) -> Ordering {
        self.lift(one).cmp(&self.lift(other))
    }

    fn trace(&self, run: &[NumberedStep]) -> Trace {
        super::trace::trace(self, run)
    }

    fn declare(&mut self, property: &str, reads: Reads) {
        let known = self.model.properties.iter().position(|known| known.name == property);
        let index = known.unwrap_or_else(|| panic!("the model has no property \"{property}\""));
        self.reads[index] = reads;
    }

    fn assumptions(&self) -> Vec<String> {
        let model = self.model;
        let network = match &model.init_network {
            Network::UnorderedDuplicating(..) => "unordered duplicating network",
            Network::UnorderedNonDuplicating(_) => "unordered network without duplication",
            Network::Ordered(_) => "ordered network",
        };
        let loss = if model.lossy_network == LossyNetwork::Yes { "messages may be lost" } else { "no loss" };
        let crashes = match model.max_crashes {
            0 => "no crashes".to_string(),
            most => format!("crashes with recovery, at most {most} crashed at the same time"),
        };
        let mut lines = vec![counted(model.actors.len(), "actor"), format!("{network}, {loss}"), crashes];
        if self.hooks.within_boundary {
            lines.push("explored only within the model's boundary".to_string());
        }
        if model.properties.iter().any(|property| property.expectation == Expectation::Eventually) {
            lines.push("a run goes on while it can".to_string());
        }
        lines
    }

    fn handler_calls(&self) -> u64 {
        self.handler_calls.load(atomic::Ordering::Relaxed)
    }

    fn sizes(&self) -> [usize; 3] {
        [self.cells.read().values.len(), self.envelopes.read().values.len(), self.histories.read().values.len()]
    }
}
