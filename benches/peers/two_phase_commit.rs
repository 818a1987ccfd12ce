//! Gray and Lamport's two-phase commit (*Consensus on Transaction Commit*, 2006, §3), action by action, as actors.
//!
//! What the specification's actions do at any time, timers do here: a manager that works prepares or aborts; the
//! coordinator commits when all have prepared, or aborts. State and timers follow from one another and messages are a set,
//! as in the specification, so the states are the specification's. stateright's example is that specification, too. The library's tests of symmetry
//! have the same actors.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use synod::event::{Emit, Event};
use synod::rename;
use synod::stateright::actor::{Actor, Id, Out};
use synod::system::{Limit, Network, Observation, ObservationOf, System};

/// A resource manager, or the coordinator, who is the last of them.
#[derive(Clone, Debug)]
pub struct Party {
    managers: usize,
}

/// What parties say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// A manager has prepared.
    Prepared,
    /// The coordinator has committed.
    Commit,
    /// The coordinator has aborted.
    Abort,
}
rename! { enum Message { Prepared, Commit, Abort } }

/// What parties do by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// A manager prepares.
    Prepare,
    /// The coordinator commits.
    Commit,
    /// A manager or the coordinator aborts.
    Abort,
}
rename! { enum Timer { Prepare, Commit, Abort } }

/// What a manager tells the application above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It has committed.
    Committed,
    /// It has aborted.
    Aborted,
}
rename! { enum Outcome { Committed, Aborted } }

/// How far a party is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A manager works.
    Working,
    /// A manager has prepared.
    Prepared,
    /// A manager has come to an end.
    Decided(Outcome),
    /// The coordinator's decision, if it has taken one, and who it knows has prepared.
    Coordinator(Option<Message>, BTreeSet<Id>),
}
rename! { enum State { Working, Prepared, Decided(outcome), Coordinator(decision, prepared) } }

impl Actor for Party {
    type Msg = Event<(), Outcome, Message>;
    type State = State;
    type Timer = Timer;
    type Random = ();
    type Storage = ();

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> State {
        arm(out, Timer::Abort);
        if usize::from(id) == self.managers {
            return State::Coordinator(None, BTreeSet::new());
        }
        arm(out, Timer::Prepare);
        State::Working
    }

    fn on_msg(&self, me: Id, state: &mut Cow<'_, State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let Event::Wire(message) = event else { return };
        match (&**state, message) {
            (State::Coordinator(None, _), Message::Prepared) => {
                let State::Coordinator(_, prepared) = state.to_mut() else { unreachable!("just seen") };
                prepared.insert(from);
                if prepared.len() == self.managers {
                    arm(out, Timer::Commit);
                }
            }
            (State::Working | State::Prepared, Message::Commit) => decide(me, state, Outcome::Committed, out),
            (State::Working | State::Prepared, Message::Abort) => decide(me, state, Outcome::Aborted, out),
            _ => {}
        }
    }

    fn on_timeout(&self, me: Id, state: &mut Cow<'_, State>, timer: &Timer, out: &mut Out<Self>) {
        if let State::Coordinator(_, prepared) = &**state {
            let decision = if *timer == Timer::Commit { Message::Commit } else { Message::Abort };
            for manager in (0..self.managers).map(Id::from) {
                out.wire(manager, decision);
            }
            finish(state, State::Coordinator(Some(decision), prepared.clone()), out);
        } else if *timer == Timer::Prepare {
            out.wire(Id::from(self.managers), Message::Prepared);
            finish(state, State::Prepared, out);
        } else {
            decide(me, state, Outcome::Aborted, out);
        }
    }
}

fn arm(out: &mut Out<Party>, timer: Timer) {
    out.set_timer(timer, Duration::ZERO..Duration::ZERO);
}

/// Whoever leaves a state does by itself no more.
fn finish(state: &mut Cow<'_, State>, next: State, out: &mut Out<Party>) {
    *state.to_mut() = next;
    for timer in [Timer::Prepare, Timer::Commit, Timer::Abort] {
        out.cancel_timer(timer);
    }
}

fn decide(me: Id, state: &mut Cow<'_, State>, outcome: Outcome, out: &mut Out<Party>) {
    finish(state, State::Decided(outcome), out);
    out.indicate(me, outcome);
}

/// How many managers have committed, and how many have aborted. That follows from their states, so it makes no more
/// states; but it is a small part of them, and the properties read no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decided {
    committed: usize,
    aborted: usize,
}
rename! { struct Decided { committed, aborted } }

fn observe(decided: &mut Decided, seen: &ObservationOf<Party>) {
    match seen {
        Observation::Indication { indication: Outcome::Committed, .. } => decided.committed += 1,
        Observation::Indication { indication: Outcome::Aborted, .. } => decided.aborted += 1,
        _ => {}
    }
}

/// The system: so many managers, and the properties that stateright's example claims.
pub fn system(managers: usize) -> System<Party, Decided> {
    System::new(vec![Party { managers }; managers + 1])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .observing(Decided::default(), observe)
        .sometimes("abort agreement")
        .history(move |decided| decided.aborted == managers)
        .sometimes("commit agreement")
        .history(move |decided| decided.committed == managers)
        .always("consistent")
        .history(|decided| decided.aborted == 0 || decided.committed == 0)
}
