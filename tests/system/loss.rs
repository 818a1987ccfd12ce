//! Messages are lost.

use crate::common::{Toy, counted, is_in, processes};
use std::time::Duration;
use synod::check::check;
use synod::system::{Limit, Network, Predicate, System, Timing};

/// Process 0 sends 1 and then 2 to process 1.
fn two_messages(network: Network) -> System<Toy> {
    System::new([Toy::sending([(1, 1), (1, 2)]), Toy::keeping()]).network(network)
}

fn received(count: usize) -> Predicate<Toy, ()> {
    processes(move |p| p.states().any(|(_, kept)| kept.len() >= count))
}

#[test]
fn a_budget_of_losses_is_spent_in_steps() {
    // Without a loss: [] {1, 2}; [1] {2}; [2] {1}; [1, 2]; [2, 1]. With one: [] {2}; [] {1}; [1]; [2].
    // Steps: 2 arrive + 2 are lost; 1+1 and 1+1; none; and of the lossy ones 1+1.
    let system = two_messages(Network::unordered().loss(1))
        .sometimes("a loss")
        .everything(|view| view.spent.losses == 1)
        .sometimes("only the second arrives")
        .that(is_in(1, [2]))
        .finally("one arrives at least")
        .that(received(1));
    counted(&system, 9, 11);
    check(&system.finally("both arrive").that(received(2))).violates("both arrive", 2);
}

#[test]
fn a_budget_of_losses_on_a_fifo_network_takes_heads() {
    // Without a loss: [] {1, 2}; [1] {2}; [1, 2]. With one: 1 lost: [] {2}, [2]; 2 lost: [1].
    // Steps: 1+1; 1+1; none; [] {2}: 1.
    let system = two_messages(Network::fifo().loss(1))
        .sometimes("a loss")
        .everything(|view| view.spent.losses == 1)
        .sometimes("only the second arrives")
        .that(is_in(1, [2]))
        .finally("one arrives at least")
        .that(received(1));
    counted(&system, 6, 6);
}

#[test]
fn unlimited_loss_takes_no_step_where_a_message_may_stay() {
    // As without loss; but no arrival can be counted on, so the initial state is quiescent.
    let network = Network::unordered().loss(Limit::Unlimited);
    counted(&two_messages(network.clone()).sometimes("overtaken").that(is_in(1, [2, 1])), 5, 5);
    check(&two_messages(network).finally("one arrives at least").that(received(1))).violates("one arrives at least", 0);
}

#[test]
fn unlimited_loss_takes_steps_on_a_fifo_network() {
    // Each message arrives or is lost, in their order: 1 + 2 + 4 states, a tree (losses are not counted).
    let system = two_messages(Network::fifo().loss(Limit::Unlimited))
        .sometimes("only the second arrives")
        .that(is_in(1, [2]))
        .sometimes("both arrive")
        .that(is_in(1, [1, 2]))
        .always("not counted")
        .everything(|view| view.spent.losses == 0);
    counted(&system, 7, 7);
    check(&system.finally("one arrives at least").that(received(1))).violates("one arrives at least", 0);
}

#[test]
fn unlimited_loss_takes_steps_in_synchronous_timing() {
    // {1, 2}: []; {2}: [] or [1]; {1}: [] or [2]; {}: [], [1], [2], [1, 2], [2, 1]: 10 states.
    // Steps: each message in flight arrives or is lost: 4 + 2x2 + 2x2.
    let system = two_messages(Network::unordered().loss(Limit::Unlimited))
        .timing(Timing::Synchronous { unit: Duration::from_secs(1) })
        .sometimes("overtaken")
        .that(is_in(1, [2, 1]))
        .sometimes("nothing is in flight and nothing was received")
        .everything(|view| view.messages.count() == 0 && view.processes.get(1.into()).state() == Some(&vec![]));
    counted(&system, 10, 13);
}
