//! The systems of [`synod::broadcast::causal`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | pair | two processes over eager broadcast, one message: small enough to be counted by hand |
//! | in_order | two processes over best effort, two messages, of which one may overtake the other: counted by hand too |
//! | reply | three processes over eager broadcast, of which two broadcast and any two stop: one message may follow another |
//! | two_messages | the same, where one process broadcasts twice |
//! | three_messages | the same, where one process broadcasts twice and another once |
//! | three_senders | the same, where all three broadcast |
//! | over_uniform | over uniform broadcast, two of three processes broadcast and one stops: uniform agreement |
//! | over_uniform_three_messages | the same, where a process broadcasts again before it has delivered its own message |
//! | over_best_effort | over best effort, where nobody stops |
//! | duplicating | the same, where messages arrive twice: they are dropped |
//! | linked | over eager broadcast over perfect links, on a network that loses and duplicates |
//! | without | the textbook's run without the layer: expects that a reply overtakes what it replies to |
//! | without_on_fifo | the same over FIFO channels: that nothing overtakes on a channel is not enough |
//! | abandoned | over best effort, the sender stops: expects that a message waits in vain, against validity |

mod happening;
mod mutants;
pub mod spec;

use super::{Broadcasting, Deliveries, Payload, broadcasting, happens, runs};
use crate::{Algorithm, Case};
use synod::broadcast::best_effort::BestEffort;
use synod::broadcast::causal::{Causal, Clocked};
use synod::broadcast::eager::Eager;
use synod::broadcast::uniform::Uniform;
use synod::broadcast::{Broadcast, Deliver};
use synod::event::Module;
use synod::link::perfect::PerfectLinks;
use synod::quorum::Majority;
use synod::stack::{Linked, Stack, linked};
use synod::system::{Limit, Network, System};

/// Causal order in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "causal",
        family: "broadcast",
        summary: "causal order on any broadcast: what happened before a message is delivered before it",
        spec: "Causal.tla",
        systems: systems(),
        mutants: mutants::mutants(),
    }
}

/// What a broadcast below the layer carries.
type Carried = Clocked<Payload>;
/// A broadcast that the layer can stand on.
trait Below: Module<Request = Broadcast<Carried>, Indication = Deliver<Carried>> {}
impl<B: Module<Request = Broadcast<Carried>, Indication = Deliver<Carried>>> Below for B {}
/// The layer over a broadcast `B`.
type Over<B> = Stack<Causal<Payload>, B>;

/// The states of [`runs::pair`]: those of eager broadcast alone, for where there is one message none waits.
///
/// While p0 has not broadcast, each of the two may have stopped: 2·2. Then p0 has stopped, having delivered its message or
/// not, and p1 is up without the message or with it, or stopped without or with it: 2·4. Or p0 is up, and p1 as before,
/// where having stopped without it has two forms, for it may have relayed it: 5.
const PAIR: u64 = 2 * 2 + 2 * 4 + 5;

/// The states of [`in_order`]: p0 has not broadcast; has broadcast once, and p1 has received it or not; or twice, and p1
/// has received any of the two.
const IN_ORDER: u64 = 1 + 2 + 4;

fn systems() -> Vec<Case> {
    let eager = |n| guarantees(over(Eager::new(n), n));
    let best_effort = |n| guarantees(over(BestEffort::new(n), n));
    let uniform = |n| super::uniform_agreement(guarantees(over(Uniform::new(Majority::new(n)), n)));
    vec![
        Case::verified("pair", PAIR, runs::pair(eager(2))),
        Case::verified("in_order", IN_ORDER, happening::waits(in_order(best_effort(2)))),
        Case::verified("reply", 1_138, happening::releases(happening::waits(reply(eager(3), 2)))),
        Case::verified("two_messages", 533, happening::releases(happening::waits(runs::two_messages(eager(3), 2)))),
        Case::verified("three_messages", 10_090, happening::waits(three_messages(eager(3), 2))),
        Case::verified("three_senders", 22_576, happening::waits(stopping(three_senders(eager(3))))),
        Case::verified("over_uniform", 2_091, happening::waits(happens::who_delivered_stops(reply(uniform(3), 1)))),
        Case::verified("over_uniform_three_messages", 43_040, happening::waits(three_messages(uniform(3), 1))),
        Case::verified("over_best_effort", 431, happening::waits(three_senders(best_effort(3)))),
        Case::verified("duplicating", 509, happening::comes_again(duplicating(best_effort(3)))),
        Case::verified("linked", 49_769, happening::waits(over_lossy_links(guarantees(over_links(2))))),
        Case::violated("without", 579, "causal order", 4, reply(without(Eager::new(3), 3), 2)),
        Case::violated("without_on_fifo", 34, "causal order", 4, on_fifo(without(BestEffort::new(3), 3))),
        Case::violated("abandoned", 162, "validity", 4, abandoned(best_effort(3))),
    ]
}

/// `n` processes with the layer over a broadcast.
fn over<B: Below + Clone>(below: B, n: usize) -> Vec<Over<B>> {
    vec![Stack::new(Causal::new(), below); n]
}

/// `n` processes with the layer over eager broadcast over perfect links.
fn over_links(n: usize) -> Vec<Over<Linked<Eager<Carried>>>> {
    over(linked(Eager::new(n), PerfectLinks::new()), n)
}

/// What the layer guarantees over a broadcast that guarantees agreement, or over any where nobody stops.
fn guarantees<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    super::agreement(super::validity(super::ordered_system(actors)))
}

/// `n` processes with a broadcast alone, held to what the layer guarantees.
fn without<A: Broadcasting + Clone>(actor: A, n: usize) -> System<A, Deliveries> {
    super::ordered_system(vec![actor; n])
}

/// One of two processes broadcasts twice.
fn in_order<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::everything_arrives(broadcasting(system, 0, [1, 2]), 2)
}

/// Two of three processes broadcast, and any `stops` stop: one, or two.
fn reply<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    happens::replies(runs::two_senders(system, stops))
}

/// One of three processes broadcasts twice and another once, and any `stops` stop.
fn three_messages<A: Broadcasting>(system: System<A, Deliveries>, stops: u8) -> System<A, Deliveries> {
    let system = broadcasting(broadcasting(system.crash_stop(stops), 0, [1, 3]), 1, [2]);
    happens::everything_arrives(happens::replies(happens::stops(system)), 3)
}

/// Each of three processes broadcasts.
fn three_senders<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let system = broadcasting(broadcasting(broadcasting(system, 0, [1]), 1, [2]), 2, [3]);
    happens::everything_arrives(happens::replies(system), 3)
}

/// And any two processes stop.
fn stopping<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    happens::senders_stop(happens::broadcast_is_cut_off(happens::stops(system.crash_stop(2))), 2)
}

fn duplicating<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    three_senders(system.network(Network::unordered().duplication(Limit::Unlimited)))
}

/// On a network that loses a message and duplicates one, and either process may stop.
fn over_lossy_links<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    let network = Network::unordered().loss(1).duplication(1).copies(1);
    let system = broadcasting(system.network(network).crash_stop(1), 0, [1, 2]);
    happens::stops(happens::losses(happens::duplications(system, 2), 2))
}

/// Two of three processes broadcast, and no message overtakes another between the same two processes.
fn on_fifo<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(broadcasting(system.network(Network::fifo()), 0, [1]), 1, [2])
}

/// Outside the model: without agreement, a message may follow one that reaches nobody else.
fn abandoned<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    broadcasting(broadcasting(system.crash_stop(1), 0, [1]), 1, [2])
}
