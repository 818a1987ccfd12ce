//! Each kind of liveness claim, held and violated, and what each kind of fairness promises. (Where TLC has a say: `tlc`.)

use crate::case::{Case, case};
use crate::common::{Toy, is_in, processes};
use std::time::Duration;
use synod::system::{Fair, Fairness, Limit, Network, Predicate, Script, System, Timing};

/// A process that is asked for these, one after the other, and keeps them.
fn asked(requests: &'static [u8]) -> System<Toy> {
    let process = Toy::new().on_request(|it, request| it.state.push(request));
    System::new([process]).script(0, Script::at_any_time(requests.iter().copied()))
}

/// A process that changes between nothing and 1 for ever.
fn restless() -> System<Toy> {
    System::new([Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
        *it.state = if it.state.is_empty() { vec![1] } else { vec![] };
        it.arm(timer, 1..1);
    })])
}

fn nothing() -> Predicate<Toy, ()> {
    is_in(0, [])
}

/// Process 0 has kept this, among others.
fn keeps(number: u8) -> Predicate<Toy, ()> {
    processes(move |p| p.get(0.into()).state().is_some_and(|kept| kept.contains(&number)))
}

pub fn cases() -> Vec<Case> {
    [kinds(), promises(), network_and_time(), with_others()].into_iter().flatten().collect()
}

fn kinds() -> Vec<Case> {
    vec![
        // Asked for 1, then for 2, and then nothing is left to do.
        case("eventually", asked(&[1, 2]).eventually("2").that(keeps(2)), 3, 3).holds("2"),
        case("eventually, once", asked(&[1, 2]).eventually("none").that(nothing()), 3, 3).holds("none"),
        case("eventually, violated at rest", asked(&[1, 2]).eventually("3").that(keeps(3)), 3, 3).lasso("3", 2),
        // To and fro: two states, two steps.
        case("eventually, violated by a circle", restless().eventually("3").that(keeps(3)), 2, 3).lasso("3", 2),
        case("leads to", asked(&[1, 2]).leads_to("1 to 2", keeps(1), keeps(2)), 3, 3).holds("1 to 2"),
        case("leads to, without the premise", asked(&[1, 2]).leads_to("3 to 4", keeps(3), keeps(4)), 3, 3)
            .holds("3 to 4"),
        case("leads to, violated", asked(&[1, 2]).leads_to("1 to 3", keeps(1), keeps(3)), 3, 3).lasso("1 to 3", 2),
        case("leads to, again and again", restless().leads_to("1 to none", keeps(1), nothing()), 2, 3)
            .holds("1 to none"),
        case("eventually always", asked(&[1, 2]).eventually_always("2").that(keeps(2)), 3, 3).holds("2"),
        case("eventually always, not for ever", restless().eventually_always("1").that(keeps(1)), 2, 3).lasso("1", 2),
        // It is out of reach when the other request was made.
        case("always possibly", restless().always_possibly("1").that(keeps(1)), 2, 3).holds("1"),
        case(
            "always possibly, out of reach",
            {
                let process = Toy::new().on_request(|it, request| it.state.push(request));
                System::new([process]).script(0, Script::choosing([[1, 2]])).always_possibly("1").that(keeps(1))
            },
            3,
            3,
        )
        .lasso("1", 1),
    ]
}

/// Without a promise nothing has to happen: the run may end at once.
fn promises() -> Vec<Case> {
    let idle = |what: Fair, system: System<Toy>| system.fairness(what, Fairness::None);
    let sent = || System::new([Toy::keeping(), Toy::sending([(0, 7)])]).eventually("7").that(keeps(7));
    let timer = || System::new([Toy::with_timers([(7, 1..1)])]).eventually("7").that(keeps(7));
    let choice = || {
        let process = Toy::new()
            .on_start(|it, _| it.out.choose_random("one", vec![7]))
            .on_choice(|it, value| it.state.push(value));
        System::new([process]).eventually("7").that(keeps(7))
    };
    let crash = || {
        let system = System::new([Toy::new()]).network(Network::unordered().loss(Limit::Unlimited)).crash_recovery(1);
        system.eventually_always("up").processes(|p| p.get(0.into()).is_up())
    };
    vec![
        // Each before and after the one step that there is; a recovery after the crash before it.
        case("a delivery is promised", sent(), 2, 2).holds("7"),
        case("a delivery is not promised", idle(Fair::Deliveries, sent()), 2, 2).lasso("7", 0),
        case("a timer is promised", timer(), 2, 2).holds("7"),
        case("a timer is not promised", idle(Fair::Timers, timer()), 2, 2).lasso("7", 0),
        case("a request is promised", asked(&[7]).eventually("7").that(keeps(7)), 2, 2).holds("7"),
        case("a request is not promised", idle(Fair::Requests, asked(&[7]).eventually("7").that(keeps(7))), 2, 2)
            .lasso("7", 0),
        case("a choice is promised", choice(), 2, 2).holds("7"),
        case("a choice is not promised", idle(Fair::Choices, choice()), 2, 2).lasso("7", 0),
        case("a recovery is promised", crash().fair_recovery(), 3, 3).holds("up"),
        case("a recovery is promised in other words", crash().fairness(Fair::Recovery, Fairness::Weak), 3, 3)
            .holds("up"),
        case("a recovery is not promised", crash(), 3, 3).lasso("up", 1),
        // The crash is a fault: it does not have to happen. A stop is no better.
        case(
            "a fault is never promised",
            System::new([Toy::new()]).crash_stop(1).eventually("down").processes(|p| !p.get(0.into()).is_up()),
            2,
            2,
        )
        .lasso("down", 0),
    ]
}

fn network_and_time() -> Vec<Case> {
    let cut = |network: Network| {
        System::new([Toy::keeping(), Toy::sending([(0, 7)])]).network(network).eventually("7").that(keeps(7))
    };
    let heals = || Network::unordered().partition([0], [1]);
    let unit = Duration::from_secs(1);
    vec![
        // Not cut yet, cut, healed; in flight or arrived.
        case("a partition heals some day", cut(heals()), 6, 7).holds("7"),
        case("a partition may last for ever", cut(heals().lasting()), 6, 7).lasso("7", 1),
        // In flight, arrived, lost.
        case("a loss for which nobody makes up", cut(Network::unordered().loss(1)), 3, 3).lasso("7", 1),
        // In flight; arrived; arrived and still in flight (which is not promised, and does no harm); twice.
        case("a duplication", cut(Network::unordered().duplication(1)), 4, 4).holds("7"),
        // Before the system is in step and after, the timer has not fired or has.
        case(
            "a system is in step some day",
            {
                let system = System::new([Toy::with_timers([(7, 1..1)])]).timing(Timing::PartiallySynchronous { unit });
                system.eventually("in step").everything(|view| view.spent.stable)
            },
            4,
            5,
        )
        .holds("in step"),
        // The first timer is always due before the second.
        case(
            "a timer that is never due",
            {
                let process = Toy::with_timers([(1, 1..1), (7, 5..5)]).on_timeout(|it, timer| {
                    it.state.push(timer);
                    it.state.retain(|timer| *timer == 7);
                    it.arm(1, 1..1);
                    it.arm(7, 5..5);
                });
                System::new([process]).timing(Timing::Synchronous { unit }).eventually("7").that(keeps(7))
            },
            1,
            2,
        )
        .lasso("7", 1),
    ]
}

fn with_others() -> Vec<Case> {
    vec![
        // A violation of another kind ends the search, and leaves open what needs all states.
        case(
            "a violation leaves liveness open",
            {
                asked(&[1, 2, 3])
                    .always("no 1")
                    .processes(|p| !p.states().any(|(_, kept)| kept.contains(&1)))
                    .eventually("4")
                    .that(keeps(4))
            },
            3,
            3,
        )
        .violated("no 1", 1)
        .open("4"),
        // Three messages in any order, and then rest: of six runs the least is shown.
        case(
            "of several runs to rest the least",
            System::new([Toy::keeping(), Toy::sending([(0, 3), (0, 1), (0, 2)])]).eventually("4").that(keeps(4)),
            16,
            16,
        )
        .lasso("4", 3)
        .by(&["p1 → p0  1", "p1 → p0  2", "p1 → p0  3"]),
        // Both are judged in the same states, and neither hides the other.
        case(
            "a lasso leaves the others as they are",
            {
                asked(&[1, 2])
                    .always("few")
                    .processes(|p| p.states().all(|(_, kept)| kept.len() < 3))
                    .eventually("3")
                    .that(keeps(3))
            },
            3,
            3,
        )
        .holds("few")
        .lasso("3", 2),
        // What a cut leaves out might be where it goes wrong.
        case(
            "a cut leaves liveness open",
            {
                let cut =
                    asked(&[1, 2, 3]).explore_while("no 3").processes(|p| p.states().all(|(_, kept)| kept.len() < 3));
                cut.eventually("1").that(keeps(1))
            },
            3,
            3,
        )
        .open("1"),
    ]
}
