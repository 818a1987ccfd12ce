//! Where not all runs are known, liveness is not judged, or only what was found counts.

use crate::common::{Toy, is_in, processes};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use synod::check::{Limit, Options, Undecided, Verdict, check};
use synod::system::System;

/// A timer counts, without end.
fn counting() -> System<Toy> {
    let process = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| {
        it.state.push(1);
        it.arm(timer, 1..1);
    });
    System::new([process])
}

#[test]
fn a_question_that_depends_on_what_is_cut_off_is_open() {
    let cut = || counting().explore_while("at most five").processes(|p| p.states().all(|(_, it)| it.len() <= 5));
    let system = cut()
        .eventually("six")
        .that(is_in(0, [1; 6]))
        .eventually("three")
        .that(is_in(0, [1; 3]))
        .always_possibly("seven")
        .that(is_in(0, [1; 7]))
        .always("at most six")
        .processes(|p| p.states().all(|(_, it)| it.len() <= 6));
    let report = check(&system).run();
    assert_eq!((report.verdict, report.limit, report.unique), (Verdict::Incomplete, None, 6));
    let verdict = |name| report.property(name).verdict;
    assert_eq!((verdict("six"), verdict("seven")), (Verdict::Incomplete, Verdict::Incomplete));
    let why = |name| report.property(name).undecided;
    assert_eq!((why("six"), why("seven"), why("at most six")), (Some(Undecided::Cut), Some(Undecided::Cut), None));
    let text = report.to_string();
    assert!(text.contains("this proves nothing: every state was found, but not how every run goes on"), "{text}");
    assert!(text.contains("six: incomplete, because a cut leaves runs unfinished"), "{text}");
    assert_eq!(verdict("at most six"), Verdict::Verified);
    // That it comes to three is known; but not to whoever asks no further than whether something was left out.
    assert_eq!(verdict("three"), Verdict::Incomplete);
    // A cut that leaves nothing out leaves no question open.
    let wide = counting().firings(2).explore_while("at most five").processes(|_| true);
    check(&wide.eventually("two").that(is_in(0, [1; 2]))).verified();
}

#[test]
fn a_lasso_beside_what_is_cut_off_is_a_run() {
    // Whatever the timer counts, process 1 never has anything to do: but the timer leads out of what is explored, and no
    // circle is left. When the timer may rest, there is one.
    use synod::system::{Fair, Fairness};
    let two = || {
        let cut = counting().explore_while("at most five");
        cut.processes(|p| p.states().all(|(_, it)| it.len() <= 5)).eventually("six").that(is_in(0, [1; 6]))
    };
    assert_eq!(check(&two()).run().verdict, Verdict::Incomplete);
    check(&two().fairness(Fair::Timers, Fairness::None)).violates("six", 0);
}

#[test]
fn a_search_that_is_cut_short_judges_no_liveness() {
    let system = counting().eventually("three").that(is_in(0, [1; 3])).eventually("never").processes(|_| false);
    let report = check(&system).max_depth(10).run();
    assert_eq!((report.verdict, report.limit), (Verdict::Incomplete, Some(Limit::Depth)));
    assert!(report.properties.iter().all(|property| property.verdict == Verdict::Incomplete));
    assert!(report.properties.iter().all(|property| property.undecided.is_none()), "the limit is the reason");
    // So does a violation that ends it.
    let violated = system.always("fewer").processes(|p| p.states().all(|(_, it)| it.len() < 5));
    let report = check(&violated).violates("fewer", 5);
    assert_eq!(report.property("three").verdict, Verdict::Incomplete);
}

#[test]
fn an_interrupt_while_liveness_is_judged() {
    // The search evaluates the property once in each of its 1000 states; the second time is when the graph is built.
    let process = || {
        let start = Toy::new().on_start(|it, _| it.arm(1, 1..1));
        start.on_timeout(|it, timer| {
            it.state.push(1);
            if it.state.len() < 9 {
                it.arm(timer, 1..1);
            }
        })
    };
    let interrupted_by = |flag: Arc<AtomicBool>| {
        let evaluations = AtomicUsize::new(0);
        System::new([process(), process(), process()])
            .eventually("all nine")
            .everything(move |view| {
                flag.fetch_or(evaluations.fetch_add(1, Ordering::Relaxed) >= 1000, Ordering::Relaxed);
                view.processes.states().all(|(_, it)| it.len() == 9)
            })
            .sometimes("one")
            .that(processes(|p| p.states().any(|(_, it)| it.len() == 1)))
    };
    check(&interrupted_by(Arc::default())).unique_states(1000).verified();
    let interrupt = Arc::new(AtomicBool::new(false));
    let options = Options { interrupt: Some(interrupt.clone()), threads: 2.try_into().ok(), ..Options::default() };
    let report = check(&interrupted_by(interrupt)).options(options).run();
    assert_eq!((report.verdict, report.limit, report.unique), (Verdict::Incomplete, Some(Limit::Interrupt), 1000));
    assert_eq!(report.property("all nine").verdict, Verdict::Incomplete);
    // What the search has found stands.
    assert_eq!(report.property("one").verdict, Verdict::Verified);
}
