//! One simulated process: its core, what gathers before it, its disk.

use super::mirror::Footprint;
use crate::event::Module;
use crate::runtime::{Batch, Core};
use crate::system::CrashKind;
use stateright::actor::Actor;
use std::collections::{BTreeMap, VecDeque};

/// Something that a process is to handle.
pub(super) enum Arrival<A: Module> {
    Message {
        from: u32,
        message: A::Wire,
        kept: bool,
    },
    /// Nothing arrives, and on a FIFO network that has its place among what does.
    Lost {
        from: u32,
        message: A::Wire,
    },
    Timer(A::Timer),
    Request,
}

/// How a batch ends, unless it ends well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nothing of it is durable.
    Lost(CrashKind),
    /// It is durable, and nothing has left.
    Unsent(CrashKind),
    /// It is durable, and so many departures have left, or any number.
    Cut(CrashKind, Option<usize>),
}

pub(super) struct Process<A: Module> {
    /// Nothing while it is down.
    pub core: Option<Core<A>>,
    /// Counted from 0: what belongs to an earlier life does nothing.
    pub life: u32,
    /// Whether it will never be up again.
    pub stopped: bool,
    /// Whether its start is committed: before that, the others take it for down.
    pub born: bool,
    pub durable: Option<A::Storage>,
    pub batch: Batch<A>,
    /// How many indications the last step of the batch has.
    pub last_indications: usize,
    /// Whether the disk is at work on the batch.
    pub committing: bool,
    pub ending: Option<Ending>,
    pub inbox: VecDeque<Arrival<A>>,
    /// The steps of the batch, where the run is judged.
    pub trail: Vec<Footprint<A>>,
    /// Armed timers, with their places in the queue.
    pub timers: BTreeMap<<A as Actor>::Timer, u32>,
    pub fired: BTreeMap<<A as Actor>::Timer, u8>,
    /// How many requests were made, and how many of them are committed.
    pub asked: u64,
    pub committed: u64,
    /// The request that the application waits for the answer to: the number of its choice.
    pub waiting: Option<usize>,
    /// Whether the next request is in the queue or in the inbox.
    pub asking: bool,
    /// How much longer than meant its timers take, in parts of 2¹⁶.
    pub clock: u64,
    /// Its disk has no room until then.
    pub full_until: u64,
}

impl<A: Module> Process<A> {
    pub fn new(clock: u64) -> Self {
        Process {
            core: None,
            life: 0,
            stopped: false,
            born: false,
            durable: None,
            batch: Batch::new(),
            last_indications: 0,
            committing: false,
            ending: None,
            inbox: VecDeque::new(),
            trail: Vec::new(),
            timers: BTreeMap::new(),
            fired: BTreeMap::new(),
            asked: 0,
            committed: 0,
            waiting: None,
            asking: false,
            clock,
            full_until: 0,
        }
    }
}
