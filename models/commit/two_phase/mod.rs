//! The systems of [`synod::commit::two_phase`].
//!
//! | system | what it is for |
//! | --- | --- |
//! | nobody | a transaction without participants is committed at once; counted by hand |
//! | one_participant | nothing fails and nobody gives up waiting; counted by hand |
//! | in_order | the same on a network that keeps the order of messages |
//! | commit | free votes, time-outs without limit, two crash-recoveries, every network fault |
//! | four_processes | the same with three participants |
//! | itself | the same where the coordinator is a participant too |
//! | two_coordinators | two transactions at the same time, in which the same processes have different roles |
//! | two_at_once | two transactions of one coordinator at the same time |
//! | two_in_sequence | a transaction after one that everybody has applied and forgotten, and whose messages still come |
//! | asked_again | the coordinator's application asks twice to commit the same transaction, another votes twice |
//! | unanimous | non-triviality: all vote yes and nobody gives up waiting, so it is committed; counted by hand |
//! | faultless | time-outs but no faults: everyone decides |
//! | no_vote | the coordinator's application votes on a transaction in which it has no vote |
//! | applied_too_soon | applications say that they have applied what is not decided yet: it is decided all the same |
//! | applied | everyone has applied the decision: nobody remembers anything |
//! | lossy | losses and duplications that are steps, so that each can be seen: everyone decides |
//! | partition | the network is cut and heals: everyone decides |
//! | questions | in step, so many losses that only a question brings the decision |
//! | participant_stops | a participant may stop for good: everyone else decides |
//! | recovers | whoever crashes recovers, and links are fair: everyone decides |
//! | coordinator_recovers | the same without time-outs: a restarted coordinator aborts what it finds undecided |
//! | recovers_some_day | recovers, of whole runs: some day everyone has decided for good |
//! | seven_participants | unanimous with seven participants, which are interchangeable; counted by hand |
//! | five_recover | coordinator_recovers with five participants, which are interchangeable |
//! | blocked_for_ever | blocked, of whole runs: expects that a participant asks for ever |
//! | blocked | the coordinator may stop for good: expects that a participant in doubt waits for ever |

#[cfg(test)]
mod cost;
mod interchangeable;
mod mutants;
mod properties;
pub mod spec;

use self::properties::Protocol;
use super::Outcomes;
use crate::{Algorithm, Case};
use stateright::actor::Id;
use std::time::Duration;
use synod::commit::two_phase::TwoPhase;
use synod::commit::{Indication, Request, Transaction, Vote};
use synod::system::{Faults, Limit, Network, Script, System, Timing};

/// Two-phase commit in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "two_phase",
        family: "commit",
        summary: "two-phase commit: all parts of a transaction are committed or all aborted, across crashes and recoveries",
        spec: "TwoPhase.tla",
        systems: systems().into_iter().chain(interchangeable::systems()).collect(),
        mutants: mutants::mutants(),
    }
}

fn systems() -> Vec<Case> {
    vec![
        Case::verified("nobody", NOBODY, nobody(group(1))),
        Case::verified("one_participant", ONE_PARTICIPANT, one_participant(group(2))),
        Case::verified("in_order", IN_ORDER, in_order(group(2))),
        Case::verified("commit", 25_295, commit(three())),
        Case::verified("four_processes", 1_167_995, four_processes(group(4))),
        Case::verified("itself", 154_658, itself(three())),
        Case::verified("two_coordinators", 1_025_945, two_coordinators(three())),
        Case::verified("two_at_once", 435, two_at_once(group(2))),
        Case::verified("two_in_sequence", 72_250, two_in_sequence(group(2))),
        Case::verified("asked_again", 28_897, asked_again(three())),
        Case::verified("unanimous", UNANIMOUS, unanimous(three(), &[1, 2])),
        Case::verified("faultless", 15_998, faultless(three())),
        Case::verified("no_vote", 296, no_vote(group(2))),
        Case::verified("applied_too_soon", 823, applied_too_soon(group(2))),
        Case::verified("applied", 60, applied(group(2))),
        Case::verified("lossy", 146_278, lossy(three())),
        Case::verified("partition", 47_994, partition(three())),
        Case::verified("questions", 183, questions(group(2))),
        Case::verified("participant_stops", 34_460, participant_stops(three())),
        Case::verified("recovers", 105_776, recovers(three())),
        Case::verified("coordinator_recovers", 522, coordinator_recovers(three(), &[1, 2])),
        Case::verified("recovers_some_day", 198_415, recovers_some_day(three())),
        Case::violated("blocked_for_ever", 9_188, "everyone decides some day", 8, blocked_for_ever(three())),
        Case::violated("blocked", 1_409, "everyone decides", 5, blocked(three())),
    ]
}

/// The states of [`nobody`]: before the request and after it; down, having crashed before the request, in it before or after
/// the save, or after it; up again, before the request, after it, or with the request lost. (Whoever was told and whoever was
/// not are told again, and nothing tells them apart.)
const NOBODY: u64 = 2 + 4 + 3;

/// The states of [`one_participant`].
///
/// - Before the request to commit, the participant has not voted, is ready, or has aborted, its no ignored in flight: 3.
/// - While the coordinator waits, the question may be in flight in each of these three cases: 3. It has arrived, and the
///   participant has not voted, has voted yes, or no (4 with the no that it had said before and says again): 4.
/// - After a yes, the decision is in flight, its acknowledgement is, or nothing: 3. After a no the same, with the question
///   still in flight, with a no that is not needed any more, or with neither: 3·3.
const ONE_PARTICIPANT: u64 = 3 + 3 + 4 + 3 + 3 * 3;

/// The states of [`in_order`], where what is ignored is gone.
///
/// - Before the request to commit, the participant has not voted, is ready, or has aborted, its no in flight or gone: 4.
/// - While the coordinator waits, the question may be in flight in each of these four cases: 4. It has arrived, and the
///   participant has not voted, has voted yes, or no, once or, with one that is not needed, twice: 4.
/// - After a yes, the decision is in flight, its acknowledgement is, or nothing: 3. After a no the same: 3; with the no that
///   is not needed before the decision has come, and when it has: 2; and with the question before the decision: 1.
const IN_ORDER: u64 = 4 + 4 + 4 + 3 + 3 + 2 + 1;

/// The states of [`unanimous`] with two participants. Before the request, each of them is ready or not: 2·2. While the coordinator
/// waits, the question to each is in flight, in both cases; or it has come; or the yes is in flight; or it has come; but not
/// both yeses: 5·5 - 1. Afterwards, of each the decision is in flight, or the acknowledgement, or neither: 3·3.
const UNANIMOUS: u64 = 2 * 2 + (5 * 5 - 1) + 3 * 3;

fn group(n: usize) -> Vec<TwoPhase> {
    vec![TwoPhase::new(PATIENCE, INTERVAL); n]
}

fn three() -> Vec<TwoPhase> {
    group(3)
}

const PATIENCE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_secs(3);
const DELAY: Duration = Duration::from_secs(1);

fn transaction(coordinator: usize, number: u64) -> Transaction {
    Transaction { coordinator: Id::from(coordinator), number }
}

/// The first transaction of process 0.
fn first() -> Transaction {
    transaction(0, 0)
}

/// The coordinator's application asks to commit a transaction.
fn commit_of(number: u64, participants: impl IntoIterator<Item = usize>) -> Request {
    Request::Commit { number, participants: participants.into_iter().map(Id::from).collect() }
}

fn vote(transaction: Transaction, vote: Vote) -> Request {
    Request::Vote { transaction, vote }
}

/// Either vote: each application is free.
fn votes_on(transaction: Transaction) -> [Request; 2] {
    [vote(transaction, Vote::Yes), vote(transaction, Vote::No)]
}

/// A network that loses, duplicates and reorders as it likes.
fn any_network() -> Network {
    Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited)
}

/// Nothing is lost but what is repeated while it is still in flight.
fn perfect_links() -> Network {
    Network::unordered().copies(1)
}

/// Closes actors off and states what holds always, in whatever system.
fn closed<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    properties::whoever_waits_has_a_timer(super::system(actors))
}

/// Process 0 is asked to commit a transaction of these participants, each of which votes as it likes, when it likes.
fn one_transaction<A: Protocol>(system: System<A, Outcomes>, participants: &[usize]) -> System<A, Outcomes> {
    with_votes(system, participants, &votes_on(first()))
}

/// As [`one_transaction`], but everyone votes yes.
fn willing<A: Protocol>(system: System<A, Outcomes>, participants: &[usize]) -> System<A, Outcomes> {
    with_votes(system, participants, &[vote(first(), Vote::Yes)])
}

fn with_votes<A: Protocol>(
    system: System<A, Outcomes>,
    participants: &[usize],
    votes: &[Request],
) -> System<A, Outcomes> {
    (0..system.process_count()).fold(system, |system, process| {
        let asks = (process == 0).then(|| vec![commit_of(0, participants.iter().copied())]);
        let votes = participants.contains(&process).then(|| votes.to_vec());
        system.script(process, Script::choosing(asks.into_iter().chain(votes)))
    })
}

/// A process that asks nobody.
fn nobody<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = one_transaction(closed(actors).network(any_network()).crash_recovery(1), &[]);
    properties::crashes(properties::commits(system))
}

/// Without faults and time-outs: everyone decides.
fn one_participant<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    properties::both_ends(properties::everyone_decides(one_transaction(closed(actors).firings(0), &[1])))
}

/// What was said too early is ignored and gone: here a network that keeps the order does not bring it again.
fn in_order<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = one_transaction(closed(actors).network(Network::fifo()).firings(0), &[1]);
    properties::both_ends(properties::everyone_decides(system))
}

/// Crashes befall whom they like, time-outs come when they like, and the network does what it likes.
fn contested<A: Protocol>(actors: Vec<A>, participants: &[usize]) -> System<A, Outcomes> {
    let system = closed(actors).network(any_network()).crash_recovery(2);
    let system = properties::logs_agree(one_transaction(system, participants));
    properties::recoveries(properties::both_ends(system))
}

/// A coordinator and two participants.
fn commit<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    properties::time_outs(contested(actors, &[1, 2]))
}

/// A coordinator and three participants.
fn four_processes<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    contested(actors, &[1, 2, 3])
}

/// The coordinator has a vote itself.
fn itself<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    properties::what_is_believed_is_saved(contested(actors, &[0, 1, 2]))
}

/// Two transactions at the same time, of which each process coordinates one and takes part in the other, or takes part in
/// both.
fn two_coordinators<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let (one, other) = (transaction(0, 0), transaction(1, 0));
    let system = closed(actors)
        .network(any_network())
        .script(0, Script::choosing([vec![commit_of(0, [1, 2])], votes_on(other).to_vec()]))
        .script(1, Script::choosing([vec![commit_of(0, [0, 2])], votes_on(one).to_vec()]))
        .script(2, Script::choosing([vec![vote(one, Vote::Yes)], votes_on(other).to_vec()]));
    properties::either_end(properties::both_ends(properties::logs_agree(system)))
}

/// Two transactions of the same coordinator at the same time, without faults and time-outs.
fn two_at_once<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let votes = [votes_on(transaction(0, 0)), votes_on(transaction(0, 1))];
    let system = closed(actors)
        .firings(0)
        .script(0, Script::at_any_time([commit_of(0, [1]), commit_of(1, [1])]))
        .script(1, Script::choosing(votes));
    properties::either_end(properties::both_ends(properties::everyone_decides(system)))
}

/// A second transaction after the first, which is applied; late messages of the first, and a late vote on it.
fn two_in_sequence<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let (one, other) = (transaction(0, 0), transaction(0, 1));
    let applied = vec![Request::Applied { transaction: one }];
    let late_votes = vec![vote(one, Vote::Yes), vote(other, Vote::Yes), vote(other, Vote::No)];
    let system = closed(actors)
        .network(any_network())
        .crash_recovery(1)
        .script(0, Script::choosing([vec![commit_of(0, [1])], applied.clone(), vec![commit_of(1, [1])]]))
        .script(1, Script::choosing([votes_on(one).to_vec(), applied, late_votes]));
    let system = properties::what_is_believed_is_saved(properties::logs_agree(system));
    properties::crashes(properties::either_end(properties::both_ends(system)))
}

/// The coordinator's application asks twice, and a participant's votes twice.
fn asked_again<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let twice = Script::at_any_time([commit_of(0, [1, 2]), commit_of(0, [1, 2])]);
    let system = closed(actors).network(any_network()).crash_recovery(1);
    let votes = Script::choosing([votes_on(first()), votes_on(first())]);
    let system = one_transaction(system, &[1, 2]).script(0, twice).script(1, votes);
    properties::crashes(properties::both_ends(properties::logs_agree(system)))
}

/// The coordinator's application votes on its own transaction, in which it has no vote.
fn no_vote<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let asks = vec![commit_of(0, [1])];
    let system = closed(actors).network(perfect_links());
    let system = one_transaction(system, &[1]).script(0, Script::choosing([votes_on(first()).to_vec(), asks]));
    properties::both_ends(properties::everyone_decides(properties::logs_agree(system)))
}

/// Applications say that they have applied a decision, whether there is one or not.
fn applied_too_soon<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let applied = || vec![Request::Applied { transaction: first() }];
    let system = closed(actors)
        .network(perfect_links())
        .script(0, Script::choosing([vec![commit_of(0, [1])], applied()]))
        .script(1, Script::choosing([votes_on(first()).to_vec(), applied()]));
    properties::both_ends(properties::everyone_decides(system))
}

/// In the end everyone has applied the decision, and nobody remembers it.
fn applied<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let decided = |_: &Request, indication: &Indication| matches!(indication, Indication::Decided { .. });
    let applied = vec![Request::Applied { transaction: first() }];
    let system = closed(actors)
        .firings(0)
        .script(0, Script::choosing([vec![commit_of(0, [1])], applied.clone()]).waiting_for(decided))
        .script(1, Script::choosing([votes_on(first()).to_vec(), applied]).waiting_for(decided));
    properties::both_ends(properties::everything_is_forgotten(system))
}

/// As long as nothing is lost, nobody is in doubt for longer than a message takes. What is lost is made up for.
fn questions<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let network = Network::unordered().loss(2);
    let system = closed(actors).network(network).timing(Timing::Synchronous { unit: DELAY }).firings(1);
    properties::losses(properties::both_ends(properties::everyone_decides(willing(system, &[1]))))
}

/// No time-outs: what is aborted is aborted because the coordinator has crashed.
fn coordinator_recovers<A: Protocol>(actors: Vec<A>, participants: &[usize]) -> System<A, Outcomes> {
    let network = Network::unordered().loss(Limit::Unlimited).copies(1);
    let crashes = Faults::at_most(1).among([0]);
    let system = closed(actors).network(network).crash_recovery(crashes).fair_recovery().firings(0);
    properties::crashes(properties::both_ends(willing(system, participants)))
}

/// Without faults.
fn faultless<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = one_transaction(closed(actors).network(perfect_links()), &[1, 2]);
    let system = properties::everyone_acknowledges(properties::everyone_decides(system));
    properties::time_outs(properties::both_ends(system))
}

/// Without faults and time-outs, all vote yes.
fn unanimous<A: Protocol>(actors: Vec<A>, participants: &[usize]) -> System<A, Outcomes> {
    let system = closed(actors).firings(0);
    properties::everyone_commits(properties::commits(willing(system, participants)))
}

/// A network that loses what it likes, but not all of what is said again and again; whoever is woken by a timer says again
/// what is not in flight any more.
fn recovers<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = properties::everyone_decides(on_fair_links(actors));
    properties::recoveries(properties::everyone_acknowledges(system))
}

/// Nothing is lost for ever, and nobody is down for ever.
fn on_fair_links<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let network = Network::unordered().fair_loss().copies(1);
    one_transaction(closed(actors).network(network).crash_recovery(1).fair_recovery(), &[1, 2])
}

/// Termination of whole runs, from whatever time-outs, crash and losses there are.
fn recovers_some_day<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    properties::everyone_decides_some_day(recovers(actors))
}

/// Links are perfect, and one participant stops.
fn participant_stops<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = closed(actors).network(perfect_links()).crash_stop(Faults::at_most(1).among([1, 2]));
    properties::stops(properties::both_ends(properties::everyone_decides(one_transaction(system, &[1, 2]))))
}

/// What two-phase commit does not guarantee. Links are perfect, and the coordinator stops.
fn blocked<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = closed(actors).network(perfect_links()).crash_stop(Faults::at_most(1).among([0]));
    properties::everyone_decides(one_transaction(system, &[1, 2]))
}

/// The participant in doubt does not give up: its timer fires for ever, and it asks the others, who know no more.
fn blocked_for_ever<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let system = closed(actors).network(perfect_links()).crash_stop(Faults::at_most(1).among([0]));
    properties::everyone_decides_some_day(willing(system, &[1, 2]))
}

/// One loss and one duplication, as steps.
fn lossy<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let network = Network::unordered().loss(1).duplication(1).copies(1);
    let system = one_transaction(closed(actors).network(network), &[1, 2]);
    let system = properties::everyone_acknowledges(properties::everyone_decides(system));
    properties::duplications(properties::losses(system))
}

/// A participant is cut off for a while.
fn partition<A: Protocol>(actors: Vec<A>) -> System<A, Outcomes> {
    let network = perfect_links().partition([0, 1], [2]);
    let system = one_transaction(closed(actors).network(network), &[1, 2]);
    properties::cuts(properties::everyone_acknowledges(properties::everyone_decides(system)))
}
