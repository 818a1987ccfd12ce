//! A run that violates a property, and how it is made small.

use super::{Run, Simulation, scripted};
use crate::event::{Data, Module};
use crate::system::{Action, Kind, NO_PANIC, Plain, Property, State, Step, System, Trace};
use stateright::Model;
use std::fmt;

/// How many steps are tried in all before what is left counts as small.
const EFFORT: usize = 2_000_000;

/// A run of a simulation that violates a property.
pub struct Failure<A: Module, H: Data> {
    /// The property.
    pub property: &'static str,
    /// The run; its seed gives it again, where one event more is allowed than it has.
    pub run: Run<H>,
    /// How many runs there were before it.
    pub runs_before: u64,
    /// How many events those had.
    pub events_before: u64,
    /// Its steps, as a run of the system.
    pub steps: Vec<Action<A>>,
    system: System<A, H>,
    unscripted: bool,
}

/// A violation, made small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// The property that falls.
    pub property: &'static str,
    /// How many steps the run had before.
    pub from: usize,
    /// What is left of it. Nothing when the system does not allow the run: then the fault is not the algorithm's, but that of
    /// what drives it (a disk that lies).
    pub trace: Option<Trace>,
}

impl<A: Module, H: Data> Failure<A, H> {
    pub(super) fn new(
        simulation: &Simulation<A, H>,
        property: &'static str,
        run: Run<H>,
        runs_before: u64,
        events_before: u64,
    ) -> Self {
        // The property may have fallen in a commit, after the last event.
        let record = simulation.record(run.seed, run.events + 1);
        let unscripted = simulation.requests.is_some();
        let system = simulation.system.clone();
        Failure { property, run, runs_before, events_before, steps: record.steps, system, unscripted }
    }

    /// Leaves out of the run what the property does not need to fall, step by step, until no step can be spared, nor two (or
    /// two million steps have been tried).
    ///
    /// What is left is a run of the system that violates the same property. Not always a shortest one: a
    /// [check](crate::check) finds that.
    pub fn shrink(&self) -> Shrunk {
        let mut effort = EFFORT;
        let mut steps = self.attempt(&self.steps, &mut effort);
        let mut chunk = steps.as_ref().map_or(0, |steps| steps.len().div_ceil(2));
        while let Some(current) = &steps
            && chunk > 0
            && effort > 0
        {
            match self.without_some(current, chunk, &mut effort) {
                Some(fewer) => {
                    chunk = chunk.min(fewer.len().div_ceil(2));
                    steps = Some(fewer);
                }
                None if chunk > 1 => chunk /= 2,
                None => match self.without_two(current, &mut effort) {
                    Some(fewer) => steps = Some(fewer),
                    None => break,
                },
            }
        }
        let trace = steps.map(|steps| self.system_for(&steps).trace(&steps));
        Shrunk { property: self.property, from: self.steps.len(), trace }
    }

    /// The run without as many chunks of this length as can be spared, if any can. The last are tried first: what depends on
    /// others goes before them.
    fn without_some(&self, steps: &[Action<A>], chunk: usize, effort: &mut usize) -> Option<Vec<Action<A>>> {
        let mut current = steps.to_vec();
        let mut end = current.len();
        let mut spared = false;
        while end > 0 && *effort > 0 {
            let start = end.saturating_sub(chunk);
            let mut candidate = current.clone();
            candidate.drain(start..end);
            end = start;
            if let Some(fewer) = self.attempt(&candidate, effort) {
                end = end.min(fewer.len());
                current = fewer;
                spared = true;
            }
        }
        spared.then_some(current)
    }

    /// The run without two steps, where both can be spared but neither alone: a crash and its recovery.
    fn without_two(&self, steps: &[Action<A>], effort: &mut usize) -> Option<Vec<Action<A>>> {
        let pairs = (0..steps.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        for (first, second) in pairs {
            if *effort == 0 {
                return None;
            }
            let kept = (0..).zip(steps).filter(|(place, _)| *place != first && *place != second);
            let candidate: Vec<_> = kept.map(|(_, step)| step.clone()).collect();
            if let Some(fewer) = self.attempt(&candidate, effort) {
                return Some(fewer);
            }
        }
        None
    }

    fn system_for(&self, steps: &[Action<A>]) -> System<A, H> {
        if self.unscripted { scripted(&self.system, steps) } else { self.system.clone() }
    }

    /// Takes those of the steps that are enabled when their turn comes, up to the first state in which the property falls.
    fn attempt(&self, steps: &[Action<A>], effort: &mut usize) -> Option<Vec<Action<A>>> {
        let system = self.system_for(steps);
        let property = system.properties().iter().find(|property| property.name == self.property);
        let mut state = system.rules.initial(&mut Plain(&system));
        let mut taken = Vec::new();
        let mut enabled = Vec::new();
        if falls(&system, property, &state) {
            return Some(taken);
        }
        for step in steps {
            if !may_be_enabled::<A, H>(step, &state) {
                continue;
            }
            *effort = effort.saturating_sub(1);
            enabled.clear();
            system.actions(&state, &mut enabled);
            if !enabled.contains(step) {
                continue;
            }
            system.rules.perform(&mut Plain(&system), &mut state, step);
            taken.push(step.clone());
            if falls(&system, property, &state) {
                return Some(taken);
            }
        }
        None
    }
}

/// Cheaply, whether a step is worth a closer look.
fn may_be_enabled<A: Module, H: Data>(step: &Action<A>, state: &State<A, H>) -> bool {
    match step {
        Step::Deliver { envelope, .. } | Step::Lose(envelope) => state.network.contains(envelope),
        _ => true,
    }
}

/// Whether a property falls in a state; no property is the one that nothing panics.
fn falls<A: Module, H: Data>(system: &System<A, H>, property: Option<&Property<A, H>>, state: &State<A, H>) -> bool {
    let Some(property) = property else { return system.has_panicked(state) };
    let quiescent = || system.rules.quiescent(&mut Plain(system), state);
    !system.view(state, |view| property.predicate.holds(view)) && (property.kind != Kind::Finally || quiescent())
}

impl<A: Module, H: Data> fmt::Debug for Failure<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl<A: Module, H: Data> fmt::Display for Failure<A, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.run)?;
        match &self.run.panic {
            Some(message) => write!(f, "; {NO_PANIC}: {message}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Shrunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shrunk { property, from, trace } = self;
        match trace {
            Some(trace) => {
                writeln!(f, "\"{property}\" falls in {} of {from} steps:", trace.steps.len())?;
                write!(f, "{trace}")
            }
            None => writeln!(
                f,
                "\"{property}\" falls after {from} steps, but the system does not allow this run: what drives the actors has \
                 broken its promises, as a disk that lies does"
            ),
        }
    }
}
