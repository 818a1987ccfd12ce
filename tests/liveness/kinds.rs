//! The kinds of liveness: what each says, and where they differ.

use crate::common::{Toy, is_in, processes};
use crate::{AT_REST, fails, holds, judged, keeps};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use synod::check::{Verdict, check};
use synod::system::{Fair, Fairness, Faults, Kind, Limit, NO_PANIC, Network, Property, Script, System, Timing};

/// A timer sets the state to [1], and back to [], for ever.
fn flips() -> System<Toy> {
    let process = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| {
        *it.state = if it.state.is_empty() { vec![1] } else { vec![] };
        it.arm(timer, 1..1);
    });
    System::new([process])
}

#[test]
fn what_flips_for_ever_holds_again_and_again_but_not_always() {
    let report = fails(
        flips().eventually_always("stays").that(is_in(0, [1])),
        "stays",
        &["p0 times out: 1", "p0 times out: 1"],
        "and so on for ever, from step 1",
    );
    assert_eq!((report.unique, report.generated), (2, 3));
    holds(
        flips()
            .eventually("1")
            .that(is_in(0, [1]))
            .leads_to("to and fro", is_in(0, [1]), is_in(0, []))
            .leads_to("fro and to", is_in(0, []), is_in(0, [1]))
            .eventually_always("one or the other")
            .processes(|_| true),
    );
}

#[test]
fn what_flips_may_stop_where_nothing_is_fair() {
    // It may stay with [], which is not the goal; or it may stay with [1], and then it is.
    let unfair = flips().fairness(Fair::Timers, Fairness::None);
    fails(unfair.eventually_always("stays").that(is_in(0, [1])), "stays", &[], AT_REST);
    let unfair = flips().fairness(Fair::Timers, Fairness::None);
    fails(unfair.eventually_always("goes").that(is_in(0, [])), "goes", &["p0 times out: 1"], AT_REST);
}

#[test]
fn it_stays_what_it_is_in_the_end() {
    // Counts to three and stops: some day it is 3 and stays so. Before that it was 1, but not for ever.
    let counting = || {
        let process = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| {
            it.state.push(1);
            if it.state.len() < 3 {
                it.arm(timer, 1..1);
            }
        });
        System::new([process])
    };
    holds(counting().eventually_always("three").that(is_in(0, [1; 3])));
    let all = ["p0 times out: 1"; 3];
    fails(counting().eventually_always("one").that(is_in(0, [1])), "one", &all, AT_REST);
    holds(counting().eventually("one").that(is_in(0, [1])));
}

/// To and fro; but when its application asks for 9 it ends there.
fn trap() -> System<Toy> {
    let process = Toy::new()
        .on_start(|it, _| it.arm(1, 1..1))
        .on_timeout(|it, timer| {
            *it.state = if it.state.is_empty() { vec![1] } else { vec![] };
            it.arm(timer, 1..1);
        })
        .on_request(|it, request| {
            *it.state = vec![request];
            it.out.cancel_timer(1);
        });
    System::new([process]).script(0, Script::at_any_time([9]))
}

#[test]
fn what_can_always_come_to_pass_needs_no_fairness_and_no_trap() {
    let unfair = || flips().fairness(Fair::Timers, Fairness::None);
    holds(unfair().always_possibly("1").that(is_in(0, [1])).always_possibly("nothing").that(is_in(0, [])));
    let report = check(&trap().always_possibly("1").that(is_in(0, [1]))).unique_states(3).violates("1", 1);
    let trace = report.property("1").trace.as_ref().expect("the run into the trap");
    assert_eq!((trace.steps[0].text.as_str(), trace.continuation()), ("p0 is asked to 9", None));
    // The trap itself can always be reached, and under fairness it is; what is impossible is out of reach at once.
    holds(trap().always_possibly("9").that(is_in(0, [9])).eventually_always("9 stays").that(is_in(0, [9])));
    assert_eq!(judged(&trap().always_possibly("7").that(is_in(0, [7]))).property("7").steps, Some(0));
}

#[test]
fn a_premise_that_never_holds_leads_anywhere() {
    holds(flips().leads_to("vacuous", is_in(0, [7]), is_in(0, [8])));
    // A premise that holds together with its conclusion leads there at once.
    holds(flips().leads_to("at once", is_in(0, [1]), is_in(0, [1])));
    fails(
        flips().leads_to("nowhere", is_in(0, [1]), is_in(0, [8])),
        "nowhere",
        &["p0 times out: 1", "p0 times out: 1", "p0 times out: 1"],
        "and so on for ever, from step 2",
    );
}

#[test]
fn what_comes_before_the_premise_does_not_count() {
    // The conclusion holds at first and never again after the premise.
    let stop = || {
        let process = Toy::new().on_request(|it, request| *it.state = vec![request]);
        System::new([process]).script(0, Script::at_any_time([5]))
    };
    fails(stop().leads_to("back", is_in(0, [5]), is_in(0, [])), "back", &["p0 is asked to 5"], AT_REST);
    holds(stop().leads_to("on", is_in(0, []), is_in(0, [5])));
}

#[test]
fn who_crashes_recovers_where_that_is_fair() {
    let system = || {
        let network = Network::unordered().loss(Limit::Unlimited);
        let down = processes(|p| p.states().count() == 0);
        let up = processes(|p| p.states().count() == 1);
        let crashes = Faults::unlimited();
        System::new([Toy::new()]).network(network).crash_recovery(crashes).leads_to("recovers", down, up)
    };
    holds(system().fair_recovery());
    holds(system().fairness(Fair::Recovery, Fairness::Strong));
    fails(system(), "recovers", &["p0 crashes"], AT_REST);
    // It may crash for ever, or never: no crash has to happen, and none is the last.
    let stays_up = |system: System<Toy>| system.eventually_always("up").processes(|p| p.states().count() == 1);
    let crashing = stays_up(system().fair_recovery());
    fails(crashing, "up", &["p0 crashes", "p0 recovers"], "and so on for ever, from step 1");
}

#[test]
fn a_system_becomes_synchronous_some_day() {
    let timing = Timing::PartiallySynchronous { unit: Duration::from_secs(1) };
    let system = System::new([Toy::with_timers([(1, 1..1)])]).timing(timing);
    holds(
        system
            .eventually_always("synchronous")
            .everything(|view| view.spent.stable)
            .eventually("the timer")
            .that(keeps(0, 1)),
    );
}

#[test]
fn a_choice_falls_but_on_what_is_not_promised() {
    let choosing = || {
        let start = Toy::new().on_start(|it, _| it.out.choose_random("way", vec![1, 2]));
        // Whoever chooses 2 chooses again.
        let process = start.on_choice(|it, value| match value {
            1 => it.keep_once(1),
            _ => it.out.choose_random("way", vec![1, 2]),
        });
        System::new([process])
    };
    for fairness in [Fairness::Weak, Fairness::Strong] {
        let system = choosing().fairness(Fair::Choices, fairness).eventually("1").that(keeps(0, 1));
        fails(system, "1", &["p0 chooses 2 for way"], "and so on for ever, from step 1");
    }
    let unfair = choosing().fairness(Fair::Choices, Fairness::None).eventually("1").that(keeps(0, 1));
    fails(unfair, "1", &[], AT_REST);
}

#[test]
fn only_what_leads_to_something_has_a_premise() {
    let property = |kind, premise| Property { name: "p", kind, predicate: processes(|_| true), premise };
    let refused = [
        property(Kind::Eventually, Some(processes(|_| true))),
        property(Kind::LeadsTo, None),
        Property { name: "p", ..Property::new("p", Kind::LeadsTo, processes(|_| true)) },
    ];
    for property in refused {
        let message = catch_unwind(AssertUnwindSafe(|| flips().property(property))).err().expect("it is refused");
        let message = message.downcast::<String>().expect("a message");
        assert!(message.contains("takes a premise, and no other claim has one"), "{message}");
    }
}

#[test]
fn a_predicate_that_panics_violates_what_every_system_has() {
    let picky = |kept: &Vec<u8>| assert!(kept.is_empty(), "a flip");
    let picky = move || processes(move |p| p.states().map(|(_, kept)| picky(kept)).count() == 0);
    let systems = [
        flips().eventually("never").that(picky()),
        flips().leads_to("premise", picky(), is_in(0, [7])),
        flips().leads_to("conclusion", is_in(0, [7]), picky()),
    ];
    for system in systems {
        let report = check(&system).violates(NO_PANIC, 1);
        assert_eq!(report.properties[0].verdict, Verdict::Incomplete);
        assert_eq!(report.panic.as_deref(), Some("a flip"));
    }
}
