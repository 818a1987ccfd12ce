//! `finally`: what holds when nothing more has to happen.

use crate::common::{Toy, counted, is_in, processes};
use synod::check::{Verdict, check};
use synod::system::{Faults, Limit, Network, Predicate, Script, System, Timing};

fn anything() -> Predicate<Toy, ()> {
    processes(|_| true)
}

#[test]
fn a_system_that_never_rests_has_no_end() {
    // Its timer flips it for ever: two states, neither of them quiescent. Whatever is claimed of the end is violated.
    let restless = Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
        *it.state = if it.state.is_empty() { vec![1] } else { vec![] };
        it.arm(timer, 1..1);
    });
    let system = System::new([restless]);
    counted(&system, 2, 3);
    let report = check(&system.finally("anything").that(anything())).run();
    assert_eq!((report.verdict, report.unique, report.quiescent), (Verdict::Violated, 2, false));
    let property = report.property("anything");
    assert_eq!((property.verdict, property.steps), (Verdict::Violated, None));
    assert!(property.trace.is_none());
}

#[test]
fn steps_that_change_nothing_do_not_keep_a_system_from_rest() {
    let idle = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| it.arm(timer, 1..1));
    counted(&System::new([idle]).finally("anything").that(anything()), 1, 2);
    // A message of a set arrives again and again, and what it makes the receiver send is in the set already.
    let echo = Toy::new().on_message(|it, from, message| it.send(from, message));
    let system = System::new([Toy::sending([(1, 7)]), echo])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .finally("echoed")
        .messages(|m| m.count() == 2);
    // {7}; {7, its echo}, which process 0 ignores. Steps: the echo; and again.
    counted(&system, 2, 3);
}

#[test]
fn every_quiescent_state_counts() {
    // Either message may be the first; the receiver takes one and then ignores the other.
    let system = || {
        System::new([
            Toy::sending([(1, 1), (1, 2)]),
            Toy::new().on_message(|it, _, message| {
                if it.state.is_empty() {
                    it.state.push(message);
                }
            }),
        ])
    };
    counted(&system().sometimes("2").that(is_in(1, [2])).sometimes("1").that(is_in(1, [1])), 3, 3);
    check(&system().finally("1").that(is_in(1, [1]))).violates("1", 1);
    check(&system().finally("2").that(is_in(1, [2]))).violates("2", 1);
    // What does not hold on the way need not hold.
    counted(&system().finally("one").processes(|p| p.states().map(|(_, kept)| kept.len()).sum::<usize>() == 1), 3, 3);
}

#[test]
fn faults_do_not_keep_a_system_from_rest() {
    // The process might yet stop, crash, turn or be cut off; but nothing has to happen.
    let idle = || System::new([Toy::new(), Toy::new()]);
    let lossy = Network::unordered().loss(Limit::Unlimited);
    let systems = [
        idle().crash_stop(1),
        idle().network(lossy).crash_recovery(Faults::at_most(1)),
        idle().byzantine(1, |_| vec![]),
        idle().network(Network::unordered().partition([0], [1])),
    ];
    for system in systems {
        check(&system.finally("somebody has failed").processes(|p| p.states().count() < 2))
            .violates("somebody has failed", 0);
    }
}

#[test]
fn requests_timers_choices_and_deliveries_have_to_happen() {
    let done = || is_in::<()>(0, [1]);
    let noting = || Toy::new().on_request(|it, request| it.state.push(request));
    counted(&System::new([noting()]).script(0, Script::at_any_time([1])).finally("done").that(done()), 2, 2);
    counted(&System::new([Toy::with_timers([(1, 1..1)])]).finally("done").that(done()), 2, 2);
    let choosing =
        Toy::new().on_start(|it, _| it.out.choose_random("one", vec![1])).on_choice(|it, one| it.state.push(one));
    counted(&System::new([choosing]).finally("done").that(done()), 2, 2);
    counted(&System::new([Toy::keeping(), Toy::sending([(0, 1)])]).finally("done").that(done()), 2, 2);
}

#[test]
fn becoming_synchronous_has_to_happen() {
    // Not yet, and synchronous.
    let timing = Timing::PartiallySynchronous { unit: std::time::Duration::from_secs(1) };
    let system = System::new([Toy::new()]).timing(timing);
    counted(&system.finally("anything").that(anything()), 2, 2);
}
