//! Timers and random choices.

use crate::puppet::{NETWORKS, Puppet, counted, model, same};

#[test]
fn a_timer_fires_once() {
    // Two timers: each armed or fired, in either order.
    let two = || {
        let timers = Puppet::new()
            .on_start(|it, _| {
                it.arm(1);
                it.arm(2);
            })
            .on_timeout(|it, timer| it.keep(timer));
        model([timers], NETWORKS[0](vec![]))
    };
    counted(two, 5, 5);
}

#[test]
fn a_timer_that_only_renews_itself_takes_no_step_and_one_that_ends_does() {
    let renewing =
        || model([Puppet::new().on_start(|it, _| it.arm(1)).on_timeout(|it, _| it.arm(1))], NETWORKS[0](vec![]));
    counted(renewing, 1, 1);
    let ending = || model([Puppet::new().on_start(|it, _| it.arm(1))], NETWORKS[0](vec![]));
    counted(ending, 2, 2);
    // To arm it twice is more than to renew it.
    let twice = || {
        let arms = |it: &mut crate::puppet::Turn<'_>| {
            it.arm(1);
            it.arm(1);
        };
        model([Puppet::new().on_start(move |it, _| arms(it)).on_timeout(move |it, _| arms(it))], NETWORKS[0](vec![]))
    };
    counted(twice, 1, 2);
}

#[test]
fn timers_are_armed_and_cancelled_in_the_order_of_the_commands() {
    let model = || {
        let puppet = Puppet::new()
            .on_start(|it, _| {
                it.arm(1);
                it.out.cancel_timer(1);
                it.out.cancel_timer(2);
                it.arm(2);
                it.arm(3);
            })
            .on_timeout(|it, timer| {
                it.keep(timer);
                it.out.cancel_timer(3);
            });
        model([puppet], NETWORKS[0](vec![]))
    };
    // Timers 2 and 3 are armed; 2 cancels 3; 3 leaves 2, which then fires.
    counted(model, 4, 4);
}

#[test]
fn every_value_of_a_choice_is_a_step_and_one_listed_twice_is_two() {
    let choosing = || {
        let puppet = Puppet::new()
            .on_start(|it, _| {
                it.out.choose_random("a", vec![1, 2, 2]);
                it.out.choose_random("b", vec![5]);
                it.out.choose_random("c", vec![6]);
                it.out.remove_random("c");
            })
            .on_choice(|it, value| it.keep(value));
        model([puppet], NETWORKS[0](vec![]))
    };
    // Nothing; [1], [2], [5]; [1 5], [2 5], [5 1], [5 2]. Steps: 3 + 1; then 1 + 1 + 3.
    counted(choosing, 8, 10);
}

#[test]
fn a_choice_that_changes_nothing_is_a_step_and_one_may_follow_another() {
    let again = || {
        let puppet = Puppet::new().on_start(|it, _| it.out.choose_random("a", vec![0, 1])).on_choice(|it, value| {
            if value == 1 {
                it.out.choose_random("a", vec![0, 1]);
                it.send(0, value);
            }
        });
        model([puppet], NETWORKS[1](vec![]))
    };
    // Pending or not, with the message or without. Steps: two from each pending state.
    counted(again, 4, 5);
    same(again);
}
