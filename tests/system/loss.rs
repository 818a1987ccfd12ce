//! Messages are lost.

use crate::common::{Toy, Turn, counted, is_in, processes};
use stateright::{Checker, Model};
use std::time::Duration;
use synod::check::check;
use synod::system::{Faults, Limit, Network, Predicate, System, Timing};

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

/// A process that sends a message to process 1 when it starts, and again whenever its timer fires.
fn stubborn(message: u8) -> Toy {
    let send = move |it: &mut Turn<'_>| {
        it.send(1, message);
        it.arm(1, 1..1);
    };
    Toy::new().on_start(move |it, _| send(it)).on_timeout(move |it, _| send(it))
}

/// Process 0 sends 7 to process 1 again and again; process 1 keeps it.
fn again_and_again(network: Network) -> System<Toy> {
    System::new([stubborn(7), Toy::keeping_each_once()]).network(network)
}

#[test]
fn on_fair_loss_links_what_is_sent_again_and_again_arrives() {
    // [] {7}; [7] {}; [7] {7}. Steps: the message arrives, and the timer fires in each.
    let fair = Network::unordered().fair_loss().copies(1);
    counted(&again_and_again(fair.clone()).finally("received").that(is_in(1, [7])), 3, 5);
    let unfair = fair.clone().loss(Limit::Unlimited);
    check(&again_and_again(unfair.clone()).finally("received").that(is_in(1, [7]))).violates("received", 0);
    // So stateright says, too.
    for (network, falls) in [(fair, false), (unfair, true)] {
        let checker = again_and_again(network).finally("received").that(is_in(1, [7])).checker().spawn_bfs().join();
        assert_eq!(checker.discovery("received").is_some(), falls);
    }
}

#[test]
fn on_fair_loss_links_what_is_sent_once_may_be_lost() {
    let network = Network::unordered().fair_loss();
    check(&two_messages(network).finally("one arrives at least").that(received(1))).violates("one arrives at least", 0);
}

#[test]
fn on_fair_loss_links_answers_to_what_comes_again_and_again_arrive() {
    // {1}; {1, 2}; [2] {1, 2}. Steps: the timer fires and 1 arrives in each, 2 in the second.
    let asking = stubborn(1).on_message(|it, _, message| it.keep_once(message));
    let answering = Toy::new().on_message(|it, from, _| it.send(from, 2));
    let system = System::new([asking, answering])
        .network(Network::unordered().fair_loss().duplication(Limit::Unlimited))
        .finally("answered")
        .that(is_in(0, [2]));
    counted(&system, 3, 8);
}

#[test]
fn on_fair_loss_channels_the_head_makes_way_for_what_is_sent_again_and_again() {
    // 1 is sent once, 2 whenever the timer fires, until it is answered by 3.
    let sender = Toy::new()
        .on_start(|it, _| {
            it.send(1, 1);
            it.arm(1, 1..1);
        })
        .on_timeout(|it, _| {
            it.send(1, 2);
            it.arm(1, 1..1);
        })
        .on_message(|it, _, _| it.out.cancel_timer(1));
    let receiver = Toy::new().on_message(|it, from, message| {
        it.keep_once(message);
        if message == 2 {
            it.send(from, 3);
        }
    });
    let system = System::new([sender, receiver]).network(Network::fifo().fair_loss().copies(1));
    let system = system.finally("2 is received").processes(|p| {
        let received = p.get(1.into()).state();
        received.is_some_and(|kept| kept.contains(&2))
    });
    check(&system).verified();
    let unfair = Network::fifo().loss(Limit::Unlimited).copies(1);
    check(&system.network(unfair)).violates("2 is received", 1);
}

#[test]
fn fair_loss_ends_at_who_omits_and_where_the_network_is_cut() {
    let fair = || Network::unordered().fair_loss().copies(1);
    let omitting = again_and_again(fair()).omission(Faults::unlimited().among([1]));
    check(&omitting.finally("received").that(is_in(1, [7]))).violates("received", 0);
    let cut = again_and_again(fair().partition([0], [1]));
    check(&cut.clone().finally("received").that(is_in(1, [7]))).verified();
    let lasting = cut.network(fair().partition([0], [1]).lasting());
    check(&lasting.finally("received").that(is_in(1, [7]))).violates("received", 1);
}

#[test]
fn on_fair_loss_links_nobody_has_to_die_of_what_keeps_coming() {
    // Each time it arrives the receiver tells its application, and might die before it has.
    let system = System::new([stubborn(7), Toy::new().on_message(|it, _, message| it.indicate(message))])
        .network(Network::unordered().fair_loss().duplication(Limit::Unlimited))
        .crash_recovery(1);
    check(&system.finally("somebody is down").processes(|p| p.states().count() < 2)).violates("somebody is down", 0);
}
