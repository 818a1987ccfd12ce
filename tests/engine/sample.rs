//! Systems that several tests look at.

use crate::common::{Toy, Turn};
use stateright::actor::Id;
use std::collections::BTreeSet;
use std::time::Duration;
use synod::broadcast::eager::Eager;
use synod::broadcast::{Broadcast, Deliver};
use synod::consensus::paxos::Paxos;
use synod::consensus::{Decide, Propose};
use synod::event::Module;
use synod::quorum::Majority;
use synod::system::{Faults, Limit, Network, Observation, ObservationOf, Script, System, Timing};

/// What was delivered, by whom and from whom.
pub type Delivered = BTreeSet<(Id, Id, u8)>;

/// Two broadcasts among three processes, two of which may stop.
pub fn eager() -> System<Eager<u8>, Delivered> {
    System::new(vec![Eager::new(3); 3])
        .script(0, Script::at_any_time([Broadcast(1)]))
        .script(1, Script::at_any_time([Broadcast(2)]))
        .crash_stop(2)
        .observing(Delivered::new(), |delivered: &mut Delivered, seen: &ObservationOf<Eager<u8>>| {
            if let Observation::Indication { process, indication: Deliver { sender, payload } } = seen {
                delivered.insert((*process, *sender, *payload));
            }
        })
}

/// The values that were decided.
pub type Decided = BTreeSet<u8>;

/// Keeps what was decided.
pub fn deciding<A>(actors: impl IntoIterator<Item = A>) -> System<A, Decided>
where
    A: Module<Request = Propose<u8>, Indication = Decide<u8>>,
{
    System::new(actors).observing(Decided::new(), |decided: &mut Decided, seen: &ObservationOf<A>| {
        if let Observation::Indication { indication: Decide(value), .. } = seen {
            decided.insert(*value);
        }
    })
}

/// Three processes that run Paxos.
pub fn acceptors() -> Vec<Paxos<u8, Majority>> {
    vec![Paxos::new(Majority::new(3)); 3]
}

/// Ballots of two of three processes; any network, and so many crash-recoveries.
pub fn ballots<A>(actors: Vec<A>, first: &[u8], second: &[u8], crashes: u8) -> System<A, Decided>
where
    A: Module<Request = Propose<u8>, Indication = Decide<u8>>,
{
    deciding(actors)
        .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
        .crash_recovery(crashes)
        .script(0, Script::at_any_time(first.iter().copied().map(Propose)))
        .script(1, Script::at_any_time(second.iter().copied().map(Propose)))
}

/// A process that uses all that an actor has: storage, timers, choices, messages, indications.
fn busy() -> Toy {
    Toy::new()
        .on_start(|it, stored| {
            *it.state = stored.unwrap_or_default();
            it.arm(1, 1..2);
        })
        .on_request(|it, request| {
            it.indicate(request);
            it.save(&[request]);
            it.state.push(request);
            tell_others(it, request);
        })
        .on_message(|it, _, message| {
            it.keep_once(message);
            if message == 1 {
                it.out.choose_random("answer", vec![6, 7]);
                it.out.cancel_timer(1);
            }
        })
        .on_timeout(|it, _| it.arm(2, 3..3))
        .on_choice(|it, value| {
            it.keep_once(value);
            it.indicate(value);
        })
}

fn tell_others(it: &mut Turn<'_>, message: u8) {
    (0..2).filter(|other| *other != it.me).collect::<Vec<_>>().into_iter().for_each(|other| it.send(other, message));
}

/// Two busy processes, whose indications are kept in the order in which they first occur.
fn two_busy() -> System<Toy, Vec<u8>> {
    System::new([busy(), busy()]).script(0, Script::at_any_time([1, 2])).observing(
        Vec::new(),
        |told: &mut Vec<u8>, seen: &ObservationOf<Toy>| {
            if let Observation::Indication { indication, .. } = seen
                && !told.contains(indication)
            {
                told.push(*indication);
            }
        },
    )
}

/// Small systems that have, together, every choice there is.
pub fn of_every_kind() -> Vec<(&'static str, System<Toy, Vec<u8>>)> {
    let unit = Duration::from_secs(1);
    let lies = |liar: Id| vec![(Id::from(1 - usize::from(liar)), 1), (Id::from(1 - usize::from(liar)), 8)];
    vec![
        ("plain", two_busy().firings(1)),
        ("FIFO, loss", two_busy().firings(1).network(Network::fifo().loss(1))),
        ("loss and duplication", two_busy().firings(1).network(Network::unordered().loss(1).duplication(1))),
        ("a set", two_busy().firings(1).network(Network::unordered().duplication(Limit::Unlimited).loss(1))),
        ("copies, partitions", {
            let network = Network::unordered().copies(1).partition([0], [1]).cuts(2);
            two_busy().firings(1).network(network)
        }),
        ("stops", two_busy().firings(1).crash_stop(1)),
        ("crashes", {
            let network = Network::unordered().loss(Limit::Unlimited);
            two_busy().firings(1).network(network).crash_recovery(Faults::at_most(2).at_once(1))
        }),
        ("omissions", two_busy().firings(1).omission(Faults::at_most(1).among([1]))),
        ("liars", two_busy().firings(1).byzantine(Faults::at_most(1).among([0]), lies)),
        ("synchronous", two_busy().firings(2).timing(Timing::Synchronous { unit }).crash_stop(1)),
        ("partially synchronous", two_busy().firings(1).timing(Timing::PartiallySynchronous { unit })),
    ]
}
