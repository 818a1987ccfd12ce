//! What a server knows.

use super::clients::{Clients, Operation};
use super::configuration::Configuration;
use super::configurations::Configurations;
use super::durable::{Durable, Payload};
use super::progress::Progress;
use super::proposals::Proposals;
use super::reads::{Reads, Rounds};
use super::session::Sessions;
use super::snapshot::{Arrival, Transfer};
use super::vote::Tally;
use crate::quorum::ProcessSet;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The state of a server that replicates a machine `M` with commands `C`, outputs `O` and
/// snapshots in parts `P`.
///
/// Invariants: `commit` never decreases while the server is up, and is not beyond the end of the log; the machine is
/// what the entries up to there make of the initial one; a leader's `leader` is itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<C, M, O, P> {
    /// Always equal to what is saved.
    pub durable: Durable<C, P>,
    /// What the server does in its term.
    pub role: Role,
    /// The leader of the term, as long as it is known and the server trusts it.
    pub leader: Option<Id>,
    /// Up to this index the log is known to be committed, and is applied.
    pub commit: u64,
    /// What is replicated.
    pub machine: M,
    /// Whose proposals are applied.
    pub applied: Sessions,
    /// The sessions of clients, and what they were answered.
    pub clients: Clients<O>,
    /// What the application above waits for.
    pub proposals: Proposals<Operation<C>>,
    /// What it wants to read.
    pub reads: Reads<C>,
    /// Who is in the cluster, by its log.
    pub configurations: Configurations,
    /// Who is to be in it, if the application has asked for that.
    pub reconfiguration: Option<Reconfiguration>,
    /// Who is to lead instead, if the application has asked for that.
    pub handover: Option<Handover>,
    /// What has arrived of the leader's snapshot.
    pub arrival: Arrival<P>,
    /// Of a leader: the snapshots that it sends.
    pub transfers: BTreeMap<Id, Transfer<P>>,
}

crate::rename! {
    struct State<C, M, O, P> {
        durable, role, leader, commit, machine, applied, clients, proposals, reads, configurations,
        reconfiguration, handover, arrival, transfers,
    }
}

/// A change of the membership that the application has asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reconfiguration {
    /// The number of the request.
    pub number: u64,
    /// Who is to be in the cluster.
    pub next: Configuration,
    /// The index of the joint configuration, once the change has begun.
    pub joint: Option<u64>,
}

crate::rename! { struct Reconfiguration { number, next, joint } }

/// A transfer of the leadership that the application has asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handover {
    /// The number of the request.
    pub number: u64,
    /// Who is to lead.
    pub to: Id,
}

crate::rename! { struct Handover { number, to } }

/// What a server does in its term.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It follows whoever leads.
    Follower,
    /// It asks whether it would win, before it disturbs anybody by a new term.
    PreCandidate {
        /// Who would vote for it.
        tally: Tally,
    },
    /// It stands for election.
    Candidate {
        /// Who votes for it.
        tally: Tally,
    },
    /// It was elected.
    Leader {
        /// How far each of the others has got.
        followers: BTreeMap<Id, Progress>,
        /// Whose proposals are in its log, to the end.
        sessions: Sessions,
        /// Of whom it has heard since it last looked around, where it does that.
        heard: ProcessSet,
        /// How it makes sure that it leads, for reads.
        rounds: Rounds,
    },
}

crate::rename! {
    enum Role { Follower, PreCandidate { tally }, Candidate { tally }, Leader { followers, sessions, heard, rounds } }
}

/// The timers of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Of everyone but a leader: nothing was heard of a leader for too long, or no election has succeeded. Of a leader,
    /// where it does that: time to look around for a quorum.
    Election,
    /// Of a leader: time for a sign of life.
    Heartbeat,
    /// Of everyone but a leader: what was proposed to the leader may have been lost.
    Propose,
    /// Of everyone but a leader: what was asked of the leader, to read, may have been lost.
    Read,
}

crate::rename! { enum Timer { Election, Heartbeat, Propose, Read } }

impl<C, M, O, P> State<C, M, O, P> {
    /// The term that it is in.
    pub fn term(&self) -> u64 {
        self.durable.ballot.term
    }

    /// Whether an entry with one of these indices is a proposal of this process.
    pub(super) fn proposes(&self, process: Id, indices: RangeInclusive<u64>) -> bool {
        let is_its =
            |payload: &Payload<C>| matches!(payload, Payload::Command(proposal) if proposal.process == process);
        self.durable.log.entries(indices).any(|entry| is_its(&entry.payload))
    }

    /// Whether it is the leader of its term.
    pub fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }
}
