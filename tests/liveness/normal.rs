//! Liveness where states are compared in a normal form: what goes on for ever comes back, and fairness is that of states as
//! they are.

use crate::common::{Toy, is_in};
use crate::keeps;
use synod::check::{Report, Undecided, Verdict, check};
use synod::system::{Fair, Fairness, Life, Parts, Process, Script, System};

/// The state of a toy.
fn state(process: &mut Process<Toy>) -> &mut Vec<u8> {
    match &mut process.life {
        Life::Up(state) => state,
        _ => panic!("nobody dies here"),
    }
}

/// Checks with one and three threads, which have to find the same.
fn judged(system: &System<Toy>) -> Report {
    let [alone, report] = [1, 3].map(|threads| check(system).threads(threads).run());
    for (one, other) in alone.properties.iter().zip(&report.properties) {
        assert_eq!((one.verdict, one.steps, &one.trace), (other.verdict, other.steps, &other.trace));
    }
    alone
}

/// A process counts for ever (in eight bits, so that the states as they are can be counted too); another may be asked for 5.
fn counting() -> System<Toy> {
    let counter = Toy::new()
        .on_start(|it, _| {
            it.state.push(0);
            it.arm(1, 1..1);
        })
        .on_timeout(|it, timer| {
            it.state[0] = it.state[0].wrapping_add(1);
            it.arm(timer, 1..1);
        });
    let asked = Toy::new().on_request(|it, request| it.state.push(request));
    System::new([counter, asked]).script(1, Script::at_any_time([5]))
}

/// Only whether the count is even matters.
fn parity(parts: &mut Parts<Toy, ()>) {
    state(&mut parts.processes[0])[0] %= 2;
}

#[test]
fn a_run_that_counts_for_ever_is_a_short_circle() {
    let even = |system: System<Toy>| {
        system.eventually_always("even").processes(|p| p.get(0.into()).state().is_some_and(|count| count[0] % 2 == 0))
    };
    // Asked or not, and 256 counts or two. The request has to be made before the circle.
    let plain = judged(&even(counting()));
    assert_eq!((plain.unique, plain.property("even").steps), (512, Some(257)));
    let report = judged(&even(counting()).normalise("parity", parity));
    assert_eq!((report.unique, report.property("even").steps), (4, Some(3)), "{report}");
    // The run is one of states as they are: the count does not go back.
    let trace = report.property("even").trace.as_ref().expect("the run");
    assert_eq!(trace.loop_start, Some(2));
    assert!(trace.state.starts_with("p0 up      [2]"), "{}", trace.state);
}

#[test]
fn what_is_promised_of_a_process_is_promised_in_its_normal_form() {
    let asked = || counting().eventually("asked").that(is_in(1, [5])).normalise("parity", parity);
    assert_eq!(judged(&asked()).verdict, Verdict::Verified);
    let unfair = judged(&asked().fairness(Fair::Requests, Fairness::None));
    assert_eq!(unfair.property("asked").steps, Some(2), "{unfair}");
    let never = judged(&counting().always_possibly("6").that(is_in(1, [6])).normalise("parity", parity));
    assert_eq!((never.property("6").verdict, never.property("6").steps), (Verdict::Violated, Some(0)));
    let possibly = counting().always_possibly("5").that(is_in(1, [5])).normalise("parity", parity);
    assert_eq!(judged(&possibly).verdict, Verdict::Verified);
}

/// A timer counts to eight and begins anew. At each count, others are armed or cancelled as the test says; whichever of them
/// fires, the goal is reached.
fn rounds(others: impl Fn(&mut crate::common::Turn<'_>, u8) + Send + Sync + 'static) -> System<Toy> {
    let process = Toy::new()
        .on_start(|it, _| {
            it.state.push(0);
            it.arm(100, 1..1);
            it.arm(5, 1..1);
        })
        .on_timeout(move |it, timer| {
            if timer < 8 {
                *it.state = vec![9];
                it.out.cancel_timer(100);
                (0..8).for_each(|other| it.out.cancel_timer(other));
            } else {
                let count = (it.state[0] + 1) % 8;
                it.state[0] = count;
                it.arm(100, 1..1);
                others(it, count);
            }
        });
    System::new([process]).eventually("the goal").that(keeps(0, 9))
}

/// Counts from the present count on: it is zero, and the timers are named by their distance from it.
fn from_here(parts: &mut Parts<Toy, ()>) {
    let process = &mut parts.processes[0];
    let count = state(process)[0];
    if count < 8 {
        state(process)[0] = 0;
        let renamed = |timer: u8| if timer < 8 { (timer + 8 - count) % 8 } else { timer };
        process.timers = std::mem::take(&mut process.timers).into_iter().map(|(t, due)| (renamed(t), due)).collect();
    }
}

#[test]
fn one_timer_that_seems_to_be_many_is_not_starved() {
    // The timer 5 is armed all the time, so it fires some day. In its normal forms it has another name at each count, and
    // seems to be possible now and then only; a lasso of these would be none.
    let system = || rounds(|_, _| {});
    assert_eq!(judged(&system()).verdict, Verdict::Verified);
    let report = judged(&system().normalise("from here", from_here));
    assert_eq!((report.property("the goal").verdict, report.limit), (Verdict::Incomplete, None), "{report}");
    assert_eq!(report.property("the goal").undecided, Some(Undecided::NormalForm));
}

#[test]
fn many_timers_that_seem_to_be_one_are_not_owed() {
    // At each count another timer is armed, and the one before is cancelled: none of them stays possible, and none needs to
    // fire. In the normal form it is the same all the time, and seems to be owed; that there is no lasso would be wrong.
    let system = || {
        rounds(|it, count| {
            it.out.cancel_timer((count + 4) % 8);
            it.arm((count + 5) % 8, 1..1);
        })
    };
    let plain = judged(&system());
    assert_eq!((plain.verdict, plain.property("the goal").steps), (Verdict::Violated, Some(8)), "{plain}");
    let report = judged(&system().normalise("from here", from_here));
    assert_eq!(report.property("the goal").verdict, Verdict::Incomplete, "{report}");
}
