//! What timers mean.

use crate::case::{Case, case};
use crate::common::{Toy, is_in};
use std::ops::Range;
use std::time::Duration;
use synod::system::{Faults, System, Timing};

const UNIT: Duration = Duration::from_secs(1);

/// One process with these timers, which keeps the order in which they fire; 1 fires before 2, or not.
fn timers(timers: [(u8, Range<u64>); 2], timing: Timing) -> System<Toy> {
    let system = System::new([Toy::with_timers(timers)]).timing(timing);
    system.always("1 first").processes(|p| p.get(0.into()).state().is_some_and(|fired| fired.first() != Some(&2)))
}

/// A timer that goes on for ever and changes nothing.
fn forever() -> System<Toy> {
    System::new([Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| it.arm(timer, 1..1))])
}

pub fn cases() -> Vec<Case> {
    let synchronous = Timing::Synchronous { unit: UNIT };
    let partially = Timing::PartiallySynchronous { unit: UNIT };
    vec![
        // None, either, both in either order. (The search ends with the states one step away, whose successors are all.)
        case("asynchronous", timers([(1, 1..1), (2, 5..5)], Timing::Asynchronous), 5, 5).violated("1 first", 1),
        // None, the first, both.
        case("synchronous: the earlier fires first", timers([(1, 1..1), (2, 5..5)], synchronous), 3, 3)
            .holds("1 first"),
        case("synchronous: overlapping ranges fire in either order", timers([(1, 1..3), (2, 2..4)], synchronous), 5, 5)
            .violated("1 first", 1),
        case("synchronous: the same moment is either order", timers([(1, 2..2), (2, 2..2)], synchronous), 5, 5)
            .violated("1 first", 1),
        // In flight; arrived; and the timer has fired.
        case(
            "synchronous: a message comes before a timer",
            {
                let waiting = Toy::with_timers([(1, 1..1)]).on_message(|it, _, message| it.state.push(message));
                let system = System::new([Toy::sending([(1, 7)]), waiting]).timing(synchronous);
                system.finally("message, then timer").that(is_in(1, [7, 1]))
            },
            3,
            3,
        )
        .holds("message, then timer"),
        // In flight, arrived, and the timer has fired, while the sender is up, and when it has stopped: 6. Then the message
        // need not arrive, but not later than the timer either: it is gone. Steps: 2 (not yet the timer), 2, 1; 2, 1.
        case(
            "synchronous: a message of the dead does not come late",
            {
                let waiting = Toy::with_timers([(1, 1..1)]).on_message(|it, _, message| it.state.push(message));
                let system = System::new([Toy::sending([(1, 7)]), waiting]).timing(synchronous);
                let system = system.crash_stop(Faults::at_most(1).among([0])).sometimes("gone").that(is_in(1, [1]));
                system.always("not late").processes(|p| p.get(1.into()).state().is_some_and(|kept| *kept != [1, 7]))
            },
            7,
            9,
        )
        .reached("gone", 2)
        .holds("not late"),
        // The search ends with the states one step away: a timer has fired, or the system is in step. How much of a timer's
        // time has passed by then is unknown, so either may still be first. 1 + 3 states, and 4 more a step further: both
        // timers have fired, in either order, or one has, in step. 3 + 2 + 2 + 2 steps.
        case("partially synchronous", timers([(1, 1..1), (2, 5..5)], partially), 8, 10).violated("1 first", 1),
        case(
            // The five states of the asynchronous system, each before the moment and after it: 4 steps twice, and 5 moments.
            "partially synchronous: all of it",
            System::new([Toy::with_timers([(1, 1..1), (2, 5..5)])]).timing(partially),
            10,
            14,
        ),
        // It fires and is as before: one state, in which it is quiescent, for nothing changes.
        case("a timer that fires for ever", forever().finally("rest").everything(|_| true), 1, 2).holds("rest"),
        // It has fired never, once, twice.
        case("two firings", forever().firings(2).finally("rest").everything(|_| true), 3, 3).holds("rest"),
        case("no firing", forever().firings(0).finally("rest").everything(|_| true), 1, 1).holds("rest"),
        // Each timer has a budget of its own: 2 * 2.
        case(
            "a firing of each of two timers",
            {
                let both = Toy::with_timers([(1, 1..1), (2, 1..1)]).on_timeout(|it, timer| it.arm(timer, 1..1));
                System::new([both]).firings(1)
            },
            4,
            5,
        ),
        // It is armed and cancelled in turn by the other: armed or not, and fired while it was.
        case(
            "a timer that is cancelled",
            {
                let canceller = Toy::with_timers([(1, 1..1), (2, 1..1)]).on_timeout(|it, timer| match timer {
                    1 => it.out.cancel_timer(2),
                    _ => it.state.push(2),
                });
                System::new([canceller]).sometimes("in time").that(is_in(0, [2])).sometimes("not in time").processes(
                    |p| p.get(0.into()).timers.is_empty() && p.get(0.into()).state().is_some_and(Vec::is_empty),
                )
            },
            4,
            4,
        )
        .reached("in time", 1)
        .reached("not in time", 1),
    ]
}
