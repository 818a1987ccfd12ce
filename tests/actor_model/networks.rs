//! The three networks: what is in flight, what arrives, what stays, what is lost.

use crate::puppet::{NETWORKS, Puppet, counted, model, same};
use stateright::actor::{Envelope, Id, LossyNetwork, Network};

/// Two say the same three things to a third, twice one of them; it answers one, ignores one, and keeps the third.
fn talkers() -> [Puppet; 3] {
    let listener = Puppet::new().on_message(|it, from, message| match message {
        1 => it.send(from, 9),
        2 => {}
        _ => it.keep(message),
    });
    [Puppet::sending(&[(2, 1), (2, 2), (2, 3), (2, 3)]), Puppet::sending(&[(2, 3), (2, 2), (2, 1)]), listener]
}

#[test]
fn on_every_network_the_steps_are_stateright_s_with_loss_and_without() {
    for network in NETWORKS {
        for lossy in [LossyNetwork::No, LossyNetwork::Yes] {
            // On a duplicating network what is kept would grow for ever.
            let bounded = || {
                model(talkers(), network(vec![]))
                    .lossy_network(lossy)
                    .within_boundary(|(), state| state.actor_states[2].len() <= 3)
            };
            let report = same(bounded);
            assert!(report.unique > 10, "{report}");
        }
    }
}

#[test]
fn equal_messages_are_one_step_and_two_copies() {
    // 2, 1 or 0 copies in flight.
    let twice = || model([Puppet::sending(&[(1, 7), (1, 7)]), Puppet::keeping()], NETWORKS[0](vec![]));
    counted(twice, 3, 3);
}

#[test]
fn a_loss_is_a_step_of_its_own() {
    // The message is in flight, has arrived, or is lost.
    let lossy =
        || model([Puppet::sending(&[(1, 7)]), Puppet::keeping()], NETWORKS[0](vec![])).lossy_network(LossyNetwork::Yes);
    counted(lossy, 3, 3);
}

#[test]
fn a_duplicating_network_remembers_what_it_delivered_last() {
    // The receiver answers, so each delivery is a step; nothing has been delivered, or 1, or 2, or its answer, of which
    // there is one in the network after that. Nothing else changes: the sender ignores the answer.
    let echo = || {
        model(
            [Puppet::sending(&[(1, 1), (1, 2)]), Puppet::new().on_message(|it, from, _| it.send(from, 9))],
            NETWORKS[1](vec![]),
        )
    };
    // Each of the three states has two deliveries.
    counted(echo, 3, 7);
}

#[test]
fn channels_are_emptied_from_their_heads_and_what_is_ignored_is_consumed() {
    // Two channels of two messages each, ignored all: 3 x 3 states, and of either 2 x 3 deliveries.
    let idle = || {
        model(
            [Puppet::sending(&[(2, 1), (2, 2)]), Puppet::sending(&[(2, 1), (2, 1)]), Puppet::new()],
            NETWORKS[2](vec![]),
        )
    };
    counted(idle, 9, 13);
}

#[test]
fn what_is_ignored_on_an_unordered_network_stays() {
    for network in &NETWORKS[..2] {
        let idle = || model([Puppet::sending(&[(1, 1)]), Puppet::new()], network(vec![]));
        counted(idle, 1, 1);
    }
}

/// An actor whose state stays as it is, but stateright cannot tell.
fn toucher() -> Puppet {
    Puppet::new().on_message(|it, _, _| {
        it.state.to_mut();
    })
}

#[test]
fn a_handler_that_touches_its_state_takes_a_step() {
    // It changes nothing, but the message is gone.
    let touching = || model([Puppet::sending(&[(1, 1)]), toucher()], NETWORKS[0](vec![]));
    counted(touching, 2, 2);
}

#[test]
fn messages_to_oneself_travel() {
    let alone = || {
        let starter = Puppet::sending(&[(0, 1)]).on_message(|it, me, message| {
            it.keep(message);
            if message < 3 {
                it.send(me, message + 1);
            }
        });
        model([starter], NETWORKS[0](vec![]))
    };
    counted(alone, 4, 4);
}

#[test]
fn what_is_sent_to_nobody_stays_and_can_be_lost() {
    for network in NETWORKS {
        let lost = |lossy| {
            move || {
                let sender = Puppet::sending(&[(77, 1), (1_000_000, 1), (1, 5)]);
                model([sender, Puppet::keeping()], network(vec![]))
                    .lossy_network(lossy)
                    .within_boundary(|(), state| state.actor_states[1].len() < 2)
            }
        };
        same(lost(LossyNetwork::No));
        same(lost(LossyNetwork::Yes));
    }
    // Each of two messages is there or not.
    let two = || model([Puppet::sending(&[(5, 1), (6, 1)])], NETWORKS[0](vec![])).lossy_network(LossyNetwork::Yes);
    counted(two, 4, 5);
}

#[test]
fn messages_may_be_in_flight_from_the_start() {
    let envelope = |src: usize, dst: usize, msg| Envelope { src: Id::from(src), dst: Id::from(dst), msg };
    for network in NETWORKS {
        // One of them comes from nobody, one goes to nobody, and one is there twice.
        let first = move || network(vec![envelope(9, 0, 1), envelope(1, 0, 2), envelope(1, 0, 2), envelope(0, 9, 3)]);
        for lossy in [LossyNetwork::No, LossyNetwork::Yes] {
            same(move || {
                model([Puppet::keeping(), Puppet::sending(&[(0, 3)])], first())
                    .lossy_network(lossy)
                    .within_boundary(|(), state| state.actor_states[0].len() <= 4)
            });
        }
    }
    let last = Some(envelope(1, 0, 2));
    let delivered = move || {
        let network = Network::new_unordered_duplicating_with_last_msg([envelope(1, 0, 2)], last);
        model([toucher(), Puppet::new()], network)
    };
    // It is delivered again, which changes nothing at all.
    counted(delivered, 1, 2);
}
