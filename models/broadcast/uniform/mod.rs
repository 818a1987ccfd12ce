//! The systems of [`synod::broadcast::uniform`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | pair | two processes, one broadcast, no stop: small enough to be counted by hand |
//! | two_senders | three processes, of which two broadcast and any one stops: what uniform broadcast guarantees |
//! | two_messages | the same, where one process broadcasts twice: messages overtake one another |
//! | equal_payloads | one process broadcasts the same payload twice: it is delivered twice |
//! | unanimous | all three processes have to acknowledge, and none stops: several messages wait at one process |
//! | four | four processes, of which two broadcast and any one stops |
//! | five | five processes, one broadcast, any two stop: two acknowledgements are not enough |
//! | five_duplicating | the same, where a message may arrive twice: an acknowledgement counts once |
//! | read_write | four processes, any one stops: two acknowledgements are enough, because three are correct |
//! | fifo | two messages on FIFO channels, which a stop cuts off: nothing overtakes |
//! | duplicating | any message may arrive again at any time: no process delivers it again |
//! | one_loss | a message is lost: a relay makes up for it |
//! | partition | the network is cut, a process stops, the network heals |
//! | faultless | two broadcasts, and nobody stops: counted by hand |
//! | linked | over perfect links: a message is lost, one is duplicated, a process stops |
//! | some_day | two_senders, of whole runs: what anybody delivers, all correct processes deliver some day |
//! | fair_links | over perfect links that lose, but not all of what is sent again: all deliver some day |
//! | two_stops | two of three stop: expects that the one that is left may never deliver what they delivered |
//! | half_stops | two of four stop, who are a quorum: expects the same |
//! | unfair_links | over links that may lose all of what is sent again: expects that one delivers and another never does |
//! | two_losses | the sender's messages to both others are lost: expects that validity falls |
//! | loss_and_stop | the only relay of a sender that stopped is lost: expects that correct processes differ |
//! | lasting_partition | the network is cut for ever: expects that validity falls |

mod mutants;
pub mod spec;

use super::{Broadcasting, Deliveries, Payload, broadcasting, happens, runs};
use crate::{Algorithm, Case};
use synod::broadcast::uniform::Uniform;
use synod::quorum::{Majority, Quorums, ReadWrite};
use synod::system::{Faults, Limit, Network, Processes, System};

/// Uniform reliable broadcast in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "uniform",
        family: "broadcast",
        summary: "uniform reliable broadcast by acknowledgements: what any process delivers, all correct ones deliver",
        spec: "Uniform.tla",
        systems: systems(),
        mutants: mutants::mutants(),
    }
}

/// The states of [`pair`], one after the other: before the broadcast; p0 waits; p1 has delivered; so has p0.
const PAIR: u64 = 4;

/// The states of [`faultless`]: of each of the two broadcasts, independently, that it has not begun; that neither of the
/// others has received its message; that one has, and its relay has reached the sender or not; or that both have, each
/// from the sender, or either from the other, and the sender has delivered upon the relay of neither, the one or the other
/// (what they ignored is still in flight, and tells which).
const FAULTLESS: u64 = (1 + 1 + 2 * 2 + 3 * 3) * (1 + 1 + 2 * 2 + 3 * 3);

/// The states of the system `unanimous`: of each of the two broadcasts, independently, that it has not begun; that neither
/// of the others has received its message; that one has, and its relay has reached the sender or not; or that both have,
/// the relay of each has reached the sender or not, and each has the copy of the sender, of the other, or both; but they
/// cannot both have it from one another alone.
const UNANIMOUS: u64 = (1 + 1 + 2 * 2 + 2 * 2 * (3 * 3 - 1)) * (1 + 1 + 2 * 2 + 2 * 2 * (3 * 3 - 1));

fn systems() -> Vec<Case> {
    let among = |n| guarantees(group(n));
    vec![
        Case::verified("pair", PAIR, pair(among(2))),
        Case::verified("two_senders", 1_041, happens::relays(two_senders(among(3)), 1)),
        Case::verified("two_messages", 978, happens::relays(two_messages(among(3)), 1)),
        Case::verified("equal_payloads", 825, equal_payloads(among(3))),
        Case::verified("unanimous", UNANIMOUS, several_wait(faultless(guarantees(acknowledged_by(all_of_three()))))),
        Case::verified("four", 3_006_092, several_wait(four(among(4)))),
        Case::verified("five", 260_228, happens::relays(five(among(5)), 2)),
        Case::verified("five_duplicating", 712_691, five_duplicating(among(5))),
        Case::verified("read_write", 478, happens::relays(read_write(guarantees(acknowledged_by(two_of_four()))), 1)),
        Case::verified("fifo", 924, happens::relays(runs::fifo(among(3), 1), 1)),
        Case::verified("duplicating", 384, duplicating(among(3))),
        Case::verified("one_loss", 1_168, runs::one_loss(among(3))),
        Case::verified("partition", 201, happens::relays(runs::partition(among(3)), 1)),
        Case::verified("faultless", FAULTLESS, faultless(among(3))),
        Case::verified("linked", 759_554, runs::over_links(guarantees(runs::linked(group(3))))),
        Case::verified("some_day", 3_600, guarantees_some_day(runs::some_day(among(3), 1))),
        Case::verified(
            "fair_links",
            66,
            guarantees_some_day(runs::over_fair_links(guarantees(runs::linked(group(2))))),
        ),
        Case::violated("two_stops", 114, "uniform agreement", 4, two_stops(group(3))),
        Case::violated("half_stops", 654, "uniform agreement", 4, two_stops(acknowledged_by(two_of_four()))),
        Case::violated("unfair_links", 66, "uniform agreement some day", 7, lost_for_ever(runs::linked(group(2)))),
        Case::violated("two_losses", 44, "validity", 3, runs::two_losses(among(3))),
        Case::violated("loss_and_stop", 79, "agreement", 4, runs::loss_and_stop(among(3))),
        Case::violated("lasting_partition", 39, "validity", 4, runs::lasting_partition(among(3))),
    ]
}

fn group(n: usize) -> Vec<Uniform<Payload>> {
    acknowledged_by(Majority::new(n))
}

/// Two of four processes have to acknowledge, and three are correct: one of the two is.
fn two_of_four() -> ReadWrite {
    ReadWrite::new(4, 3, 2).expect("two and three of four meet")
}

/// All of three processes have to acknowledge.
fn all_of_three() -> ReadWrite {
    ReadWrite::new(3, 1, 3).expect("one and all of three meet")
}

/// A group in which a message is delivered that a write quorum has acknowledged.
fn acknowledged_by<Q: Quorums>(quorums: Q) -> Vec<Uniform<Payload, Q>> {
    vec![Uniform::new(quorums.clone()); quorums.processes()]
}

/// What uniform broadcast guarantees.
fn guarantees<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::uniform_agreement(super::agreement(super::validity(super::system(actors))))
}

/// What uniform broadcast guarantees of whole runs.
fn guarantees_some_day<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    super::uniform_agreement_some_day(super::validity_some_day(system))
}

/// Outside the model: a link that loses a message again and again.
fn lost_for_ever<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::uniform_agreement_some_day(runs::over_unfair_links(super::system(actors)))
}

/// Two messages wait at one process, one of them somebody else's.
fn several_wait<Q: Quorums>(
    system: System<Uniform<Payload, Q>, Deliveries>,
) -> System<Uniform<Payload, Q>, Deliveries> {
    system.sometimes("two messages wait at one process").processes(|processes: Processes<'_, Uniform<Payload, Q>>| {
        processes.states().any(|(_, state)| state.pending.len() == 2)
    })
}

/// One of two processes broadcasts, and nobody stops.
fn pair<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::everything_arrives(happens::sender_waits(broadcasting(system, 0, [1])), 1)
}

fn two_senders<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::sender_waits(happens::who_delivered_stops(runs::two_senders(system, 1)))
}

fn two_messages<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::overtaking(happens::who_delivered_stops(runs::two_messages(system, 1)))
}

fn equal_payloads<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::who_delivered_stops(runs::equal_payloads(system))
}

/// Two of the processes broadcast, and nobody stops.
fn faultless<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(broadcasting(system, 0, [1]), 1, [2]);
    happens::everything_arrives(happens::sender_waits(system), 2)
}

/// Two of four processes broadcast, and any one stops.
fn four<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::who_delivered_stops(happens::stops(faultless(system.crash_stop(1))))
}

/// One of the processes broadcasts, and of these so many stop.
fn one_sender<A: Broadcasting>(system: System<A, Deliveries>, stops: Faults) -> System<A, Deliveries> {
    let system = broadcasting(system.crash_stop(stops), 0, [1]);
    happens::everything_arrives(happens::stops(happens::who_delivered_stops(system)), 1)
}

/// One of five processes broadcasts, and any two stop.
fn five<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    one_sender(system, Faults::at_most(2))
}

/// The sender may stop, and one of those to which it sends.
fn five_duplicating<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = system.network(Network::unordered().duplication(1));
    happens::duplications(one_sender(system, Faults::at_most(2).among([0, 1])), 1)
}

/// One of four processes broadcasts, and any one stops.
fn read_write<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    one_sender(system, Faults::at_most(1))
}

fn duplicating<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    two_senders(system).network(Network::unordered().duplication(Limit::Unlimited))
}

/// Outside the model: two stop, who may have delivered on one another's word. Those that are left need not have heard of
/// the message, or may wait for them.
fn two_stops<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    broadcasting(super::uniform_agreement(super::system(actors)).crash_stop(2), 0, [1])
}
