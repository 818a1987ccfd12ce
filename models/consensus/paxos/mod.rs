//! The systems of [`synod::consensus::paxos`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | one_process | a group of one decides by itself |
//! | two_ballots | two proposers with different values, crash-recovery, every network fault |
//! | three_ballots | the same, where one proposer starts two ballots |
//! | four_ballots | two proposers start two each, without crashes |
//! | three_proposers | the same, where three proposers start one each |
//! | grid | read quorums are rows and write quorums columns of a 2×2 grid; a process may stop for good |
//! | thresholds | any one of three is a write quorum, so all three are a read quorum |
//! | lossy | losses and duplications that are steps, so that each can be seen |
//! | partition | the network is cut and heals |
//! | leader | one proposer alone, a minority stops: everyone correct decides |
//! | five, seven | the same among five and seven, of which all but the proposer are interchangeable |
//! | rivals | two proposers on perfect links: the largest ballot is not superseded, so everyone decides |
//! | leader_some_day | leader, of whole runs: some day everyone correct decides |
//! | rivals_some_day | two proposers with a ballot each on perfect links, of whole runs: some day everyone decides |
//! | duel | two proposers that propose again and again on perfect links: expects that they may duel for ever |
//! | spent | two proposers duel, and messages are lost: expects that four ballots are spent without a decision |
//! | spent_by_three … spent_by_one | the same with three ballots, two, and one |
//! | lost_for_ever | over links that may lose all of what is sent again: expects that a ballot never ends |
//! | leader_stops | the only proposer may stop: expects that not everyone decides |

mod duel;
mod interchangeable;
mod mutants;
mod properties;
pub(crate) mod replay;
pub mod spec;

use self::properties::Synod;
use super::{Decisions, Value};
use crate::{Algorithm, Case, live};
use synod::consensus::Propose;
use synod::consensus::paxos::Paxos;
use synod::link::perfect::PerfectLinks;
use synod::quorum::{Grid, Majority, ReadWrite};
use synod::stack::{self, Linked};
use synod::system::{Faults, Limit, Network, Script, System};

/// Paxos in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "paxos",
        family: "consensus",
        summary: "the single-decree Synod: consensus that survives crashes, recoveries and any network",
        spec: "Paxos.tla",
        systems: systems().into_iter().chain(interchangeable::systems()).collect(),
        mutants: mutants::mutants(),
    }
}

/// The states of [`spent`] with one ballot: not asked for; with each of its five messages, one after the other, in flight, or
/// lost; and decided by both.
const SPENT_BY_ONE: u64 = 1 + 2 * 5 + 1;

fn systems() -> Vec<Case> {
    vec![
        Case::verified("one_process", 18, one_process()),
        Case::verified("two_ballots", 68_856, two_ballots(three())),
        Case::verified("three_ballots", 2_572_237, three_ballots(three())),
        Case::verified("four_ballots", 6_590_639, four_ballots(three())).slow(),
        Case::verified("three_proposers", 7_992_724, three_proposers(three())).slow(),
        Case::verified("grid", 393_573, grid(vec![Paxos::new(two_by_two()); 4])),
        Case::verified("thresholds", 4_749, thresholds(vec![Paxos::new(read_all_write_one()); 3])),
        Case::verified("lossy", 546_824, lossy(three())),
        Case::verified("partition", 255, partition(three())),
        Case::verified("leader", 191, leader(three())),
        Case::verified("rivals", 793_415, rivals(three())),
        Case::verified("leader_some_day", 255, leader_some_day(three())),
        Case::verified("rivals_some_day", 50_645, rivals_some_day(three())),
        Case::violated("duel", 3_413, "a decision some day", 15, duel::duel()),
        Case::violated("spent_by_one", SPENT_BY_ONE, "a decision some day", 2, spent(two(), &[1], &[])),
        Case::violated("spent_by_two", 255, "a decision some day", 4, spent(two(), &[1], &[2])),
        Case::violated("spent_by_three", 3_368, "a decision some day", 6, spent(two(), &[1, 3], &[2])),
        Case::violated("spent", 52_922, "a decision some day", 8, spent(two(), &[1, 3], &[2, 4])),
        Case::violated("lost_for_ever", 113_088, "a decision some day", 3, lost_for_ever()),
        Case::violated("leader_stops", 119, "a decision reaches everyone", 6, leader_stops()),
    ]
}

fn three() -> Vec<Paxos<Value, Majority>> {
    vec![Paxos::new(Majority::new(3)); 3]
}

fn two() -> Vec<Paxos<Value, Majority>> {
    vec![Paxos::new(Majority::new(2)); 2]
}

fn two_by_two() -> Grid {
    Grid::new(2, 2).expect("a grid of two rows and two columns")
}

fn read_all_write_one() -> ReadWrite {
    ReadWrite::read_all_write_one(3).expect("three processes")
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

/// Proposers compete while two crashes befall whom they like and the network does what it likes.
fn contested<A: Synod>(actors: Vec<A>, proposals: &[(usize, &[Value])]) -> System<A, Decisions> {
    let closed = super::system(actors).network(any_network()).crash_recovery(2);
    let system =
        proposals.iter().fold(closed, |system, (process, values)| proposing(system, *process, values.iter().copied()));
    let system = properties::key_invariant(system, Majority::new(3));
    properties::crash_between_phases(properties::recoveries(properties::contention(system)))
}

fn two_ballots<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    contested(actors, &[(0, &[1]), (1, &[2])])
}

fn three_ballots<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    contested(actors, &[(0, &[1, 3]), (1, &[2])])
}

/// A ballot that succeeds too early is contradicted by the one after it at the earliest.
fn four_ballots<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = super::system(actors).network(any_network());
    let system = proposing(proposing(system, 0, [1, 3]), 1, [2, 4]);
    properties::contention(properties::key_invariant(system, Majority::new(3)))
}

fn three_proposers<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    contested(actors, &[(0, &[1]), (1, &[2]), (2, &[3])])
}

/// The proposers stand in opposite corners: a row of the one and a column of the other share one process.
fn grid<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = super::system(actors).network(any_network()).crash_stop(1);
    let system = proposing(proposing(system, 0, [1]), 3, [2]);
    let system = properties::key_invariant(system, two_by_two());
    properties::stops(properties::contention(system))
}

/// A proposer hears from everyone before its ballot has a value, so there are never votes for different values.
fn thresholds<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = super::system(actors).network(any_network()).crash_recovery(1);
    let system = proposing(proposing(system, 0, [1]), 1, [2]);
    let system = properties::key_invariant(system, read_all_write_one());
    properties::recoveries(properties::takeover(system))
}

/// By hand: 18 states. It votes and decides in the step of the request.
///
/// - Nothing crashes: before, between and after the two requests: 3.
/// - It is down: crashed at one of these three points; in the first request before the save or after it, untold; in the
///   second before the save (after it there is nothing left to tell): 6.
/// - It is up again: where it crashed before the first request, 3 as above; where it crashed between, with that request
///   lost, or with its answer untold, 2 each; where nothing is left to ask for, 1 each for the crash after the second
///   request and in it: 11. But three of them are one: when both requests are answered, and the second ballot has
///   taken over the vote of the first, nothing tells any more when the crash was: 9.
fn one_process() -> System<Paxos<Value, Majority>, Decisions> {
    let system = super::system(vec![Paxos::new(Majority::new(1))]);
    let system = proposing(system.network(any_network()).crash_recovery(1), 0, [1, 2]);
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
fn partition<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let network = Network::unordered().partition([0], [1, 2]);
    let system = proposing(super::system(actors).network(network), 0, [1]);
    properties::cuts(properties::everyone_decides(system))
}

/// Termination: one process alone starts a ballot, and a minority of the others stops.
fn leader<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    properties::stops(properties::everyone_decides(led(actors)))
}

/// One process alone starts a ballot, and a minority of the others stops.
fn led<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let (processes, minority) = (actors.len(), (actors.len() - 1) / 2);
    let stops = Faults::at_most(minority as u8).among(1..processes);
    proposing(super::system(actors).crash_stop(stops), 0, [1])
}

/// Termination again: of finitely many ballots one is the largest, and nobody supersedes it.
fn rivals<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = proposing(proposing(super::system(actors), 0, [1, 3]), 1, [2]);
    properties::contention(properties::finally_everyone_decides(system))
}

/// Termination of whole runs: fairness delivers what the leader and whoever is correct have said.
fn leader_some_day<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    properties::everyone_decides_some_day(leader(actors))
}

/// The same of two proposers, whose ballots run out: the one with the largest is the leader from then on.
fn rivals_some_day<A: Synod>(actors: Vec<A>) -> System<A, Decisions> {
    let system = proposing(proposing(super::system(actors), 0, [1]), 1, [2]);
    properties::everyone_decides_some_day(properties::contention(properties::finally_everyone_decides(system)))
}

/// No termination without a leader, however many ballots there are: fairness makes the proposers spend them all, but of
/// each a message is lost, or comes after the other's next ballot. (What is sent once may be lost on fair links. On perfect
/// ones a duel of finitely many ballots ends: nobody supersedes the largest.)
fn spent<A: Synod>(actors: Vec<A>, ones: &[Value], others: &[Value]) -> System<A, Decisions> {
    let system = super::system(actors).network(Network::unordered().fair_loss());
    let system = proposing(proposing(system, 0, ones.iter().copied()), 1, others.iter().copied());
    properties::a_decision_some_day(properties::decides(system))
}

/// Outside the model of perfect links, which here carry a ballot: each copy of what is sent again and again is lost.
fn lost_for_ever() -> System<Linked<Paxos<Value, Majority>>, Decisions> {
    let actors = two().into_iter().map(|process| stack::linked(process, PerfectLinks::new()));
    let system = live::over_unfair_links(super::system(actors)).script(0, Script::at_any_time([Propose(1)]));
    system.eventually("a decision some day").history(|d: &Decisions| !d.decided.is_empty())
}

/// No termination without a leader: nobody takes over when the only proposer stops, not even to pass on a decision.
fn leader_stops() -> System<Paxos<Value, Majority>, Decisions> {
    let system = super::system(three()).crash_stop(Faults::at_most(1).among([0]));
    properties::decision_reaches_everyone(proposing(system, 0, [1]))
}
