//! How a node is doing: a snapshot that can be shown.

use super::suspension::Suspension;
use crate::runtime::transport::Traffic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};

/// A snapshot of a node. Its numbers are taken one after the other while the node goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Status {
    /// The name of the cluster.
    pub cluster: String,
    /// The node's id.
    pub id: usize,
    /// In which of its lives the node is.
    pub incarnation: u64,
    /// How many ids were ever given.
    pub processes: usize,
    /// Where each process that is there is reached, this one included.
    pub addresses: BTreeMap<usize, String>,
    /// Whether the node takes nothing in, because the application does not read its indications.
    pub stalled: bool,
    /// Whether the node takes nothing in and lets nothing out, because its store cannot save at the moment.
    pub suspended: Option<Suspension>,
    /// Why the node has stopped, if it has.
    pub stopped: Option<String>,
    /// What it has done in this life.
    pub done: Done,
    /// What waits.
    pub waiting: Waiting,
    /// What the transport has done and refused.
    pub traffic: Traffic,
}

/// What a node has done in this life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Done {
    /// Events that were handled and whose effects are released.
    pub steps: u64,
    /// Groups of steps whose effects were released together.
    pub batches: u64,
    /// Batches that had to be made durable first.
    pub commits: u64,
    /// Messages that were taken in.
    pub received: u64,
    /// Messages that were handed to the transport.
    pub sent: u64,
    /// Messages that were refused, because nobody of the sender's id is there.
    pub refused: u64,
}

/// What waits in a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Waiting {
    /// Messages that have arrived and are not handled yet.
    pub messages: usize,
    /// Requests that are not handled yet.
    pub requests: usize,
    /// Indications that the application has not read yet.
    pub indications: usize,
    /// Calls that are not answered yet.
    pub calls: usize,
    /// Timers that are armed.
    pub timers: usize,
}

/// What the node's loop tells, for others to read at any time.
#[derive(Default)]
pub(super) struct Told {
    pub steps: AtomicU64,
    pub batches: AtomicU64,
    pub commits: AtomicU64,
    pub received: AtomicU64,
    pub sent: AtomicU64,
    pub refused: AtomicU64,
    pub calls: AtomicUsize,
    pub timers: AtomicUsize,
    pub stalled: AtomicBool,
}

impl Told {
    pub fn done(&self) -> Done {
        Done {
            steps: self.steps.load(Relaxed),
            batches: self.batches.load(Relaxed),
            commits: self.commits.load(Relaxed),
            received: self.received.load(Relaxed),
            sent: self.sent.load(Relaxed),
            refused: self.refused.load(Relaxed),
        }
    }
}
