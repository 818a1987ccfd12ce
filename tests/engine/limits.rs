//! A search that a limit cuts short proves nothing, and passes nothing.

use crate::common::{Toy, is_in};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use synod::check::{Limit, Options, Progress, Report, Verdict, check};
use synod::system::System;

/// Counts its firings up to so many.
fn counter(most: usize) -> Toy {
    Toy::with_timers([(1, 1..1)]).on_timeout(move |it, timer| {
        it.state.push(timer);
        if it.state.len() < most {
            it.arm(timer, 1..1);
        }
    })
}

/// 10^6 states: six processes count to nine. All that is claimed holds.
fn large() -> System<Toy> {
    System::new((0..6).map(|_| counter(9)))
        .always("at most nine")
        .processes(|p| p.states().all(|(_, fired)| fired.len() <= 9))
        .sometimes("one")
        .processes(|p| p.states().any(|(_, fired)| fired.len() == 1))
        .sometimes("all nine")
        .processes(|p| p.states().all(|(_, fired)| fired.len() == 9))
        .finally("nobody stops before")
        .processes(|p| p.states().all(|(_, fired)| fired.len() == 9))
}

/// The search ends at this limit, says so, and passes nothing.
#[track_caller]
fn ends_at(limit: Limit, system: &System<Toy>, options: &Options) -> Report {
    let report = check(system).options(options.clone()).run();
    assert_eq!((report.verdict, report.limit), (Verdict::Incomplete, Some(limit)), "{report}");
    let verified = catch_unwind(AssertUnwindSafe(|| check(system).options(options.clone()).verified()));
    let message = verified.expect_err("it passed").downcast::<String>().expect("a message");
    let words = format!("expected verified, but incomplete ({} limit)", limit.name());
    assert!(message.starts_with(&words), "{message}");
    report
}

fn threads(threads: usize) -> Options {
    Options { threads: threads.try_into().ok(), ..Options::default() }
}

#[test]
fn the_number_of_states() {
    for count in 1..=3 {
        let report = ends_at(Limit::States, &large(), &Options { max_states: Some(20_000), ..threads(count) });
        assert!(report.unique > 20_000 && report.unique < 500_000, "{report}");
        let words = format!("this proves nothing: the search was cut short at depth {}", report.depth);
        assert!(report.to_string().contains(&words), "{report}");
        // What was reached was reached; everything else is open.
        assert_eq!(report.property("one").verdict, Verdict::Verified);
        for open in ["at most nine", "all nine", "nobody stops before", "no panic"] {
            assert_eq!(report.property(open).verdict, Verdict::Incomplete);
        }
    }
}

#[test]
fn as_many_states_as_there_are_are_enough() {
    let six = System::new([counter(5)]).finally("five").that(is_in(0, [1; 5]));
    for count in 1..=3 {
        check(&six).threads(count).max_states(6).unique_states(6).verified();
        ends_at(Limit::States, &six, &Options { max_states: Some(5), ..threads(count) });
    }
}

#[test]
fn the_depth() {
    let six = || System::new([counter(5)]).sometimes("five").that(is_in(0, [1; 5]));
    for count in 1..=3 {
        check(&six()).threads(count).max_depth(6).unique_states(6).verified();
        for depth in [5, 1] {
            let report = ends_at(Limit::Depth, &six(), &Options { max_depth: Some(depth), ..threads(count) });
            assert_eq!(report.depth, depth);
            let words =
                format!("this proves nothing: the states down to depth {depth} were judged, and there are more");
            assert!(report.to_string().contains(&words), "{report}");
        }
    }
    // A violation at the last depth that is allowed is found.
    let fewer = six().always("fewer").processes(|p| p.states().all(|(_, fired)| fired.len() < 4));
    check(&fewer).max_depth(5).violates("fewer", 4);
    ends_at(Limit::Depth, &fewer, &Options { max_depth: Some(4), ..Options::default() });
}

#[test]
fn the_time() {
    let report = ends_at(Limit::Time, &large(), &Options { max_time: Some(Duration::ZERO), ..Options::default() });
    assert!(report.unique < 1_000_000);
    check(&System::new([counter(5)]))
        .options(Options { max_time: Some(Duration::MAX), ..Options::default() })
        .verified();
}

#[test]
fn an_interrupt() {
    let set = Options { interrupt: Some(Arc::new(AtomicBool::new(true))), ..Options::default() };
    ends_at(Limit::Interrupt, &large(), &set);
    let unset = Options { interrupt: Some(Arc::new(AtomicBool::new(false))), ..Options::default() };
    check(&System::new([counter(5)])).options(unset).verified();
}

#[test]
fn an_interrupt_on_the_way() {
    // The thousandth evaluation of a property interrupts the search.
    let interrupt = Arc::new(AtomicBool::new(false));
    let (flag, evaluations) = (interrupt.clone(), AtomicUsize::new(0));
    let system = large().always("evaluated").everything(move |_| {
        flag.fetch_or(evaluations.fetch_add(1, Ordering::Relaxed) >= 1000, Ordering::Relaxed);
        true
    });
    let options = Options { interrupt: Some(interrupt), ..Options::default() };
    let report = check(&system).options(options).run();
    assert_eq!((report.verdict, report.limit), (Verdict::Incomplete, Some(Limit::Interrupt)));
    assert!(report.unique >= 1000 && report.unique < 1_000_000, "{report}");
}

#[test]
fn an_interrupt_does_not_wait_for_the_end_of_the_level() {
    // Some 50,000 states have 24 firings in all. The first of them that is seen interrupts the search.
    let interrupt = Arc::new(AtomicBool::new(false));
    let seen = Arc::new(AtomicUsize::new(0));
    let (flag, count) = (interrupt.clone(), seen.clone());
    let system = large().always("seen").processes(move |p| {
        if p.states().map(|(_, fired)| fired.len()).sum::<usize>() == 24 {
            flag.store(true, Ordering::Relaxed);
            count.fetch_add(1, Ordering::Relaxed);
        }
        true
    });
    let report = check(&system).options(Options { interrupt: Some(interrupt), ..threads(2) }).run();
    assert_eq!(report.limit, Some(Limit::Interrupt));
    assert!(seen.load(Ordering::Relaxed) < 25_000, "{seen:?}");
}

#[test]
fn a_violation_before_a_limit_is_a_violation() {
    let system = large().always("no two").processes(|p| p.states().all(|(_, fired)| fired.len() < 2));
    let report = check(&system).max_states(100_000).violates("no two", 2);
    assert_eq!(report.limit, None);
}

#[test]
fn progress_is_told() {
    let progress = Arc::new(Progress::default());
    let options = Options { progress: Some(progress.clone()), ..threads(1) };
    let report = check(&System::new([counter(200)])).options(options).verified();
    assert_eq!((progress.states(), progress.generated()), (201, 201));
    assert_eq!(report.unique, 201);
    assert!(progress.depth() >= 201 && progress.bytes() > 0);
}
