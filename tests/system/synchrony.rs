//! Synchronous timing: timers wait for messages and for one another. And partial synchrony: they do some day.

use crate::common::{Toy, counted, everything, is_in, processes};
use stateright::actor::Id;
use std::ops::Range;
use std::time::Duration;
use synod::system::{Due, Faults, Limit, Network, Predicate, Script, System, Timing};

const SECOND: Timing = Timing::Synchronous { unit: Duration::from_secs(1) };
const IN_THE_END: Timing = Timing::PartiallySynchronous { unit: Duration::from_secs(1) };

fn timers(first: Range<u64>, second: Range<u64>) -> System<Toy> {
    System::new([Toy::with_timers([(1, first), (2, second)])]).timing(SECOND)
}

#[test]
fn the_timer_that_is_due_earlier_fires_first() {
    // None, the first, both.
    counted(&timers(1..1, 2..2).finally("in order").that(is_in(0, [1, 2])), 3, 3);
    counted(&timers(5..7, 2..4).finally("in order").that(is_in(0, [2, 1])), 3, 3);
    // Of two processes, too.
    let two = System::new([Toy::with_timers([(1, 2..2)]), Toy::with_timers([(1, 1..1)])]).timing(SECOND);
    counted(
        &two.sometimes("the second process first")
            .that(is_in(1, [1]))
            .always("not the first")
            .processes(|p| p.get(Id::from(0)).state() <= p.get(Id::from(1)).state()),
        3,
        3,
    );
}

#[test]
fn overlapping_timers_fire_in_either_order() {
    // None, one, the other, both in two orders.
    for (first, second) in [(1..1, 1..1), (1..3, 2..4), (1..2, 2..3), (1..9, 3..4)] {
        let system = timers(first, second).sometimes("one order").that(is_in(0, [1, 2]));
        counted(&system.sometimes("the other").that(is_in(0, [2, 1])), 5, 5);
    }
}

#[test]
fn durations_are_rounded_outwards() {
    // With 2 seconds as the unit, 3 seconds are 1 to 2 units; 4 seconds are 2, and 5 are 2 to 3: both overlap with that.
    // 6 are 3.
    let system = |other| timers(3..3, other..other).timing(Timing::Synchronous { unit: Duration::from_secs(2) });
    let armed = |due: Due| processes(move |p| p.get(Id::from(0)).timers.get(&1).is_none_or(|armed| *armed <= due));
    counted(&system(4).sometimes("overtaken").that(is_in(0, [2, 1])), 5, 5);
    counted(&system(5).sometimes("overtaken").that(is_in(0, [2, 1])), 5, 5);
    let apart = system(6).always("1 to 2 units").that(armed(Due { earliest: 1, latest: 2 }));
    counted(&apart.finally("in order").that(is_in(0, [1, 2])), 3, 3);
}

#[test]
fn no_timer_fires_while_a_message_can_arrive() {
    // {7}, armed; received, armed; received, fired. (Without the clock there would be a fourth: fired, {7}.)
    let sender = || {
        Toy::new().on_start(|it, _| {
            it.send(1, 7);
            it.arm(1, 0..0);
        })
    };
    let system = System::new([sender(), Toy::keeping()]).finally("received").that(is_in(1, [7]));
    counted(&system.clone().timing(SECOND), 3, 3);
    counted(&system, 4, 5);
}

#[test]
fn what_a_timer_sends_arrives_before_time_goes_on() {
    // Process 0's timer and process 1's are due at the same time; process 0's sends 7 to process 1, which keeps messages and
    // the firing (1) in order.
    //   armed, armed
    //   0 fired: [] {7}; then [7]; then [7, 1]
    //   1 fired: [1]; then 0 fired: [1] {7}; then [1, 7]
    let sender = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, _| it.send(1, 7));
    let receiver = Toy::with_timers([(1, 1..1)]).on_message(|it, _, message| it.state.push(message));
    let system = System::new([sender, receiver])
        .timing(SECOND)
        .sometimes("the timer first")
        .that(is_in(1, [1, 7]))
        .sometimes("the message first")
        .that(is_in(1, [7, 1]));
    counted(&system, 7, 7);
}

#[test]
fn time_passes_for_all_timers_alike() {
    // Process 0 ticks every second, four times; process 1's timer is due after three: at the third tick, before or after it.
    // Ticks 0, 1, 2, 3 with process 1 waiting, and 2, 3, 4 with it fired; at the second tick either may come first:
    // 1 + 1 + 2 + 1 + 1 + 1 + 0 steps.
    let clock = Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
        it.state.push(timer);
        if it.state.len() < 4 {
            it.arm(timer, 1..1);
        }
    });
    let system = System::new([clock, Toy::with_timers([(1, 3..3)])])
        .timing(SECOND)
        .always("not before the second tick, not after the third")
        .processes(|p| {
            let count = |id| p.get(Id::from(id)).state().map_or(0, Vec::len);
            (count(1) == 0 || count(0) >= 2) && (count(1) == 1 || count(0) <= 3)
        })
        .sometimes("before the third tick")
        .processes(|p| {
            p.get(Id::from(0)).state().map(Vec::len) == Some(2) && p.get(Id::from(1)).state() == Some(&vec![1])
        });
    counted(&system, 7, 8);
}

/// Timers 1, 2, …, of which the first, when it fires, arms yet another for now.
fn timers_and_one_for_now<const N: usize>(timers: [Range<u64>; N]) -> System<Toy> {
    let for_now = u8::try_from(N + 1).expect("a few timers");
    let process = Toy::with_timers((1..).zip(timers)).on_timeout(move |it, timer| {
        it.state.push(timer);
        if timer == 1 {
            it.arm(for_now, 0..0);
        }
    });
    System::new([process]).timing(SECOND)
}

#[test]
fn as_much_time_may_have_passed_as_the_firing_timer_allows() {
    // When timer 1 (1 to 3) fires first, timer 2 (2 to 4) may be due at once, so it comes before or after timer 3 (now):
    // 1 3 2, 1 2 3. When timer 2 fires first, nothing else is due when timer 1 has armed timer 3: 2 1 3.
    // None; 1, 1 3, 1 3 2, 1 2, 1 2 3; 2, 2 1, 2 1 3: a tree.
    let system = timers_and_one_for_now([1..3, 2..4]).sometimes("2 before 3").that(is_in(0, [1, 2, 3]));
    counted(&system, 9, 9);
}

#[test]
fn no_more_time_passes_than_to_the_first_deadline() {
    // Timer 1 (1 to 5) can fire first only up to 3, for timer 2 (2 to 3) is armed; then timer 3 (4 to 6) is not yet due, and
    // does not come before timer 4 (now). The orders: 1 4 2 3, 1 4 3 2, 1 2 4 3; 2 1 4 3, 2 1 3 4, 2 3 1 4. (The second of
    // them is none of a real clock: each timer's time is kept for itself.)
    // None; 1, 1 4, 1 4 2, 1 4 3, 1 2, 1 2 4, and three whole ones; 2, 2 1, 2 1 4, 2 1 3, 2 3, 2 3 1, and three whole ones.
    let three_before_four = |fired: &[u8]| fired.starts_with(&[1, 3]) || fired.starts_with(&[1, 2, 3]);
    let system = timers_and_one_for_now([1..5, 2..3, 4..6])
        .sometimes("3 before 4")
        .that(is_in(0, [2, 1, 3, 4]))
        .always("not after 1 came first")
        .processes(move |p| p.states().all(|(_, fired)| !three_before_four(fired)));
    counted(&system, 19, 19);
}

#[test]
fn the_messages_of_a_crashed_process_do_not_arrive_later() {
    // Process 0 sends 7 and may stop, process 1 has a timer (1) due after a second.
    //   up: [] {7} (it arrives, stop); [7] (timer, stop); [7, 1] (stop)
    //   stopped: [] {7} (it arrives; the timer, and the 7 is gone); [7] (timer); [7, 1]; [1]
    let receiver = Toy::with_timers([(1, 1..1)]).on_message(|it, _, message| it.state.push(message));
    let system = System::new([Toy::sending([(1, 7)]), receiver])
        .timing(SECOND)
        .crash_stop(Faults::at_most(1).among([0]))
        .sometimes("lost")
        .everything(|view| view.messages.count() == 0 && view.processes.get(Id::from(1)).state() == Some(&vec![1]))
        .always("a timeout without a message tells of the crash")
        .everything(|view| view.spent.stops == 1 || view.processes.get(Id::from(1)).state() != Some(&vec![1]));
    counted(&system, 7, 9);
}

#[test]
fn time_waits_for_each_message_of_a_process_that_is_up() {
    // Process 0 sends 1 and process 1, which may stop, sends 2 to process 2, whose timer (9) waits for the 1, and for the 2
    // while process 1 is up. By what process 2 has received:
    //   up:       nothing (3 steps), 1 (2), 2 (2), both (timer, stop), fired (stop)
    //   stopped:  nothing (2), 1 (the 2, the timer), 2 (1), both (1), fired after 1, fired after both
    let receiver = Toy::with_timers([(9, 1..1)]).on_message(|it, _, message| it.keep_once(message));
    let system = System::new([Toy::sending([(2, 1)]), Toy::sending([(2, 2)]), receiver])
        .timing(SECOND)
        .crash_stop(Faults::at_most(1).among([1]))
        .sometimes("without the 2")
        .that(is_in(2, [1, 9]))
        .always("never without the 1")
        .processes(|p| p.get(Id::from(2)).state().is_none_or(|kept| !kept.contains(&9) || kept.contains(&1)));
    counted(&system, 11, 17);
}

#[test]
fn messages_to_a_process_that_is_down_do_not_arrive_later() {
    // Process 0 sends 7 to process 1 and has a timer; process 1 may crash and recover, and therefore messages may be lost.
    // By whether the timer has fired, where the 7 is, and what process 1 has kept:
    //   no crash:  armed {7} (it arrives, is lost, crash); armed [7] and armed [] (timer, crash); fired [7] and [] (crash)
    //   down:      armed {7} (it is lost, the timer fires and it is gone, recovery); armed (timer, recovery); fired (recovery)
    //   recovered: armed {7} (it arrives, is lost); armed [7] and armed [] (timer); fired [7] and fired []
    // So 5 + 3 + 5 states, and (3 + 2x2 + 2x1) + (3 + 2 + 1) + (2 + 2x1) steps.
    let sender = Toy::new().on_start(|it, _| {
        it.send(1, 7);
        it.arm(1, 1..1);
    });
    let system = System::new([sender, Toy::keeping()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .timing(SECOND)
        .crash_recovery(Faults::at_most(1).among([1]))
        .sometimes("received after the recovery")
        .everything(|view| view.spent.crashes == 1 && view.processes.get(Id::from(1)).state() == Some(&vec![7]))
        .always("nothing arrives late")
        .everything(|view| view.messages.count() == 0 || !view.processes.get(Id::from(0)).timers.is_empty());
    counted(&system, 13, 20);
}

#[test]
fn an_exhausted_timer_holds_nobody_up() {
    // The first timer is armed again at once, for now; it fires once. The second is due later and fires all the same.
    // None; the first; both.
    let system = System::new([Toy::with_timers([(1, 0..0), (2, 5..5)]).on_timeout(|it, timer| {
        it.state.push(timer);
        it.arm(timer, 0..0);
    })]);
    let system = system.timing(SECOND).firings(1);
    counted(&system.finally("both").that(is_in(0, [1, 2])), 3, 3);
}

fn is_stable(stable: bool) -> Predicate<Toy, ()> {
    everything(move |view| view.spent.stable == stable)
}

#[test]
fn in_partial_synchrony_timers_wait_from_some_moment_on() {
    // The 7 in flight or received, the timer armed or fired, not yet synchronous or so: 8 states.
    // Not yet: 3 + 2 + 2 + 1 steps; synchronous: the timer waits for the message: 1 + 1 + 1 + 0.
    let sender = Toy::new().on_start(|it, _| {
        it.send(1, 7);
        it.arm(1, 5..5);
    });
    let system = System::new([sender, Toy::keeping()])
        .timing(IN_THE_END)
        .sometimes("fired while the message was under way")
        .everything(|view| view.processes.get(Id::from(0)).timers.is_empty() && view.messages.count() == 1)
        .finally("synchronous")
        .that(is_stable(true))
        .finally("received")
        .that(is_in(1, [7]));
    counted(&system, 8, 12);
}

#[test]
fn in_partial_synchrony_only_later_timers_keep_their_order() {
    // The request arms timer 1 for 1 and timer 2 for 2 seconds.
    // Not yet synchronous: not asked (2 steps); none fired (3), 1 (2), 2 (2), both in two orders (1 + 1).
    // Synchronous: not asked (1), then none (1), 1 (1), 1 and 2. Asked before, the part of each timer's time that has passed
    // is unknown: none (2), 1 (1), 2 (1), in which the other one is due at a later time than above or at once; 2 and 1.
    let armed = Toy::new()
        .on_request(|it, _| {
            it.arm(1, 1..1);
            it.arm(2, 2..2);
        })
        .on_timeout(|it, timer| it.state.push(timer));
    let system = System::new([armed])
        .timing(IN_THE_END)
        .script(0, Script::at_any_time([5]))
        .sometimes("in the wrong order")
        .that(is_in(0, [2, 1]))
        .finally("both")
        .processes(|p| p.states().all(|(_, fired)| fired.len() == 2));
    counted(&system, 14, 19);
}

#[test]
fn in_partial_synchrony_an_earlier_timer_may_still_have_time() {
    // Timer 1 (3) is armed from the start; the request arms timer 2 (1).
    // Not yet synchronous: not asked, and none (3 steps) or 1 (2) fired; asked, and none (3), 1 (2), 2 (2), 1 2 (1), 2 1 (1).
    // Synchronous, timer 1 has between no time left and 3. Not asked: none (2), 1 (1). Asked before: none (2), from where
    // either comes first: 1 (1), timer 2 being due in at most 1; 2 (1), timer 1 in at most 3. Asked now: none (2), from where
    // either comes first too: 1, as before; 2 (1), timer 1 in at most 2. Asked after 1: 1 (1), timer 2 in 1. 1 2; 2 1.
    let process = Toy::with_timers([(1, 3..3)]).on_request(|it, _| it.arm(2, 1..1));
    let system = System::new([process])
        .timing(IN_THE_END)
        .script(0, Script::at_any_time([5]))
        .sometimes("it still has time")
        .processes(|p| {
            let armed = p.get(Id::from(0)).timers.get(&1);
            p.get(Id::from(0)).state() == Some(&vec![2]) && armed == Some(&Due { earliest: 0, latest: 2 })
        });
    counted(&system, 17, 26);
}
