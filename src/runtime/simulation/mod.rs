//! A whole [`System`] in one thread and in virtual time, everything from one seed.
//!
//! The same actors that a node runs, in the same [`Core`](super::Core) and the same [`Batch`](super::Batch), on a network that
//! delays, loses, duplicates and reorders, with disks that are slow, full, or lose what was not synced, with clocks that run
//! apart, and with crashes at every point of a batch. The system says what may go wrong, what the applications ask for and what
//! must hold; [`Conditions`] say how often it does go wrong, and a [`Schedule`] what happens when.
//!
//! An *event* is one delivery, timer, request or fault, with its handler run. The same seed gives the same run, on every
//! machine. While it goes on, it is held against the system: a batch is the steps of the system that it stands for, at the
//! moment of its commit, and after each of them the properties are judged. So a run that violates a property is a run of the
//! system, and can be [made smaller](Failure::shrink) there.
//!
//! ```
//! use synod::broadcast::{Broadcast, best_effort::BestEffort};
//! use synod::runtime::simulation::Simulation;
//! use synod::system::{Limit, Network, Observation, Script, System};
//!
//! let system = System::new(vec![BestEffort::<u8>::new(3); 3])
//!     .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
//!     .script(0, Script::at_any_time([Broadcast(7)]))
//!     .observing(0, |delivered, seen| *delivered += u8::from(matches!(seen, Observation::Indication { .. })))
//!     .always("delivered at most once each").history(|delivered| *delivered <= 3);
//! // Best-effort broadcast asks for links that duplicate nothing.
//! let failure = Simulation::new(system)?.search(1, 100_000).unwrap_err();
//! assert_eq!(failure.property, "delivered at most once each");
//! println!("{}", failure.shrink());
//! # Ok::<(), synod::runtime::simulation::Unsimulated>(())
//! ```
//!
//! # What is left out
//!
//! Byzantine processes, omissions of single processes, and systems that assume synchrony are [refused](Unsimulated). Liveness
//! properties are not judged: a run that ends says nothing of those that do not. A `finally` is judged where a run comes to rest.
//! What a system [explores only while](System::explore_while) something holds is no bound here.

mod chance;
mod conditions;
mod failure;
mod judge;
mod mirror;
mod network;
mod process;
mod queue;
mod run;
mod schedule;
mod world;

pub use conditions::{Conditions, Disk, Link, Partitions};
pub use failure::{Failure, Shrunk};
pub use judge::Judging;
pub use run::{Counts, End, Record, Run};
pub use schedule::{Incident, Point, Schedule};

use crate::event::{Data, Module};
use crate::system::{Action, Local, Script, Step, System, Timing, panic_message};
use judge::Judge;
use mirror::Mirror;
use stateright::actor::Id;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use world::World;

/// How many events a run of a [search](Simulation::search) has at most.
pub const RUN_EVENTS: u64 = 10_000;

/// The `number`-th request of a process's application, counted from 0, if there is one.
type Requests<A> = Arc<dyn Fn(Id, u64) -> Option<<A as Module>::Request> + Send + Sync>;

/// A system that is to be simulated, and how.
pub struct Simulation<A: Module, H: Data = ()> {
    system: System<A, H>,
    conditions: Conditions,
    schedule: Schedule,
    requests: Option<Requests<A>>,
    judging: Judging,
}

/// Why a system cannot be simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsimulated {
    /// It has Byzantine processes.
    Byzantine,
    /// Its processes fail to send or to receive single messages.
    Omission,
    /// It assumes synchrony, now or some day.
    Synchrony,
    /// It contradicts itself; then in one line that says what to change.
    Contradiction(&'static str),
}

impl fmt::Display for Unsimulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Unsimulated::Byzantine => "Byzantine processes",
            Unsimulated::Omission => "omissions of single processes: let the network lose messages instead",
            Unsimulated::Synchrony => "synchrony: only asynchronous systems are simulated",
            Unsimulated::Contradiction(why) => return write!(f, "this system contradicts itself: {why}"),
        };
        write!(f, "this system cannot be simulated, because it has {what}")
    }
}

impl std::error::Error for Unsimulated {}

/// What a search that found nothing has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// How many runs.
    pub runs: u64,
    /// How many events in all.
    pub events: u64,
    /// How many runs came to rest.
    pub rests: u64,
    /// The `sometimes` that were reached, in the order in which they were.
    pub reached: Vec<&'static str>,
}

impl<A: Module, H: Data> Simulation<A, H> {
    /// Simulates a system under the usual [`Conditions`].
    ///
    /// # Errors
    ///
    /// [`Unsimulated`] when the system has what the simulation leaves out, or contradicts itself.
    pub fn new(system: System<A, H>) -> Result<Self, Unsimulated> {
        let rules = &system.rules;
        if let Some(why) = rules.contradiction() {
            return Err(Unsimulated::Contradiction(why));
        }
        if rules.byzantine.possible() {
            return Err(Unsimulated::Byzantine);
        }
        if rules.omissions.possible() {
            return Err(Unsimulated::Omission);
        }
        if rules.timing != Timing::Asynchronous {
            return Err(Unsimulated::Synchrony);
        }
        Ok(Simulation {
            system,
            conditions: Conditions::default(),
            schedule: Schedule::new(),
            requests: None,
            judging: Judging::EveryStep,
        })
    }

    /// How often things go wrong, and how long they take.
    pub fn conditions(self, conditions: Conditions) -> Self {
        Simulation { conditions, ..self }
    }

    /// What happens when.
    ///
    /// # Panics
    ///
    /// When it names a process that does not exist.
    pub fn schedule(self, schedule: Schedule) -> Self {
        let n = self.system.process_count();
        for (_, incident) in &schedule.incidents {
            let stranger = incident.processes().into_iter().find(|process| *process >= n);
            assert!(stranger.is_none(), "{incident:?} is of a process that does not exist: there are only {n}");
        }
        Simulation { schedule, ..self }
    }

    /// What the applications ask for, in place of the system's scripts: the `number`-th request of a process, from 0. They
    /// ask at any time, and may do so for ever.
    pub fn requests(self, requests: impl Fn(Id, u64) -> Option<A::Request> + Send + Sync + 'static) -> Self {
        Simulation { requests: Some(Arc::new(requests)), ..self }
    }

    /// When the properties are judged.
    pub fn judging(self, judging: Judging) -> Self {
        Simulation { judging, ..self }
    }

    /// The system.
    pub fn system(&self) -> &System<A, H> {
        &self.system
    }

    /// One run, of at most so many events.
    ///
    /// # Panics
    ///
    /// When a rate among the [`Conditions`] is not a probability, or they name a link of a process that does not exist.
    pub fn run(&self, seed: u64, events: u64) -> Run<H> {
        // A cap on copies asks what is in a batch that is not committed yet.
        let held_against_system = self.judging != Judging::Never || self.system.rules.network.copies.is_some();
        let mirror = held_against_system.then(|| self.mirror(false));
        let mut world = World::new(self, seed, mirror, false);
        self.drive(seed, events, &mut world)
    }

    /// The same run, with all its steps. It takes several times as long, and memory for each step.
    ///
    /// # Panics
    ///
    /// As [`Simulation::run`].
    pub fn record(&self, seed: u64, events: u64) -> Record<A, H> {
        let mut world = World::new(self, seed, Some(self.mirror(true)), true);
        let run = self.drive(seed, events, &mut world);
        let batches = world.departures.take().unwrap_or_default();
        let Mirror { steps, state, .. } = world.mirror.take().expect("a recorded run is held against its system");
        let steps = steps.unwrap_or_default();
        let system = self.system_of(&steps);
        Record { run, steps, state, system, batches }
    }

    /// Runs until so many events have happened in all: one run after the other, of [`RUN_EVENTS`] at most, the first from this
    /// seed and each from the next.
    ///
    /// # Errors
    ///
    /// The first run that violates a property.
    ///
    /// # Panics
    ///
    /// As [`Simulation::run`].
    pub fn search(&self, seed: u64, events: u64) -> Result<Summary, Box<Failure<A, H>>> {
        let mut summary = Summary { runs: 0, events: 0, rests: 0, reached: Vec::new() };
        while summary.events < events {
            let seed = seed.wrapping_add(summary.runs);
            let run = self.run(seed, RUN_EVENTS.min(events - summary.events));
            summary.runs += 1;
            // A run without an event is one too many to go on for ever.
            summary.events += run.events.max(1);
            summary.rests += u64::from(run.end == End::Rest);
            if let Some(property) = run.violated() {
                let before = summary.events - run.events.max(1);
                return Err(Box::new(Failure::new(self, property, run, summary.runs - 1, before)));
            }
            for property in run.reached {
                if !summary.reached.contains(&property) {
                    summary.reached.push(property);
                }
            }
        }
        Ok(summary)
    }

    fn mirror(&self, recording: bool) -> Mirror<'_, A, H> {
        let judge = Judge::new(&self.system, self.judging);
        Mirror::new(&self.system, judge, recording, self.requests.is_some())
    }

    fn drive(&self, seed: u64, events: u64, world: &mut World<'_, A, H>) -> Run<H> {
        let end = catch_unwind(AssertUnwindSafe(|| world.go(events))).map_err(|payload| {
            world.panicked();
            panic_message(&*payload)
        });
        Run::of(seed, end, world, self.system.first_history())
    }

    /// The system of which these steps are a run: with what the applications asked for as their scripts.
    fn system_of(&self, steps: &[Action<A>]) -> System<A, H> {
        if self.requests.is_none() {
            return self.system.clone();
        }
        scripted(&self.system, steps)
    }
}

/// The system, with what is asked for in these steps as its scripts.
fn scripted<A: Module, H: Data>(system: &System<A, H>, steps: &[Action<A>]) -> System<A, H> {
    let asked_by = |id| {
        steps.iter().filter_map(move |step| match step {
            Step::Act { process, local, .. } if *process == Id::from(id) => match &**local {
                Local::Request(request) => Some(request.clone()),
                _ => None,
            },
            _ => None,
        })
    };
    (0..system.process_count()).fold(system.clone(), |system, id| system.script(id, Script::at_any_time(asked_by(id))))
}
