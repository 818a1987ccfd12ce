//! What a run was like.

use super::mirror::Mirror;
use super::world::World;
use crate::event::{Data, Module};
use crate::system::{Action, NO_PANIC, State, System};
use std::fmt;
use std::time::Duration;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// So many events had happened as were asked for.
    Events,
    /// Nothing was left to happen.
    Rest,
    /// A property fell: an `always`, a `finally`, or that no handler panics.
    Violated {
        /// Its name.
        property: &'static str,
    },
}

/// What happened in a run, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that were handled.
    pub deliveries: u64,
    /// Timers that fired.
    pub timers: u64,
    /// Requests.
    pub requests: u64,
    /// What applications were told. No events of their own.
    pub indications: u64,
    /// Messages that never arrived. No events of their own.
    pub lost: u64,
    /// Messages that arrived once more.
    pub duplicated: u64,
    /// Crashes, for good or not.
    pub crashes: u64,
    /// Restarts.
    pub restarts: u64,
    /// Cuts of the network.
    pub cuts: u64,
    /// Disks that were full.
    pub full_disks: u64,
}

/// A run of a [`Simulation`](super::Simulation).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<H> {
    /// What it was drawn from.
    pub seed: u64,
    /// How it ended.
    pub end: End,
    /// How many events it had: deliveries, timers, requests and faults, each with its handler run.
    pub events: u64,
    /// How much virtual time passed.
    pub time: Duration,
    /// A number that depends on every event and its time: runs of the same seed have the same.
    pub digest: u64,
    /// What happened.
    pub counts: Counts,
    /// The `sometimes` that were reached.
    pub reached: Vec<&'static str>,
    /// What the observer kept, as far as the run was judged.
    pub history: H,
    /// What a handler, an observer or a property said when it panicked, or what the actor did that it may not.
    pub panic: Option<String>,
}

/// A run with all its steps, as a run of the system.
pub struct Record<A: Module, H: Data> {
    /// The run.
    pub run: Run<H>,
    /// Its steps, one after the other as the system has them.
    pub steps: Vec<Action<A>>,
    /// The state of the system at its end.
    pub state: State<A, H>,
    /// The system that it is a run of: where applications asked for what no script says, they are scripted so in this one.
    pub system: System<A, H>,
    /// How many messages and indications each batch had that was closed.
    pub batches: Vec<usize>,
}

impl<H> Run<H> {
    /// The property that fell, if one did.
    pub fn violated(&self) -> Option<&'static str> {
        match self.end {
            End::Violated { property } => Some(property),
            _ => None,
        }
    }
}

impl<H: Data> Run<H> {
    pub(super) fn of<A: Module>(seed: u64, end: Result<End, String>, world: &mut World<'_, A, H>, first: &H) -> Self {
        let misuse = world.misuse.as_ref().map(ToString::to_string);
        let (end, panic) = match end {
            Ok(end) => (end, misuse),
            Err(message) => (End::Violated { property: NO_PANIC }, Some(message)),
        };
        let mirror = world.mirror.as_ref();
        Run {
            seed,
            end,
            events: world.events,
            time: Duration::from_nanos(world.now),
            digest: world.digest,
            counts: world.counts,
            reached: mirror.map(|mirror| mirror.judge.reached.clone()).unwrap_or_default(),
            history: mirror.map_or_else(|| first.clone(), |mirror: &Mirror<'_, A, H>| (*mirror.state.history).clone()),
            panic,
        }
    }
}

impl<H> fmt::Display for Run<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match &self.end {
            End::Events => "went on".to_string(),
            End::Rest => "came to rest".to_string(),
            End::Violated { property } => format!("violated \"{property}\""),
        };
        let Counts { deliveries, timers, requests, lost, duplicated, crashes, restarts, cuts, full_disks, .. } =
            self.counts;
        write!(
            f,
            "seed {}: {end} after {} events in {:?} of virtual time ({deliveries} deliveries, {timers} timers, \
             {requests} requests, {lost} messages lost, {duplicated} duplicated, {crashes} crashes, {restarts} restarts, \
             {cuts} cuts, {full_disks} full disks)",
            self.seed, self.events, self.time
        )
    }
}
