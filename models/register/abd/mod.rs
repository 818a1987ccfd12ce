//! The systems of [`synod::register::abd`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | one_process | a group of one, which may crash and recover: small enough to be counted by hand |
//! | pair | two processes, of which one writes and one reads: counted by hand too |
//! | one_writer | three processes: one writes twice, one reads twice, and any one stops: what the (1,N) atomic register guarantees |
//! | two_readers | one writes once, both others read, and any one stops: readers agree on what is older |
//! | many_writers | two write, the third reads, and any one stops: what the (N,N) atomic register guarantees |
//! | two_writers | the same without the read |
//! | written_and_read | one writes, another writes and then reads |
//! | write_and_read | two write and read, each of them |
//! | regular | as one_writer, for the regular register |
//! | grid | read quorums are rows and write quorums columns of a 2×2 grid |
//! | read_one | every read asks one process, every write all of them |
//! | write_one | every write asks one process, every read all of them |
//! | duplicating | any message may arrive again at any time |
//! | restarted_writer | the writer crashes, perhaps inside its write, recovers, and writes another value; one reads twice |
//! | writes_again | the same with one read |
//! | restarted_owner | the same where everyone may write; nothing is duplicated |
//! | owner_writes_again | the same without the read, and messages are duplicated |
//! | restarted_reader | a reader crashes, perhaps inside its read, recovers, and reads again |
//! | restarted_replica | a process crashes and recovers that neither reads nor writes |
//! | restarts | as restarted_writer, but whoever likes crashes and recovers |
//! | one_loss | a message is lost: there is a quorum without it |
//! | partition | the network is cut, and heals |
//! | five | five processes: one writes, one reads, the others are interchangeable |
//! | fair_links | over perfect links that lose, but not all of what is sent again: operations end some day |
//! | fair_links_of_three | the same with three processes, of which one writes |
//! | unfair_links | the same over links that may lose all of what is sent again: expects that the write never ends |
//! | impatient | requests come before the one before is answered, and from those who may not write |
//! | inversion | the regular register is not atomic: expects that a read returns an older value than the one before it |
//! | two_losses | expects that an operation does not end |
//! | majority_stops | two of three processes stop: expects that an operation does not end |

#[cfg(test)]
mod cost;
mod interchangeable;
mod linked;
mod mutants;
mod properties;
pub mod spec;

use self::properties::Abdlike;
use super::{Atomic, JudgeOfRegisters, Operations, Value, impatient, operating, termination};
use crate::{Algorithm, Case};
use stateright::actor::Id;
use synod::consistency::Operation::{self, Read, Write};
use synod::quorum::{Grid, Majority, Quorums, ReadWrite};
use synod::register::abd::Abd;
use synod::system::{Faults, Limit, Network, System};

/// ABD in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "abd",
        family: "register",
        summary: "registers of Attiya, Bar-Noy and Dolev, over quorums: atomic with one writer or many, and regular",
        spec: "Abd.tla",
        systems: systems().into_iter().chain(linked::systems()).chain(interchangeable::systems()).collect(),
        mutants: mutants::mutants(),
    }
}

/// The states of [`one_process`], which ends each operation in the step of its request.
///
/// - Nothing crashes: before, between and after the two requests: 3.
/// - It is down: it crashed before the write; in it, before the save (the request is gone) or after it (the answer is untold,
///   and the write may still happen or not); after it; or in the read or after it, which makes no difference: 5.
/// - It is up again: before, between and after the requests, if it crashed before the write: 3, and it makes no difference
///   whether it crashed after it. If the write is gone, before and after a read of nothing: 2. If the write was untold, before
///   the read, which settles that it happened: 1. If nothing is left to ask for, it has made no query since: 1.
const ONE_PROCESS: u64 = 3 + 5 + (3 + 2 + 1 + 1);

/// The states of [`pair`], by how far the read has got. The write has four places: not asked for, under way to p1, stored there
/// and acknowledged, answered.
///
/// - The read is not asked for: 4.
/// - Its query is under way, and p1's own answer is nothing, which it can be in each place of the write: 4; or is the value: 3,
///   for where the write is answered, it was answered before the read was asked for, or after.
/// - The answer of p0 is under way. It is nothing, and so was p1's: 4. It is the value, and p1's was nothing: 3, as the write has
///   begun. Both are the value: 3 as above.
/// - The read has ended, with nothing: 4; or with the value, when the write has begun: 3. But when the write is answered too,
///   nothing tells the two apart: one less.
const PAIR: u64 = 4 + (4 + 3) + (4 + 3 + 3) + (4 + 3 - 1);

fn systems() -> Vec<Case> {
    let (owned, shared) = (|| owned(Majority::new(3)), || shared(Majority::new(3)));
    vec![
        Case::verified("one_process", ONE_PROCESS, one_process()),
        Case::verified("pair", PAIR, pair()),
        Case::verified("one_writer", 166_447, properties::writes_back(one_writer(super::atomic(owned())))),
        Case::verified("two_readers", 32_420, two_readers(owned())),
        Case::verified("many_writers", 2_573_572, many_writers(shared())),
        Case::verified("two_writers", 34_658, two_writers(shared())),
        Case::verified("written_and_read", 307_398, written_and_read(shared())),
        Case::verified("write_and_read", 6_415_713, write_and_read(shared())).slow(),
        Case::verified("regular", 40_126, one_writer(super::regular(regular()))),
        Case::verified("grid", 29_861, grid(self::owned(two_by_two()))),
        Case::verified("read_one", 28_238, read_one(self::owned(read_one_write_all()))),
        Case::verified("write_one", 5_237, write_one(self::owned(read_all_write_one()))),
        Case::verified("duplicating", 8_762, duplicating(owned())),
        Case::verified("restarted_writer", 2_770_761, restarted_writer(owned(), &[Read, Read])),
        Case::verified("writes_again", 38_853, restarted_writer(owned(), &[Read])),
        Case::verified("restarted_owner", 1_189_101, restarted_owner(shared())),
        Case::verified("owner_writes_again", 56_729, restarted_writer(shared(), &[])),
        Case::verified("restarted_reader", 43_783, restarted_reader(owned())),
        Case::verified("restarted_replica", 1_551, restarted_replica(owned())),
        Case::verified("restarts", 6_742_676, restarts(owned())).slow(),
        Case::verified("one_loss", 12_209, one_loss(owned())),
        Case::verified("partition", 11_508, partition(owned())),
        Case::verified("impatient", 5_009, impatience(owned())),
        Case::violated("inversion", 2_514, "atomicity", 7, inversion(regular())),
        Case::violated("two_losses", 22, "operations end", 3, two_losses(owned())),
        Case::violated("majority_stops", 42, "operations end", 3, majority_stops(owned())),
    ]
}

/// The processes of a (1,N) atomic register, which process 0 writes.
fn owned<Q: Quorums>(quorums: Q) -> Vec<Abd<Value, Q>> {
    vec![Abd::one_writer(quorums.clone(), Id::from(0)); quorums.processes()]
}

/// The processes of an (N,N) atomic register.
fn shared<Q: Quorums>(quorums: Q) -> Vec<Abd<Value, Q>> {
    vec![Abd::many_writers(quorums.clone()); quorums.processes()]
}

/// The processes of a (1,N) regular register, which process 0 writes.
fn regular() -> Vec<Abd<Value, Majority>> {
    vec![Abd::regular(Majority::new(3), Id::from(0)); 3]
}

fn two_by_two() -> Grid {
    Grid::new(2, 2).expect("a grid of two rows and two columns")
}

fn read_one_write_all() -> ReadWrite {
    ReadWrite::read_one_write_all(3).expect("three processes")
}

fn read_all_write_one() -> ReadWrite {
    ReadWrite::read_all_write_one(3).expect("three processes")
}

fn one_process() -> System<Abd<Value, Majority>, Atomic> {
    let system = super::atomic(owned(Majority::new(1))).network(any_network()).crash_recovery(1);
    properties::recoveries(properties::replicas_never_go_back(operating(system, 0, &[Write(1), Read])), 0, 2)
}

fn pair() -> System<Abd<Value, Majority>, Atomic> {
    let system = operating(super::atomic(owned(Majority::new(2))), 0, &[Write(1)]);
    properties::everything_ends(termination(operating(system, 1, &[Read])), [(0, 1), (1, 1)])
}

fn one_writer<A: Abdlike, J: JudgeOfRegisters>(system: System<A, Operations<J>>) -> System<A, Operations<J>> {
    let system = operating(termination(system.crash_stop(1)), 0, &[Write(1), Write(2)]);
    let system = properties::overtaking(properties::stops(operating(system, 1, &[Read, Read]), 1, 2));
    properties::everything_ends(system, [(0, 2), (1, 2)])
}

fn two_readers<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors).crash_stop(1)), 0, &[Write(1)]);
    let system = properties::stops(operating(operating(system, 1, &[Read]), 2, &[Read]), 1, 1);
    properties::writes_back(properties::everything_ends(system, [(0, 1), (1, 1), (2, 1)]))
}

fn many_writers<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    operating(two_writers(actors), 2, &[Read])
}

fn two_writers<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors).crash_stop(1)), 0, &[Write(1)]);
    let system = properties::stops(operating(system, 1, &[Write(2)]), 1, 1);
    let system = properties::ties(properties::overtaking(properties::one_value_for_each_timestamp(system)));
    properties::everything_ends(system, [(0, 1), (1, 1)])
}

fn written_and_read<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors)), 0, &[Write(1)]);
    properties::everything_ends(operating(system, 1, &[Write(2), Read]), [(0, 1), (1, 2)])
}

fn write_and_read<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors)), 0, &[Write(1), Read]);
    let system = operating(system, 1, &[Write(2), Read]);
    properties::everything_ends(properties::ties(properties::overtaking(system)), [(0, 2), (1, 2)])
}

/// Writer and reader stand in opposite corners: a row of the one and a column of the other share one process.
fn grid<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors).crash_stop(1)), 0, &[Write(1)]);
    let system = properties::stops(operating(system, 3, &[Read]), 3, 1);
    properties::writes_back(properties::everything_ends(system, [(0, 1), (3, 1)]))
}

fn read_one<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors)), 0, &[Write(1)]);
    let system = operating(operating(system, 1, &[Read]), 2, &[Read]);
    properties::writes_back(properties::everything_ends(system, [(0, 1), (1, 1), (2, 1)]))
}

fn write_one<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors)), 0, &[Write(1)]);
    properties::everything_ends(operating(operating(system, 1, &[Read]), 2, &[Read]), [(0, 1), (1, 1), (2, 1)])
}

fn duplicating<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let network = Network::unordered().duplication(Limit::Unlimited);
    let system = operating(termination(super::atomic(actors).network(network)), 0, &[Write(1), Write(2)]);
    let system = properties::everything_ends(operating(system, 1, &[Read]), [(0, 2), (1, 1)]);
    properties::replicas_never_go_back(properties::overtaking(system))
}

/// A network that loses, duplicates and reorders as it likes.
fn any_network() -> Network {
    Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited)
}

/// Some processes crash and recover. Process 0 writes, process 1 reads.
fn restarted<A: Abdlike>(
    actors: Vec<A>,
    network: Network,
    crashes: Faults,
    writes: &[Operation<Value>],
    reads: &[Operation<Value>],
) -> System<A, Atomic> {
    let system = super::atomic(actors).network(network).crash_recovery(crashes);
    operating(operating(system, 0, writes), 1, reads)
}

/// Process 0 alone may crash, and writes two values.
fn writing_again<A: Abdlike>(actors: Vec<A>, network: Network, reads: &[Operation<Value>]) -> System<A, Atomic> {
    let system = restarted(actors, network, Faults::at_most(1).among([0]), &[Write(1), Write(2)], reads);
    let system = properties::one_value_for_each_timestamp(system);
    properties::writes_again(properties::recoveries(system, 0, 2))
}

fn restarted_writer<A: Abdlike>(actors: Vec<A>, reads: &[Operation<Value>]) -> System<A, Atomic> {
    writing_again(actors, any_network(), reads)
}

fn restarted_owner<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    writing_again(actors, Network::unordered().loss(Limit::Unlimited), &[Read])
}

fn restarted_reader<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = restarted(actors, any_network(), Faults::at_most(1).among([1]), &[Write(1)], &[Read, Read]);
    properties::recoveries(system, 1, 2)
}

fn restarted_replica<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = restarted(actors, any_network(), Faults::at_most(1).among([2]), &[Write(1)], &[Read]);
    properties::replicas_never_go_back(properties::recoveries(system, 1, 1))
}

fn restarts<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = restarted(actors, any_network(), Faults::at_most(1), &[Write(1), Write(2)], &[Read, Read]);
    properties::writes_again(properties::recoveries(system, 1, 2))
}

fn one_loss<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = operating(termination(super::atomic(actors).network(Network::unordered().loss(1))), 0, &[Write(1)]);
    properties::losses(operating(system, 1, &[Read, Read]), 1, 2)
}

/// The writer is cut off from both others for a while, who read without it.
fn partition<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let network = Network::unordered().partition([0], [1, 2]);
    let system = operating(termination(super::atomic(actors).network(network)), 0, &[Write(1)]);
    let system = properties::cuts(operating(system, 1, &[Read, Read]), 1, 2);
    properties::everything_ends(system, [(0, 1), (1, 2)])
}

/// Requests that come too early, or to the wrong process, have no effect.
fn impatience<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    let system = impatient(termination(super::atomic(actors)), 0, &[Write(1), Read]);
    properties::refusals(impatient(system, 1, &[Write(2), Read]))
}

/// What the regular register does not guarantee: while a value is being written, a read returns it, and a later one does not.
fn inversion<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    operating(operating(operating(super::atomic(actors), 0, &[Write(1)]), 1, &[Read]), 2, &[Read])
}

/// Outside the model: links that lose the messages to both others.
fn two_losses<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    operating(termination(super::atomic(actors).network(Network::unordered().loss(2))), 0, &[Write(1)])
}

/// Outside the model: no quorum is left.
fn majority_stops<A: Abdlike>(actors: Vec<A>) -> System<A, Atomic> {
    operating(termination(super::atomic(actors).crash_stop(2)), 0, &[Write(1)])
}
