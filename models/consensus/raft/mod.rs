//! The systems of [`synod::consensus::raft`]: elections and replication, and each further feature in one of its own.
//!
//! | system | what it is for | who stands in the terms 1, 2, 3 |
//! | --- | --- | --- |
//! | one_server | a cluster of one elects itself, and keeps over a crash what it has applied | 0, 0 |
//! | first_term | three servers, any of which stands in the first term | all |
//! | votes_with_a_crash | elections alone: the same, where one crashes and recovers | all |
//! | split_votes | elections alone, again after votes were split | all, all |
//! | split_votes_in_three_terms | the same in three terms | 0 and 1, 1 and 2, 2 and 0 |
//! | three_terms_with_a_crash | elections alone, in each of three terms; one crashes and recovers | 0, 1, 0 |
//! | elections | elections and what leaders say | 0 and 1, 0 and 1 |
//! | leaders | what one leader leaves to the next | 0, 1 |
//! | leaders_with_a_crash | the same, where one crashes and recovers | 0, 1 |
//! | leaders_in_three_terms | the same in three terms, without a crash | 0, 1, 0 |
//! | figure_8 | leaders in turn in four terms, one of which replicates what it had begun long before | 0, 1, 0, 1 |
//! | replication | one leader and a command proposed to it | 0 |
//! | replication_with_a_crash | the same, where one crashes and recovers | 0 |
//! | forwarding | one leader and a command proposed to a follower | 0 |
//! | in_order | one leader and two commands proposed to a follower; each timer fires once | 0 |
//! | together | one leader and two commands proposed to a follower at once; each timer fires once | 0 |
//! | two_commands | one leader, a command proposed to it and one to a follower; each timer fires once | 0 |
//! | succession | a command is proposed to the first of two leaders; each timer fires once | 0, 1 |
//! | succession_with_a_crash | the same, where one crashes and recovers | 0, 1 |
//! | succession_in_three_terms | a command is proposed to the first of three leaders; each timer fires once | 0, 1, 2 |
//! | succession_of_two_commands | two commands are proposed to the first of two leaders; each timer fires once | 0, 1 |
//! | check_quorum | one server stands, and steps down when it finds itself alone | 0 |
//! | check_quorum_in_two_terms | two servers stand, in each of two terms, and may step down | 0, 1 |
//! | reads | the leader is asked for two reads | 0 |
//! | reads_of_a_follower | a follower is asked for a read, while a command is proposed to the leader | 0 |
//! | sessions | a client asks two servers for the same command, which is applied once | 0 |
//! | sessions_with_a_crash | the same, where one crashes and recovers | 0 |
//! | snapshots | the leader forgets what a snapshot stands for, and a follower needs it | 0 |
//! | snapshots_with_a_crash | the same, where one crashes and recovers | 0 |
//! | snapshots_in_parts | two commands, and the snapshot comes in two parts | 0 |
//! | one_becomes_three, three_become_two, one_of_three_is_replaced | the membership changes; the second removes the leader, in the third a server that has nothing takes the place of another | 0 |
//! | three_become_two_in_two_terms, one_of_three_is_replaced_in_two_terms | the same, and another stands meanwhile | 0, 1 |
//! | transfer | leadership is handed over | 0, and whoever is told to |
//! | transfer_with_a_command | the same, while a command is proposed; each timer fires once | 0, and whoever is told to |
//! | one_server_some_day | a cluster of one: some day it leads, and applies what it is asked for | 0 |
//! | some_day | in step with time, one may stop: some day there is a leader for good, and what is proposed is applied everywhere | any |
//! | pre_votes_lost | links that may lose all of what is sent again: expects that there may never be a leader | any |
//! | heartbeats_stop | leaders that need not give signs of life: expects that not everyone applies what is committed | any |
//!
//! In all but the last four, which are of whole runs, a message may be lost, arrive as often as it likes and in any order; a
//! crash may befall a server in the middle of a step, before it is durable or after. They are cut where a server stands
//! that does not in that term, and *elections alone* where one hears of a leader: runs are left unfinished, and only safety
//! is claimed.
//!
//! Most of what is in flight after a while are messages of earlier terms, which their receivers ignore for ever. Some
//! systems are explored in the normal form without these: fewer states by far, each of which takes longer.
//!
//! What did not fit is given up: that two servers stand in the same term where commands are proposed, or one crashes and
//! what leaders say arrives; the second command and the crash where three terms see a command. Beside leaders that succeed
//! one another each timer fires at most once as soon as there is a command. Loss and duplication are given up nowhere.

mod check_quorum;
mod linearizable;
mod live;
mod membership;
mod mutants;
mod properties;
mod reads;
mod sessions;
mod snapshots;
pub mod spec;
mod tampered;
mod transfer;

use crate::{Algorithm, Case};
use std::collections::BTreeMap;
use synod::consensus::raft::{
    Configuration, DurableOf, Indication, MessageOf, Raft, Request, Role, StateMachine, StateOf, Timer,
};
use synod::event::{Data, Module};
use synod::quorum::ProcessSet;
use synod::stateright::actor::{Actor, Id};
use synod::system::{Limit, Network, Observation, ObservationOf, Script, System};

/// A machine that keeps the commands that it was given, and answers how many they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Journal(pub Vec<u8>);

synod::rename! { struct Journal(commands) }

impl StateMachine for Journal {
    type Command = u8;
    type Output = usize;
    type Part = u8;

    fn apply(&mut self, command: &u8) -> usize {
        self.0.push(*command);
        self.0.len()
    }

    fn snapshot(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn restore<'p>(&mut self, parts: impl Iterator<Item = &'p u8>) {
        self.0 = parts.copied().collect();
    }
}

/// A server of the systems.
pub type Server = Raft<Journal>;

/// What it knows.
pub type Known = StateOf<Journal>;

/// A server of the library, or one with which something is wrong: with the same data in any case.
pub trait Replica:
    Module<Request = Request<u8>, Indication = Indication<usize>, Wire = MessageOf<Journal>>
    + Actor<State = Known, Storage = DurableOf<Journal>, Timer = Timer>
{
}

impl<R> Replica for R where
    R: Module<Request = Request<u8>, Indication = Indication<usize>, Wire = MessageOf<Journal>>
        + Actor<State = Known, Storage = DurableOf<Journal>, Timer = Timer>
{
}

/// What the properties read of what applications are told. In all systems a request has the number of its command.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answers {
    /// Which request was answered for which index.
    pub at: BTreeMap<u64, u64>,
    /// Whether a request was answered twice.
    pub twice: bool,
    /// Whether two requests were answered for the same index.
    pub contradiction: bool,
}

synod::rename! { struct Answers { at, twice, contradiction } }

impl Answers {
    fn observe<R: Replica>(&mut self, seen: &ObservationOf<R>) {
        let Observation::Indication { indication: Indication::Applied { number, index, .. }, .. } = seen else {
            return;
        };
        self.twice |= self.at.values().any(|other| other == number);
        self.contradiction |= self.at.insert(*index, *number).is_some_and(|other| other != *number);
    }
}

/// Who stands in which term, counted from 1; nobody does after the last.
type Standing = &'static [&'static [usize]];

const FIRST: Standing = &[&[0]];
const ANYONE: Standing = &[&[0, 1, 2]];
const ANYONE_TWICE: Standing = &[&[0, 1, 2], &[0, 1, 2]];
const TWO_OF_THREE: Standing = &[&[0, 1], &[1, 2], &[2, 0]];
const THE_SAME_TWO: Standing = &[&[0, 1], &[0, 1]];
const IN_TURN: Standing = &[&[0], &[1]];
const EACH_ONCE: Standing = &[&[0], &[1], &[2]];
const THREE_TURNS: Standing = &[&[0], &[1], &[0]];
const FOUR_TURNS: Standing = &[&[0], &[1], &[0], &[1]];

/// Raft in all its places.
pub fn algorithm() -> Algorithm {
    Algorithm {
        name: "raft",
        family: "consensus",
        summary: "Raft: a replicated log, kept by an elected leader; membership, snapshots, reads, sessions, transfer",
        spec: "Raft.tla",
        systems: systems(),
        mutants: mutants::mutants(),
    }
}

/// A feature, a system that has it, and the `sometimes` that sees its effect.
pub const FEATURES: &[(&str, &str, &str)] = &[
    ("election", "first_term", "a leader"),
    ("split votes", "first_term", "two candidates of a term"),
    ("one term after another", "split_votes_in_three_terms", "a leader of the last term"),
    ("a vote survives a crash", "votes_with_a_crash", "a leader after the recovery of one that had voted"),
    ("a deposed leader", "leaders", "leaders of two terms at the same time"),
    ("entries that are replaced", "leaders", "logs that conflict"),
    ("what an earlier leader has left is committed", "leaders", "an entry of an earlier term is committed"),
    ("commit of the own term only", "figure_8", "an entry of an earlier term is on a majority, and not committed"),
    ("replication", "replication", "everyone has applied a command"),
    ("answers", "replication", "a proposal is answered"),
    ("proposals that are passed on", "forwarding", "a follower's proposal is answered"),
    ("order of a process's proposals", "in_order", "two commands are applied"),
    ("proposals of several processes", "two_commands", "the second command before the first"),
    ("commands that outlive their leader", "succession_of_two_commands", "a later leader applies two commands"),
    ("check-quorum", "check_quorum", "a leader steps down"),
    (
        "election after a leader has stepped down",
        "check_quorum_in_two_terms",
        "another leads after one has stepped down",
    ),
    ("reads without an entry", "reads", "one read is answered, the other waits"),
    ("reads of a follower", "reads_of_a_follower", "a read after the command"),
    ("sessions of clients", "sessions", "a command stands twice in a log, and both are applied"),
    (
        "sessions that outlive a server",
        "sessions_with_a_crash",
        "the second server answers for the first, which has crashed",
    ),
    ("snapshots", "snapshots", "a follower goes on from a snapshot"),
    ("snapshots over a crash", "snapshots_with_a_crash", "a follower recovers with a snapshot that it was sent"),
    ("snapshots in parts", "snapshots_in_parts", "one part of two has arrived"),
    ("joint consensus", "three_become_two", "a joint configuration is in force"),
    ("several servers at once", "one_becomes_three", "all new voters know of one another"),
    ("removal of the leader", "three_become_two", "a leader that is removed steps down"),
    (
        "a change that outlives its leader",
        "three_become_two_in_two_terms",
        "a leader goes on with the change of another",
    ),
    ("a server that catches up first", "one_of_three_is_replaced", "the change is done"),
    ("leadership transfer", "transfer", "leadership is handed over"),
    ("commands during a transfer", "transfer_with_a_command", "a command waits for the next leader"),
    ("everything, once time passes in step", "some_day", "everyone has applied both commands"),
];

/// All of them.
pub fn systems() -> Vec<Case> {
    let mut systems = vec![
        Case::verified("one_server", ONE_SERVER, one_server(servers(1))),
        Case::verified("first_term", 40_202, first_term(servers(3))),
        Case::verified("votes_with_a_crash", 21_308, votes_with_a_crash(servers(3))),
        Case::verified("split_votes", 3_251_024, split_votes(servers(3), ANYONE_TWICE)).slow(),
        Case::verified("split_votes_in_three_terms", 4_877_578, split_votes(servers(3), TWO_OF_THREE)).slow(),
        Case::verified("three_terms_with_a_crash", 28_161, three_terms_with_a_crash(servers(3))),
        Case::verified("elections", 10_906, without_earlier_terms(leaders(servers(3), THE_SAME_TWO))),
        Case::verified("leaders", 84_167, leaders(servers(3), IN_TURN)),
        Case::verified("leaders_with_a_crash", 708_615, leaders_with_a_crash(servers(3))),
        Case::verified("leaders_in_three_terms", 36_725, without_earlier_terms(leaders(servers(3), THREE_TURNS)))
            .slow(),
        Case::verified("figure_8", 1_416, figure_8(one_at_a_time())),
        Case::verified("replication", 24_505, replication(servers(3))),
        Case::verified("replication_with_a_crash", 196_776, replication_with_a_crash(servers(3))),
        Case::verified("forwarding", 19_978, forwarding(servers(3))),
        Case::verified("in_order", 176_919, in_order(servers(3))),
        Case::verified("together", 28_582, together(servers(3))),
        Case::verified("two_commands", 205_178, two_commands(servers(3))),
        Case::verified("succession", 1_411_060, succession(servers(3))),
        Case::verified("succession_with_a_crash", 767_693, succession_with_a_crash(servers(3))).slow(),
        Case::verified("succession_in_three_terms", 917_500, succession_in_three_terms(servers(3))).slow(),
        Case::verified("succession_of_two_commands", 1_282_824, succession_of_two_commands(servers(3))).slow(),
    ];
    systems.extend(check_quorum::systems());
    systems.extend(reads::systems());
    systems.extend(sessions::systems());
    systems.extend(snapshots::systems());
    systems.extend(membership::systems());
    systems.extend(transfer::systems());
    systems.extend(live::systems());
    systems
}

/// Servers that send two entries at a time, in one message after the other.
fn servers(count: usize) -> Vec<Server> {
    let configuration = Configuration::new(ProcessSet::all(count)).expect("there are voters");
    vec![Raft::new(configuration, Journal::default()).batch(2).flight(1); count]
}

/// On any network, these servers stand in these terms.
fn contested<R: Replica, H: Data>(system: System<R, H>, standing: Standing) -> System<R, H> {
    let stands = move |id: Id, state: &Known| {
        let next = usize::try_from(state.term()).ok().and_then(|term| standing.get(term));
        next.is_some_and(|candidates| candidates.contains(&id.into()))
    };
    let system = system
        .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
        .explore_while("who stands in which term is given")
        .processes(move |p| {
            p.states().all(|(id, state)| !matches!(state.role, Role::PreCandidate { .. }) || stands(id, state))
        });
    properties::elects(properties::safe(system))
}

/// Elections, and nothing that comes of them.
fn alone<R: Replica>(servers: Vec<R>, standing: Standing) -> System<R> {
    contested(System::new(servers), standing)
        .explore_while("nobody hears of a leader")
        .processes(|p| p.states().all(|(id, state)| state.leader.is_none_or(|leader| leader == id)))
}

fn without_earlier_terms<R: Replica, H: Data>(system: System<R, H>) -> System<R, H> {
    system.normalise("messages of earlier terms are gone", |parts| {
        let terms =
            parts.processes.iter().map(|process| process.storage.as_ref().map_or(0, |durable| durable.ballot.term));
        let terms: Vec<u64> = terms.collect();
        parts.messages.retain(|envelope| envelope.message.term >= terms[usize::from(envelope.to)]);
    })
}

/// A server is asked for commands, each at any time; without a leader it refuses.
fn proposing<R: Replica, const N: usize>(
    system: System<R, Answers>,
    server: usize,
    commands: [u8; N],
) -> System<R, Answers> {
    let propose = |command: u8| Request::Propose { number: command.into(), command };
    system.script(server, Script::at_any_time(commands.map(propose)))
}

fn answered<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    System::new(servers).observing(Answers::default(), |answers: &mut Answers, seen| answers.observe::<R>(seen))
}

/// By hand. An election takes one step, with the entry that begins the term; so does a proposal.
///
/// - Nothing crashes: before all; refused; elected; elected and applied; refused and elected: 5.
/// - It is down: crashed in one of these five, or in the request after the save, untold: 6. (In any other step it is
///   down as if it had crashed before or after it.)
/// - It is up again, with an empty log: 5, as above. With the entry of the first term: before, refused, elected for the
///   second term, applied then, and refused and elected: 5. With the command, and told of it or not: before and after
///   the election: 4.
const ONE_SERVER: u64 = 5 + 6 + (5 + 5 + 4);

fn one_server<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    properties::answers(contested(proposing(answered(servers), 0, [1]).crash_recovery(1), &[&[0], &[0]]))
}

fn first_term<R: Replica>(servers: Vec<R>) -> System<R> {
    properties::rivals(contested(System::new(servers), ANYONE))
}

fn votes_with_a_crash<R: Replica>(servers: Vec<R>) -> System<R> {
    properties::recoveries(properties::rivals(alone(servers, ANYONE).crash_recovery(1)))
}

fn split_votes<R: Replica>(servers: Vec<R>, standing: Standing) -> System<R> {
    properties::leader_of(properties::rivals(alone(servers, standing)), standing.len() as u64)
}

fn three_terms_with_a_crash<R: Replica>(servers: Vec<R>) -> System<R> {
    properties::recoveries(properties::leader_of(alone(servers, THREE_TURNS).crash_recovery(1), 3))
}

fn leaders<R: Replica>(servers: Vec<R>, standing: Standing) -> System<R> {
    properties::leader_of(properties::succession(contested(System::new(servers), standing)), standing.len() as u64)
}

fn leaders_with_a_crash<R: Replica>(servers: Vec<R>) -> System<R> {
    properties::recoveries(leaders(servers, IN_TURN).crash_recovery(1))
}

/// Servers that send one entry at a time.
fn one_at_a_time() -> Vec<Server> {
    servers(3).into_iter().map(|server| server.batch(1)).collect()
}

/// Two servers lead in turn, and never hear of one another as leaders: both depend on the third.
fn figure_8<R: Replica>(servers: Vec<R>) -> System<R> {
    let apart = |id: Id, state: &Known| usize::from(id) == 2 || state.leader.is_none_or(|leader| leader == id);
    let system = contested(System::new(servers), FOUR_TURNS)
        .explore_while("neither of the first two follows anybody")
        .processes(move |p| p.states().all(|(id, state)| apart(id, state)));
    without_earlier_terms(properties::figure_8(properties::leader_of(system, 4)))
}

fn replication<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    properties::answers(contested(proposing(answered(servers), 0, [1]), FIRST))
}

fn replication_with_a_crash<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    properties::recoveries(replication(servers).crash_recovery(1))
}

fn forwarding<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    properties::forwarding(properties::answers(contested(proposing(answered(servers), 1, [1]), FIRST)))
}

fn in_order<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    let system = contested(proposing(answered(servers), 1, [1, 2]).firings(1), FIRST);
    properties::in_order(properties::forwarding(properties::answers(system)))
}

fn together<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    let both = Script::at_any_time([Request::ProposeAll { number: 1, commands: vec![1, 2] }]);
    let system = contested(answered(servers).script(1, both).firings(1), FIRST);
    properties::in_order(properties::forwarding(properties::answers(system)))
}

fn two_commands<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    let system = proposing(proposing(answered(servers), 0, [1]), 1, [2]).firings(1);
    properties::both_orders(properties::forwarding(properties::answers(contested(system, FIRST))))
}

fn succession<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    succeeding(servers, [1], IN_TURN)
}

fn succeeding<R: Replica, const N: usize>(
    servers: Vec<R>,
    commands: [u8; N],
    standing: Standing,
) -> System<R, Answers> {
    let system = contested(proposing(answered(servers), 0, commands).firings(1), standing);
    properties::leader_of(properties::succession(properties::answers(system)), standing.len() as u64)
}

fn succession_in_three_terms<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    without_earlier_terms(succeeding(servers, [1], EACH_ONCE))
}

fn succession_of_two_commands<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    without_earlier_terms(properties::two_applied(succeeding(servers, [1, 2], IN_TURN)))
}

fn succession_with_a_crash<R: Replica>(servers: Vec<R>) -> System<R, Answers> {
    without_earlier_terms(properties::recoveries(succession(servers).crash_recovery(1)))
}
