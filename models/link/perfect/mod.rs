//! The systems of [`synod::link::perfect`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | lossy | one message, one loss, of it or of its acknowledgement: small enough to be counted by hand |
//! | duplicating | one message, one duplication: counted by hand |
//! | fair_loss | one message; links lose and duplicate without limit: counted by hand |
//! | lossy_and_duplicating | two messages, two losses and a duplication |
//! | any_network | two messages each way; links lose and duplicate without limit |
//! | window_of_one | three messages, of which one is on the way at a time |
//! | window_of_two | three messages, of which two are on the way at a time and overtake one another |
//! | narrow_receiver | the receiver's window is smaller than the sender's: what does not fit is sent again |
//! | equal_messages | the same payload twice: it is delivered twice |
//! | three_processes | each link is numbered for itself; what one sends to itself needs no link |
//! | stops | a process stops: the others go on, though some will send to it for ever |
//! | receiver_recovers | the receiver crashes and recovers: it does not wait for what it acknowledged before |
//! | sender_recovers | the sender crashes and recovers: its incarnations are told apart |
//! | both_recover | any two crashes and recoveries |
//! | both_send_and_recover | the same, where each sends to the other |
//! | fifo | channels keep their order; a loss all the same makes messages overtake |
//! | partition | the network is cut and heals |
//! | unfair_loss | links that may lose all of what is sent again and again: expects that delivery is not reliable |
//! | lasting_partition | the network is cut for ever: expects the same |
//! | delivered_again | expects that a message may be delivered in two incarnations of its receiver |
//! | untold | a crash in the step of a delivery: expects that a message may be acknowledged and never delivered |

mod happens;
mod mutants;
mod properties;
pub mod spec;

use self::properties::Perfect;
use super::happens as link;
use super::{Payload, Traffic, sending};
use crate::{Algorithm, Case};
use synod::link::perfect::PerfectLinks;
use synod::received::Received;
use synod::system::{Faults, Limit, Network, System};

/// Perfect links in all their places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "perfect",
        family: "link",
        summary: "perfect links: sent again until acknowledged, delivered once, in bounded memory",
        spec: "Perfect.tla",
        systems: systems(),
        mutants: mutants::mutants(),
    }
}

/// The states of [`lossy`]: D and A are copies of the message and of its acknowledgement in flight, one of each at most.
///
/// - Not sent: 1.
/// - Not delivered: {D}; after the loss {} and {D}: 3.
/// - Delivered, not acknowledged: {A} and {D, A}; after the loss these, {} and {D}: 6.
/// - Acknowledged, with what is left in flight: {}, {D} or {A}, each before and after the loss: 6.
const LOSSY: u64 = 1 + 3 + 6 + 6;

/// The states of [`duplicating`], likewise.
///
/// - Not sent: 1.
/// - Not delivered: {D}: 1.
/// - Delivered, not acknowledged: {A} and {D, A}, each before and after the duplication: 4.
/// - Acknowledged: {}, {D} and {A}, each before and after the duplication; and {D, A} after that of A: 7.
const DUPLICATING: u64 = 1 + 1 + 4 + 7;

/// The states of [`fair_loss`]: not sent; then not delivered; delivered; acknowledged. What was in flight stays there.
const FAIR_LOSS: u64 = 1 + 3;

/// The states of one direction of [`any_network`]; what happens in the other is independent.
///
/// - Neither message is sent: 1. One is, and is undelivered, delivered or acknowledged: 3.
/// - The second is sent after the first was acknowledged, which it says: 3.
/// - Or before: 3·3. And when the first has been acknowledged, the second may have been sent again meanwhile, saying so: 3.
const TWO_MESSAGES: u64 = 1 + 3 + 3 + (3 * 3 + 3);

fn systems() -> Vec<Case> {
    vec![
        Case::verified("lossy", LOSSY, lossy(pair(1))),
        Case::verified("duplicating", DUPLICATING, duplicating(pair(1))),
        Case::verified("fair_loss", FAIR_LOSS, fair_loss(pair(1))),
        Case::verified("lossy_and_duplicating", 661, lossy_and_duplicating(pair(2))),
        Case::verified("any_network", TWO_MESSAGES * TWO_MESSAGES, any_network(pair(2))),
        Case::verified("window_of_one", 241, window_of_one(pair(1))),
        Case::verified("window_of_two", 70, window_of_two(pair(2))),
        Case::verified("narrow_receiver", 1_201, narrow_receiver([links(2), links(1)])),
        Case::verified("equal_messages", 398, equal_messages(pair(2))),
        Case::verified("three_processes", 1_867, three_processes(vec![links(2); 3])),
        Case::verified("stops", 297, stops(vec![links(2); 3])),
        Case::verified("receiver_recovers", 95, receiver_recovers(pair(1))),
        Case::verified("sender_recovers", 323, sender_recovers(pair(2))),
        Case::verified("both_recover", 17_888, both_recover(pair(2))),
        Case::verified("both_send_and_recover", 34_826, both_send_and_recover(pair(1))),
        Case::verified("fifo", 149, fifo(pair(2))),
        Case::verified("partition", 147, partition(pair(2))),
        Case::violated("unfair_loss", 3, "reliable delivery", 1, unfair_loss(pair(1))),
        Case::violated("lasting_partition", 10, "reliable delivery", 2, lasting_partition(pair(1))),
        Case::violated("delivered_again", 24, "delivered once in all", 5, delivered_again(pair(1))),
        Case::violated("untold", 23, "delivered once at least", 4, untold(pair(1))),
    ]
}

fn links(window: u64) -> PerfectLinks<Payload> {
    PerfectLinks::new().window(window)
}

fn pair(window: u64) -> [PerfectLinks<Payload>; 2] {
    [links(window), links(window)]
}

/// What perfect links guarantee.
fn guarantees<A: Perfect>(actors: impl IntoIterator<Item = A>, window: u64) -> System<A, Traffic> {
    properties::invariants(properties::rest(super::reliable_delivery(super::system(actors))), window)
}

/// What is sent again while it is in flight makes no further copy.
fn finite(network: Network) -> Network {
    network.copies(1)
}

/// A network that loses, duplicates and reorders as it likes, but delivers what is sent again and again.
fn any_links() -> Network {
    Network::unordered().fair_loss().duplication(Limit::Unlimited)
}

fn lossy<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 1).network(finite(Network::unordered().loss(1)));
    link::losses(link::everything_arrives(sending(system, 0, [(1, 1)]), 1))
}

fn duplicating<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 1).network(finite(Network::unordered().duplication(1)));
    link::duplications(sending(system, 0, [(1, 1)]), 1)
}

fn fair_loss<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = properties::promptness(guarantees(actors, 1).network(any_links()), 1);
    link::everything_arrives(sending(system, 0, [(1, 1)]), 1)
}

fn lossy_and_duplicating<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let network = finite(Network::unordered().loss(2).duplication(1));
    let system = sending(guarantees(actors, 2).network(network), 0, [(1, 1), (1, 2)]);
    happens::overtaking(link::duplications(link::losses(system), 2))
}

fn any_network<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = properties::promptness(guarantees(actors, 2).network(any_links()), 2);
    let system = sending(sending(system, 0, [(1, 1), (1, 2)]), 1, [(0, 3), (0, 4)]);
    happens::overtaking(link::everything_arrives(system, 4))
}

fn window_of_one<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 1).network(finite(Network::unordered().loss(1)));
    let system = sending(system, 0, [(1, 1), (1, 2), (1, 3)]);
    happens::waiting(link::losses(link::everything_arrives(system, 3)), 1)
}

fn window_of_two<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = properties::promptness(guarantees(actors, 2).network(any_links()), 2);
    let system = sending(system, 0, [(1, 1), (1, 2), (1, 3)]);
    happens::overtaking(happens::waiting(link::everything_arrives(system, 3), 2))
}

/// In flight fits what the sender's window allows, remembered is what the receiver's does: nothing beyond a gap.
fn narrow_receiver<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 2).network(finite(Network::unordered().loss(1)));
    let system = sending(system, 0, [(1, 1), (1, 2), (1, 3)]);
    link::everything_arrives(link::losses(system), 3).always("nothing is remembered beyond a gap").processes(|p| {
        let has_no_gap = |(_, received): &(u64, Received)| received.end() == received.first_gap();
        p.states().all(|(_, state)| A::incoming(state).values().all(has_no_gap))
    })
}

fn equal_messages<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 2).network(finite(Network::unordered().loss(1).duplication(1)));
    let system = sending(system, 0, [(1, 1), (1, 1)]);
    link::duplications(link::losses(system), 2)
}

/// What process 0 sends to itself is delivered in the same step, and leaves no trace.
fn three_processes<A: Perfect>(actors: Vec<A>) -> System<A, Traffic> {
    let system = guarantees(actors, 2).network(finite(Network::unordered().loss(1)));
    let system = sending(sending(system, 0, [(1, 1), (2, 2), (0, 3)]), 1, [(2, 1)]);
    link::losses(link::everything_arrives(system, 4))
        .always("nobody keeps a link to itself")
        .processes(|p| p.states().all(|(id, state)| !A::outgoing(state).contains_key(&id)))
}

fn stops<A: Perfect>(actors: Vec<A>) -> System<A, Traffic> {
    let system = guarantees(actors, 2).network(any_links()).crash_stop(1);
    let system = sending(sending(system, 0, [(1, 1), (2, 2)]), 1, [(2, 3)]);
    happens::in_vain(link::everything_arrives(link::stops(system), 3))
}

/// Where processes recover, and recovery is fair.
fn recovering<A: Perfect>(actors: [A; 2], window: u64, crashes: Faults) -> System<A, Traffic> {
    let system = guarantees(actors, window).network(any_links()).crash_recovery(crashes).fair_recovery();
    link::recoveries(system)
}

fn receiver_recovers<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = recovering(actors, 1, Faults::at_most(1).among([1]));
    happens::receiver_recovers(sending(system, 0, [(1, 1), (1, 2)]))
}

fn sender_recovers<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = recovering(actors, 2, Faults::at_most(1).among([0]));
    happens::sender_recovers(sending(system, 0, [(1, 1), (1, 2), (1, 3)]))
}

fn both_recover<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    sending(recovering(actors, 2, Faults::at_most(2)), 0, [(1, 1), (1, 2), (1, 3)])
}

fn both_send_and_recover<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = recovering(actors, 1, Faults::at_most(2));
    sending(sending(system, 0, [(1, 1), (1, 2)]), 1, [(0, 3), (0, 4)])
}

fn fifo<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 2).network(finite(Network::fifo().fair_loss()));
    let system = sending(system, 0, [(1, 1), (1, 2)]);
    happens::overtaking(link::everything_arrives(system, 2))
}

fn partition<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let system = guarantees(actors, 2).network(finite(Network::unordered().partition([0], [1])));
    link::cuts(sending(sending(system, 0, [(1, 1)]), 1, [(0, 2)]), 2)
}

/// Outside the model: all that is sent may be lost, again and again.
fn unfair_loss<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let network = Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited);
    sending(guarantees(actors, 1).network(network), 0, [(1, 1)])
}

/// Outside the model: links that are down for ever.
fn lasting_partition<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    let network = finite(Network::unordered().fair_loss().partition([0], [1]).lasting());
    sending(guarantees(actors, 1).network(network), 0, [(1, 1)])
}

/// No receiver remembers, beyond a crash, what it has delivered.
fn delivered_again<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    sending(recovering(actors, 1, Faults::at_most(1).among([1])), 0, [(1, 1)])
        .always("delivered once in all")
        .history(|t: &Traffic| t.sent.keys().all(|message| t.deliveries(message) <= 1))
}

/// A process acknowledges what it delivers in the same step, and may die before its application has seen it.
fn untold<A: Perfect>(actors: [A; 2]) -> System<A, Traffic> {
    sending(recovering(actors, 1, Faults::at_most(1).among([1])), 0, [(1, 1)])
        .finally("delivered once at least")
        .history(|t: &Traffic| t.sent.keys().all(|message| t.deliveries(message) >= 1))
}
