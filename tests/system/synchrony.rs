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
    counted(&timers(1..1, 2..2).finally("in order", is_in(0, [1, 2])), 3, 3);
    counted(&timers(5..7, 2..4).finally("in order", is_in(0, [2, 1])), 3, 3);
    // Of two processes, too.
    let two = System::new([Toy::with_timers([(1, 2..2)]), Toy::with_timers([(1, 1..1)])]).timing(SECOND);
    counted(
        &two.sometimes("the second process first", is_in(1, [1]))
            .always("not the first", processes(|p| p.get(Id::from(0)).state() <= p.get(Id::from(1)).state())),
        3,
        3,
    );
}

#[test]
fn overlapping_timers_fire_in_either_order() {
    // None, one, the other, both in two orders.
    for (first, second) in [(1..1, 1..1), (1..3, 2..4), (1..2, 2..3), (1..9, 3..4)] {
        let system = timers(first, second).sometimes("one order", is_in(0, [1, 2]));
        counted(&system.sometimes("the other", is_in(0, [2, 1])), 5, 5);
    }
}

#[test]
fn durations_are_rounded_outwards() {
    // With 2 seconds as the unit, 3 seconds are 1 to 2 units; 4 seconds are 2, and 5 are 2 to 3: both overlap with that.
    // 6 are 3.
    let system = |other| timers(3..3, other..other).timing(Timing::Synchronous { unit: Duration::from_secs(2) });
    let armed = |due: Due| processes(move |p| p.get(Id::from(0)).timers.get(&1).is_none_or(|armed| *armed <= due));
    counted(&system(4).sometimes("overtaken", is_in(0, [2, 1])), 5, 5);
    counted(&system(5).sometimes("overtaken", is_in(0, [2, 1])), 5, 5);
    let apart = system(6).always("1 to 2 units", armed(Due { earliest: 1, latest: 2 }));
    counted(&apart.finally("in order", is_in(0, [1, 2])), 3, 3);
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
    let system = System::new([sender(), Toy::keeping()]).finally("received", is_in(1, [7]));
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
        .sometimes("the timer first", is_in(1, [1, 7]))
        .sometimes("the message first", is_in(1, [7, 1]));
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
        .always(
            "not before the second tick, not after the third",
            processes(|p| {
                let count = |id| p.get(Id::from(id)).state().map_or(0, Vec::len);
                (count(1) == 0 || count(0) >= 2) && (count(1) == 1 || count(0) <= 3)
            }),
        )
        .sometimes(
            "before the third tick",
            processes(|p| {
                p.get(Id::from(0)).state().map(Vec::len) == Some(2) && p.get(Id::from(1)).state() == Some(&vec![1])
            }),
        );
    counted(&system, 7, 8);
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
        .sometimes(
            "lost",
            everything(|view| view.messages.count() == 0 && view.processes.get(Id::from(1)).state() == Some(&vec![1])),
        )
        .always(
            "a timeout without a message tells of the crash",
            everything(|view| view.spent.stops == 1 || view.processes.get(Id::from(1)).state() != Some(&vec![1])),
        );
    counted(&system, 7, 9);
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
        .sometimes(
            "received after the recovery",
            everything(|view| view.spent.crashes == 1 && view.processes.get(Id::from(1)).state() == Some(&vec![7])),
        )
        .always(
            "nothing arrives late",
            everything(|view| view.messages.count() == 0 || !view.processes.get(Id::from(0)).timers.is_empty()),
        );
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
    counted(&system.finally("both", is_in(0, [1, 2])), 3, 3);
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
        .sometimes(
            "fired while the message was under way",
            everything(|view| view.processes.get(Id::from(0)).timers.is_empty() && view.messages.count() == 1),
        )
        .finally("synchronous", is_stable(true))
        .finally("received", is_in(1, [7]));
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
        .sometimes("in the wrong order", is_in(0, [2, 1]))
        .finally("both", processes(|p| p.states().all(|(_, fired)| fired.len() == 2)));
    counted(&system, 14, 19);
}
