//! The systems of [`synod::consensus::raft`]: elections and replication.
//!
//! | system | what it is for |
//! | --- | --- |
//! | one_server | a cluster of one elects itself, and keeps over a crash what it has applied |
//! | first_term | three servers, any of which stands in the first term |
//! | elections | three servers, two of which stand, in each of two terms |
//! | elections_with_a_crash | the same, where one crashes and recovers |
//! | elections_of_all | as elections, but any of the three stands |
//! | elections_in_three_terms | as elections, in each of three terms |
//! | replication | one leader and a command proposed to it |
//! | replication_with_a_crash | the same, where one crashes and recovers |
//! | forwarding | one leader and a command proposed to a follower |
//! | two_commands | one leader, a command proposed to it and one to a follower; each timer fires once |
//! | succession | two servers stand, in each of two terms, and a command is proposed to one of them; each timer fires once |
//! | succession_with_a_crash | the same, where one crashes and recovers |
//! | check_quorum | one server stands, and steps down when it finds itself alone |
//! | check_quorum_in_two_terms | two servers stand, in each of two terms, and may step down |
//! | reads | the leader is asked for two reads |
//! | reads_of_a_follower | a follower is asked for a read, while a command is proposed to the leader |
//! | sessions | a client asks two servers for the same command, which is applied once |
//! | sessions_with_a_crash | the same, where one crashes and recovers |
//! | snapshots | the leader forgets what a snapshot stands for, and a follower needs it |
//! | snapshots_with_a_crash | the same, where one crashes and recovers |
//! | snapshots_in_parts | two commands, and the snapshot comes in two parts |
//!
//! On every network here a message may be lost, arrive as often as it likes and in any order. Terms end at a cut: no
//! election begins in the last one. (So runs are left unfinished, and only safety is claimed.) Who does not stand is a
//! cut too.
//!
//! Most of what is in flight after a while are messages of earlier terms, which their receivers ignore for ever. The
//! larger systems are explored in the normal form without these: that is about a hundredth of the states.

mod check_quorum;
mod linearizable;
mod properties;
mod reads;
mod sessions;
mod snapshots;

use crate::Case;
use std::collections::BTreeMap;
use synod::consensus::raft::{Configuration, Indication, Raft, Request, Role, StateMachine};
use synod::event::Data;
use synod::quorum::ProcessSet;
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
    fn observe(&mut self, seen: &ObservationOf<Server>) {
        let Observation::Indication { indication: Indication::Applied { number, index, .. }, .. } = seen else {
            return;
        };
        self.twice |= self.at.values().any(|other| other == number);
        self.contradiction |= self.at.insert(*index, *number).is_some_and(|other| other != *number);
    }
}

/// All of them.
pub fn systems() -> Vec<Case> {
    let mut systems = core();
    systems.extend(check_quorum::systems());
    systems.extend(reads::systems());
    systems.extend(sessions::systems());
    systems.extend(snapshots::systems());
    systems
}

/// Elections and replication.
fn core() -> Vec<Case> {
    vec![
        Case::verified("one_server", ONE_SERVER, one_server()),
        Case::verified("first_term", 40_202, first_term()),
        Case::verified("elections", 10_906, elections()),
        Case::verified("elections_with_a_crash", 112_468, elections_with_a_crash()).slow(),
        Case::verified("elections_of_all", 233_330, elections_of_all()).slow(),
        Case::verified("elections_in_three_terms", 111_275, elections_in_three_terms()).slow(),
        Case::verified("replication", 24_505, replication()),
        Case::verified("replication_with_a_crash", 196_776, replication_with_a_crash()),
        Case::verified("forwarding", 19_978, forwarding()),
        Case::verified("two_commands", 205_178, two_commands()),
        Case::verified("succession", 176_965, succession()).slow(),
        Case::verified("succession_with_a_crash", 1_749_051, succession_with_a_crash()).slow(),
    ]
}

/// Servers that send two entries at a time, in one message after the other.
fn servers(count: usize) -> Vec<Server> {
    let configuration = Configuration::new(ProcessSet::all(count)).expect("there are voters");
    vec![Raft::new(configuration, Journal::default()).batch(2).flight(1); count]
}

/// So many of the servers stand, those with the least ids, in so many terms.
fn contested<H: Data>(system: System<Server, H>, standing: usize, terms: u64) -> System<Server, H> {
    let system = system
        .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
        .explore_while("no election begins in the last term")
        .processes(move |p| {
            let asks = |role: &Role| matches!(role, Role::PreCandidate { .. });
            p.states().all(|(_, state)| state.term() < terms || state.term() == terms && !asks(&state.role))
        })
        .explore_while("the others do not stand")
        .processes(move |p| {
            p.states().all(|(id, state)| usize::from(id) < standing || !matches!(state.role, Role::PreCandidate { .. }))
        });
    properties::elects(properties::safe(system))
}

fn without_earlier_terms<H: Data>(system: System<Server, H>) -> System<Server, H> {
    system.normalise("messages of earlier terms are gone", |parts| {
        let terms =
            parts.processes.iter().map(|process| process.storage.as_ref().map_or(0, |durable| durable.ballot.term));
        let terms: Vec<u64> = terms.collect();
        parts.messages.retain(|envelope| envelope.message.term >= terms[usize::from(envelope.to)]);
    })
}

/// A server is asked for a command, at any time; without a leader it refuses.
fn proposing(system: System<Server, Answers>, server: usize, command: u8) -> System<Server, Answers> {
    let request = Request::Propose { number: command.into(), command };
    system.script(server, Script::at_any_time([request]))
}

fn answered(count: usize) -> System<Server, Answers> {
    System::new(servers(count)).observing(Answers::default(), |answers: &mut Answers, seen| answers.observe(seen))
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

fn one_server() -> System<Server, Answers> {
    let system = contested(proposing(answered(1), 0, 1).crash_recovery(1), 1, 2);
    properties::answers(system)
}

fn first_term() -> System<Server> {
    properties::rivals(contested(System::new(servers(3)), 3, 1))
}

fn elections() -> System<Server> {
    without_earlier_terms(properties::succession(contested(System::new(servers(3)), 2, 2)))
}

fn elections_with_a_crash() -> System<Server> {
    properties::recoveries(elections().crash_recovery(1))
}

fn elections_of_all() -> System<Server> {
    without_earlier_terms(properties::succession(contested(System::new(servers(3)), 3, 2)))
}

fn elections_in_three_terms() -> System<Server> {
    without_earlier_terms(properties::succession(contested(System::new(servers(3)), 2, 3)))
}

fn replication() -> System<Server, Answers> {
    properties::answers(contested(proposing(answered(3), 0, 1), 1, 1))
}

fn replication_with_a_crash() -> System<Server, Answers> {
    properties::recoveries(replication().crash_recovery(1))
}

fn forwarding() -> System<Server, Answers> {
    properties::forwarding(properties::answers(contested(proposing(answered(3), 1, 1), 1, 1)))
}

fn two_commands() -> System<Server, Answers> {
    let system = proposing(proposing(answered(3), 0, 1), 1, 2).firings(1);
    properties::both_orders(properties::forwarding(properties::answers(contested(system, 1, 1))))
}

fn succession() -> System<Server, Answers> {
    let system = contested(proposing(answered(3), 0, 1).firings(1), 2, 2);
    without_earlier_terms(properties::succession(properties::answers(system)))
}

fn succession_with_a_crash() -> System<Server, Answers> {
    properties::recoveries(succession().crash_recovery(1))
}
