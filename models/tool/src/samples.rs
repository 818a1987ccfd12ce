//! A made-up algorithm for the tests of this program, with systems that are as they should be and others that are not.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use synod::broadcast::Broadcast;
use synod::broadcast::best_effort::BestEffort;
use synod::event::Event;
use synod::stateright::actor::{Actor, Id, Out};
use synod::system::{Observation, Script, System};
use synod_models::{Algorithm, Case, Mutant};

/// The algorithm. Its first system is as it should be.
pub fn algorithms() -> Vec<Algorithm> {
    let mutants = vec![mutant("deaf", "delivered at most once"), mutant("missed", "delivered at most twice")];
    vec![algorithm(systems(), mutants)]
}

/// The algorithm with two systems; while the first is searched, the flag is set.
pub fn interrupted(flag: Arc<AtomicBool>) -> Vec<Algorithm> {
    let sets = move |_: &u8| {
        flag.store(true, Ordering::Relaxed);
        true
    };
    let ends = Case::verified("ends", 3, flood().always("sets the flag").history(sets));
    vec![algorithm(vec![ends, Case::verified("never_begins", 3, holds())], vec![])]
}

/// The algorithm with three systems, of which the second has a wrong normal form.
pub fn refused() -> Vec<Algorithm> {
    let wrong = holds().normalise("nothing in flight", |parts| parts.messages.clear());
    let systems = vec![
        Case::verified("holds", 3, holds()),
        Case::verified("refused", 3, wrong.clone()),
        Case::verified("holds_too", 3, holds()),
    ];
    let mut mutant = mutant("refused", "delivered at most once");
    mutant.system = Box::new(wrong);
    vec![algorithm(systems, vec![mutant])]
}

fn algorithm(systems: Vec<Case>, mutants: Vec<Mutant>) -> Algorithm {
    Algorithm {
        name: "flood",
        family: "broadcast",
        summary: "a broadcast to two processes",
        spec: "Flood.tla",
        systems,
        mutants,
    }
}

fn systems() -> Vec<Case> {
    vec![
        Case::verified("holds", 3, holds()),
        Case::verified("slow", 3, holds()).slow(),
        Case::violated("fails", 3, "delivered at most once", 2, fails()),
        Case::verified("miscounted", 1_004, holds()),
        Case::verified("undercounted", 2, holds()),
        Case::verified("broken", 3, fails()),
        Case::verified("vacuous", 3, flood().sometimes("delivered thrice").history(|d| *d == 3)),
        Case::verified("restless", 2, restless()),
        Case::verified("unfinished", 2, unfinished()),
        Case::violated("too_good", 3, "delivered at most twice", 2, holds()),
        Case::violated("too_early", 3, "delivered at most once", 7, fails()),
        Case::violated("too_late", 3, "delivered at most once", 1, fails()),
        Case::verified("wrong_at_once", 3, flood().always("delivered something").history(|d| *d > 0)),
    ]
}

/// Both mutants fail "delivered at most once", whatever they are expected to fail.
fn mutant(name: &'static str, property: &'static str) -> Mutant {
    let system = Box::new(holds().always("delivered at most once").history(|d| *d <= 1));
    let about = "delivers what it should not";
    Mutant { name, about, alters: "holds", property, steps: 2, last: ("deliver", Some(1)), system }
}

/// Three states: before the broadcast, after it (its sender has delivered it), and after the other has delivered it too.
fn flood() -> System<BestEffort<u8>, u8> {
    System::new(vec![BestEffort::new(2); 2]).script(0, Script::at_any_time([Broadcast(7)])).observing(
        0,
        |delivered: &mut u8, seen| {
            if let Observation::Indication { .. } = seen {
                *delivered += 1;
            }
        },
    )
}

fn holds() -> System<BestEffort<u8>, u8> {
    flood()
        .always("delivered at most twice")
        .history(|d| *d <= 2)
        .sometimes("delivered once")
        .history(|d| *d == 1)
        .sometimes("delivered twice")
        .history(|d| *d == 2)
}

fn fails() -> System<BestEffort<u8>, u8> {
    flood().always("delivered at most once").history(|d| *d <= 1)
}

/// A clock that ticks for ever: two states, and none of them quiescent.
fn restless() -> System<Clock> {
    System::new([Clock]).finally("at rest").processes(|_| true)
}

/// Nobody knows how the runs go on that deliver twice.
fn unfinished() -> System<BestEffort<u8>, u8> {
    let system = flood().explore_while("delivered at most once").history(|d| *d <= 1);
    system.sometimes("delivered once").history(|d| *d == 1).eventually("delivered twice some day").history(|d| *d == 2)
}

#[derive(Clone)]
struct Clock;

impl Actor for Clock {
    type Msg = Event<(), (), ()>;
    type State = bool;
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> bool {
        out.set_timer((), Duration::ZERO..Duration::ZERO);
        false
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<'_, bool>, (): &(), out: &mut Out<Self>) {
        *state.to_mut() ^= true;
        out.set_timer((), Duration::ZERO..Duration::ZERO);
    }
}
