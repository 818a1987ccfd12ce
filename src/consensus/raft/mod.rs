//! Raft: a log that a leader keeps, replicated so that a state machine takes the same commands in the same order
//! everywhere.
//!
//! **Guarantees**, whatever happens, named as in Ongaro and Ousterhout's paper:
//!
//! | property | meaning |
//! | --- | --- |
//! | election safety | at most one leader is elected in a term |
//! | leader append-only | a leader never overwrites or removes entries of its own log |
//! | log matching | two logs that have an entry with the same index and term agree up to there |
//! | leader completeness | an entry that is committed is in the log of every leader of a later term |
//! | state machine safety | no two servers apply different commands at the same index |
//! | one vote per term | a server votes for at most one candidate in a term, also across crashes |
//!
//! Besides: what a process proposes is applied at most once, and in the order in which it was proposed; and while the
//! process stays up, exactly once, as soon as there is a leader for long enough and a majority that it can reach.
//!
//! **Model**: processes that crash and recover with what they saved; a network that loses, duplicates and reorders
//! messages, but does not forge them. Safety depends on no time. Progress does: a message takes much less than an
//! election time-out, and that much less than what lies between two failures. Of 2f+1 voters f may be down.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 6.2; Rudder, *Distributed Systems* (BU
//! CS351, 2025), §2.3; Ongaro and Ousterhout, *In Search of an Understandable Consensus Algorithm* (2014); pre-vote:
//! Ongaro's dissertation (2014), §9.6.
//!
//! **Cost** of a command that is proposed to the leader of n servers: 2(n-1) messages, one round trip until it is
//! applied there; one storage write at each server. Commands that come while messages are on the way travel together.
//! An election takes 4(n-1) messages, two round trips, and one write at each server. Reads take 2(n-1) messages and one
//! round trip for all that wait together, and no write.
//!
//! # Structure
//!
//! | module | what it is |
//! | --- | --- |
//! | [`log`] | the log, of which copies share what they have in common; the step that makes one agree with another |
//! | [`configuration`] | who votes and who only learns; quorums, also of joint configurations; what a quorum has reached |
//! | [`vote`] | terms and votes, whose log is up to date, tallies |
//! | [`progress`] | what the leader knows of a follower's log, and how much may be on the way there |
//! | [`session`] | proposals are numbered by process; which stand in a log |
//! | [`clients`] | sessions of clients: what they ask for again is applied once |
//! | [`snapshot`] | what stands for the beginning of a log, and comes to a follower in parts |
//! | `durable`, `state`, `message` | what survives a crash, what a server knows, what servers say to one another |
//! | `election`, `replication`, `application` | the handlers: `upon` time-outs and votes; entries and answers; proposals |
//! | `reads`, `reading` | reads without an entry in the log: those that wait; the round by which a leader makes sure that it leads |
//! | `installation` | the handlers of snapshots: taken by every server, sent to a follower that needs one |
//! | [`configurations`], `membership` | which configuration is in force; change of the membership by joint consensus |
//! | `transfer` | leadership is handed over |
//! | `check_quorum` | a leader that hears nothing from a quorum steps down |
//!
//! A handler changes the state in place, saves what is durable whenever it has changed, and says what is to be sent.
//! Whatever the message, two rules come first, and in one place: a larger term is entered, a smaller one makes the
//! message void.
//!
//! | role | it leaves by |
//! | --- | --- |
//! | follower | election time-out: pre-candidate |
//! | pre-candidate | a quorum would vote for it: candidate of the next term; it hears of a leader, or votes for another: follower |
//! | candidate | a quorum votes for it: leader; it hears of a leader: follower; time-out: pre-candidate again |
//! | leader | a larger term: follower; nothing is heard from a quorum, where it looks for that ([`Raft::check_quorum`]): follower |
//!
//! Time-outs are randomised by the range of the timer: a run-time system takes a random moment of it, a checker every
//! one.
//!
//! A server enters a new term of its own accord only when a quorum would vote for it, and nobody would who trusts a
//! leader: who has heard of it since its own last time-out. So a server that is cut off, or does not belong to the
//! cluster any more, does not raise its term however often it times out, and deposes no leader of which the others hear.
//!
//! **Deviations.** The slides let a cluster of one server wait for ever for an answer, and leave what an earlier leader
//! has not committed until somebody proposes something new: here a leader counts its own log at once, and begins its
//! term with an entry that says nothing. They let a time-out fire though there is a leader, because not every way back
//! to a follower cancels it: here whoever hears of a leader arms the timer anew. They promise the order in which a
//! process broadcasts, but a forwarded message can be overtaken by a later one when the leader changes: here a leader
//! takes a proposal only in its turn, and who forwards sends again what is not applied yet. Both sources answer every
//! message; here silence refuses a vote, and ignores a message of an earlier term: its sender learns of the later one
//! from whoever leads it, or asks for votes in it.

pub mod clients;
pub mod configuration;
pub mod configurations;
pub mod log;
pub mod progress;
pub mod session;
pub mod snapshot;
pub mod vote;

mod application;
mod check_quorum;
mod durable;
mod election;
mod entry;
mod installation;
mod machine;
mod membership;
mod message;
mod proposals;
mod reading;
mod reads;
mod replication;
mod state;
#[cfg(test)]
mod tests;
mod transfer;

pub use clients::{Clients, Operation};
pub use configuration::{Configuration, ConfigurationError};
pub use configurations::Configurations;
pub use durable::{Change, Durable, Payload, Proposal};
pub use entry::{Entry, Position};
pub use log::Log;
pub use machine::StateMachine;
pub use message::{Body, Message};
pub use progress::{Flow, Progress};
pub use proposals::{Proposals, Waiting};
pub use reads::{Read, Reads, Rounds};
pub use replication::committed;
pub use session::{Sessions, Turn};
pub use snapshot::{Piece, Snapshot};
pub use state::{Reconfiguration, Role, State, Timer};
pub use vote::{Ballot, Tally};

use crate::event::{Emit, Event};
use serde::{Deserialize, Serialize};
use snapshot::Arrival;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// How long a server waits for a leader, or for an election to succeed, unless said otherwise.
pub const ELECTION_TIMEOUT: Range<Duration> = Duration::from_millis(150)..Duration::from_millis(300);
/// How often a leader gives a sign of life, unless said otherwise.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(30);
/// How many entries a message has at most, unless said otherwise.
pub const BATCH: u64 = 1024;
/// How many messages with entries are on the way to a follower at most, unless said otherwise.
pub const FLIGHT: usize = 16;
/// How many proposals of a server wait at most, unless said otherwise.
pub const WINDOW: usize = 4096;
/// How many sessions of clients are kept at most, unless said otherwise.
pub const SESSIONS: u64 = 1024;

/// A server that replicates the state machine `M`.
#[derive(Clone, Debug)]
pub struct Raft<M> {
    configuration: Configuration,
    machine: M,
    election_timeout: Range<Duration>,
    heartbeat_interval: Duration,
    batch: u64,
    flight: usize,
    window: usize,
    sessions: u64,
    compaction: Option<Compaction>,
    check_quorum: bool,
}

/// When a server takes a snapshot.
#[derive(Clone, Copy, Debug)]
struct Compaction {
    after: u64,
    keep: u64,
}

impl<M> Raft<M> {
    /// A server of a cluster that begins with this configuration, and everywhere with this state of the machine. One that
    /// joins a running cluster is given the same, and learns who is in the cluster from its log.
    pub fn new(configuration: Configuration, machine: M) -> Self {
        Raft {
            configuration,
            machine,
            election_timeout: ELECTION_TIMEOUT,
            heartbeat_interval: HEARTBEAT_INTERVAL,
            batch: BATCH,
            flight: FLIGHT,
            window: WINDOW,
            sessions: SESSIONS,
            compaction: None,
            check_quorum: false,
        }
    }

    /// Waits so long for a leader, or for an election to succeed; each time a random moment of the range. It begins
    /// well above the heartbeat interval and the time that messages take, and is about as wide as it is long: then two
    /// servers seldom time out together.
    pub fn election_timeout(self, range: Range<Duration>) -> Self {
        Raft { election_timeout: range, ..self }
    }

    /// As a leader gives a sign of life so often, and sends again what was not acknowledged since.
    pub fn heartbeat_interval(self, interval: Duration) -> Self {
        Raft { heartbeat_interval: interval, ..self }
    }

    /// A message has at most so many entries.
    ///
    /// # Panics
    ///
    /// With none.
    pub fn batch(self, entries: u64) -> Self {
        assert!(entries > 0, "messages without entries replicate nothing");
        Raft { batch: entries, ..self }
    }

    /// At most so many messages with entries are on the way to a follower. What comes meanwhile travels together after
    /// that.
    ///
    /// # Panics
    ///
    /// With none.
    pub fn flight(self, messages: usize) -> Self {
        assert!(messages > 0, "without messages on the way nothing is replicated");
        Raft { flight: messages, ..self }
    }

    /// At most so many proposals of this server wait, and at most so many reads; more are refused.
    ///
    /// # Panics
    ///
    /// With none.
    pub fn window(self, proposals: usize) -> Self {
        assert!(proposals > 0, "a server that lets nothing wait proposes nothing");
        Raft { window: proposals, ..self }
    }

    /// At most so many sessions of clients are kept when this server is asked to open one more. Each keeps the output of
    /// one command.
    ///
    /// # Panics
    ///
    /// With none.
    pub fn sessions(self, sessions: u64) -> Self {
        assert!(sessions > 0, "where no session is kept none can be opened");
        Raft { sessions, ..self }
    }

    /// Takes a snapshot whenever it has applied so many entries since the last one, and forgets the log up to there but
    /// for the last `keep` entries: followers that are no further behind need no snapshot. Otherwise it keeps its log for
    /// ever.
    ///
    /// # Panics
    ///
    /// With a snapshot after none.
    pub fn snapshots(self, after: u64, keep: u64) -> Self {
        assert!(after > 0, "a snapshot of nothing new stands for nothing");
        Raft { compaction: Some(Compaction { after, keep }), ..self }
    }

    /// As a leader steps down when it has heard nothing from a quorum within an election time-out.
    pub fn check_quorum(self) -> Self {
        Raft { check_quorum: true, ..self }
    }
}

/// What the application asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Request<C> {
    /// To have a command applied.
    Propose {
        /// Names the request; unique within the incarnation of the process.
        number: u64,
        /// The command.
        command: C,
    },
    /// To have several commands applied, in this order. It costs less than to ask for one after the other; others' commands may
    /// come in between. All are refused or none.
    ProposeAll {
        /// Names the first of them; the following numbers name the others. Unique within the incarnation of the process.
        number: u64,
        /// The commands.
        commands: Vec<C>,
    },
    /// To open a session, in which a client's commands are applied once however often it asks, at whatever server.
    Open {
        /// Names the request; unique within the incarnation of the process.
        number: u64,
    },
    /// To have a command of a client applied once. A client asks again until it is answered, and only then for its next.
    ProposeOnce {
        /// Names the request; unique within the incarnation of the process.
        number: u64,
        /// The session of the client.
        session: u64,
        /// The number of the command in the session: the same whenever it is asked for, and larger than those before.
        serial: u64,
        /// The command.
        command: C,
    },
    /// To know what a command would give now, without changing anything: it says nothing that is out of date at the time
    /// of the request.
    Read {
        /// Names the request; unique within the incarnation of the process.
        number: u64,
        /// What is asked of the machine.
        query: C,
    },
    /// To have other voters and learners, which are asked of the leader. Those that are to vote catch up first; until
    /// then a change makes room for the next one that is asked for, be it back to the configuration that is in force.
    Reconfigure {
        /// Names the request; unique within the incarnation of the process.
        number: u64,
        /// Who is to be in the cluster, which is not joint.
        configuration: Configuration,
    },
    /// To have another server lead, which is asked of the leader. What is proposed meanwhile waits.
    Transfer {
        /// Names the request; unique within the incarnation of the process.
        number: u64,
        /// Who is to lead: a voter.
        to: Id,
    },
}

crate::rename! {
    enum Request<C> {
        Propose { number, command },
        ProposeAll { number, commands },
        Open { number },
        ProposeOnce { number, session, serial, command },
        Read { number, query },
        Reconfigure { number, configuration },
        Transfer { number, to },
    }
}

/// What the application is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Indication<O> {
    /// A command that was proposed is committed and applied.
    Applied {
        /// The request.
        number: u64,
        /// Where the command stands in the log; of a client's command that came again, where it was applied.
        index: u64,
        /// What the state machine has made of it.
        output: O,
    },
    /// A command that was proposed is applied, or a session open. What came of it is not known here: a snapshot has come
    /// in place of its entry.
    Covered {
        /// The request.
        number: u64,
    },
    /// A session is open.
    Opened {
        /// The request.
        number: u64,
        /// The session.
        session: u64,
    },
    /// The cluster has the voters and learners that were asked for.
    Reconfigured {
        /// The request.
        number: u64,
    },
    /// The server that was to lead does.
    Transferred {
        /// The request.
        number: u64,
    },
    /// What was to be read.
    Answered {
        /// The request.
        number: u64,
        /// What the state machine says.
        output: O,
    },
    /// Nothing comes of the request: what was proposed is not applied, and never will be.
    Refused {
        /// The request.
        number: u64,
        /// Why.
        reason: Refusal,
    },
}

crate::rename! {
    enum Indication<O> {
        Applied { number, index, output },
        Covered { number },
        Opened { number, session },
        Reconfigured { number },
        Transferred { number },
        Answered { number, output },
        Refused { number, reason },
    }
}

/// Why a request is refused.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// No leader is known: there is an election, or the server is cut off. To be tried again, a little later or
    /// elsewhere.
    NoLeader,
    /// As many proposals or reads wait as may. To be tried again when one is answered.
    Full,
    /// There is no such session: it was not opened, or was not used for long and had to make room. What was applied in
    /// it nobody knows any more.
    NoSession,
    /// A later command of the session was applied. (Whether this one was, before, nobody knows any more.)
    Superseded,
    /// Only the leader does that.
    NotLeader {
        /// Who leads.
        leader: Id,
    },
    /// The membership is being changed already, or the leader; or what was asked for is the middle of a change.
    Changing,
    /// Another change of the membership, or another leader, has come in between.
    Withdrawn,
    /// Only a voter can lead.
    NoVoter,
    /// The server that was to lead did not in time, or another does.
    InVain,
}

crate::rename! {
    enum Refusal { NoLeader, Full, NoSession, Superseded, NotLeader { leader }, Changing, Withdrawn, NoVoter, InVain }
}

/// The state of a server that replicates the machine `M`.
pub type StateOf<M> = State<<M as StateMachine>::Command, M, <M as StateMachine>::Output, PieceOf<M>>;
/// What of it is durable.
pub type DurableOf<M> = Durable<<M as StateMachine>::Command, PieceOf<M>>;
/// What such servers say to one another.
pub type MessageOf<M> = Message<<M as StateMachine>::Command, PieceOf<M>>;
/// What a message says.
type BodyOf<M> = Body<<M as StateMachine>::Command, PieceOf<M>>;
/// A part of a snapshot.
pub type PieceOf<M> = Piece<<M as StateMachine>::Part, <M as StateMachine>::Output>;
/// A snapshot of the machine `M`.
pub type SnapshotOf<M> = Snapshot<PieceOf<M>>;
/// What it puts out.
type Outputs<M> = Out<Raft<M>>;

impl<M: StateMachine> Actor for Raft<M> {
    type Msg = Event<Request<M::Command>, Indication<M::Output>, MessageOf<M>>;
    type State = StateOf<M>;
    type Storage = DurableOf<M>;
    type Timer = Timer;
    type Random = ();

    fn on_start(&self, _id: Id, storage: &Option<Self::Storage>, out: &mut Out<Self>) -> Self::State {
        let mut durable = storage.clone().unwrap_or_default();
        durable.incarnation += 1;
        out.save(durable.clone());
        out.set_timer(Timer::Election, self.election_timeout.clone());
        let snapshot = durable.snapshot.clone();
        let configurations = self.configurations(&durable);
        let mut state = State {
            durable,
            role: Role::Follower,
            leader: None,
            commit: 0,
            machine: self.machine.clone(),
            applied: Sessions::default(),
            clients: Clients::default(),
            proposals: Proposals::default(),
            reads: Reads::default(),
            configurations,
            reconfiguration: None,
            handover: None,
            arrival: Arrival::default(),
            transfers: BTreeMap::new(),
        };
        if let Some(snapshot) = snapshot {
            self.load(&mut state, &snapshot);
        }
        let base = state.durable.log.base().index;
        assert!(base <= state.commit, "the log begins after entry {base}, and no snapshot stands for what was before");
        state
    }

    fn on_msg(&self, id: Id, state: &mut Cow<Self::State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(request) => self.request(id, state, request, out),
            Event::Wire(message) => self.receive(id, state, from, message, out),
            Event::Indication(_) => {}
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<Self::State>, timer: &Timer, out: &mut Out<Self>) {
        let state = state.to_mut();
        match timer {
            Timer::Election if state.is_leader() => self.look_around(id, state, out),
            Timer::Election => self.suspect(id, state, out),
            Timer::Heartbeat => self.beat(id, state, out),
            Timer::Propose => self.propose_again(state, out),
            Timer::Read => self.ask_again(id, state, out),
        }
    }

    fn name(&self) -> String {
        "Raft".to_string()
    }
}

impl<M: StateMachine> Raft<M> {
    /// The application asks for something.
    fn request(&self, id: Id, state: &mut StateOf<M>, request: Request<M::Command>, out: &mut Outputs<M>) {
        match request {
            Request::Propose { number, command } => self.propose(id, state, number, [Operation::Apply(command)], out),
            Request::ProposeAll { number, commands } => {
                self.propose(id, state, number, commands.into_iter().map(Operation::Apply), out);
            }
            Request::Open { number } => {
                self.propose(id, state, number, [Operation::Open { limit: self.sessions }], out)
            }
            Request::ProposeOnce { number, session, serial, command } => {
                self.propose(id, state, number, [Operation::ApplyOnce { session, serial, command }], out);
            }
            Request::Read { number, query } => self.read(id, state, number, query, out),
            Request::Reconfigure { number, configuration } => self.reconfigure(id, state, number, configuration, out),
            Request::Transfer { number, to } => self.transfer(id, state, number, to, out),
        }
    }

    /// A message arrives. Terms come first.
    fn receive(&self, id: Id, state: &mut StateOf<M>, from: Id, message: MessageOf<M>, out: &mut Outputs<M>) {
        let Message { term, body } = message;
        if term > state.term() {
            self.enter(id, state, term, out);
        }
        if term < state.term() {
            return;
        }
        self.hear(state, from);
        match body {
            Body::PreVote { last } => self.pre_vote(state, from, last, out),
            Body::PreVoteGranted => self.count_pre_vote(id, state, from, out),
            Body::RequestVote { last } => self.vote(state, from, last, out),
            Body::VoteGranted => self.count_vote(id, state, from, out),
            Body::AppendEntries { previous, entries, commit } => {
                self.merge(id, state, from, (previous, entries, commit), out);
            }
            Body::Appended { matched } => self.appended(id, state, from, matched, out),
            Body::Rejected { previous, conflict } => self.rejected(state, from, previous, conflict, out),
            Body::InstallSnapshot(part) => self.install(id, state, from, part, out),
            Body::Needs { last, number } => self.needs(state, from, last, number, out),
            Body::TimeoutNow => self.time_out_now(id, state, out),
            Body::Propose { first, operations } => self.append_of(id, state, from, (first, operations), out),
            Body::Read { turn } => self.enrol(id, state, from, turn, out),
            Body::Confirm { round } => self.confirm(id, state, from, round, out),
            Body::Confirmed { round } => self.confirmed(id, state, from, Some(round), out),
            Body::MayRead { turn, index } => self.may_read(id, state, turn, index, out),
        }
    }

    fn send(&self, state: &StateOf<M>, to: Id, body: BodyOf<M>, out: &mut Outputs<M>) {
        out.wire(to, Message { term: state.term(), body });
    }
}
