//! Two-phase commit as Gray and Lamport specify it ("Consensus on Transaction Commit", 2006), as actors: process 0
//! coordinates, the others manage resources. Managers prepare or abort when they like, the coordinator aborts when it
//! likes and commits when all have prepared. Messages are never consumed.

use crate::agrees;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use synod::check::check;
use synod::event::{Emit, Event, others};
use synod::rename;
use synod::system::{Limit, Network, Processes, System};

#[derive(Clone)]
struct Site {
    managers: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum State {
    Coordinating(BTreeSet<Id>),
    /// Who had prepared is remembered, as in the specification.
    Decided(BTreeSet<Id>),
    Working,
    Prepared,
    Committed,
    Aborted,
}
rename! { enum State { Coordinating(prepared), Decided(prepared), Working, Prepared, Committed, Aborted } }

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Prepared,
    Commit,
    Abort,
}
rename! { enum Message { Prepared, Commit, Abort } }

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Timer {
    Prepare,
    Commit,
    Abort,
}
rename! { enum Timer { Prepare, Commit, Abort } }

const COORDINATOR: usize = 0;

impl Site {
    fn decide(&self, id: Id, state: &mut State, decision: Message, out: &mut Out<Self>) {
        if let State::Coordinating(prepared) = state {
            *state = State::Decided(std::mem::take(prepared));
        }
        out.cancel_timer(Timer::Commit);
        out.cancel_timer(Timer::Abort);
        out.wire_all(others(self.managers + 1, id), &decision);
    }
}

impl Actor for Site {
    type Msg = Event<(), (), Message>;
    type State = State;
    type Storage = ();
    type Timer = Timer;
    type Random = ();

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> State {
        let whenever = Duration::ZERO..Duration::ZERO;
        out.set_timer(Timer::Abort, whenever.clone());
        if usize::from(id) == COORDINATOR {
            return State::Coordinating(BTreeSet::new());
        }
        out.set_timer(Timer::Prepare, whenever);
        State::Working
    }

    fn on_msg(&self, _: Id, state: &mut Cow<State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Wire(Message::Prepared) => {
                if let State::Coordinating(prepared) = state.to_mut() {
                    prepared.insert(from);
                    if prepared.len() == self.managers {
                        out.set_timer(Timer::Commit, Duration::ZERO..Duration::ZERO);
                    }
                }
            }
            Event::Wire(decision) => {
                *state.to_mut() = if decision == Message::Commit { State::Committed } else { State::Aborted };
                out.cancel_timer(Timer::Prepare);
                out.cancel_timer(Timer::Abort);
            }
            Event::Request(()) | Event::Indication(()) => unreachable!("nobody asks, nobody tells"),
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<State>, timer: &Timer, out: &mut Out<Self>) {
        match (&**state, timer) {
            (State::Coordinating(_), Timer::Commit) => self.decide(id, state.to_mut(), Message::Commit, out),
            (State::Coordinating(_), _) => self.decide(id, state.to_mut(), Message::Abort, out),
            (_, Timer::Prepare) => {
                *state.to_mut() = State::Prepared;
                out.cancel_timer(Timer::Abort);
                out.wire(Id::from(COORDINATOR), Message::Prepared);
            }
            _ => {
                *state.to_mut() = State::Aborted;
                out.cancel_timer(Timer::Prepare);
            }
        }
    }
}

/// The states of the managers.
fn managers(processes: Processes<'_, Site>) -> impl Iterator<Item = &State> {
    processes.states().skip(1).map(|(_, state)| state)
}

fn commit(count: usize) -> System<Site> {
    System::new(vec![Site { managers: count }; count + 1])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .always("consistent")
        .processes(|p| !(managers(p).any(|s| *s == State::Committed) && managers(p).any(|s| *s == State::Aborted)))
        .sometimes("commit")
        .processes(|p| managers(p).all(|state| *state == State::Committed))
        .sometimes("abort")
        .processes(|p| managers(p).all(|state| *state == State::Aborted))
        .finally("everyone decides")
        .processes(|p| managers(p).all(|state| [State::Committed, State::Aborted].contains(state)))
}

#[test]
fn two_phase_commit_with_few_managers() {
    for count in 2..=4 {
        agrees(&commit(count), &[&Vec::from_iter(1..=count)], &|system| system.interchangeable(1..=count));
    }
}

#[test]
fn two_phase_commit_with_more() {
    // The states are those of stateright's examples/2pc.rs; their orbits those of Clarke and others' symmetry reduction.
    for (count, classes, states) in [(5, 314, 8_832), (7, 920, 296_448), (9, 2_232, 10_340_352)] {
        for threads in [1, 2, 4] {
            let system = commit(count).interchangeable(1..=count);
            let report = check(&system).threads(threads).unique_states(classes).verified();
            assert_eq!((report.interchangeable, report.orbits), (count, Some(states)));
        }
    }
}
