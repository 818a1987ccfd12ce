//! What one process does: a pure function on values. The only part of the semantics that runs an actor.

use super::System;
use super::fault::{CrashKind, Death};
use super::few::Few;
use super::observe::{Observation, ObservationOf};
use super::process::{Cell, Envelope, EnvelopeOf, Life, Process};
use super::timing::{Due, Tick};
use crate::event::{Data, Module};
use crate::step::{self, Change, Effects, Input};
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Something that a process can do by itself, without a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Local<R, T, X> {
    /// The application makes its next request.
    Request(R),
    /// A timer fires.
    Timeout(T),
    /// The choice pending under a key falls on a value.
    Random(String, X),
    /// The process recovers from a crash.
    Recover,
}

/// What a process of actor `A` can do by itself.
pub type LocalOf<A> =
    Local<<A as Module>::Request, <A as stateright::actor::Actor>::Timer, <A as stateright::actor::Actor>::Random>;

/// A [`Local`] without its value: all that the system as a whole needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Request,
    Timeout(Due),
    Random,
    Recover,
}

/// Why a process reacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cause<E, L> {
    /// It comes into being.
    Start,
    /// A message arrives.
    Message(E),
    /// It acts by itself.
    Local(L),
    /// It crashes between two steps.
    Crash(CrashKind),
    /// It turns Byzantine.
    Corrupt,
}

/// How a process reacts.
#[derive(Clone, Debug)]
pub(crate) struct Outcome<P, E, S> {
    /// What becomes of it.
    pub process: P,
    /// What it sends to others, in order.
    pub sent: Vec<E>,
    /// What an observer sees, in order.
    pub seen: S,
    /// How it died in the step, if it did.
    pub death: Option<Death>,
    /// Whether nothing changed and nothing went out.
    pub ignored: bool,
}

/// The whole step first, then each way to die in it.
pub(crate) type Outcomes<A> = Vec<Outcome<Process<A>, EnvelopeOf<A>, Vec<ObservationOf<A>>>>;

/// Tells what a process that has `timers` looks like when time has passed.
pub(crate) fn tick<S: Data, D: Data, T: Data, X: Data>(cell: &Cell<S, D, T, X>, tick: Tick) -> Cell<S, D, T, X> {
    let mut later = cell.clone();
    for due in later.timers.values_mut() {
        *due = due.after(tick);
    }
    later
}

impl<A: Module, H: Data> System<A, H> {
    /// What process `id` can do by itself.
    pub(crate) fn offers(&self, id: usize, process: &Process<A>) -> Vec<(LocalOf<A>, Sort)> {
        match process.life {
            Life::Up(_) => {}
            Life::Down => return vec![(Local::Recover, Sort::Recover)],
            Life::Stopped | Life::Byzantine | Life::Panicked(_) => return Vec::new(),
        }
        let mut offers = Vec::new();
        if process.waiting.is_none() {
            for request in self.requests(id, process.asked) {
                offers.push((Local::Request(request.clone()), Sort::Request));
            }
        }
        for (timer, due) in process.timers.iter() {
            let fired = process.fired.get(timer).copied().unwrap_or(0);
            if self.rules.firings.allows(fired) {
                offers.push((Local::Timeout(timer.clone()), Sort::Timeout(*due)));
            }
        }
        for (key, values) in &process.choices {
            for value in values {
                offers.push((Local::Random(key.clone(), value.clone()), Sort::Random));
            }
        }
        offers
    }

    /// The requests of which the application above process `id` makes one after the first `asked`.
    pub(crate) fn requests(&self, id: usize, asked: u16) -> &[A::Request] {
        self.scripts[id].places.get(usize::from(asked)).map_or(&[], Vec::as_slice)
    }

    /// How process `id` reacts: the whole step first, then each way to die in it.
    pub(crate) fn react(
        &self,
        id: usize,
        process: &Process<A>,
        cause: Cause<&EnvelopeOf<A>, &LocalOf<A>>,
    ) -> Outcomes<A> {
        let me = Id::from(id);
        match cause {
            Cause::Crash(kind) => vec![self.crash(me, process.clone(), kind)],
            Cause::Corrupt => vec![corrupt(me, process)],
            Cause::Start | Cause::Message(_) | Cause::Local(_) => {
                let whole = self.whole_step(me, process, cause);
                let mut outcomes = vec![whole];
                self.deaths(me, process, cause, &mut outcomes);
                outcomes
            }
        }
    }

    fn whole_step(
        &self,
        me: Id,
        process: &Process<A>,
        cause: Cause<&EnvelopeOf<A>, &LocalOf<A>>,
    ) -> Outcome<Process<A>, EnvelopeOf<A>, Vec<ObservationOf<A>>> {
        let mut next = process.clone();
        let mut seen = Vec::new();
        self.take_input(me, &mut next, cause, &mut seen);
        // A panic must not end the search: it is a finding, with a shortest trace of its own.
        let handled = catch_unwind(AssertUnwindSafe(|| {
            let (state, effects) = self.handle(me, process, cause)?;
            if let Some(state) = state {
                next.life = Life::Up(state);
            }
            Ok(self.apply(me, &mut next, effects, &mut seen))
        }));
        let handled = handled.unwrap_or_else(|payload| Err(panic_message(&*payload)));
        let sent = handled.unwrap_or_else(|message| {
            next = Cell { life: Life::Panicked(message), ..Cell::unborn(next.storage.take()) };
            Vec::new()
        });
        let ignored = sent.is_empty() && seen.is_empty() && next == *process;
        Outcome { process: next, sent, seen, death: None, ignored }
    }

    /// What the input itself uses up.
    pub(crate) fn take_input(
        &self,
        me: Id,
        next: &mut Process<A>,
        cause: Cause<&EnvelopeOf<A>, &LocalOf<A>>,
        seen: &mut Vec<ObservationOf<A>>,
    ) {
        match cause {
            Cause::Local(Local::Request(request)) => {
                let waits = self.scripts[usize::from(me)].answers.is_some();
                let chosen = || self.requests(me.into(), next.asked).iter().position(|other| other == request);
                next.waiting = if waits { chosen() } else { None };
                next.asked += 1;
                seen.push(Observation::Request { process: me, request: request.clone() });
            }
            Cause::Local(Local::Timeout(timer)) => {
                next.timers.remove(timer);
                if let super::Limit::Budget(_) = self.rules.firings {
                    let fired = next.fired.get(timer).copied().unwrap_or(0);
                    next.fired.insert(timer.clone(), fired + 1);
                }
            }
            Cause::Local(Local::Random(key, _)) => {
                next.choices.remove(key);
            }
            Cause::Local(Local::Recover) => seen.push(Observation::Recovery { process: me }),
            _ => {}
        }
    }

    fn handle(
        &self,
        me: Id,
        process: &Process<A>,
        cause: Cause<&EnvelopeOf<A>, &LocalOf<A>>,
    ) -> Result<(Option<A::State>, Effects<A>), String> {
        let n = self.actors.len();
        let actor: &A = &self.actors[usize::from(me)];
        let input = match cause {
            Cause::Start | Cause::Local(Local::Recover) => {
                return step::start(actor, me, n, &process.storage)
                    .map(|(state, effects)| (Some(state), effects))
                    .map_err(|misuse| misuse.to_string());
            }
            Cause::Message(Envelope { from, message, .. }) => Input::Wire { from: *from, message: message.clone() },
            Cause::Local(Local::Request(request)) => Input::Request(request.clone()),
            Cause::Local(Local::Timeout(timer)) => Input::Timeout(timer.clone()),
            Cause::Local(Local::Random(_, value)) => Input::Random(value.clone()),
            Cause::Crash(_) | Cause::Corrupt => unreachable!("no handler runs in a crash"),
        };
        let state = process.state().expect("only a process that is up handles events");
        step::react(actor, me, n, state, input).map_err(|misuse| misuse.to_string())
    }

    pub(crate) fn apply(
        &self,
        me: Id,
        next: &mut Process<A>,
        effects: Effects<A>,
        seen: &mut Vec<ObservationOf<A>>,
    ) -> Vec<EnvelopeOf<A>> {
        if let Some(saved) = effects.saved {
            next.storage = Some(saved);
        }
        for change in effects.changes {
            match change {
                Change::SetTimer(timer, range) => {
                    next.timers.insert(timer, self.rules.timing.due(&range));
                }
                Change::CancelTimer(timer) => {
                    next.timers.remove(&timer);
                }
                Change::Choose(key, values) if values.is_empty() => {
                    next.choices.remove(&key);
                }
                Change::Choose(key, mut values) => {
                    // Which are offered counts, and not in which order: that may depend on the names of processes.
                    values.sort_unstable();
                    next.choices.insert(key, values);
                }
            }
        }
        for indication in effects.indications {
            next.waiting = next.waiting.filter(|chosen| !self.answers(me, next.asked, *chosen, &indication));
            seen.push(Observation::Indication { process: me, indication });
        }
        let envelope = |(to, message)| Envelope { from: me, to, message };
        effects.sent.into_iter().map(envelope).collect()
    }

    /// Whether an indication answers the last of `asked` requests, which was the one `chosen` at its place.
    pub(crate) fn answers(&self, me: Id, asked: u16, chosen: usize, indication: &A::Indication) -> bool {
        let request = &self.requests(me.into(), asked - 1)[chosen];
        self.scripts[usize::from(me)].answers.as_ref().is_some_and(|answers| answers(request, indication))
    }

    /// Adds each way to die in a step that differs from a crash before or after it.
    ///
    /// A death before anything is durable differs from a crash before the step only where the input is gone for good: a
    /// message may be lost anyway where processes recover, a timer dies with its process, but a request is made once.
    /// A death after the step was durable differs from a crash after it in what the application has not been told. What
    /// was sent stays in flight in both cases, and need not arrive.
    fn deaths(
        &self,
        me: Id,
        before: &Process<A>,
        cause: Cause<&EnvelopeOf<A>, &LocalOf<A>>,
        outcomes: &mut Outcomes<A>,
    ) {
        if matches!(cause, Cause::Start) || matches!(outcomes[0].process.life, Life::Panicked(_)) {
            return;
        }
        for kind in [CrashKind::Stop, CrashKind::Recovery] {
            if !self.rules.crashes(kind).may_strike(usize::from(me)) {
                continue;
            }
            if kind == CrashKind::Recovery && matches!(cause, Cause::Local(Local::Request(_))) {
                let mut lost = before.clone();
                lost.asked += 1;
                let mut outcome = self.crash(me, lost, kind);
                outcome.death = Some(Death::BeforeSave(kind));
                outcomes.push(outcome);
            }
            self.deaths_after_save(me, kind, outcomes);
        }
    }

    fn deaths_after_save(&self, me: Id, kind: CrashKind, outcomes: &mut Outcomes<A>) {
        let whole = &outcomes[0];
        let is_indication = |seen: &ObservationOf<A>| matches!(seen, Observation::Indication { .. });
        let indications = whole.seen.iter().filter(|seen| is_indication(seen)).count();
        let others = whole.seen.len() - indications;
        let mut variants = Vec::new();
        for told in 0..indications {
            let mut outcome = self.crash(me, whole.process.clone(), kind);
            // Indications come last in what is seen of a step.
            let mut seen = whole.seen[..others + told].to_vec();
            seen.append(&mut outcome.seen);
            variants.push(Outcome {
                sent: whole.sent.clone(),
                seen,
                death: Some(Death::AfterSave(kind, u8::try_from(told).unwrap_or(u8::MAX))),
                ..outcome
            });
        }
        outcomes.append(&mut variants);
    }

    /// The process dies: its volatile state is erased.
    pub(crate) fn crash(
        &self,
        me: Id,
        process: Process<A>,
        kind: CrashKind,
    ) -> Outcome<Process<A>, EnvelopeOf<A>, Vec<ObservationOf<A>>> {
        let dead = match kind {
            CrashKind::Stop => Cell { life: Life::Stopped, ..Cell::unborn(process.storage) },
            CrashKind::Recovery => {
                Cell { life: Life::Down, timers: Few::new(), choices: BTreeMap::new(), waiting: None, ..process }
            }
        };
        Outcome {
            process: dead,
            sent: Vec::new(),
            seen: vec![Observation::Crash { process: me }],
            death: None,
            ignored: false,
        }
    }
}

fn corrupt<S: Data, D: Data, T: Data, X: Data, E, R, I>(
    me: Id,
    _process: &Cell<S, D, T, X>,
) -> Outcome<Cell<S, D, T, X>, E, Vec<Observation<R, I>>> {
    Outcome {
        process: Cell { life: Life::Byzantine, ..Cell::unborn(None) },
        sent: Vec::new(),
        seen: vec![Observation::Corruption { process: me }],
        death: None,
        ignored: false,
    }
}

/// The text of a panic.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| payload.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without a message".to_string())
}
