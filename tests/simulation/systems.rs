//! The systems that are simulated, all with crash-recovery at any time and any network.

use std::collections::BTreeSet;
use std::time::Duration;
use synod::broadcast::eager::Eager;
use synod::broadcast::{self, Broadcast};
use synod::commit::two_phase::TwoPhase;
use synod::commit::{Decision, Indication, Request, Transaction, Vote};
use synod::consensus::paxos::Paxos;
use synod::consensus::{Decide, Propose};
use synod::event::Module;
use synod::link::perfect::PerfectLinks;
use synod::quorum::{Majority, ProcessSet};
use synod::stack::{self, Linked};
use synod::stateright::actor::Id;
use synod::system::{Faults, Limit, Network, Observation, Script, System};

pub type Value = u8;

/// Which values were proposed and which decided.
pub type Decisions = (BTreeSet<Value>, BTreeSet<Value>);

pub fn any_network() -> Network {
    Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited)
}

pub fn three_acceptors() -> Vec<Paxos<Value, Majority>> {
    vec![Paxos::new(Majority::new(3)); 3]
}

/// Everyone proposes, twice.
pub fn consensus<A>(actors: Vec<A>) -> System<A, Decisions>
where
    A: Module<Request = Propose<Value>, Indication = Decide<Value>>,
{
    let system = System::new(actors)
        .network(any_network())
        .crash_recovery(Faults::unlimited())
        .observing(Decisions::default(), |(proposed, decided), seen| match seen {
            Observation::Request { request: Propose(value), .. } => {
                proposed.insert(*value);
            }
            Observation::Indication { indication: Decide(value), .. } => {
                decided.insert(*value);
            }
            _ => {}
        })
        .always("agreement")
        .history(|(_, decided)| decided.len() <= 1)
        .always("validity")
        .history(|(proposed, decided)| decided.is_subset(proposed))
        .sometimes("decision")
        .history(|(_, decided)| !decided.is_empty());
    (0..3).fold(system, |system, id| {
        let first = 2 * id as Value + 1;
        system.script(id, Script::at_any_time([Propose(first), Propose(first + 1)]))
    })
}

/// Eager broadcast over perfect links; who was delivered what in which incarnation is not kept, only how often in all.
pub fn linked_broadcast() -> System<Linked<Eager<Value>>, BTreeSet<(Id, Value)>> {
    let links = || PerfectLinks::new().interval(Duration::from_millis(10)..Duration::from_millis(20));
    let actors = (0..3).map(|_| stack::linked(Eager::new(3), links()));
    System::new(actors)
        .network(any_network())
        .crash_recovery(Faults::unlimited())
        .script(0, Script::at_any_time([Broadcast(1), Broadcast(2)]))
        .script(
            1,
            Script::in_turn([Broadcast(3), Broadcast(4)], |Broadcast(sent), told: &broadcast::Deliver<Value>| {
                told.payload == *sent
            }),
        )
        .observing(BTreeSet::new(), |delivered, seen| {
            if let Observation::Indication { process, indication } = seen {
                delivered.insert((*process, indication.payload));
            }
        })
        .always("no creation")
        .history(|delivered| delivered.iter().all(|(_, value)| (1..=4).contains(value)))
        .sometimes("delivery everywhere")
        .history(|delivered| delivered.len() == 12)
}

/// A coordinator and two participants, who vote as they like; then the same with another coordinator.
pub fn atomic_commit() -> System<TwoPhase, BTreeSet<(Transaction, Decision)>> {
    let actors = vec![TwoPhase::new(Duration::from_millis(50), Duration::from_millis(15)); 3];
    let participants = |ids: [usize; 2]| ids.map(Id::from).into_iter().collect::<ProcessSet>();
    let transaction = |coordinator: usize| Transaction { coordinator: Id::from(coordinator), number: 1 };
    let vote = |coordinator, vote| Request::Vote { transaction: transaction(coordinator), vote };
    let either = |coordinator| vec![vote(coordinator, Vote::Yes), vote(coordinator, Vote::No)];
    let begin = |ids| vec![Request::Commit { number: 1, participants: participants(ids) }];
    System::new(actors)
        .network(any_network())
        .crash_recovery(Faults::unlimited())
        .script(0, Script::choosing([begin([1, 2]), vec![vote(2, Vote::Yes)]]))
        .script(1, Script::choosing([either(0), either(2)]))
        .script(2, Script::choosing([begin([0, 1]), vec![vote(0, Vote::Yes)]]))
        .observing(BTreeSet::new(), |decided, seen| {
            if let Observation::Indication { indication: Indication::Decided { transaction, decision }, .. } = seen {
                decided.insert((*transaction, *decision));
            }
        })
        .always("atomicity")
        .history(|decided: &BTreeSet<(Transaction, Decision)>| {
            let both = |(transaction, _): &(Transaction, Decision)| {
                decided.contains(&(*transaction, Decision::Commit))
                    && decided.contains(&(*transaction, Decision::Abort))
            };
            !decided.iter().any(both)
        })
        .sometimes("commit")
        .history(|decided| decided.iter().any(|(_, decision)| *decision == Decision::Commit))
        .sometimes("abort")
        .history(|decided| decided.iter().any(|(_, decision)| *decision == Decision::Abort))
}
