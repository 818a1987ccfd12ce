//! Messages are duplicated.

use crate::common::{Toy, counted, is_in};
use std::time::Duration;
use synod::system::{Limit, Network, System, Timing};

#[test]
fn a_budget_of_duplications_is_spent_in_steps() {
    // [] {7}; delivered: [7]; delivered and kept: [7] {7}, from where [7, 7]. Steps: 2 + 0 + 1.
    let system = System::new([Toy::sending([(1, 7)]), Toy::keeping()])
        .network(Network::unordered().duplication(1))
        .sometimes("a duplication")
        .everything(|view| view.spent.duplications == 1)
        .sometimes("received twice")
        .that(is_in(1, [7, 7]));
    counted(&system, 4, 4);
}

#[test]
fn a_duplicate_that_is_ignored_stays() {
    // [] {7}; [7]; [7] {7}, where nothing can happen any more. A receiver that ignores it from the beginning makes no step,
    // and no duplicate of what it ignores.
    let network = Network::unordered().duplication(1);
    let sender = || Toy::sending([(1, 7)]);
    let system = System::new([sender(), Toy::keeping_each_once()]).network(network.clone());
    counted(&system.sometimes("received").that(is_in(1, [7])).finally("received in the end").that(is_in(1, [7])), 3, 3);
    counted(&System::new([sender(), Toy::new()]).network(network), 1, 1);
}

#[test]
fn in_synchronous_timing_a_message_that_is_ignored_is_not_duplicated() {
    // {7}; {}. It is consumed, and nothing else happens to it.
    let second = Timing::Synchronous { unit: Duration::from_secs(1) };
    let system = |receiver| {
        System::new([Toy::sending([(1, 7)]), receiver]).network(Network::unordered().duplication(1)).timing(second)
    };
    counted(&system(Toy::new()).finally("consumed").messages(|m| m.count() == 0), 2, 2);
    // As in asynchronous timing, one that is not ignored is.
    counted(&system(Toy::keeping()).sometimes("received twice").that(is_in(1, [7, 7])), 4, 4);
}

/// Process 0 sends the same message twice; process 1 counts up to three that it receives.
fn counting(network: Network) -> System<Toy> {
    let counter = Toy::new().on_message(|it, _, message| {
        if it.state.len() < 3 {
            it.state.push(message);
        }
    });
    System::new([Toy::sending([(1, 7), (1, 7)]), counter]).network(network)
}

#[test]
fn unlimited_duplication_makes_a_set_that_only_grows() {
    // The message is there once and stays; 0, 1, 2, 3 receipts; the fourth is ignored.
    let system = counting(Network::unordered().duplication(Limit::Unlimited))
        .always("one element")
        .messages(|m| m.count() == 1)
        .sometimes("received more often than sent")
        .that(is_in(1, [7, 7, 7]))
        .finally("received as often as can be")
        .that(is_in(1, [7, 7, 7]));
    counted(&system, 4, 4);
}

#[test]
fn a_budget_of_losses_takes_elements_out_of_a_set() {
    // After 0, 1, 2 or 3 receipts the message is there or lost: 8 states. Steps: there: 2+2+2+1 (at three it is ignored);
    // lost: none.
    let system = counting(Network::unordered().duplication(Limit::Unlimited).loss(1))
        .sometimes("lost at once")
        .everything(|view| view.messages.count() == 0 && view.processes.get(1.into()).state() == Some(&vec![]));
    counted(&system, 8, 8);
}
