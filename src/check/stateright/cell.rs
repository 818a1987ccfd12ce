//! What one actor of an [`ActorModel`](stateright::actor::ActorModel) has, and what a step makes of it: a pure function on
//! values, as stateright's `next_state` has it.

use super::Shareable;
use crate::system::{Cause, Local, Sort, panic_message};
use stateright::actor::{Actor, Command, Envelope, Id, Out, RandomChoices, Timers, is_no_op, is_no_op_with_timer};
use std::borrow::Cow;
use std::convert::Infallible;
use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Whether an actor runs, and its state, which stateright keeps when it crashes.
#[derive(Clone, Debug, PartialEq, Hash)]
pub(super) enum Life<S> {
    /// It has not started yet.
    Unborn,
    /// It runs.
    Up(Arc<S>),
    /// It crashed in this state.
    Crashed(Arc<S>),
    /// A handler panicked, with this message.
    Panicked(String),
}

impl<S> Life<S> {
    /// The state, where there is one.
    pub fn state(&self) -> Option<&Arc<S>> {
        match self {
            Life::Up(state) | Life::Crashed(state) => Some(state),
            Life::Unborn | Life::Panicked(_) => None,
        }
    }
}

/// All that one actor has.
#[derive(Clone, Debug, PartialEq, Hash)]
pub(super) struct Cell<S, T: Hash + Eq, X, D> {
    pub life: Life<S>,
    pub timers: Timers<T>,
    pub choices: RandomChoices<X>,
    pub storage: Option<D>,
}

pub(super) type CellOf<A> = Cell<<A as Actor>::State, <A as Actor>::Timer, <A as Actor>::Random, <A as Actor>::Storage>;

/// What an actor can do by itself; nobody makes requests of it.
pub(super) type LocalOf<A> = Local<Infallible, <A as Actor>::Timer, <A as Actor>::Random>;

/// What comes of a step of one actor.
pub(super) struct Done<A: Actor> {
    pub cell: CellOf<A>,
    /// What it sends, in order.
    pub sent: Vec<Envelope<A::Msg>>,
    /// Whether stateright takes the step for none at all.
    pub no_op: bool,
}

impl<S: Clone, T: Clone + Hash + Eq, X: Clone, D: Clone> Cell<S, T, X, D> {
    /// A copy that shares nothing.
    pub fn with_own_state(&self) -> Self {
        let own = |state: &Arc<S>| Arc::new(S::clone(state));
        let life = match &self.life {
            Life::Up(state) => Life::Up(own(state)),
            Life::Crashed(state) => Life::Crashed(own(state)),
            Life::Unborn => Life::Unborn,
            Life::Panicked(message) => Life::Panicked(message.clone()),
        };
        Cell { life, ..self.clone() }
    }
}

impl<S, T: Hash + Eq, X, D> Cell<S, T, X, D> {
    /// An actor that has not started, with what was stored.
    pub fn unborn(storage: Option<D>) -> Self {
        Cell { life: Life::Unborn, timers: Timers::new(), choices: RandomChoices::default(), storage }
    }
}

/// What actor `me` can do on its own in `cell`, always in the same order. A choice that lists a value twice offers it twice.
pub(super) fn offers<A: Shareable>(actor: &A, me: Id, cell: &CellOf<A>) -> Vec<(LocalOf<A>, Sort)> {
    if matches!(cell.life, Life::Crashed(_)) {
        return vec![(Local::Recover, Sort::Recover)];
    }
    let mut offers = Vec::new();
    let mut timers: Vec<_> = cell.timers.iter().collect();
    timers.sort_unstable();
    for timer in timers {
        let local = Local::Timeout(timer.clone());
        if !step(actor, me, cell, Cause::Local(&local)).no_op {
            offers.push((local, Sort::Timeout(Default::default())));
        }
    }
    let mut choices: Vec<_> = cell.choices.map.iter().collect();
    choices.sort_unstable();
    for (key, values) in choices {
        let choices = values.iter().map(|value| Local::Random(key.clone(), value.clone()));
        offers.extend(choices.map(|local| (local, Sort::Random)));
    }
    offers
}

/// Lets actor `me` take a step from `cell`.
pub(super) fn step<A: Shareable>(
    actor: &A,
    me: Id,
    cell: &CellOf<A>,
    cause: Cause<&Envelope<A::Msg>, &LocalOf<A>>,
) -> Done<A> {
    if let Cause::Crash(_) = cause {
        return Done { cell: crash(cell), sent: Vec::new(), no_op: false };
    }
    // A panic must not end the search: it is a finding, with a shortest trace of its own.
    match catch_unwind(AssertUnwindSafe(|| handle(actor, me, cell, cause))) {
        Ok((state, out, no_op)) => {
            let mut next = without_cause::<A>(cell, cause);
            if let Some(state) = state {
                next.life = Life::Up(Arc::new(state));
            }
            let sent = perform::<A>(me, out, &mut next);
            Done { cell: next, sent, no_op }
        }
        Err(payload) => {
            let life = Life::Panicked(panic_message(&*payload));
            Done { cell: Cell { life, ..Cell::unborn(cell.storage.clone()) }, sent: Vec::new(), no_op: false }
        }
    }
}

/// The actor loses what is armed and pending. Its state stays, dead as it is.
fn crash<S: Clone, T: Hash + Eq, X, D: Clone>(cell: &Cell<S, T, X, D>) -> Cell<S, T, X, D> {
    let state = cell.life.state().expect("only an actor that runs can crash");
    Cell { life: Life::Crashed(state.clone()), ..Cell::unborn(cell.storage.clone()) }
}

/// Calls the handler: gives the state if there is a new one, what was put out, and whether the step is none at all.
fn handle<A: Shareable>(
    actor: &A,
    me: Id,
    cell: &CellOf<A>,
    cause: Cause<&Envelope<A::Msg>, &LocalOf<A>>,
) -> (Option<A::State>, Out<A>, bool) {
    let mut out = Out::new();
    if let Cause::Start | Cause::Local(Local::Recover) = cause {
        return (Some(actor.on_start(me, &cell.storage, &mut out)), out, false);
    }
    let state = cell.life.state().expect("only an actor that has started handles events");
    let mut state = Cow::Borrowed(&**state);
    let no_op = match cause {
        Cause::Message(Envelope { src, msg, .. }) => {
            actor.on_msg(me, &mut state, *src, msg.clone(), &mut out);
            is_no_op(&state, &out)
        }
        Cause::Local(Local::Timeout(timer)) => {
            actor.on_timeout(me, &mut state, timer, &mut out);
            is_no_op_with_timer(&state, &out, timer)
        }
        Cause::Local(Local::Random(_, value)) => {
            actor.on_random(me, &mut state, value, &mut out);
            false
        }
        _ => unreachable!("no handler runs in a crash, and there is no other fault"),
    };
    let changed = match state {
        Cow::Owned(state) => Some(state),
        Cow::Borrowed(_) => None,
    };
    (changed, out, no_op)
}

/// What is left of a cell when the cause of a step is used up.
fn without_cause<A: Shareable>(cell: &CellOf<A>, cause: Cause<&Envelope<A::Msg>, &LocalOf<A>>) -> CellOf<A> {
    let mut next = cell.clone();
    match cause {
        Cause::Local(Local::Timeout(timer)) => {
            next.timers.cancel(timer);
        }
        Cause::Local(Local::Random(key, _)) => {
            next.choices.remove(key);
        }
        _ => {}
    }
    next
}

/// Performs the commands of a step in their order; gives what is sent.
fn perform<A: Shareable>(me: Id, out: Out<A>, next: &mut CellOf<A>) -> Vec<Envelope<A::Msg>> {
    let mut sent = Vec::new();
    for command in out {
        match command {
            Command::Send(dst, msg) => sent.push(Envelope { src: me, dst, msg }),
            Command::SetTimer(timer, _) => {
                next.timers.set(timer);
            }
            Command::CancelTimer(timer) => {
                next.timers.cancel(&timer);
            }
            Command::ChooseRandom(key, values) if values.is_empty() => {
                next.choices.remove(&key);
            }
            Command::ChooseRandom(key, values) => next.choices.insert(key, values),
            Command::Save(storage) => next.storage = Some(storage),
        }
    }
    sent
}
