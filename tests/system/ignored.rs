//! Deliveries that change nothing: the state is equal by value, and nothing goes out.

use crate::common::{Toy, counted, is_in};
use std::time::Duration;
use synod::system::{Network, System, Timing};

/// Process 0 sends 1 and then 2; process 1 ignores the 1. (A toy writes its state back even then.)
fn one_is_ignored() -> System<Toy> {
    let receiver = Toy::new().on_message(|it, _, message| {
        if message != 1 {
            it.state.push(message);
        }
    });
    System::new([Toy::sending([(1, 1), (1, 2)]), receiver])
}

#[test]
fn an_ignored_message_stays_where_it_does_no_harm() {
    // [] {1, 2}; [2] {1}. The 1 never goes, and the end is quiescent all the same.
    let system = one_is_ignored().always("it stays").messages(|m| m.iter().any(|envelope| envelope.message == 1));
    counted(&system.finally("the other arrives").that(is_in(1, [2])), 2, 2);
}

#[test]
fn an_ignored_message_makes_way_on_a_fifo_network() {
    // [] {1, 2}; [] {2}; [2].
    let system = one_is_ignored().network(Network::fifo()).sometimes("it went").messages(|m| m.count() == 1);
    counted(&system.finally("the other arrives").that(is_in(1, [2])), 3, 3);
}

#[test]
fn an_ignored_message_arrives_in_synchronous_timing() {
    // [] {1, 2}; [] {2}; [2] {1}; [2]. Steps: 2 + 1 + 1.
    let system = one_is_ignored()
        .timing(Timing::Synchronous { unit: Duration::from_secs(1) })
        .finally("nothing is in flight")
        .messages(|m| m.count() == 0);
    counted(&system.finally("the other arrives").that(is_in(1, [2])), 4, 5);
}

#[test]
fn what_goes_out_is_no_ignored_delivery() {
    // Process 1 passes everything on to process 2, and changes nothing itself: {7}, {8}, [8].
    let relay = Toy::new().on_message(|it, _, message| it.send(2, message + 1));
    let system = System::new([Toy::sending([(1, 7)]), relay, Toy::keeping()]);
    counted(&system.finally("passed on").that(is_in(2, [8])), 3, 3);
    // An indication goes out too: before and after it, {7} and {}.
    let teller = Toy::new().on_message(|it, _, message| it.indicate(message));
    let system = System::new([Toy::sending([(1, 7)]), teller]);
    counted(&system.finally("consumed").messages(|m| m.count() == 0), 2, 2);
}
