//! The systems of [`synod::broadcast::eager`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | pair | two processes, one broadcast: small enough to be counted by hand |
//! | two_senders | three processes, of which two broadcast and any two stop: what eager broadcast guarantees |
//! | two_messages | the same, where one process broadcasts twice: messages overtake one another |
//! | three_senders | four processes, of which three broadcast and any three stop |
//! | equal_payloads | one process broadcasts the same payload twice: it is delivered twice |
//! | relays | four processes, one broadcast, any three stop: a relay stands in for a relay |
//! | six | the same with six processes, of which any five stop, and five are interchangeable |
//! | fifo | two messages on FIFO channels, which a stop cuts off: nothing overtakes |
//! | duplicating | any message may arrive again at any time: no process delivers it again |
//! | one_loss | a message is lost: a relay makes up for it |
//! | partition | the network is cut, a process stops, the network heals |
//! | faultless | nobody stops: then agreement is uniform |
//! | linked | over perfect links: a message is lost, one is duplicated, a process stops |
//! | some_day | two_senders, of whole runs: what is broadcast is delivered some day, by all or none of those that are correct |
//! | fair_links | over perfect links that lose, but not all of what is sent again: all deliver some day |
//! | uniform | who has delivered stops: expects that the correct processes may never deliver the same |
//! | unfair_links | over links that may lose all of what is sent again: expects that correct processes differ for ever |
//! | two_losses | the sender's messages to both others are lost: expects that validity falls |
//! | loss_and_stop | the only relay of a sender that stopped is lost: expects that correct processes differ |
//! | lasting_partition | the network is cut for ever: expects that validity falls |

mod interchangeable;
mod mutants;
pub mod spec;

use super::{Broadcasting, Deliveries, Payload, broadcasting, happens, runs};
use crate::{Algorithm, Case};
use synod::broadcast::eager::Eager;
use synod::system::{Limit, Network, System};

/// Eager reliable broadcast in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "eager",
        family: "broadcast",
        summary: "eager reliable broadcast: everyone relays what is new; all correct processes deliver the same messages",
        spec: "Eager.tla",
        systems: systems().into_iter().chain(interchangeable::systems()).collect(),
        mutants: mutants::mutants(),
    }
}

/// The states of [`runs::pair`].
///
/// While p0 has not broadcast, each of the two may have stopped: 2·2. Afterwards p0 is up, or has stopped, having
/// delivered its message before or not. If it has stopped, p1 is up with the message still in flight, up and has
/// delivered it, or stopped, having delivered it or not: 2·4 (what p1 sends to p0 is gone at once). If p0 is up, p1 has
/// one state more: stopped and not delivered is one thing when nothing was relayed, and another when p1 stopped between
/// relaying the message and delivering it (p0 ignores the relay, which stays in flight): 5.
const PAIR: u64 = 2 * 2 + 2 * 4 + 5;

/// The states of [`runs::faultless`]: of each of the two broadcasts, independently, that it has not begun; that neither of
/// the others has received its message; that one has; or that both have, each from the sender, or either from the other
/// (what they ignored is still in flight, and tells which).
const FAULTLESS: u64 = (1 + 1 + 2 + 3) * (1 + 1 + 2 + 3);

fn systems() -> Vec<Case> {
    let among = |n| guarantees(group(n));
    vec![
        Case::verified("pair", PAIR, runs::pair(among(2))),
        Case::verified("two_senders", 774, happens::relays(runs::two_senders(among(3), 2), 1)),
        Case::verified("two_messages", 584, happens::relays(happens::overtaking(runs::two_messages(among(3), 2)), 1)),
        Case::verified("three_senders", 550_032, happens::relays(runs::three_senders(among(4)), 2)),
        Case::verified("equal_payloads", 238, runs::equal_payloads(among(3))),
        Case::verified("relays", 681, happens::relays(relays(among(4), 3), 2)),
        Case::verified("fifo", 1_137, happens::relays(runs::fifo(among(3), 2), 1)),
        Case::verified("duplicating", 505, duplicating(among(3))),
        Case::verified("one_loss", 277, runs::one_loss(among(3))),
        Case::verified("partition", 114, happens::relays(runs::partition(among(3)), 1)),
        Case::verified("faultless", FAULTLESS, runs::faultless(among(3))),
        Case::verified("linked", 750_025, runs::over_links(guarantees(runs::linked(group(3))))),
        Case::verified("some_day", 4_094, guarantees_some_day(runs::some_day(among(3), 2))),
        Case::verified(
            "fair_links",
            66,
            guarantees_some_day(runs::over_fair_links(guarantees(runs::linked(group(2))))),
        ),
        Case::violated("uniform", 129, "uniform agreement", 2, not_uniform(among(4))),
        Case::violated("unfair_links", 66, "agreement some day", 3, lost_for_ever(runs::linked(group(2)))),
        Case::violated("two_losses", 32, "validity", 3, runs::two_losses(among(3))),
        Case::violated("loss_and_stop", 56, "agreement", 3, runs::loss_and_stop(among(3))),
        Case::violated("lasting_partition", 18, "validity", 3, runs::lasting_partition(among(3))),
    ]
}

fn group(n: usize) -> Vec<Eager<Payload>> {
    vec![Eager::new(n); n]
}

/// What eager broadcast guarantees.
fn guarantees<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::agreement(super::validity(super::system(actors)))
}

/// What eager broadcast guarantees of whole runs.
fn guarantees_some_day<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    super::agreement_some_day(super::validity_some_day(system))
}

/// Outside the model: a link that loses a message again and again.
fn lost_for_ever<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::agreement_some_day(runs::over_unfair_links(super::system(actors)))
}

/// One of the processes broadcasts, and any `stops` stop.
fn relays<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    let system = broadcasting(system.crash_stop(stops), 0, [1]);
    happens::everything_arrives(happens::broadcast_is_cut_off(happens::stops(system)), 1)
}

fn duplicating<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    runs::two_senders(system, 2).network(Network::unordered().duplication(Limit::Unlimited))
}

/// What eager broadcast does not guarantee: a process delivers a message and stops, and nobody else hears of it.
fn not_uniform<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    super::uniform_agreement(relays(system, 3))
}
