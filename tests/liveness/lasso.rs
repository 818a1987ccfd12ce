//! A lasso is printed and drawn as such.

use crate::common::{Toy, is_in};
use synod::check::check;
use synod::system::{System, svg};

/// The timer counts to three and then goes to and fro between two and three.
fn system() -> System<Toy> {
    let process = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| {
        match it.state.len() {
            3 => it.state.truncate(2),
            _ => it.state.push(1),
        }
        it.arm(timer, 1..1);
    });
    System::new([process])
}

#[test]
fn it_says_where_it_goes_back_to() {
    // Two steps lead to the circle; the third and the fourth are taken for ever.
    let report = check(&system().eventually("four").that(is_in(0, [1; 4]))).violates("four", 4);
    let text = report.to_string();
    for line in [
        "violated: 4 states",
        "eventually four: violated (4 steps)",
        "four is violated by:\n   1  timeout   p0 times out: 1",
        "   4  timeout   p0 times out: 1\n      and so on for ever, from step 3\n      in the end:\n      p0 up      [1, 1]",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
    let trace = report.property("four").trace.as_ref().expect("the run");
    assert_eq!((trace.steps.len(), trace.loop_start), (4, Some(3)));
    assert!(svg(trace).contains("and so on for ever, from step 3"));
}

#[test]
fn it_says_that_nothing_has_to_happen() {
    let idle = System::new([Toy::with_timers([(1, 1..1)])]).eventually("two").that(is_in(0, [2]));
    let report = check(&idle).violates("two", 1);
    let text = report.to_string();
    let end = "   1  timeout   p0 times out: 1\n      and nothing has to happen any more\n      in the end:";
    assert!(text.contains(end), "{text}");
    let trace = report.property("two").trace.as_ref().expect("the run");
    assert_eq!(trace.loop_start, Some(2));
    assert!(svg(trace).contains("and nothing has to happen any more"));
    // Also where nothing happens from the start.
    let report = check(&System::new([Toy::new()]).eventually("two").that(is_in(0, [2]))).violates("two", 0);
    let trace = report.property("two").trace.as_ref().expect("the run");
    assert!(trace.steps.is_empty() && trace.continuation().is_some() && svg(trace).contains("nothing has to happen"));
}

#[test]
fn of_several_properties_the_shortest_run_is_shown() {
    let system = system()
        .eventually("four")
        .that(is_in(0, [1; 4]))
        .eventually_always("one")
        .that(is_in(0, [1]))
        .always_possibly("nothing")
        .that(is_in(0, []))
        .eventually("three")
        .that(is_in(0, [1; 3]));
    let report = check(&system).violates("nothing", 1);
    let verdict = |name| (report.property(name).verdict.name(), report.property(name).steps);
    assert_eq!(verdict("four"), ("violated", Some(4)));
    assert_eq!(verdict("one"), ("violated", Some(4)));
    assert_eq!(verdict("three"), ("verified", None));
}
