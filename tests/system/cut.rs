//! Cuts: states that are left out.

use crate::common::{Toy, counted, is_in, processes};
use synod::check::{Verdict, check};
use synod::system::{Predicate, System};

/// Its timer fires for ever, and it counts.
fn counter() -> System<Toy> {
    System::new([Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
        it.state.push(timer);
        it.arm(timer, 1..1);
    })])
}

fn at_most(count: usize) -> Predicate<Toy, ()> {
    processes(move |p| p.states().all(|(_, fired)| fired.len() <= count))
}

#[test]
fn a_cut_leaves_out_what_does_not_satisfy_it() {
    // 0, 1, 2, 3; the step to 4 is not taken.
    let system = counter()
        .explore_while("at most three firings")
        .that(at_most(3))
        .always("at most three")
        .that(at_most(3))
        .sometimes("three")
        .that(is_in(0, [1, 1, 1]));
    let report = counted(&system, 4, 4);
    assert!(report.assumptions.contains(&"explored only while at most three firings".to_string()));
}

#[test]
fn several_cuts_leave_out_more() {
    counted(&counter().explore_while("five").that(at_most(5)).explore_while("two").that(at_most(2)), 3, 3);
}

#[test]
fn a_cut_state_is_not_quiescent() {
    // Each state has a step that changes it, though the last of them is not taken.
    let system = counter().explore_while("at most three firings").that(at_most(3)).finally("counted").that(at_most(3));
    let report = check(&system).run();
    assert_eq!((report.verdict, report.unique, report.quiescent), (Verdict::Violated, 4, false));
}

#[test]
fn without_a_cut_there_is_no_end() {
    let report = check(&counter()).max_states(1000).run();
    assert_eq!(report.verdict, Verdict::Incomplete);
    assert!(report.unique > 1000);
}

#[test]
#[should_panic(expected = "a cut leaves out the initial state")]
fn a_cut_that_leaves_nothing_verifies_nothing() {
    let system = counter().explore_while("nothing").processes(|_| false).always("anything").processes(|_| false);
    check(&system).verified();
}
