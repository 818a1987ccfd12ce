//! A counterexample is as short as can be, and of all that are as short the least in the order of steps.

use crate::common::{Toy, counted, is_in, processes};
use synod::check::{Report, Verdict, check};
use synod::system::{Script, System};

/// Process 0 sends these messages to process 1, which keeps them in order.
fn messages(messages: &'static [u8]) -> System<Toy> {
    System::new([Toy::sending(messages.iter().map(|message| (1, *message))), Toy::keeping()])
}

/// What the steps of the run to `property` say.
fn run(report: &Report, property: &str) -> Vec<String> {
    let trace = report.property(property).trace.as_ref().expect("the run that decides it");
    trace.steps.iter().map(|step| step.text.clone()).collect()
}

#[test]
fn it_is_as_short_as_can_be() {
    // The 3 can come first, though runs in which it comes later are found as well.
    let system = messages(&[1, 2, 3]).always("no 3").processes(|p| p.states().all(|(_, kept)| !kept.contains(&3)));
    assert_eq!(run(&check(&system).violates("no 3", 1), "no 3"), ["p0 → p1  3"]);
    let both = |kept: &[u8]| kept.contains(&1) && kept.contains(&3);
    let system = messages(&[1, 2, 3]).always("not both").processes(move |p| p.states().all(|(_, kept)| !both(kept)));
    assert_eq!(run(&check(&system).violates("not both", 2), "not both"), ["p0 → p1  1", "p0 → p1  3"]);
}

#[test]
fn it_is_the_least_whatever_the_order_of_sending() {
    // Any two that are neighbours in value: 1 2, 2 1, 2 3, 3 2, 3 4, 4 3.
    let neighbours = |kept: &[u8]| kept.len() == 2 && kept[0].abs_diff(kept[1]) == 1;
    for order in [&[1, 2, 3, 4], &[4, 3, 2, 1], &[3, 1, 4, 2]] {
        let system = messages(order).always("none").processes(move |p| p.states().all(|(_, kept)| !neighbours(kept)));
        for threads in 1..=4 {
            let report = check(&system).threads(threads).violates("none", 2);
            assert_eq!(run(&report, "none"), ["p0 → p1  1", "p0 → p1  2"]);
        }
    }
    // An earlier step counts for more than a later one: 1 4 comes before 2 3.
    let five = |kept: &[u8]| kept.len() == 2 && kept.iter().sum::<u8>() == 5;
    let system = messages(&[2, 3, 4, 1]).always("not five").processes(move |p| p.states().all(|(_, kept)| !five(kept)));
    assert_eq!(run(&check(&system).violates("not five", 2), "not five"), ["p0 → p1  1", "p0 → p1  4"]);
}

#[test]
fn kinds_of_steps_have_an_order_too() {
    // A delivery comes before a request, a request before a timeout, both before a crash.
    let receiver = || Toy::with_timers([(1, 1..1)]).on_request(|it, request| it.state.push(request));
    let empty = || processes(|p| p.get(1.into()).state().is_some_and(Vec::is_empty));
    let all = System::new([Toy::sending([(1, 7)]), receiver().on_message(|it, _, message| it.state.push(message))]);
    let all = all.script(1, Script::at_any_time([5])).crash_stop(1).always("empty").that(empty());
    assert_eq!(run(&check(&all).violates("empty", 1), "empty"), ["p0 → p1  7"]);
    let local = || System::new([Toy::new(), receiver()]).crash_stop(1);
    let request = local().script(1, Script::at_any_time([5])).always("empty").that(empty());
    assert_eq!(run(&check(&request).violates("empty", 1), "empty"), ["p1 is asked to 5"]);
    let timeout = local().always("empty").that(empty());
    assert_eq!(run(&check(&timeout).violates("empty", 1), "empty"), ["p1 times out: 1"]);
    let crash = System::new([Toy::new(), Toy::new()]).crash_stop(1).always("empty").that(empty());
    assert_eq!(run(&check(&crash).violates("empty", 1), "empty"), ["p1 stops for good"]);
}

#[test]
fn a_violated_search_finishes_its_level() {
    // Of three messages: 1 + 3 + 6 + 6 states. A violation by one message ends the search when all states with one message
    // are expanded: those with three are not found.
    let system = messages(&[1, 2, 3]);
    counted(&system, 16, 16);
    let system = system.always("empty").that(is_in(1, []));
    for threads in 1..=4 {
        let report = check(&system).threads(threads).unique_states(10).generated_states(10).violates("empty", 1);
        assert_eq!(report.depth, 3);
    }
}

#[test]
fn the_first_violation_is_the_shortest_and_of_several_the_first_stated() {
    let system = messages(&[1, 2])
        .always("not both")
        .processes(|p| p.states().all(|(_, kept)| kept.len() < 2))
        .always("no 2")
        .processes(|p| p.states().all(|(_, kept)| !kept.contains(&2)))
        .always("no 1")
        .processes(|p| p.states().all(|(_, kept)| !kept.contains(&1)))
        .sometimes("in order")
        .that(is_in(1, [1, 2]))
        .sometimes("nothing yet")
        .that(is_in(1, []));
    let report = check(&system).run();
    assert_eq!(report.first_violation().map(|first| first.name), Some("no 2"));
    let outcome = |name| {
        let property = report.property(name);
        (property.verdict, property.steps, property.trace.is_some())
    };
    assert_eq!(outcome("no 2"), (Verdict::Violated, Some(1), true));
    assert_eq!(outcome("no 1"), (Verdict::Violated, Some(1), false));
    // What the search left open is open.
    assert_eq!(outcome("not both"), (Verdict::Incomplete, None, false));
    assert_eq!(outcome("in order"), (Verdict::Incomplete, None, false));
    assert_eq!(outcome("nothing yet"), (Verdict::Verified, Some(0), false));
    assert_eq!(outcome("no panic"), (Verdict::Incomplete, None, false));
    assert!(report.violates("no 1", 1) && report.violates("no 2", 1) && !report.violates("no 1", 2));
}

#[test]
fn the_run_to_what_sometimes_holds_is_given_where_it_is_wanted() {
    let system =
        messages(&[1, 2]).sometimes("overtaken").that(is_in(1, [2, 1])).sometimes("in order").that(is_in(1, [1, 2]));
    let report = check(&system).trace("overtaken").verified();
    assert_eq!(run(&report, "overtaken"), ["p0 → p1  2", "p0 → p1  1"]);
    assert!(report.property("in order").trace.is_none());
    let trace = report.property("overtaken").trace.as_ref().expect("it was wanted");
    assert!(trace.in_flight.is_empty() && trace.loop_start.is_none());
    assert_eq!(
        trace.steps.iter().map(|step| (step.number, step.process)).collect::<Vec<_>>(),
        [(1, Some(1)), (2, Some(1))]
    );
}
