//! What fairness makes of messages: lost, sent again, ignored too early, owed by nobody, behind a head.

use crate::common::{Toy, Turn, everything, is_in};
use crate::{AT_REST, fails, holds, judged, keeps};
use synod::check::check;
use synod::system::{Fair, Fairness, Faults, Limit, Network, Script, System};

/// Process 0 sends 7 once, when it starts; process 1 keeps what it receives.
fn once(network: Network) -> System<Toy> {
    System::new([Toy::sending([(1, 7)]), Toy::keeping_each_once()]).network(network)
}

/// Process 0 sends 7 whenever its timer fires; process 1 keeps what it receives.
fn again_and_again(network: Network) -> System<Toy> {
    let sender = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| {
        it.send(1, 7);
        it.arm(timer, 1..1);
    });
    System::new([sender, Toy::keeping_each_once()]).network(network)
}

fn received(system: System<Toy>) -> System<Toy> {
    system.eventually("received").that(is_in(1, [7]))
}

const LOST: &str = "p0 → p1  7  is lost";
const SENT: &str = "p0 times out: 1";

#[test]
fn what_is_sent_once_over_fair_loss_may_be_lost() {
    // never_repeats: {7}; received; lost. That a message which stays is not lost would be no excuse: it is not strong
    // fairness of the delivery that makes up for a sender that gives up.
    let report = fails(received(once(Network::unordered().fair_loss())), "received", &[LOST], AT_REST);
    assert_eq!((report.unique, report.generated), (3, 3));
    holds(received(once(Network::unordered())));
}

#[test]
fn what_is_sent_again_and_again_over_fair_loss_arrives() {
    // repeats: {} and {7}, before and after it was received. Steps: the timer fires in each, the 7 arrives or is lost.
    let fair = || received(again_and_again(Network::unordered().fair_loss().copies(1)));
    let report = holds(fair());
    assert_eq!((report.unique, report.generated), (4, 9));
    // So says `finally`, though there is no state in which nothing changes any more: what arrives is ignored in the end.
    holds(fair().finally("received in the end").that(is_in(1, [7])));
    // Each time it is lost it was not possible for ever that it arrived: weak fairness is not enough.
    let weak = fair().fairness(Fair::Deliveries, Fairness::Weak);
    fails(weak, "received", &[SENT, LOST], "and so on for ever, from step 1");
    // Nor is loss that is not fair; and a timer that is not fair need not fire at all.
    let unfair = received(again_and_again(Network::unordered().loss(Limit::Unlimited).copies(1)));
    fails(unfair, "received", &[SENT, LOST], "and so on for ever, from step 1");
    fails(fair().fairness(Fair::Timers, Fairness::None), "received", &[], AT_REST);
}

#[test]
fn a_budget_of_losses_is_used_up_some_day() {
    let network = || Network::unordered().loss(1);
    fails(received(once(network())), "received", &[LOST], AT_REST);
    holds(received(again_and_again(network().copies(1))));
    // Two copies, of which one may be lost.
    let twice = System::new([Toy::sending([(1, 7), (1, 7)]), Toy::keeping_each_once()]).network(network());
    holds(received(twice));
}

/// Process 0 sends 7 and 8; process 1 ignores the 7 until it has the 8.
fn too_early(network: Network) -> System<Toy> {
    let receiver = Toy::new().on_message(|it, _, message| {
        if message == 8 || !it.state.is_empty() {
            it.keep_once(message);
        }
    });
    System::new([Toy::sending([(1, 7), (1, 8)]), receiver]).network(network).eventually("both").that(is_in(1, [7, 8]))
}

#[test]
fn a_message_that_is_ignored_too_early_is_gone() {
    // [] {7, 8}; [] {8}; [8] {7}; [8] {}; [7, 8] {}. If the 7 stayed in flight it would be delivered again some day.
    let report = fails(too_early(Network::unordered()), "both", &["p0 → p1  7", "p0 → p1  8"], AT_REST);
    assert_eq!((report.unique, report.generated), (5, 5));
    // `finally` is judged of the same states.
    let finally = too_early(Network::unordered()).finally("both in the end").that(is_in(1, [7, 8]));
    assert_eq!(judged(&finally).property("both in the end").steps, Some(2));
    // On a set network it stays: it may arrive any number of times, so it is not gone, and it is delivered some day.
    let report = holds(too_early(Network::unordered().duplication(Limit::Unlimited)));
    assert_eq!(report.unique, 3);
    // A channel delivers the 7 first, always.
    fails(too_early(Network::fifo()), "both", &["p0 → p1  7", "p0 → p1  8"], AT_REST);
}

#[test]
fn without_a_liveness_property_nothing_changes() {
    // An ignored message stays, and unlimited loss takes no steps: [] {7, 8}; [8] {7}; [7, 8].
    let receiver = || {
        Toy::new().on_message(|it: &mut Turn<'_>, _, message| {
            if message == 8 || !it.state.is_empty() {
                it.keep_once(message);
            }
        })
    };
    let system = || {
        let network = Network::unordered().loss(Limit::Unlimited);
        System::new([Toy::sending([(1, 7), (1, 8)]), receiver()]).network(network)
    };
    check(&system().sometimes("both").that(is_in(1, [7, 8]))).unique_states(3).generated_states(3).verified();
    // With one, every message may arrive, be ignored, or be lost: the 7 and the 8 in flight or not, and what was kept.
    // [] with any of them in flight: 4; [8] with the 7 in flight or not: 2; [7, 8]: 1.
    let live = system().always_possibly("anything").processes(|_| true);
    assert_eq!(judged(&live).unique, 7);
}

#[test]
fn a_set_network_loses_as_a_step() {
    // What was sent once stays, unless it is lost: {7}, {}, and the same after it was received.
    let network = || Network::unordered().duplication(Limit::Unlimited);
    let report = fails(received(once(network().fair_loss())), "received", &[LOST], AT_REST);
    assert_eq!((report.unique, report.generated), (4, 5));
    let report = holds(received(once(network())));
    assert_eq!((report.unique, report.generated), (2, 3));
    holds(received(again_and_again(network().fair_loss())));
    let weak = received(again_and_again(network().fair_loss())).fairness(Fair::Deliveries, Fairness::Weak);
    fails(weak, "received", &[SENT, LOST], "and so on for ever, from step 1");
}

#[test]
fn nobody_owes_what_a_crashed_process_had_sent() {
    // crashed_sender: the message may arrive or not when its sender has stopped.
    let system = || once(Network::unordered()).crash_stop(Faults::at_most(1).among([0]));
    let report = fails(received(system()), "received", &["p0 stops for good"], AT_REST);
    assert_eq!((report.unique, report.generated), (4, 5));
    let up = |p: synod::system::Processes<'_, Toy>| p.get(0.into()).is_up();
    let received_or_stopped = move |view: synod::system::View<'_, Toy, ()>| {
        !up(view.processes) || view.processes.get(1.into()).state().is_some_and(|kept| kept.contains(&7))
    };
    holds(system().eventually("received, if it stays up").that(everything(received_or_stopped)));
    // To a process that has stopped nothing is owed either.
    let receiver = once(Network::unordered()).crash_stop(Faults::at_most(1).among([1]));
    fails(received(receiver), "received", &["p1 stops for good"], AT_REST);
}

#[test]
fn nobody_owes_what_a_faulty_process_may_omit() {
    let omitting = received(once(Network::unordered())).omission(Faults::unlimited().among([1]));
    fails(omitting, "received", &[], AT_REST);
    let once_only = received(again_and_again(Network::unordered().copies(1))).omission(Faults::at_most(1).among([1]));
    holds(once_only);
    // What may be omitted may be gone.
    let gone = once(Network::unordered()).omission(Faults::unlimited().among([1]));
    let report = judged(&gone.always_possibly("received").that(is_in(1, [7])));
    assert_eq!((report.unique, report.property("received").steps), (3, Some(1)));
}

#[test]
fn a_head_makes_way_for_what_is_behind_it() {
    // fifo_head: the 1 is sent whenever the timer fires, the 2 once, behind a 1.
    let system = |network: Network| {
        let sender = Toy::new()
            .on_start(|it, _| {
                it.send(1, 1);
                it.send(1, 2);
                it.arm(1, 1..1);
            })
            .on_timeout(|it, timer| {
                it.send(1, 1);
                it.arm(timer, 1..1);
            });
        let system = System::new([sender, Toy::keeping_each_once()]).network(network);
        system.eventually("2 is received").that(keeps(1, 2))
    };
    let report = holds(system(Network::fifo().copies(1)));
    // What was kept: [] with 1 2 in flight; [1] with 2 or 2 1; [1, 2] with nothing or 1.
    assert_eq!(report.unique, 5);
    holds(system(Network::unordered().copies(1)));
    // A lossy channel may lose its head, also the one that matters.
    let lossy = system(Network::fifo().fair_loss().copies(1));
    assert_eq!(judged(&lossy).property("2 is received").verdict.name(), "violated");
    // If messages need not arrive, the head may stay there for ever.
    let stuck = system(Network::fifo().copies(1)).fairness(Fair::Deliveries, Fairness::None);
    fails(stuck, "2 is received", &[SENT], "and so on for ever, from step 1");
}

#[test]
fn one_message_does_not_starve_behind_another() {
    // Two messages between the same processes, each answered by the other one: what is delivered is sent again, so both are
    // in flight all the time. Each has to arrive some day, though the other arrives for ever.
    let system = || {
        let echo = Toy::new().on_message(|it, from, message| it.send(from, message));
        let sender = Toy::sending([(1, 1), (1, 2)]).on_message(|it, from, message| {
            it.keep_once(message);
            it.send(from, message);
        });
        System::new([sender, echo])
    };
    holds(system().eventually("both").that(is_in(0, [1, 2])));
    fails(system().fairness(Fair::Deliveries, Fairness::None).eventually("2").that(keeps(0, 2)), "2", &[], AT_REST);
}

#[test]
fn a_partition_that_heals_only_delays() {
    let network = || Network::unordered().partition([0], [1]);
    holds(received(once(network())));
    fails(received(once(network().lasting())), "received", &["the network is cut: partition 0"], AT_REST);
}

#[test]
fn requests_over_a_reliable_network_are_answered() {
    let system = |network: Network| {
        let client = Toy::new()
            .on_request(|it, request| {
                it.keep_once(request);
                it.send(1, request);
            })
            .on_message(|it, _, answer| it.keep_once(answer));
        let server = Toy::new().on_message(|it, from, request| it.send(from, request + 1));
        let system = System::new([client, server]).network(network).script(0, Script::at_any_time([5]));
        system.leads_to("a request leads to an answer", keeps(0, 5), keeps(0, 6))
    };
    holds(system(Network::unordered()));
    fails(
        system(Network::unordered().loss(1)),
        "a request leads to an answer",
        &["p0 is asked to 5", "p0 → p1  5  is lost"],
        AT_REST,
    );
}
