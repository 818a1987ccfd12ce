//! Systems as data: with names, and with what is expected of them.

use stateright::{Checker, Model};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use synod::check::{self, Options, Refused, Report, Walks};
use synod::event::{Data, Module};
use synod::runtime::simulation::{Shrunk, Simulation, Summary, Unsimulated};
use synod::system::{Kind, System};

/// An algorithm, in all its places.
pub struct Algorithm {
    /// Its name, the same in all places: "paxos".
    pub name: &'static str,
    /// The family of the field that it belongs to: "consensus".
    pub family: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// Its TLA+ twin: "Paxos.tla".
    pub spec: &'static str,
    /// Its systems.
    pub systems: Vec<Case>,
    /// Known-wrong variants of it, each caught by a system.
    pub mutants: Vec<Mutant>,
}

/// A system of an algorithm, and what is expected of it.
pub struct Case {
    /// Its name within the algorithm: "two_ballots".
    pub name: &'static str,
    /// Whether it takes five seconds or more on two cores; it is checked only when that is asked for.
    pub slow: bool,
    /// How many states it has. For a system that expects a violation, how many are found by the end of its level.
    pub unique: u64,
    /// Where some of its processes are interchangeable, how many states it has without that: `unique` counts classes.
    pub orbits: Option<u64>,
    /// What is expected.
    pub expects: Expectation,
    /// The system.
    pub system: Box<dyn Explorable>,
}

/// What is expected of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Everything holds.
    Verified,
    /// This property is violated, by a shortest run of so many steps, and no other is violated by a shorter one. What an
    /// algorithm does not guarantee is part of its specification.
    Violated {
        /// The property.
        property: &'static str,
        /// The length of the run.
        steps: usize,
    },
}

/// A known-wrong variant of an algorithm, which the check must catch.
pub struct Mutant {
    /// Its name within the algorithm: "promise_not_saved".
    pub name: &'static str,
    /// What is wrong with it, in one line.
    pub about: &'static str,
    /// The system that it alters, within the algorithm: "two_ballots".
    pub alters: &'static str,
    /// The property that must fall first.
    pub property: &'static str,
    /// The length of the shortest run that violates it, in steps.
    pub steps: usize,
    /// What its last step is, in one word ("deliver"), and the process that takes it.
    pub last: (&'static str, Option<usize>),
    /// The system of the variant.
    pub system: Box<dyn Checkable>,
}

impl Case {
    /// A system that is expected to be verified, and the number of its states. That every fault it allows does happen is
    /// claimed besides.
    pub fn verified<A: Module, H: Data>(name: &'static str, unique: u64, system: System<A, H>) -> Self {
        let system = system.sometimes_each_fault();
        Case { name, slow: false, unique, orbits: None, expects: Expectation::Verified, system: Box::new(system) }
    }

    /// A system in which `property` is expected to be violated by a run of so many steps.
    pub fn violated(
        name: &'static str,
        unique: u64,
        property: &'static str,
        steps: usize,
        system: impl Explorable + 'static,
    ) -> Self {
        let expects = Expectation::Violated { property, steps };
        Case { name, slow: false, unique, orbits: None, expects, system: Box::new(system) }
    }

    /// Some of its processes are interchangeable, and its states stand for so many.
    pub fn orbits(self, orbits: u64) -> Self {
        Case { orbits: Some(orbits), ..self }
    }

    /// It takes five seconds or more on two cores.
    pub fn slow(self) -> Self {
        Case { slow: true, ..self }
    }

    /// Whether a violation that a simulation has found is no surprise: where a property is expected to fall, others may fall
    /// too, but by no shorter run.
    pub fn foresees(&self, fallen: &Fallen) -> bool {
        let steps = fallen.shrunk.trace.as_ref().map(|trace| trace.steps.len());
        matches!(self.expects, Expectation::Violated { steps: least, .. } if steps >= Some(least))
    }

    /// Checks the system. Of one that expects a violation, the run that violates it is given too.
    ///
    /// # Panics
    ///
    /// When it is refused.
    pub fn check(&self, options: &Options) -> Report {
        self.try_check(options).unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// Checks the system, as [`Case::check`] does.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn try_check(&self, options: &Options) -> Result<Report, Refused> {
        self.system.try_check(&self.tracing(options))
    }

    /// Explores the system at random. The share of its states that was seen is given where all of them were counted: a
    /// search that ends at a violation leaves the rest uncounted.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn walk(&self, options: &Options, walks: Walks) -> Result<Report, Refused> {
        let mut report = self.system.check_at_random(&self.tracing(options), walks)?;
        if let Some(walked) = &mut report.walked
            && self.expects == Expectation::Verified
            && report.unique <= self.unique
        {
            walked.share = Some(report.unique as f64 / self.unique as f64);
        }
        Ok(report)
    }

    /// The options, and that the run is wanted that violates what is expected to be violated.
    fn tracing(&self, options: &Options) -> Options {
        let expected = match self.expects {
            Expectation::Verified => None,
            Expectation::Violated { property, .. } => Some(property.to_string()),
        };
        Options { trace: options.trace.clone().or(expected), ..options.clone() }
    }

    /// Whether a report is as expected, the number of states included.
    pub fn is_met_by(&self, report: &Report) -> bool {
        report.unique == self.unique
            && match self.expects {
                Expectation::Verified => {
                    report.verdict == check::Verdict::Verified && report.orbits == self.orbits.map(u128::from)
                }
                Expectation::Violated { property, steps } => report.violates(property, steps),
            }
    }
}

impl Mutant {
    /// Checks the variant.
    ///
    /// # Panics
    ///
    /// When it is refused.
    pub fn check(&self, options: &Options) -> Report {
        self.try_check(options).unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// Checks the variant.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn try_check(&self, options: &Options) -> Result<Report, Refused> {
        self.system.try_check(&Options { trace: Some(self.property.to_string()), ..options.clone() })
    }

    /// Whether a report shows that the variant was caught as pinned: by its property first, with a shortest run of its
    /// length, which ends with its last step.
    pub fn is_caught_by(&self, report: &Report) -> bool {
        let trace = report.property(self.property).trace.as_ref();
        let last = trace.and_then(|trace| trace.steps.last()).map(|step| (step.kind, step.process));
        report.violates(self.property, self.steps) && last == Some(self.last)
    }
}

/// A [`System`], whatever its actors and its history, as the engine sees it.
pub trait Checkable: Send + Sync {
    /// Explores it with the engine.
    ///
    /// # Errors
    ///
    /// When it is refused.
    fn try_check(&self, options: &Options) -> Result<Report, Refused>;
    /// Its properties, without the one that nothing panics, which every system has.
    fn properties(&self) -> Vec<(&'static str, Kind)>;
    /// What it takes for granted.
    fn assumptions(&self) -> Vec<String>;
}

/// A [`System`], whatever its actors and its history, as stateright sees it.
///
/// Apart from [`Checkable`], because stateright's checkers are compiled anew for each type of actor, and the mutants are
/// many.
pub trait Explorable: Checkable {
    /// Serves stateright's Explorer on it, until the process ends.
    ///
    /// # Panics
    ///
    /// When the address cannot be bound; see that it is free first.
    fn explore(&self, address: SocketAddr);
    /// Explores it with the engine, at random.
    ///
    /// # Errors
    ///
    /// When it is refused.
    fn check_at_random(&self, options: &Options, walks: Walks) -> Result<Report, Refused>;
    /// Explores it with the engine, without taking any states for one another.
    ///
    /// # Errors
    ///
    /// When it is refused.
    fn check_every_state(&self, options: &Options) -> Result<Report, Refused>;
    /// The states that one of stateright's own checkers finds: how many are unique, how many were generated.
    fn count_with_stateright(&self, checker: StaterightChecker) -> (u64, u64);
    /// Runs it in the simulation, from this seed on, for so many events or until `interrupt` is set; ends with the first
    /// violation.
    ///
    /// # Errors
    ///
    /// When it has what the simulation leaves out.
    fn simulate(&self, seed: u64, events: u64, interrupt: &AtomicBool) -> Result<Simulated, Unsimulated>;
    /// Walks some way from the initial state, always taking the step that `choose` picks of so many, and shows each state
    /// and step on the way as the Explorer does.
    fn walk(&self, steps: usize, choose: &mut dyn FnMut(usize) -> usize) -> Vec<String>;
}

/// One of stateright's own checkers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaterightChecker {
    /// Breadth first.
    Bfs,
    /// Depth first.
    Dfs,
}

impl<A: Module, H: Data> Checkable for System<A, H> {
    fn try_check(&self, options: &Options) -> Result<Report, Refused> {
        check::check(self).options(options.clone()).try_run()
    }

    fn properties(&self) -> Vec<(&'static str, Kind)> {
        System::properties(self).iter().map(|property| (property.name, property.kind)).collect()
    }

    fn assumptions(&self) -> Vec<String> {
        System::assumptions(self)
    }
}

impl<A: Module, H: Data> Explorable for System<A, H> {
    fn explore(&self, address: SocketAddr) {
        self.clone().checker().serve(address);
    }

    fn check_at_random(&self, options: &Options, walks: Walks) -> Result<Report, Refused> {
        check::check(self).options(options.clone()).try_walk(walks)
    }

    fn check_every_state(&self, options: &Options) -> Result<Report, Refused> {
        check::check(&self.clone().without_reduction()).options(options.clone()).try_run()
    }

    fn count_with_stateright(&self, checker: StaterightChecker) -> (u64, u64) {
        // A checker of stateright stops as soon as every property is decided; this one never is.
        let endless = self.clone().sometimes("never").everything(|_| false).checker();
        match checker {
            StaterightChecker::Bfs => counts(&endless.spawn_bfs().join()),
            StaterightChecker::Dfs => counts(&endless.spawn_dfs().join()),
        }
    }

    fn simulate(&self, seed: u64, events: u64, interrupt: &AtomicBool) -> Result<Simulated, Unsimulated> {
        let simulation = Simulation::new(self.clone())?;
        let mut simulated = Simulated::default();
        while simulated.events < events && !interrupt.load(Ordering::Relaxed) {
            let part = (events - simulated.events).min(SIMULATED_AT_ONCE);
            match simulation.search(seed.wrapping_add(simulated.runs), part) {
                Ok(summary) => simulated.add(summary),
                Err(failure) => {
                    simulated.runs += failure.runs_before + 1;
                    simulated.events += failure.events_before + failure.run.events;
                    let (seed, property) = (failure.run.seed, failure.property);
                    simulated.fallen = Some(Fallen { property, seed, shrunk: failure.shrink() });
                    break;
                }
            }
        }
        Ok(simulated)
    }

    fn walk(&self, steps: usize, choose: &mut dyn FnMut(usize) -> usize) -> Vec<String> {
        let mut state = self.init_states().remove(0);
        let mut shown = vec![format!("{state:#?}")];
        for _ in 0..steps {
            let mut actions = Vec::new();
            self.actions(&state, &mut actions);
            if actions.is_empty() {
                break;
            }
            let action = actions.swap_remove(choose(actions.len()));
            shown.push(self.format_action(&action));
            shown.extend(self.format_step(&state, action.clone()));
            state = self.next_state(&state, action).expect("every step leads somewhere");
        }
        shown
    }
}

/// What a simulation has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulated {
    /// How many runs, each from a seed of its own.
    pub runs: u64,
    /// How many events in all.
    pub events: u64,
    /// How many runs came to rest.
    pub rests: u64,
    /// The `sometimes` that were reached.
    pub reached: Vec<&'static str>,
    /// The violation that ended it.
    pub fallen: Option<Fallen>,
}

/// A violation that a simulation has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallen {
    /// The property.
    pub property: &'static str,
    /// The seed of the run.
    pub seed: u64,
    /// The run, made small.
    pub shrunk: Shrunk,
}

/// How many events are simulated before it is looked whether to go on.
const SIMULATED_AT_ONCE: u64 = 100_000;

impl Simulated {
    fn add(&mut self, part: Summary) {
        self.runs += part.runs;
        self.events += part.events;
        self.rests += part.rests;
        for property in part.reached {
            if !self.reached.contains(&property) {
                self.reached.push(property);
            }
        }
    }
}

fn counts<A: Module, H: Data>(checker: &impl Checker<System<A, H>>) -> (u64, u64) {
    (checker.unique_state_count() as u64, checker.state_count() as u64)
}
