//! Timers in asynchronous timing: they may fire at any time.

use crate::common::{Toy, counted, is_in, processes};
use stateright::actor::Id;
use synod::check::check;
use synod::system::{Limit, Network, Predicate, System};

#[test]
fn timers_fire_in_any_order_whatever_their_durations() {
    // None, one, the other, both in two orders.
    let system = System::new([Toy::with_timers([(1, 1..1), (2, 1000..1000)])])
        .sometimes("the long one first")
        .that(is_in(0, [2, 1]))
        .finally("both")
        .processes(|p| p.states().all(|(_, fired)| fired.len() == 2));
    counted(&system, 5, 5);
}

#[test]
fn a_timer_fires_before_or_after_a_message_arrives() {
    // The message is in flight or received, the timer armed or fired.
    let system = System::new([
        Toy::new().on_start(|it, _| {
            it.send(1, 7);
            it.arm(1, 1..1);
        }),
        Toy::keeping(),
    ]);
    counted(&system.finally("received").that(is_in(1, [7])), 4, 5);
}

#[test]
fn a_timer_that_is_set_anew_is_one_timer() {
    let system = System::new([Toy::with_timers([(1, 1..1), (1, 5..5)])]);
    counted(&system.finally("fired once").that(is_in(0, [1])), 2, 2);
}

#[test]
fn a_timer_can_be_cancelled() {
    // The message cancels the timer. Armed {7}: it arrives, the timer fires; cancelled; fired {7}, where the message changes
    // nothing and stays.
    let timed = Toy::with_timers([(1, 1..1)]).on_message(|it, _, _| it.out.cancel_timer(1));
    let system = System::new([timed, Toy::sending([(0, 7)])])
        .sometimes("cancelled")
        .processes(|p| {
            let process = p.get(Id::from(0));
            process.timers.is_empty() && process.state() == Some(&vec![])
        })
        .sometimes("fired")
        .that(is_in(0, [1]));
    counted(&system, 3, 3);
}

/// Arms its timer again whenever it fires.
fn periodic() -> Toy {
    Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| it.arm(timer, 1..1))
}

fn has_fired(times: u8) -> Predicate<Toy, ()> {
    processes(move |p| p.get(Id::from(0)).fired.get(&1).copied().unwrap_or(0) == times)
}

#[test]
fn firings_have_a_budget_for_each_timer() {
    // Without a budget: one state, and a step that leads back to it.
    counted(&System::new([periodic()]).always("not counted").that(has_fired(0)), 1, 2);
    // Fired 0, 1, 2 times. Then the timer is armed but does not fire.
    let system = System::new([periodic()]).firings(2).finally("fired twice, and armed").processes(|p| {
        let process = p.get(Id::from(0));
        process.fired.get(&1) == Some(&2) && process.timers.contains_key(&1)
    });
    counted(&system, 3, 3);
    // Two timers, of two processes: 0 to 2 times each. Steps: 3x2 + 2x3.
    let two = System::new([periodic(), periodic()]).firings(2).sometimes("fired twice").that(has_fired(2));
    counted(&two, 9, 13);
}

#[test]
fn firings_are_counted_across_crashes() {
    // One firing, one crash. Up, fired 0 (fires, crash) or 1 (crash); down with 0 or 1; recovered with 0 (fires) or 1.
    let system = System::new([periodic()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .firings(1)
        .crash_recovery(1)
        .sometimes("fired")
        .that(has_fired(1))
        .always("fired once at most")
        .processes(|p| p.get(Id::from(0)).fired.values().all(|times| *times <= 1));
    counted(&system, 6, 7);
}

#[test]
fn a_timer_that_may_fire_has_to() {
    // Process 0 fires or crashes; nobody who waits for the timer waits in vain.
    let system = System::new([Toy::with_timers([(1, 1..1)])]);
    check(&system.finally("not fired").that(is_in(0, []))).violates("not fired", 1);
}

#[test]
fn without_firings_nobody_gives_up_waiting() {
    let system = System::new([Toy::with_timers([(1, 0..0)])]).firings(0);
    counted(&system, 1, 1);
    assert!(system.assumptions().contains(&"no timer ever fires".to_string()));
}
