//! Numbers beyond a word: more than 2^16 different states of a process, messages and histories.

use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::time::Duration;
use synod::check::check;
use synod::event::{Emit, Event};
use synod::system::{Limit, Network, Observation, ObservationOf, System};

const MANY: u32 = 70_000;

/// Two players: each answers a number with the next one, up to a limit, and tells it to its application.
struct Volley;

impl Actor for Volley {
    type Msg = Event<(), u32, u32>;
    type State = u32;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, me: Id, _: &Option<()>, out: &mut Out<Self>) -> u32 {
        if me == Id::from(0) {
            out.wire(Id::from(1), 1);
        }
        0
    }

    fn on_msg(&self, me: Id, state: &mut Cow<u32>, from: Id, message: Self::Msg, out: &mut Out<Self>) {
        if let Event::Wire(number) = message {
            *state.to_mut() = number;
            out.indicate(me, number);
            if number < MANY {
                out.wire(from, number + 1);
            }
        }
    }
}

/// Counts how often its timer has fired.
struct Clock;

impl Actor for Clock {
    type Msg = Event<(), u32, u32>;
    type State = u32;
    type Timer = ();
    type Random = ();
    type Storage = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> u32 {
        out.set_timer((), Duration::from_secs(1)..Duration::from_secs(1));
        0
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<u32>, (): &(), out: &mut Out<Self>) {
        *state.to_mut() += 1;
        if **state < MANY {
            out.set_timer((), Duration::from_secs(1)..Duration::from_secs(1));
        }
    }
}

#[test]
fn of_messages_processes_and_histories() {
    let system = System::new(vec![Volley, Volley])
        .observing(0, |last: &mut u32, seen: &ObservationOf<Volley>| {
            if let Observation::Indication { indication, .. } = seen {
                *last = *indication;
            }
        })
        .finally("the last number is told")
        .history(|last| *last == MANY)
        .sometimes("a number beyond a word")
        .history(|last| *last > 1 << 16);
    // The first number on its way, and one state after each arrival.
    for threads in [1, 2] {
        check(&system).threads(threads).unique_states(u64::from(MANY) + 1).verified();
    }
}

#[test]
fn of_processes_where_messages_are_a_set() {
    let system = System::new(vec![Clock])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .finally("the clock stops")
        .processes(|processes| processes.states().all(|(_, fired)| *fired == MANY));
    check(&system).unique_states(u64::from(MANY) + 1).verified();
}
