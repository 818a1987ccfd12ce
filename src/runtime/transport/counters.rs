//! What a transport has done and refused, to be read at any time.
//!
//! Counting costs an atomic addition. [`Counters::snapshot`] gives plain data that serialises.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// Why a connection was refused, or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// It does not speak the protocol.
    Garbage,
    /// It speaks another version of the protocol.
    Version,
    /// It belongs to another cluster.
    Cluster,
    /// It is, or looks for, another node.
    Node,
    /// It has an id that is not among the peers.
    Stranger,
    /// It is an earlier incarnation of a node that has been seen since.
    Incarnation,
    /// Its handshake took too long.
    Slow,
    /// More connections than allowed were in their handshake, and it was the oldest.
    Crowded,
    /// It could not prove who it is.
    Identity,
    /// It announced a message beyond the limit.
    Oversized,
    /// It sent a message that cannot be read.
    Malformed,
    /// Nothing was heard of it for too long.
    Silent,
    /// It did not take what was sent to it for too long.
    Stalled,
}

impl Refusal {
    /// Every reason, in order.
    pub const ALL: [Refusal; 13] = [
        Refusal::Garbage,
        Refusal::Version,
        Refusal::Cluster,
        Refusal::Node,
        Refusal::Stranger,
        Refusal::Incarnation,
        Refusal::Slow,
        Refusal::Crowded,
        Refusal::Identity,
        Refusal::Oversized,
        Refusal::Malformed,
        Refusal::Silent,
        Refusal::Stalled,
    ];
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Garbage => "it does not speak the protocol",
            Refusal::Version => "it speaks another version of the protocol",
            Refusal::Cluster => "it belongs to another cluster",
            Refusal::Node => "it is, or looks for, another node",
            Refusal::Stranger => "its id is not among the peers",
            Refusal::Incarnation => "a later incarnation of the node has been seen",
            Refusal::Slow => "its handshake took too long",
            Refusal::Crowded => "too many connections were in their handshake",
            Refusal::Identity => "it could not prove who it is",
            Refusal::Oversized => "it announced a message beyond the limit",
            Refusal::Malformed => "it sent a message that cannot be read",
            Refusal::Silent => "nothing was heard of it for too long",
            Refusal::Stalled => "it did not take what was sent to it for too long",
        })
    }
}

/// What one transport counts.
#[derive(Debug, Default)]
pub struct Counters {
    peers: Mutex<BTreeMap<Id, Arc<Line>>>,
    refused: [AtomicU64; Refusal::ALL.len()],
    without_address: AtomicU64,
    failed_accepts: AtomicU64,
}

impl Counters {
    /// What was counted until now. Numbers that change meanwhile may be from slightly different moments.
    pub fn snapshot(&self) -> Traffic {
        let refused = Refusal::ALL.into_iter().map(|why| (why, self.refused[why as usize].load(Relaxed)));
        Traffic {
            peers: self.lines().iter().map(|(&id, line)| (usize::from(id) as u64, line.snapshot())).collect(),
            refused: refused.filter(|&(_, times)| times > 0).collect(),
            without_address: self.without_address.load(Relaxed),
            failed_accepts: self.failed_accepts.load(Relaxed),
        }
    }

    /// How many peers can be reached now: messages to them can leave, and theirs arrive. Quicker than all of a snapshot.
    pub fn reached(&self) -> usize {
        self.lines().values().filter(|line| line.connected.load(Relaxed) && line.heard.load(Relaxed)).count()
    }

    /// Counts what was refused; gives how often it was.
    pub(super) fn refuse(&self, why: Refusal) -> u64 {
        self.refused[why as usize].fetch_add(1, Relaxed) + 1
    }

    pub(super) fn no_address(&self) -> u64 {
        self.without_address.fetch_add(1, Relaxed) + 1
    }

    pub(super) fn failed_accept(&self) -> u64 {
        self.failed_accepts.fetch_add(1, Relaxed) + 1
    }

    /// The counters of a peer, which are kept even when it is removed.
    pub(super) fn line(&self, peer: Id) -> Arc<Line> {
        self.lines().entry(peer).or_default().clone()
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, BTreeMap<Id, Arc<Line>>> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether something is worth a line in the log that has happened so often: the first, second, fourth, eighth … time.
/// Whoever floods a node cannot flood its log.
pub(super) fn worth_telling(times: u64) -> bool {
    times.is_power_of_two()
}

/// What is counted for one peer.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) connected: AtomicBool,
    pub(super) heard: AtomicBool,
    pub(super) connections: AtomicU64,
    pub(super) failed_dials: AtomicU64,
    pub(super) sent: Flow,
    pub(super) received: Flow,
    pub(super) queued: Flow,
    pub(super) dropped_oldest: AtomicU64,
    pub(super) dropped_unsendable: AtomicU64,
    pub(super) dropped_with_connection: AtomicU64,
}

/// Messages and bytes.
#[derive(Debug, Default)]
pub(super) struct Flow {
    messages: AtomicU64,
    bytes: AtomicU64,
}

impl Flow {
    pub(super) fn add(&self, messages: usize, bytes: usize) {
        self.messages.fetch_add(messages as u64, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    pub(super) fn set(&self, messages: usize, bytes: usize) {
        self.messages.store(messages as u64, Relaxed);
        self.bytes.store(bytes as u64, Relaxed);
    }

    fn snapshot(&self) -> Amount {
        Amount { messages: self.messages.load(Relaxed), bytes: self.bytes.load(Relaxed) }
    }
}

impl Line {
    fn snapshot(&self) -> PeerTraffic {
        PeerTraffic {
            connected: self.connected.load(Relaxed),
            heard: self.heard.load(Relaxed),
            reconnections: self.connections.load(Relaxed).saturating_sub(1),
            failed_dials: self.failed_dials.load(Relaxed),
            sent: self.sent.snapshot(),
            received: self.received.snapshot(),
            queued: self.queued.snapshot(),
            dropped_oldest: self.dropped_oldest.load(Relaxed),
            dropped_unsendable: self.dropped_unsendable.load(Relaxed),
            dropped_with_connection: self.dropped_with_connection.load(Relaxed),
        }
    }
}

/// What a transport has done since it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Traffic {
    /// By the peer's id.
    pub peers: BTreeMap<u64, PeerTraffic>,
    /// How many connections were refused or given up, by reason. Reasons that never applied are absent.
    pub refused: BTreeMap<Refusal, u64>,
    /// How many messages were dropped because their recipient has no address.
    pub without_address: u64,
    /// How often the operating system could not accept a connection.
    pub failed_accepts: u64,
}

/// What a transport has done for one peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PeerTraffic {
    /// Whether messages to it can leave now.
    pub connected: bool,
    /// Whether messages of it can arrive now.
    pub heard: bool,
    /// How often the connection to it was made again.
    pub reconnections: u64,
    /// How often the connection to it could not be made.
    pub failed_dials: u64,
    /// What was handed to the operating system, in whole frames.
    pub sent: Amount,
    /// What was handed to the node, in whole frames.
    pub received: Amount,
    /// What waits now.
    pub queued: Amount,
    /// Messages dropped because the queue was full.
    pub dropped_oldest: u64,
    /// Messages dropped because they are beyond the limit of a frame, or do not serialise.
    pub dropped_unsendable: u64,
    /// Messages dropped because the connection broke while they were being written.
    pub dropped_with_connection: u64,
}

/// Messages, and the bytes that they take on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// How many messages.
    pub messages: u64,
    /// How many bytes.
    pub bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_its_own_counter() {
        let counters = Counters::default();
        for (times, why) in (1..).zip(Refusal::ALL) {
            assert_eq!((1..=times).map(|_| counters.refuse(why)).last(), Some(times));
        }
        let refused = counters.snapshot().refused;
        assert_eq!(refused.into_values().collect::<Vec<_>>(), (1..=Refusal::ALL.len() as u64).collect::<Vec<_>>());
    }

    #[test]
    fn a_peer_is_reached_when_both_ways_are_open() {
        let counters = Counters::default();
        for (id, connected, heard) in [(0, true, true), (1, true, false), (2, false, true), (3, true, true)] {
            let line = counters.line(Id::from(id));
            line.connected.store(connected, Relaxed);
            line.heard.store(heard, Relaxed);
        }
        assert_eq!(counters.reached(), 2);
    }

    #[test]
    fn only_ever_rarer_events_are_told() {
        let told = (1..=1_000).filter(|&times| worth_telling(times)).count();
        assert_eq!(told, 10);
    }
}
