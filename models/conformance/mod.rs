//! Holds actors against their TLA+ twins, step by step: whatever the code can do, the spec allows.
//!
//! TLC checks the spec; this checks that the code does nothing that the spec does not know. Each algorithm has a
//! *conformance instance*: a small [`System`] with the constants of a configuration that TLC has checked too, and a function
//! that maps its states to states of the spec. Every step of the system is mapped, and must either change nothing in the
//! spec's eyes or be a step of `Next`; its first state must satisfy `Init`.
//!
//! ```
//! use std::collections::BTreeSet;
//! use synod::broadcast::{Broadcast, best_effort::BestEffort};
//! use synod::system::{Limit, Network, Observation, Script, System};
//! use synod_models::conformance::{Conformance, value::*};
//!
//! // The constants of tla/MCBestEffortDelivers.cfg: of three processes the first broadcasts "a", and none crashes.
//! let system = System::new(vec![BestEffort::<()>::new(3); 3])
//!     .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
//!     .script(0, Script::at_any_time([Broadcast(())]))
//!     .observing(vec![BTreeSet::new(); 3], |delivered, seen| {
//!         if let Observation::Indication { process, indication } = seen {
//!             delivered[usize::from(*process)].insert(indication.sender);
//!         }
//!     });
//! let report = Conformance::new("BestEffort", "MCBestEffortDelivers", system, |view| {
//!     let delivery = |sender| tuple([process(sender), string("a")]);
//!     variables([
//!         (
//!             "msgs",
//!             set(view.messages.iter().map(|sent| {
//!                 record([("from", process(sent.from)), ("to", process(sent.to)), ("payload", string("a"))])
//!             })),
//!         ),
//!         ("delivered", by_process(view.history.iter().map(|senders| set(senders.iter().copied().map(delivery))))),
//!         ("asked", by_process(view.processes.iter().map(|(_, process)| number(process.asked)))),
//!         ("crashed", set([])),
//!     ])
//! })
//! .explore();
//! report.is_not_refused();
//! // Before the broadcast, and afterwards: none of the two others has delivered it, either, or both.
//! assert_eq!((report.mapped, report.pairs), (1 + 4, 1 + 4));
//! ```
//!
//! # How an algorithm gets its twin
//!
//! - The network has unlimited duplication, so that the messages in flight are the spec's set `msgs`, which only grows.
//! - What the spec remembers of a process that has stopped for good, the system's history remembers: a dead process is
//!   erased.
//! - Where one step of an actor is several of the spec, [`Conformance::between`] gives the states in between; they are never
//!   searched for.
//! - A mapping that hides everything would pass, so [`Report::conforms`] wants each action of `Next` taken, and the manifest
//!   holds the number of states that TLC finds beside the number of states that the actors reach. Where they are equal, the
//!   actors reach all that the spec allows.
//! - A [`RefusedMutant`] shows that the spec refuses something.

mod config;
mod explore;
mod follow;
mod judge;
mod manifest;
mod report;
#[cfg(test)]
mod tests;
pub mod value;
mod visited;

pub use follow::NotAStep;
pub use manifest::{Manifest, Run};
pub use report::{Refusal, Report};
pub use synod::check::Walks;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use synod::event::{Data, Module};
use synod::system::{Action, Death, State, Step, System, View};
use tla_eval::{State as SpecState, Value};

type Map<A, H> = Box<dyn Fn(View<'_, A, H>) -> SpecState + Send + Sync>;
type Between<A, H> = Box<dyn Fn(&Transition<'_, A, H>) -> Vec<SpecState> + Send + Sync>;

/// A system, and how it is to be understood in terms of a spec.
pub struct Conformance<A: Module, H: Data = ()> {
    spec: &'static str,
    config: &'static str,
    constants: BTreeMap<String, Value>,
    system: System<A, H>,
    map: Map<A, H>,
    between: Between<A, H>,
}

impl<A: Module, H: Data> Conformance<A, H> {
    /// Holds `system` against `tla/SPEC.tla` with the constants of `tla/CONFIG.cfg`; `map` gives the state of the spec for a
    /// state of the system. What the system claims, and its cuts, are of no account here.
    ///
    /// # Panics
    ///
    /// When the configuration cannot be read.
    pub fn new(
        spec: &'static str,
        config: &'static str,
        system: System<A, H>,
        map: impl Fn(View<'_, A, H>) -> SpecState + Send + Sync + 'static,
    ) -> Self {
        Conformance {
            spec,
            config,
            constants: config::constants(&directory(), spec, config),
            system,
            map: Box::new(map),
            between: Box::new(|_| Vec::new()),
        }
    }

    /// Another value for a constant than that of the configuration: for systems that are sampled.
    ///
    /// # Panics
    ///
    /// When the configuration has no such constant.
    pub fn constant(mut self, name: &str, value: Value) -> Self {
        let constant = self.constants.get_mut(name);
        *constant.unwrap_or_else(|| panic!("{} has no constant {name}", self.config)) = value;
        self
    }

    /// The states of the spec that lie between the state before a step and the state after it, at most three.
    pub fn between(self, between: impl Fn(&Transition<'_, A, H>) -> Vec<SpecState> + Send + Sync + 'static) -> Self {
        Conformance { between: Box::new(between), ..self }
    }

    fn mapped(&self, state: &State<A, H>) -> SpecState {
        self.system.view(state, &self.map)
    }
}

/// A step of a system, and what the spec sees of it.
pub struct Transition<'a, A: Module, H: Data> {
    conformance: &'a Conformance<A, H>,
    before: &'a State<A, H>,
    step: &'a Action<A>,
    after: &'a State<A, H>,
}

impl<A: Module, H: Data> Transition<'_, A, H> {
    /// The step.
    pub fn step(&self) -> &Action<A> {
        self.step
    }

    /// What the spec sees before it.
    pub fn before(&self) -> SpecState {
        self.conformance.mapped(self.before)
    }

    /// What the spec sees after it.
    pub fn after(&self) -> SpecState {
        self.conformance.mapped(self.after)
    }

    /// When a process dies in the step, after it was durable: what the spec would see if it had not died.
    pub fn survived(&self) -> Option<SpecState> {
        let mut step = self.step.clone();
        match &mut step {
            Step::Deliver { death, .. } | Step::Act { death, .. } | Step::Lie { death, .. } => match death {
                Some(Death::AfterSave(..)) => *death = None,
                _ => return None,
            },
            _ => return None,
        }
        let next = stateright::Model::next_state(&self.conformance.system, self.before, step)?;
        Some(self.conformance.mapped(&next))
    }
}

/// A [`Conformance`], whatever its actors and its history.
pub trait Conforming: Send + Sync {
    /// The specification.
    fn spec(&self) -> &'static str;
    /// The configuration from which the constants are.
    fn config(&self) -> &'static str;
    /// [`Conformance::explore`].
    fn explore(&self) -> Report;
    /// [`Conformance::sample`].
    fn sample(&self, walks: Walks) -> Report;
}

impl<A: Module, H: Data> Conforming for Conformance<A, H> {
    fn spec(&self) -> &'static str {
        self.spec
    }

    fn config(&self) -> &'static str {
        self.config
    }

    fn explore(&self) -> Report {
        Conformance::explore(self)
    }

    fn sample(&self, walks: Walks) -> Report {
        Conformance::sample(self, walks)
    }
}

/// An algorithm, and how it is held against its TLA+ twin.
pub struct Twin {
    /// The algorithm's name, the same in all places: "paxos".
    pub algorithm: &'static str,
    /// The instance that is explored.
    pub instance: Box<dyn Conforming>,
    /// Larger systems, which are sampled.
    pub sampled: Vec<Box<dyn Conforming>>,
    /// Known-wrong variants, which the spec refuses.
    pub mutants: Vec<RefusedMutant>,
}

/// A known-wrong variant of an algorithm, in an instance that the spec refuses.
pub struct RefusedMutant {
    /// Its name among the algorithm's mutants: "votes_below_promise".
    pub name: &'static str,
    /// The first step that is refused, in one word ("deliver"), and the action of the spec that comes closest to it, or one
    /// of those that come closest.
    pub refused: (&'static str, &'static str),
    /// The instance.
    pub instance: Box<dyn Conforming>,
}

/// Whether the specs are there: a program may be used where it was not built.
pub fn is_there() -> bool {
    directory().is_dir()
}

/// Where the specs are.
fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tla")
}
