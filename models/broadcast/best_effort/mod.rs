//! The systems of [`synod::broadcast::best_effort`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | pair | two processes, one broadcast: small enough to be counted by hand |
//! | two_senders | three processes, of which two broadcast and any two stop: what best effort guarantees |
//! | two_messages | the same, where one process broadcasts twice: messages overtake one another |
//! | three_senders | four processes, of which three broadcast and any three stop |
//! | equal_payloads | one process broadcasts the same payload twice: it is delivered twice |
//! | fifo | two messages on FIFO channels, which a stop cuts off: nothing overtakes |
//! | partition | the network is cut and heals |
//! | faultless | nobody stops: then everyone agrees |
//! | linked | over perfect links: a message is lost, one is duplicated, a process stops |
//! | some_day | two_senders, of whole runs: what correct processes broadcast is delivered some day |
//! | fair_links | over perfect links that lose, but not all of what is sent again: a message arrives some day |
//! | agreement | the sender stops: expects that correct processes differ |
//! | unfair_links | over links that may lose all of what is sent again: expects that it is sent for ever |
//! | lossy | a message is lost: expects that validity falls, for nothing is sent again |
//! | duplicating | a message arrives twice: expects that it is delivered twice, for nothing is remembered |

mod mutants;
pub mod spec;

use super::{Broadcasting, Deliveries, Payload, broadcasting, happens, runs};
use crate::{Algorithm, Case};
use synod::broadcast::best_effort::BestEffort;
use synod::system::{Network, System};

/// Best-effort broadcast in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "best_effort",
        family: "broadcast",
        summary: "best-effort broadcast: the sender sends to everyone; all deliver what a correct process broadcasts",
        spec: "BestEffort.tla",
        systems: systems(),
        mutants: mutants::mutants(),
    }
}

/// The states of [`runs::pair`].
///
/// While p0 has not broadcast, each of the two may have stopped: 2·2. Afterwards p0 is up, or has stopped, having
/// delivered its message before or not: 3. To each of these p1 is up with the message still in flight, up and has
/// delivered it, or stopped, having delivered it or not (what was in flight to it is gone, and a stop while it handles
/// the message is the same as one before): 4.
const PAIR: u64 = 2 * 2 + 3 * 4;

/// The states of [`runs::faultless`]: of each of the two broadcasts, independently, that it has not begun, or that each of
/// the two other processes has delivered its message or not.
const FAULTLESS: u64 = (1 + 2 * 2) * (1 + 2 * 2);

/// The states of [`runs::over_fair_links`], whether the links are fair or not. Not broadcast: 1. Not delivered, the message
/// in flight or lost: 2. Delivered and not acknowledged, with the message, the acknowledgement, both or neither in flight:
/// 4. Acknowledged, with one of the two still in flight, or neither: 3.
const FAIR_LINKS: u64 = 1 + 2 + 4 + 3;

fn systems() -> Vec<Case> {
    let among = |n| guarantees(group(n));
    vec![
        Case::verified("pair", PAIR, runs::pair(among(2))),
        Case::verified("two_senders", 307, runs::two_senders(among(3), 2)),
        Case::verified("two_messages", 207, happens::overtaking(runs::two_messages(among(3), 2))),
        Case::verified("three_senders", 28_631, runs::three_senders(among(4))),
        Case::verified("equal_payloads", 69, runs::equal_payloads(among(3))),
        Case::verified("fifo", 137, runs::fifo(among(3), 2)),
        Case::verified("partition", 3 * FAULTLESS, partition(among(3))),
        Case::verified("faultless", FAULTLESS, runs::faultless(super::agreement(among(3)))),
        Case::verified("linked", 748, runs::over_links(guarantees(runs::linked(group(3))))),
        Case::verified("some_day", 307, guarantees_some_day(runs::some_day(among(3), 2))),
        Case::verified(
            "fair_links",
            FAIR_LINKS,
            guarantees_some_day(runs::over_fair_links(guarantees(runs::linked(group(2))))),
        ),
        Case::violated("agreement", 48, "agreement", 2, no_agreement(among(3))),
        Case::violated("unfair_links", FAIR_LINKS, "validity some day", 3, lost_for_ever(runs::linked(group(2)))),
        Case::violated("lossy", 9, "validity", 3, lossy(among(3))),
        Case::violated("duplicating", 13, "no duplication", 3, duplicating(among(3))),
    ]
}

fn group(n: usize) -> Vec<BestEffort<Payload>> {
    vec![BestEffort::new(n); n]
}

/// What best effort guarantees.
fn guarantees<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::validity(super::system(actors))
}

/// One sender on each side of the cut. Whatever [`runs::faultless`] can do can be done before the cut, up to it, or up to
/// some time after the heal: there are three times as many states.
fn partition<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let network = Network::unordered().partition([0], [1, 2]);
    happens::cuts(broadcasting(broadcasting(system.network(network), 0, [1]), 1, [2]), 2)
}

/// What best effort guarantees of whole runs.
fn guarantees_some_day<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    super::validity_some_day(system)
}

/// What best effort does not guarantee: its sender sends to all and stops, and only some receive it.
fn no_agreement<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    super::agreement(runs::two_messages(system, 2))
}

/// Outside the model: a link that loses a message again and again.
fn lost_for_ever<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::validity_some_day(runs::over_unfair_links(super::system(actors)))
}

/// Outside the model: a link that loses a message.
fn lossy<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(system.network(Network::unordered().loss(1)), 0, [1])
}

/// Outside the model: a link that duplicates a message.
fn duplicating<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(system.network(Network::unordered().duplication(1)), 0, [1])
}
