//! The systems of [`synod::consensus::paxos`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | one_process | a group of one decides by itself |
//! | two_ballots | two proposers with different values, crash-recovery, every network fault |
//! | three_ballots | the same, where one proposer starts two ballots |
//! | three_proposers | the same, where three proposers start one each |
//! | grid | read quorums are rows and write quorums columns of a 2×2 grid; a process may stop for good |
//! | thresholds | any one of three is a write quorum, so all three are a read quorum |
//! | lossy | losses and duplications that are steps, so that each can be seen |
//! | partition | the network is cut and heals |
//! | leader | one proposer alone, a minority stops: everyone correct decides |
//! | rivals | two proposers on perfect links: the largest ballot is not superseded, so everyone decides |
//! | leader_stops | the only proposer may stop: expects that not everyone decides |

mod mutants;
mod properties;

use self::properties::Synod;
use super::{Decisions, Value};
use crate::{Algorithm, Case};
use synod::consensus::Propose;
use synod::consensus::paxos::Paxos;
use synod::quorum::{Grid, Majority, Quorums, ReadWrite};
use synod::system::{Faults, Limit, Network, Script, System};

/// Paxos in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "paxos",
        family: "consensus",
        summary: "the single-decree Synod: consensus that survives crashes, recoveries and any network",
        spec: "Paxos.tla",
        systems: systems(),
        mutants: mutants::mutants(),
    }
}

fn systems() -> Vec<Case> {
    vec![
        Case::verified("one_process", 0, one_process()),
        Case::verified("two_ballots", 0, two_ballots(majority(3), &Majority::new(3))),
        Case::verified("three_ballots", 0, three_ballots(majority(3))),
        Case::verified("three_proposers", 0, three_proposers(majority(3))).slow(),
        Case::verified("grid", 0, grid()),
        Case::verified("thresholds", 0, thresholds()),
        Case::verified("lossy", 0, lossy(majority(3))),
        Case::verified("partition", 0, partition()),
        Case::verified("leader", 0, leader(majority(3))),
        Case::verified("rivals", 0, rivals()),
        Case::violated("leader_stops", 0, "everyone decides", 1, leader_stops()),
    ]
}

fn majority(n: usize) -> Vec<Paxos<Value, Majority>> {
    group(Majority::new(n))
}

fn group<Q: Quorums>(quorums: Q) -> Vec<Paxos<Value, Q>> {
    vec![Paxos::new(quorums.clone()); quorums.processes()]
}

/// The process proposes these values, in this order, each at any time.
fn proposing<A: Synod>(
    system: System<A, Decisions>,
    process: usize,
    values: impl IntoIterator<Item = Value>,
) -> System<A, Decisions> {
    system.script(process, Script::at_any_time(values.into_iter().map(Propose)))
}

/// A network that loses, duplicates and reorders as it likes.
fn any_network() -> Network {
    Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited)
}

fn two_ballots<A: Synod>(actors: Vec<A>, quorums: &impl Quorums) -> System<A, Decisions> {
    let system = super::system(actors).network(any_network()).crash_recovery(2);
    let system = proposing(proposing(system, 0, [1]), 1, [2]);
    let system = properties::key_invariant(system, quorums.clone());
    properties::crash_between_phases(properties::recoveries(properties::contention(system)))
}

fn three_ballots<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = super::system(actors).network(any_network()).crash_recovery(2);
    let system = proposing(proposing(system, 0, [1, 1]), 1, [2]);
    let system = properties::key_invariant(system, Majority::new(3));
    properties::crash_between_phases(properties::recoveries(properties::contention(system)))
}

fn three_proposers<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = super::system(actors).network(any_network()).crash_recovery(2);
    let system = proposing(proposing(proposing(system, 0, [1]), 1, [2]), 2, [3]);
    properties::crash_between_phases(properties::recoveries(properties::contention(system)))
}

fn grid() -> System<Paxos<Value, Grid>, Decisions> {
    let quorums = Grid::new(2, 2).expect("a grid of two rows and two columns");
    let system = super::system(group(quorums)).network(any_network()).crash_stop(1);
    let system = proposing(proposing(system, 0, [1]), 3, [2]);
    let system = properties::key_invariant(system, quorums);
    properties::stops(properties::contention(system))
}

fn thresholds() -> System<Paxos<Value, ReadWrite>, Decisions> {
    let quorums = ReadWrite::read_all_write_one(3).expect("three processes");
    let system = super::system(group(quorums)).network(any_network()).crash_recovery(1);
    let system = proposing(proposing(system, 0, [1]), 1, [2]);
    let system = properties::key_invariant(system, quorums);
    properties::recoveries(properties::takeover(system))
}

fn one_process() -> System<Paxos<Value, Majority>, Decisions> {
    let system = super::system(majority(1)).network(any_network()).crash_recovery(1);
    let system = proposing(system, 0, [1, 2]);
    properties::recoveries(properties::decides(system))
}

/// One loss and one duplication, as steps.
fn lossy<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let network = Network::unordered().loss(1).duplication(1);
    let system = super::system(actors).network(network);
    let system = proposing(proposing(system, 0, [1]), 1, [2]);
    properties::network_faults(properties::contention(system))
}

/// The leader is cut off from both others for a while, and decides after the heal.
fn partition() -> System<Paxos<Value, Majority>, Decisions> {
    let network = Network::unordered().partition([0], [1, 2]);
    let system = proposing(super::system(majority(3)).network(network), 0, [1]);
    properties::cuts(properties::everyone_decides(system))
}

/// Termination: one process alone starts a ballot, and a minority of the others stops.
fn leader<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = super::system(actors).crash_stop(Faults::at_most(1).among([1, 2]));
    let system = proposing(system, 0, [1]);
    properties::stops(properties::everyone_decides(system))
}

/// Termination again: of finitely many ballots one is the largest, and nobody supersedes it.
fn rivals() -> System<Paxos<Value, Majority>, Decisions> {
    let system = proposing(proposing(super::system(majority(3)), 0, [1, 1]), 1, [2]);
    properties::contention(properties::finally_everyone_decides(system))
}

/// No termination without a leader: nobody takes over when the only proposer stops.
fn leader_stops() -> System<Paxos<Value, Majority>, Decisions> {
    let system = super::system(majority(3)).crash_stop(Faults::at_most(1).among([0]));
    properties::everyone_decides(proposing(system, 0, [1]))
}
