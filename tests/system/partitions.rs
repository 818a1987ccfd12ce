//! The network is cut, and heals.

use crate::common::{Toy, counted, everything, is_in};
use synod::check::check;
use synod::system::{Network, Predicate, System};

/// Process 0 sends 7 to process 1.
fn one_message(network: Network) -> System<Toy> {
    System::new([Toy::sending([(1, 7)]), Toy::keeping(), Toy::new()]).network(network)
}

fn cut_off() -> Network {
    Network::unordered().partition([0], [1])
}

fn in_force(cut: Option<u8>, received: bool) -> Predicate<Toy, ()> {
    everything(move |view| {
        view.spent.cut == cut && view.processes.get(1.into()).state().is_some_and(|kept| kept.is_empty() != received)
    })
}

#[test]
fn messages_between_the_sides_wait_until_the_heal() {
    // Whole, cut or healed; waiting or received: 6 states.
    // Waiting: whole: arrives, cut; cut: heals; healed: arrives. Received: whole: cut; cut: heals; healed: none.
    let system = one_message(cut_off())
        .sometimes("cut while it waits")
        .that(in_force(Some(0), false))
        .sometimes("cut after it was received")
        .that(in_force(Some(0), true))
        .always("one cut")
        .everything(|view| view.spent.cuts <= 1)
        .finally("received")
        .that(is_in(1, [7]));
    counted(&system, 6, 7);
}

#[test]
fn a_lasting_partition_need_not_heal() {
    let system = one_message(cut_off().lasting()).sometimes("cut").that(in_force(Some(0), false));
    counted(&system, 6, 7);
    check(&system.finally("received").that(is_in(1, [7]))).violates("received", 1);
}

#[test]
fn cuts_have_a_budget() {
    // Whole, cut, healed, cut again, healed again; waiting or received: 10 states.
    // Waiting: 2 + 1 + 2 + 1 + 1; received: 1 + 1 + 1 + 1 + 0.
    let system = one_message(cut_off().cuts(2))
        .sometimes("cut twice")
        .everything(|view| view.spent.cuts == 2)
        .finally("received")
        .that(is_in(1, [7]));
    counted(&system, 10, 12);
    // None at all: waiting or received.
    counted(&one_message(cut_off().cuts(0)).finally("received").that(is_in(1, [7])), 2, 2);
}

#[test]
fn one_of_several_partitions_is_in_force_at_a_time() {
    // Whole, the first in force, the second in force, healed; waiting or received: 8 states. The second lets it through.
    // Waiting: 3 + 1 + 2 + 1; received: 2 + 1 + 1 + 0.
    let system = one_message(cut_off().partition([0, 1], [2]))
        .sometimes("it arrives in spite of the second")
        .that(in_force(Some(1), true))
        .finally("received")
        .that(is_in(1, [7]));
    counted(&system, 8, 12);
}

#[test]
fn the_sides_stand_for_both_directions() {
    // The message goes from 0, which stands on the right side here: as in the first test.
    let system = one_message(Network::fifo().partition([1, 2], [0])).sometimes("cut").that(in_force(Some(0), false));
    counted(&system.finally("received").that(is_in(1, [7])), 6, 7);
}

#[test]
fn what_waits_is_lost_only_by_a_loss() {
    // Whole, cut or healed; waiting, received or lost: 9 states.
    // Waiting: 3 + 2 + 2; received: 1 + 1 + 0; lost: 1 + 1 + 0.
    let system = one_message(cut_off().loss(1))
        .sometimes("lost while cut")
        .everything(|view| view.spent.cut.is_some() && view.spent.losses == 1);
    counted(&system, 9, 12);
}
