//! Crashes and recoveries: how many at once, what is lost and what stays.

use crate::puppet::{NETWORKS, Puppet, counted, model, same};
use stateright::actor::LossyNetwork;

#[test]
fn so_many_are_down_at_once_and_any_number_in_total() {
    // Of three that do nothing at most one is down: 1 + 3 states, each crash has its recovery.
    counted(|| model([Puppet::new(), Puppet::new(), Puppet::new()], NETWORKS[0](vec![])).max_crashes(1), 4, 7);
    // Subsets of at most two: 1 + 3 + 3; steps up 3 + 3 x 2, and as many down.
    counted(|| model([Puppet::new(), Puppet::new(), Puppet::new()], NETWORKS[0](vec![])).max_crashes(2), 7, 19);
    // More than there are.
    counted(|| model([Puppet::new(), Puppet::new()], NETWORKS[0](vec![])).max_crashes(1000), 4, 9);
}

/// Counts in its state and, where it saves, in its storage; what was stored it takes up again.
fn counter(saves: bool) -> Puppet {
    Puppet::new().on_start(|it, stored| it.state.to_mut().extend(stored)).on_message(move |it, _, message| {
        it.keep(message);
        if saves {
            let state = it.state.to_vec();
            it.out.save(state);
        }
    })
}

#[test]
fn storage_survives_and_the_dead_state_stays_in_the_state() {
    for network in NETWORKS {
        for saves in [false, true] {
            for lossy in [LossyNetwork::No, LossyNetwork::Yes] {
                let two = || {
                    model([Puppet::sending(&[(1, 1), (1, 2)]), counter(saves)], network(vec![]))
                        .max_crashes(1)
                        .lossy_network(lossy)
                        .within_boundary(|(), state| state.actor_states[1].len() <= 2 && state.network.len() <= 4)
                };
                same(two);
            }
        }
    }
    // The message is in flight or has arrived; in either case up or down, and after it also recovered: the volatile state
    // is empty again, so the state before the message but without it, up or down. The sender does not crash here: of it
    // there is no telling, since it would send again.
    let volatile = || {
        model([counter(false)], NETWORKS[0](vec![stateright::actor::Envelope { src: 0.into(), dst: 0.into(), msg: 1 }]))
            .max_crashes(1)
    };
    // (in flight, up), (in flight, down), (arrived, up), (arrived, down with its state), (gone, up), (gone, down); steps: 6
    // crashes and recoveries, two of which lead to a state that was there before, and the delivery.
    counted(volatile, 6, 8);
}

#[test]
fn who_is_down_hears_nothing_and_has_no_timers_and_choices() {
    let busy = || {
        let busy = Puppet::new()
            .on_start(|it, _| {
                it.arm(1);
                it.out.choose_random("x", vec![3, 4]);
            })
            .on_message(|it, _, message| it.keep(message))
            .on_timeout(|it, timer| it.keep(timer))
            .on_choice(|it, value| it.keep(value));
        model([Puppet::sending(&[(1, 7)]), busy], NETWORKS[0](vec![]))
            .max_crashes(1)
            .within_boundary(|(), state| state.actor_states[1].len() <= 2 && state.network.len() <= 2)
    };
    same(busy);
}
