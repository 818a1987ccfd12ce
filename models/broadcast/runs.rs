//! What happens in the systems of every broadcast: who broadcasts what, and how many stop.
//!
//! Each takes a system of which the algorithm's guarantees are claimed, and adds what must be seen to happen.

use super::{Broadcasting, Deliveries, broadcasting, everything_arrives_some_day, happens};
use crate::live;
use synod::link::perfect::PerfectLinks;
use synod::stack::{self, Linked};
use synod::system::{Faults, Network, System};

/// Two processes, of which one broadcasts and both may stop.
pub fn pair<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(system.crash_stop(2), 0, [1]);
    happens::everything_arrives(happens::stops(system), 1)
}

/// Two of three processes broadcast, and any `stops` stop: one, or two.
pub fn two_senders<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    let system = broadcasting(broadcasting(system.crash_stop(stops), 0, [1]), 1, [2]);
    let system = happens::senders_stop(happens::broadcast_is_cut_off(happens::stops(system)), stops);
    happens::everything_arrives(system, 2)
}

/// Three of four processes broadcast, and any three stop.
pub fn three_senders<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(broadcasting(system.crash_stop(3), 0, [1]), 1, [2]);
    let system = happens::senders_stop(happens::stops(broadcasting(system, 2, [3])), 3);
    happens::everything_arrives(system, 3)
}

/// One of three processes broadcasts twice, and any `stops` stop.
pub fn two_messages<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    let system = broadcasting(system.crash_stop(stops), 0, [1, 2]);
    happens::everything_arrives(happens::broadcast_is_cut_off(happens::stops(system)), 2)
}

/// As [`two_messages`], on FIFO channels: no message overtakes another.
pub fn fifo<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    super::fifo_order(two_messages(system.network(Network::fifo()), stops))
}

/// One process broadcasts the same payload twice, and any one stops.
pub fn equal_payloads<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(system.crash_stop(1), 0, [1, 1]);
    happens::everything_arrives(happens::stops(system), 2)
}

/// Two of three processes broadcast, and nobody stops: then what one process delivers, all deliver.
pub fn faultless<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(broadcasting(super::uniform_agreement(system), 0, [1]), 1, [2]);
    happens::everything_arrives(system, 2)
}

/// A group over perfect links.
pub fn linked<A: Broadcasting>(group: Vec<A>) -> Vec<Linked<A>> {
    group.into_iter().map(|process| stack::linked(process, PerfectLinks::new())).collect()
}

/// One of three processes broadcasts, any one stops, and the network loses a message, duplicates one, and holds at most
/// one copy of each. For actors over perfect links, which send again whatever is not acknowledged.
pub fn over_links<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let network = Network::unordered().loss(1).duplication(1).copies(1);
    let system = broadcasting(system.network(network).crash_stop(1), 0, [1]);
    happens::duplications(happens::losses(happens::stops(system), 1), 1)
}

/// As [`two_senders`], of whole runs: what the senders broadcast arrives, unless they stop.
pub fn some_day<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    everything_arrives_some_day(two_senders(system, stops), [(0, 1), (1, 1)])
}

/// One of the processes broadcasts, over links that are fair, and what it broadcasts arrives.
pub fn over_fair_links<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(live::over_fair_links(system), 0, [1]);
    everything_arrives_some_day(happens::everything_arrives(system, 1), [(0, 1)])
}

/// Outside the model: one of the processes broadcasts, over links that lose each copy of a message.
pub fn over_unfair_links<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(live::over_unfair_links(system), 0, [1])
}

/// One of three processes broadcasts twice, and a message is lost, for which a relay makes up.
pub fn one_loss<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::losses(broadcasting(system.network(Network::unordered().loss(1)), 0, [1, 2]), 2)
}

/// p0 and p1 stand on one side of the cut, and one process may stop.
pub fn partition<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let network = Network::unordered().partition([0, 1], [2]);
    let system = broadcasting(system.network(network).crash_stop(1), 0, [1]);
    happens::cuts(happens::stops(system), 1)
}

/// Outside the model: links that lose a message on every way.
pub fn two_losses<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(system.network(Network::unordered().loss(2)), 0, [1])
}

/// Outside the model: a loss, for which a relay makes up in [`one_loss`], matters when the sender stops.
pub fn loss_and_stop<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let sender = Faults::at_most(1).among([0]);
    broadcasting(system.network(Network::unordered().loss(1)).crash_stop(sender), 0, [1])
}

/// Outside the model: links that are down for ever.
pub fn lasting_partition<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(system.network(Network::unordered().partition([0, 1], [2]).lasting()), 0, [1])
}
