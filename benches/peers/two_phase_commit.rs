//! Gray and Lamport's two-phase commit (*Consensus on Transaction Commit*, 2006, §3), action by action, as actors.
//!
//! What the specification's actions do at any time, timers do here: a manager that works prepares or aborts; the
//! coordinator commits when all have prepared, or aborts. State and timers follow from one another and messages are a set,
//! as in the specification, so the states are the specification's. stateright's example is that specification, too.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use synod::event::{Emit, Event};
use synod::stateright::actor::{Actor, Id, Out};
use synod::system::{Limit, Network, Processes, System};

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

/// How far a party is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A manager works.
    Working,
    /// A manager has prepared.
    Prepared,
    /// A manager has committed.
    Committed,
    /// A manager has aborted.
    Aborted,
    /// The coordinator's decision, if it has taken one, and who it knows has prepared.
    Coordinator(Option<Message>, BTreeSet<Id>),
}

impl Actor for Party {
    type Msg = Event<(), (), Message>;
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

    fn on_msg(&self, _: Id, state: &mut Cow<'_, State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let Event::Wire(message) = event else { return };
        match (&**state, message) {
            (State::Coordinator(None, _), Message::Prepared) => {
                let State::Coordinator(_, prepared) = state.to_mut() else { unreachable!("just seen") };
                prepared.insert(from);
                if prepared.len() == self.managers {
                    arm(out, Timer::Commit);
                }
            }
            (State::Coordinator(..), _) | (_, Message::Prepared) => {}
            (_, Message::Commit) => finish(state, State::Committed, out),
            (_, Message::Abort) => finish(state, State::Aborted, out),
        }
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<'_, State>, timer: &Timer, out: &mut Out<Self>) {
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
            finish(state, State::Aborted, out);
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

fn all(parties: Processes<'_, Party>, wanted: State) -> bool {
    let mut managers = parties.states().filter(|(_, state)| !matches!(state, State::Coordinator(..)));
    managers.all(|(_, state)| *state == wanted)
}

/// The system: so many managers, and the properties that stateright's example claims.
pub fn system(managers: usize) -> System<Party> {
    System::new(vec![Party { managers }; managers + 1])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .sometimes("abort agreement")
        .processes(|parties: Processes<'_, Party>| all(parties, State::Aborted))
        .sometimes("commit agreement")
        .processes(|parties: Processes<'_, Party>| all(parties, State::Committed))
        .always("consistent")
        .processes(|parties: Processes<'_, Party>| {
            let some = |wanted: State| parties.states().any(|(_, state)| *state == wanted);
            !(some(State::Aborted) && some(State::Committed))
        })
}
