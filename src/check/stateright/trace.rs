//! A run of a model, in stateright's own words.

use super::cell::{Cell, CellOf, LocalOf};
use super::models::Models;
use super::network::messages;
use super::{History, Shareable};
use crate::check::interned::NumberedStep;
use crate::system::{Cause, CrashKind, InFlight, Local, Mark, Trace, TraceStep, panic_message, readable};
use stateright::Model;
use stateright::actor::{ActorModelAction, ActorModelState, Envelope, Id, Network};
use std::panic::{AssertUnwindSafe, catch_unwind};

type ActionOf<A> = ActorModelAction<
    <A as stateright::actor::Actor>::Msg,
    <A as stateright::actor::Actor>::Timer,
    <A as stateright::actor::Actor>::Random,
>;

/// The trace of a run from the initial state on. stateright performs it.
pub(super) fn trace<A: Shareable, C: Clone + Sync, H: History>(
    models: &Models<'_, A, C, H>,
    run: &[NumberedStep],
) -> Trace {
    let mut follower = Follower::new(models);
    let steps = (1..).zip(run).map(|(number, step)| follower.follow(number, &models.lift(step))).collect();
    Trace {
        processes: models.model.actors.len(),
        steps,
        in_flight: follower.in_flight(),
        state: follower.end(),
        loop_start: None,
    }
}

/// Follows a run and remembers who sent what when.
struct Follower<'m, 'a, A: Shareable, C, H: History> {
    models: &'m Models<'a, A, C, H>,
    cells: Vec<CellOf<A>>,
    /// stateright's state, or its panic.
    state: Result<ActorModelState<A, H>, String>,
    /// The messages that were sent and have not left the network, with the steps in which they were sent.
    sent: Vec<(Envelope<A::Msg>, usize)>,
}

impl<'m, 'a, A: Shareable, C: Clone + Sync, H: History> Follower<'m, 'a, A, C, H> {
    fn new(models: &'m Models<'a, A, C, H>) -> Self {
        let actors = models.model.actors.len();
        let mut follower = Follower {
            models,
            cells: (0..actors).map(|_| Cell::unborn(None)).collect(),
            state: attempt(|| models.model.init_states().remove(0)),
            sent: messages(&models.model.init_network).into_iter().map(|envelope| (envelope, 0)).collect(),
        };
        for id in 0..actors {
            follower.react(0, id, Cause::Start);
        }
        follower
    }

    fn follow(&mut self, number: usize, action: &ActionOf<A>) -> TraceStep {
        let model = self.models.model;
        let (process, kind, marks) = self.describe(action);
        let sent = self.sent_in_step(number, action);
        if let Ok(state) = &self.state {
            let next = attempt(|| model.next_state(state, action.clone()));
            self.state = next.map(|next| next.expect("what the engine takes for a step is one"));
        }
        // A diagram has no place for who is no actor.
        let sent = sent.into_iter().filter(|envelope| self.is_actor(envelope.dst));
        let sent = sent.map(|envelope| (usize::from(envelope.dst), readable(&envelope.msg))).collect();
        TraceStep { number, process, kind, text: model.format_action(action), sent, marks }
    }

    /// What the actor sends whose step it is.
    fn sent_in_step(&mut self, number: usize, action: &ActionOf<A>) -> Vec<Envelope<A::Msg>> {
        let (actor, local) = match action {
            ActorModelAction::Drop(_) => return Vec::new(),
            ActorModelAction::Deliver { src, dst, msg } => {
                let envelope = Envelope { src: *src, dst: *dst, msg: msg.clone() };
                return self.react(number, usize::from(*dst), Cause::Message(&envelope));
            }
            ActorModelAction::Crash(id) => {
                return self.react(number, usize::from(*id), Cause::Crash(CrashKind::Recovery));
            }
            ActorModelAction::Timeout(id, timer) => (id, Local::Timeout(timer.clone())),
            ActorModelAction::Recover(id) => (id, Local::Recover),
            ActorModelAction::SelectRandom { actor, key, random } => {
                (actor, Local::Random(key.clone(), random.clone()))
            }
        };
        self.react(number, usize::from(*actor), Cause::Local(&local))
    }

    fn is_actor(&self, id: Id) -> bool {
        usize::from(id) < self.cells.len()
    }

    /// Lets an actor react; gives what it sends.
    fn react(
        &mut self,
        number: usize,
        id: usize,
        cause: Cause<&Envelope<A::Msg>, &LocalOf<A>>,
    ) -> Vec<Envelope<A::Msg>> {
        let done = self.models.step(id, &self.cells[id], cause);
        self.cells[id] = done.cell;
        self.sent.extend(done.sent.iter().map(|envelope| (envelope.clone(), number)));
        done.sent
    }

    /// The actor whose step it is, the kind of step, and what there is to be drawn.
    fn describe(&mut self, action: &ActionOf<A>) -> (Option<usize>, &'static str, Vec<Mark>) {
        let one = |id: &Id, kind, mark| (Some(usize::from(*id)), kind, vec![mark]);
        match action {
            ActorModelAction::Deliver { src, dst, msg } => {
                let envelope = Envelope { src: *src, dst: *dst, msg: msg.clone() };
                let stays = matches!(self.models.model.init_network, Network::UnorderedDuplicating(..));
                let sent_in = Some(self.sent_in(&envelope, stays));
                let message = readable(msg);
                let mark = if self.is_actor(*src) {
                    Mark::Arrival { from: usize::from(*src), sent_in, message }
                } else {
                    Mark::Local(format!("{} says {message}", readable(src)))
                };
                one(dst, "deliver", mark)
            }
            ActorModelAction::Drop(envelope) => {
                let sent_in = self.sent_in(envelope, false);
                let (from, to) = (usize::from(envelope.src), usize::from(envelope.dst));
                let seen = self.is_actor(envelope.src) && self.is_actor(envelope.dst);
                let loss = Mark::Loss { from, to, sent_in, message: readable(&envelope.msg) };
                (None, "drop", if seen { vec![loss] } else { Vec::new() })
            }
            ActorModelAction::Timeout(id, timer) => one(id, "timeout", Mark::Local(readable(timer))),
            ActorModelAction::Crash(id) => one(id, "crash", Mark::Crash),
            ActorModelAction::Recover(id) => one(id, "recover", Mark::Recovery),
            ActorModelAction::SelectRandom { actor, key, random } => {
                one(actor, "choose", Mark::Local(format!("{key}: {}", readable(random))))
            }
        }
    }

    /// The step in which a message was sent that leaves the network now, unless it stays.
    fn sent_in(&mut self, envelope: &Envelope<A::Msg>, stays: bool) -> usize {
        match self.sent.iter().position(|(sent, _)| sent == envelope) {
            Some(place) if stays => self.sent[place].1,
            Some(place) => self.sent.remove(place).1,
            None => 0,
        }
    }

    fn in_flight(&self) -> Vec<InFlight> {
        let drawn = self.sent.iter().filter(|(envelope, _)| self.is_actor(envelope.src) && self.is_actor(envelope.dst));
        let in_flight = drawn.map(|(envelope, sent_in)| InFlight {
            sent_in: *sent_in,
            from: envelope.src.into(),
            to: envelope.dst.into(),
            message: readable(&envelope.msg),
        });
        in_flight.collect()
    }

    fn end(&self) -> String {
        match &self.state {
            Ok(state) => format!("{state:?}"),
            Err(message) => format!("panicked: {message}"),
        }
    }
}

/// What a function gives, or the message of its panic.
fn attempt<T>(function: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(function)).map_err(|payload| panic_message(&*payload))
}
