//! Random walks find violations, prove nothing, and are the same for the same seed.

use crate::common::{Toy, is_in};
use crate::sample;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use synod::check::{Limit, Options, Report, Verdict, Walked, Walks, check};
use synod::system::{NO_PANIC, Script, System};

/// A process that counts how often it is asked, up to five times, and then has nothing left to do.
fn line() -> System<Toy> {
    let counter = Toy::new().on_request(|it, _| it.state.push(1));
    System::new([counter]).script(0, Script::at_any_time([1; 5]))
}

/// Ten thousand states: four processes are asked nine times each.
fn grid() -> System<Toy> {
    let counters = (0..4).map(|_| Toy::new().on_request(|it, _| it.state.push(1)));
    (0..4).fold(System::new(counters), |system, id| system.script(id, Script::at_any_time([1; 9])))
}

fn walks(seed: u64, count: u64, steps: usize) -> Walks {
    Walks { seed, count, steps }
}

fn walked(report: &Report) -> Walked {
    report.walked.expect("it is the report of walks")
}

#[test]
fn even_walks_that_see_everything_prove_nothing() {
    let system = line().always("at most five").processes(|p| p.states().all(|(_, kept)| kept.len() <= 5));
    let system = system.sometimes("five").that(is_in(0, [1; 5])).finally("five in the end").that(is_in(0, [1; 5]));
    let report = check(&system).unique_states(6).walk(walks(1, 3, 100));
    assert_eq!((report.verdict, report.limit, report.unique), (Verdict::Incomplete, Some(Limit::Walks), 6));
    // Five steps each time, and the initial state; each walk came to an end.
    assert_eq!((report.generated, report.depth, report.threads), (16, 6, 1));
    assert!(report.quiescent);
    let expected = Walked { walks: walks(1, 3, 100), begun: 3, ended: 3, longest: 5, share: Some(1.0) };
    assert_eq!(walked(&report), expected);
    // What was reached was reached; everything else is open.
    assert_eq!((report.property("five").verdict, report.property("five").steps), (Verdict::Verified, Some(5)));
    for open in ["at most five", "five in the end", NO_PANIC] {
        assert_eq!(report.property(open).verdict, Verdict::Incomplete);
    }
    let words = "this proves nothing: 3 of 3 random walks of at most 100 steps from seed 1: 3 came to an end, the longest \
                 has 5 steps, 100.0 % of all states were seen";
    let said = report.to_string();
    assert!(
        said.starts_with("incomplete (random walks): 6 states, 16 generated, depth 6") && said.contains(words),
        "{said}"
    );
}

#[test]
fn a_walk_is_as_long_as_it_may_be() {
    let system = line().sometimes("two").that(is_in(0, [1; 2])).sometimes("three").that(is_in(0, [1; 3]));
    let report = check(&system).unique_states(6).walk(walks(1, 4, 2));
    assert_eq!((report.unique, report.generated, report.depth), (3, 9, 3));
    let expected = Walked { walks: walks(1, 4, 2), begun: 4, ended: 0, longest: 2, share: Some(0.5) };
    assert_eq!(walked(&report), expected);
    assert_eq!(report.property("two").verdict, Verdict::Verified);
    assert_eq!(report.property("three").verdict, Verdict::Incomplete);
    // A limit of depth counts states, not steps.
    let options = Options { max_depth: Some(3), ..Options::default() };
    assert_eq!(walked(&check(&system).options(options).walk(walks(1, 4, 100))).longest, 2);
    let none = check(&system).walk(walks(1, 0, 100));
    assert_eq!((none.verdict, none.unique, walked(&none).begun), (Verdict::Incomplete, 1, 0));
}

#[test]
fn the_same_seed_makes_the_same_walks() {
    let seen = |seed| {
        let report = check(&grid().sometimes("all").processes(|p| p.states().all(|(_, kept)| !kept.is_empty())))
            .trace("all")
            .walk(walks(seed, 20, 30));
        (
            report.unique,
            report.generated,
            report.depth,
            report.properties.into_iter().map(|p| p.trace).collect::<Vec<_>>(),
        )
    };
    assert_eq!(seen(7), seen(7));
    let different: std::collections::BTreeSet<_> = (0..10).map(|seed| seen(seed * 100).0).collect();
    assert!(different.len() > 1, "{different:?}");
    // The walk of the next number is the second one.
    let one = |seed| check(&line()).walk(walks(seed, 1, 3)).unique;
    assert_eq!((one(1), one(u64::MAX)), (4, 4));
    assert_eq!(check(&line()).walk(walks(u64::MAX, 2, 3)).unique, 4);
}

#[test]
fn a_violation_ends_the_walks_and_its_run_is_short() {
    let apart = |system: System<Toy>| {
        system
            .always("never two of the first")
            .processes(|p| p.get(0.into()).state().is_some_and(|kept| kept.len() < 2))
    };
    // A walk of 36 steps ends with nine of each, so the first walk sees a violation, mostly after more than two steps; but
    // not always among the states seen is the shortest run.
    let report = check(&apart(grid())).walk(walks(3, 50, 40));
    assert_eq!((report.verdict, walked(&report).begun), (Verdict::Violated, 1));
    let property = report.property("never two of the first");
    let trace = property.trace.as_ref().expect("the run that violates it");
    assert_eq!(Some(trace.steps.len()), property.steps);
    assert!(trace.steps.len() >= 2 && (trace.steps.len() as u64) < report.generated, "{report}");
    assert!(trace.state.contains("[1, 1]"), "{}", trace.state);
    assert!(report.to_string().contains("never two of the first is violated by:"));

    // With many walks that end early, most short runs are seen, and the shortest is found.
    let first_two = |p: synod::system::Processes<'_, Toy>| p.get(0.into()).state().is_some_and(|kept| kept.len() == 2);
    let report = check(&grid().sometimes("two").processes(first_two)).trace("two").walk(walks(3, 1000, 4));
    assert_eq!(report.property("two").steps, Some(2));
    assert_eq!(report.property("two").trace.as_ref().expect("it was wanted").steps.len(), 2);
}

#[test]
fn every_kind_of_violation_is_found() {
    let violated = |system: System<Toy>, name: &str| {
        let report = check(&system).walk(walks(1, 10, 20));
        assert_eq!((report.verdict, report.property(name).verdict), (Verdict::Violated, Verdict::Violated), "{report}");
        assert!(report.property(name).trace.is_some());
    };
    violated(line().finally("four in the end").that(is_in(0, [1; 4])), "four in the end");
    let picky = Toy::new().on_request(|it, request| {
        it.state.push(request);
        assert!(it.state.len() < 3, "enough");
    });
    violated(System::new([picky]).script(0, Script::at_any_time([1; 5])), NO_PANIC);
    violated(line().always("panics").processes(|p| p.states().all(|(_, kept)| 1 / (3 - kept.len()) < 9)), NO_PANIC);
}

#[test]
fn walks_obey_what_a_system_says() {
    // A cut is not walked into; what leads there alone is no way to go.
    let system = line().explore_while("at most three").processes(|p| p.states().all(|(_, kept)| kept.len() <= 3));
    let report = check(&system).walk(walks(1, 5, 20));
    assert_eq!((report.unique, walked(&report).ended), (4, 5));
    let nothing_left = line().explore_while("never").processes(|_| false);
    let refused = check(&nothing_left).try_walk(walks(1, 1, 1)).expect_err("it walked");
    assert!(refused.why.contains("a cut leaves out the initial state"), "{refused}");
}

#[test]
fn what_needs_all_states_stays_open() {
    let system = line().eventually("five").that(is_in(0, [1; 5])).always_possibly("six").that(is_in(0, [1; 6]));
    check(&system).violates("six", 0);
    let report = check(&system).walk(walks(1, 3, 100));
    assert_eq!(report.verdict, Verdict::Incomplete);
    assert!(report.properties.iter().all(|property| property.verdict == Verdict::Incomplete), "{report}");
}

#[test]
fn walks_go_through_classes() {
    // Four counts from nought to nine, whoever has which: 13 over 4.
    let classes = || grid().interchangeable(0..4);
    let report = check(&classes()).unique_states(715).walk(walks(1, 2000, 40));
    assert!(walked(&report).share > Some(0.5), "{report}");
    // The run is one of the system as it is.
    let nine = classes().always("not nine").processes(|p| p.states().all(|(_, kept)| kept.len() < 9));
    let report = check(&nine).walk(walks(1, 2000, 40));
    let trace = report.property("not nine").trace.as_ref().expect("the run that violates it");
    assert_eq!(Some(trace.steps.len()), report.property("not nine").steps);
    // Processes that are not alike are not taken for one another.
    let differing = System::new([Toy::with_timers([(1, 1..1)]), Toy::new()]).interchangeable(0..2);
    let walk = || check(&differing).walk(walks(1, 1, 10));
    let message = catch_unwind(AssertUnwindSafe(walk)).expect_err("it passed").downcast::<String>().expect("a message");
    let checked = catch_unwind(AssertUnwindSafe(|| check(&differing).threads(1).run())).expect_err("it passed");
    assert_eq!(message, checked.downcast::<String>().expect("a message"));
}

#[test]
fn many_walks_see_the_states_of_every_kind_of_system_and_no_others() {
    for (name, system) in sample::of_every_kind() {
        let all = check(&system).verified();
        let report = check(&system).unique_states(all.unique).walk(walks(1, 3000, 40));
        let share = walked(&report).share.expect("it is known how many there are");
        assert!(share > 0.2 && share <= 1.0, "{name}: {report}");
    }
}

#[test]
fn more_states_than_there_are_said_to_be_are_an_error() {
    let walk = || check(&line()).unique_states(5).walk(walks(1, 1, 10));
    let message = catch_unwind(AssertUnwindSafe(walk)).expect_err("it passed").downcast::<String>().expect("a message");
    assert!(message.starts_with("expected 5 states in all, but incomplete (random walks): 6 states"), "{message}");
}

#[test]
fn the_limits_hold() {
    let ends_at = |limit, options: Options| {
        let report = check(&grid()).options(options).walk(walks(1, u64::MAX, 50));
        assert_eq!((report.verdict, report.limit), (Verdict::Incomplete, Some(limit)), "{report}");
    };
    ends_at(Limit::Time, Options { max_time: Some(Duration::ZERO), ..Options::default() });
    ends_at(Limit::States, Options { max_states: Some(500), ..Options::default() });
    ends_at(Limit::Memory, Options { max_memory: Some(1), ..Options::default() });
    let interrupt = Arc::new(AtomicBool::new(false));
    let flag = interrupt.clone();
    // The hundredth state or so interrupts the walks.
    let system = grid().always("seen").processes(move |p| {
        flag.fetch_or(p.states().map(|(_, kept)| kept.len()).sum::<usize>() == 20, Ordering::Relaxed);
        true
    });
    let options = Options { interrupt: Some(interrupt), ..Options::default() };
    let report = check(&system).options(options).walk(walks(1, u64::MAX, 50));
    assert_eq!((report.verdict, report.limit), (Verdict::Incomplete, Some(Limit::Interrupt)));
    assert!(walked(&report).begun < 100);
}
