//! The engine: explores a [`System`](crate::system::System) exhaustively.
//!
//! ```
//! # use synod::broadcast::{Broadcast, best_effort::BestEffort};
//! # use synod::system::{Observation, Script, System};
//! use synod::check::check;
//! # let system = System::new(vec![BestEffort::<u8>::new(2); 2]).script(0, Script::at_any_time([Broadcast(7)]));
//! check(&system).unique_states(3).verified();
//! ```
//!
//! # What a verdict means
//!
//! | verdict | meaning |
//! | --- | --- |
//! | [`Verdict::Verified`] | every reachable state was found; each `always` holds in all of them, each `sometimes` in one, each `finally` in all that are quiescent, and there is one; no fair run violates a liveness property; nothing panicked |
//! | [`Verdict::Violated`] | a property is violated: by a shortest run (a liveness property by a run that ends in a circle, or at rest, and is short), or (`sometimes`) because no state satisfies it |
//! | [`Verdict::Incomplete`] | a bound was hit, or a cut left out what a liveness property depends on. This proves nothing, and [`Check::verified`] does not pass it |
//!
//! What makes a system finite belongs to it, and is repeated in [`Report::assumptions`].
//!
//! stateright's own [`ActorModel`](::stateright::actor::ActorModel)s can be checked as they are: `check(&model)` stands
//! where `model.checker().spawn_bfs()` stood. See [`Check::reads`].
//!
//! # Where there are too many states
//!
//! [`Check::max_depth`] explores down to a depth, and [`Check::walk`] makes random walks. Both find violations, and are
//! [`Verdict::Incomplete`] otherwise: the report says how far they came, and that this proves nothing.
//!
//! # How it works
//!
//! A step of an actor depends on one process and one event. So processes, messages and histories are interned as small
//! numbers, a reaction is computed once and remembered, and a state is a short row of numbers. The visited set is exact:
//! hashes find rows, but rows are compared. What a property says that it reads decides how often it is evaluated.
//!
//! Liveness is judged when all states are found, on the graph of their steps: what is fair is said by
//! [`System::fairness`](crate::system::System::fairness).
//!
//! Where a system declares processes [interchangeable] or a [normal form], a state is replaced by one that stands for its
//! class before its row is written, and the declaration is tested at every state that is met. A counterexample is searched
//! forward again, from the initial state as it is, through the classes on the way: so it is a run of the system itself.
//!
//! Counts, verdicts and counterexamples do not depend on threads, hash seeds or build flags. A search that finds a
//! violation finishes the level in which it stands; of several shortest counterexamples the least in the order of steps is
//! shown.
//!
//! [interchangeable]: crate::system::System::interchangeable
//! [normal form]: crate::system::System::normalise

mod arena;
mod claims;
mod common;
mod direct;
mod doubt;
mod expander;
mod gather;
mod hash;
mod interned;
mod judge;
mod liveness;
mod memo;
mod memory;
mod ordinary;
mod paths;
mod pool;
mod pools;
mod quotient;
mod refused;
mod report;
mod rows;
mod search;
mod share;
mod state;
mod stateright;
mod subject;
mod told;
mod visited;
mod walk;

pub use memory::{available as available_memory, resident as resident_memory};
pub use refused::Refused;
pub use report::{Limit, PropertyReport, Report, Undecided, Verdict};
pub use stateright::{History, Shareable};
pub use subject::{Inside, Subject};
pub use walk::{Walked, Walks};

use crate::system::{Kind, NO_PANIC, Reads, Trace};
use common::Common;
use interned::Source;
use liveness::Finding;
use refused::{refuse, unless_refused};
use share::{Explored, Share};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use visited::THREADS_MAX;

/// Prepares a check of `subject`: the methods of [`Check`] say how to go about it and what to expect.
pub fn check<S: Subject>(subject: &S) -> Check<'_, S> {
    Check { subject, options: Options::default(), reads: Vec::new(), unique: None, generated: None }
}

/// How a check goes about it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How many threads explore; as many as there are cores, unless said otherwise.
    pub threads: Option<NonZeroUsize>,
    /// Ends the search when more states than that were found; it looks after each round of some thousands.
    pub max_states: Option<u64>,
    /// Ends the search when this process has so many bytes in use.
    pub max_memory: Option<u64>,
    /// Ends the search when all states down to this depth have been judged (the initial state is at depth 1).
    pub max_depth: Option<usize>,
    /// Ends the search after this time.
    pub max_time: Option<Duration>,
    /// Ends the search when somebody sets it.
    pub interrupt: Option<Arc<AtomicBool>>,
    /// Is told how far the search has got.
    pub progress: Option<Arc<Progress>>,
    /// The property whose run is wanted even where it is not the first that is violated.
    pub trace: Option<String>,
    /// Performs the steps of each state in another order, and finds states by other hashes. That changes nothing that a
    /// report says but how long the search took, and is there to show it.
    pub shuffle: Option<u64>,
}

/// What is judged of each state: the properties, the cuts, and the premises of properties.
#[derive(Default)]
struct Conditions {
    /// The names of the properties.
    names: Vec<&'static str>,
    /// What the properties claim.
    properties: Vec<Kind>,
    /// What the predicates read.
    reads: Vec<Reads>,
    /// Which of the conditions are cuts.
    cuts: Range<usize>,
    /// Which properties have premises, each with the index of the condition.
    premises: Vec<(usize, usize)>,
    /// Whether somebody merely said so: then it is put to the test.
    merely_declared: bool,
}

impl Conditions {
    /// Adds a property. (What it reads is added apart, as with cuts and premises.)
    fn add_property(&mut self, name: &'static str, kind: Kind) {
        self.names.push(name);
        self.properties.push(kind);
        self.cuts = self.names.len()..self.names.len();
    }

    /// Adds a cut, behind all properties.
    fn add_cut(&mut self) {
        self.cuts.end += 1;
    }

    /// Adds the premise of a property, behind all cuts.
    fn add_premise(&mut self, property: usize) {
        self.premises.push((property, self.cuts.end + self.premises.len()));
    }
}

/// How far a search has got; to be read by another thread.
#[derive(Debug, Default)]
pub struct Progress {
    states: AtomicU64,
    generated: AtomicU64,
    depth: AtomicUsize,
    bytes: AtomicU64,
}

impl Progress {
    /// States found.
    pub fn states(&self) -> u64 {
        self.states.load(Ordering::Relaxed)
    }

    /// Steps taken.
    pub fn generated(&self) -> u64 {
        self.generated.load(Ordering::Relaxed)
    }

    /// The depth reached.
    pub fn depth(&self) -> usize {
        self.depth.load(Ordering::Relaxed)
    }

    /// Bytes in use.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    fn tell(&self, states: u64, generated: u64, depth: usize, bytes: u64) {
        self.states.store(states, Ordering::Relaxed);
        self.generated.store(generated, Ordering::Relaxed);
        self.depth.store(depth, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }
}

/// A check in preparation: see [`check()`].
#[must_use = "a check that is not run checks nothing"]
pub struct Check<'a, S: Subject> {
    subject: &'a S,
    options: Options,
    /// What properties read, where the user has declared it.
    reads: Vec<(String, Reads)>,
    unique: Option<u64>,
    generated: Option<u64>,
}

impl<S: Subject> Check<'_, S> {
    /// Goes about it in this way.
    pub fn options(self, options: Options) -> Self {
        Check { options, ..self }
    }

    /// Explores with so many threads.
    ///
    /// # Panics
    ///
    /// With none.
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.threads = Some(NonZeroUsize::new(threads).expect("somebody has to explore"));
        self
    }

    /// Gives up, as [`Verdict::Incomplete`], when more states than that were found.
    pub fn max_states(mut self, states: u64) -> Self {
        self.options.max_states = Some(states);
        self
    }

    /// Gives up, as [`Verdict::Incomplete`], when this process has more bytes in use.
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.options.max_memory = Some(bytes);
        self
    }

    /// Gives up, as [`Verdict::Incomplete`], at this depth.
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.options.max_depth = Some(depth);
        self
    }

    /// Also gives the shortest run that decides this property.
    pub fn trace(mut self, property: &str) -> Self {
        self.options.trace = Some(property.to_string());
        self
    }

    /// Expects the system to have exactly so many states.
    pub fn unique_states(mut self, count: u64) -> Self {
        self.unique = Some(count);
        self
    }

    /// Expects the search to generate exactly so many states: the initial one, and one for each step.
    pub fn generated_states(mut self, count: u64) -> Self {
        self.generated = Some(count);
        self
    }

    /// Explores.
    ///
    /// # Panics
    ///
    /// When the system is [refused](Refused), with the reason.
    #[track_caller]
    pub fn run(self) -> Report {
        self.try_run().unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// Explores.
    ///
    /// # Errors
    ///
    /// When the system contradicts itself, and when something false was declared of it.
    pub fn try_run(self) -> Result<Report, Refused> {
        unless_refused(|| explore(&*self.inside().0, &self.options))
    }

    /// Explores at random: makes `walks`, and judges each state that they see. For systems that are too large to be
    /// explored. The verdict is [`Verdict::Violated`], with a run, or [`Verdict::Incomplete`]; a `sometimes` that was reached
    /// counts as verified.
    ///
    /// One thread walks. The limits of [`Options`] hold; all states seen are kept in memory. When it was said how many
    /// states the system has ([`Check::unique_states`]), the report tells which part of them was seen.
    ///
    /// ```
    /// # use synod::broadcast::{Broadcast, best_effort::BestEffort};
    /// # use synod::system::{Observation, Script, System};
    /// use synod::check::{Verdict, Walks, check};
    /// # let system = System::new(vec![BestEffort::<u8>::new(3); 3]).script(0, Script::at_any_time([Broadcast(7)]));
    ///
    /// // One process tells two others: 1 + 1 + 2 + 1 states, of which a single run sees all but one.
    /// let report = check(&system).unique_states(5).walk(Walks { seed: 7, count: 1, steps: 10 });
    /// assert_eq!((report.verdict, report.unique), (Verdict::Incomplete, 4));
    /// assert_eq!(report.walked.unwrap().share, Some(0.8));
    /// ```
    ///
    /// # Panics
    ///
    /// When the system is [refused](Refused), and when it has more states than it was said to have.
    #[track_caller]
    pub fn walk(self, walks: Walks) -> Report {
        self.try_walk(walks).unwrap_or_else(|refused| panic!("{refused}"))
    }

    /// Explores at random, as [`Check::walk`] does.
    ///
    /// # Errors
    ///
    /// When the system contradicts itself, and when something false was declared of it.
    ///
    /// # Panics
    ///
    /// When the system has more states than it was said to have.
    pub fn try_walk(self, walks: Walks) -> Result<Report, Refused> {
        let mut report = unless_refused(|| explore_at_random(&*self.inside().0, &self.options, walks))?;
        if let Some(total) = self.unique {
            assert!(report.unique <= total, "expected {total} states in all, but {report}");
            let walked = report.walked.as_mut().expect("it is the report of walks");
            walked.share = Some(report.unique as f64 / total as f64);
        }
        Ok(report)
    }

    /// Explores, and expects that everything holds.
    ///
    /// # Panics
    ///
    /// When it does not, when the search was cut short, or when a count is not as expected: with the whole report.
    pub fn verified(self) -> Report {
        let (unique, generated) = (self.unique, self.generated);
        let report = self.run();
        assert!(report.verdict == Verdict::Verified, "expected verified, but {report}");
        assert_counts(&report, unique, generated);
        report
    }

    /// Explores, and expects that `property` is violated first, by a run of so many steps.
    ///
    /// # Panics
    ///
    /// When it is not, or when a count is not as expected: with the whole report.
    pub fn violates(mut self, property: &str, steps: usize) -> Report {
        let (unique, generated) = (self.unique, self.generated);
        self.options.trace = Some(property.to_string());
        let report = self.run();
        assert!(
            report.violates(property, steps),
            "expected \"{property}\" to be violated in {steps} steps, but {report}"
        );
        assert_counts(&report, unique, generated);
        report
    }
}

impl<'a, S: Subject> Check<'a, S> {
    /// The subject as the engine sees it, with what was declared of it.
    fn inside(&self) -> Inside<'a> {
        let mut inside = self.subject.inside();
        for (property, reads) in &self.reads {
            inside.0.declare(property, *reads);
        }
        inside
    }
}

impl Report {
    /// Whether `property` is violated by a run of exactly so many steps, and no other property by a shorter one.
    pub fn violates(&self, property: &str, steps: usize) -> bool {
        let first = self.first_violation().and_then(|first| first.steps);
        self.properties.iter().any(|p| {
            p.name == property && p.verdict == Verdict::Violated && p.steps == Some(steps) && first == Some(steps)
        })
    }
}

fn assert_counts(report: &Report, unique: Option<u64>, generated: Option<u64>) {
    if let Some(unique) = unique {
        assert!(report.unique == unique, "expected {unique} states, but {report}");
    }
    if let Some(generated) = generated {
        assert!(report.generated == generated, "expected {generated} generated, but {report}");
    }
}

fn explore(source: &dyn Source, options: &Options) -> Report {
    refuse_nonsense(source);
    let started = Instant::now();
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let threads = options.threads.unwrap_or_else(cores).get().min(THREADS_MAX);
    let common = Common::new(source, options, threads);
    let explored = common.explore();
    report(&common, &explored, started)
}

fn explore_at_random(source: &dyn Source, options: &Options, walks: Walks) -> Report {
    refuse_nonsense(source);
    let started = Instant::now();
    let common = Common::new(source, options, 1);
    let (explored, walked) = walk::walk(&common, walks);
    Report { walked: Some(walked), ..report(&common, &explored, started) }
}

fn refuse_nonsense(source: &dyn Source) {
    let of_rules = source.rules().contradiction().map(str::to_string);
    if let Some(why) = of_rules.or_else(|| source.reduction().contradiction(&source.conditions())) {
        refuse(why, "");
    }
}

fn report(common: &Common<'_>, explored: &Explored, started: Instant) -> Report {
    let Common { source, options, conditions, .. } = common;
    let Explored { visited, shares } = explored;
    let unique = visited.count();
    if unique == 0 && common.limit().is_none() {
        refuse("a cut leaves out the initial state: there is nothing to explore", "");
    }
    let mut findings = Findings { source: *source, explored, limit: common.limit(), live: Vec::new() };
    if conditions.properties.iter().any(|kind| kind.is_liveness()) && findings.is_complete() {
        findings.live = liveness::judge(common, explored);
    }
    let properties = findings.properties(options.trace.as_deref());
    Report {
        verdict: overall(&properties, common.limit()),
        properties,
        unique: unique as u64,
        interchangeable: source.reduction().interchangeable(),
        orbits: orbits(shares, unique).filter(|_| source.reduction().interchangeable() > 0),
        generated: shares.iter().map(|share| share.generated).sum(),
        depth: if unique == 0 { 0 } else { shares[0].levels.len() },
        time: started.elapsed(),
        bytes_per_state: visited.bytes() as f64 / unique.max(1) as f64,
        threads: shares.len(),
        assumptions: source.assumptions(),
        limit: common.limit(),
        handler_calls: source.handler_calls(),
        cells: source.sizes(),
        quiescent: shares.iter().any(|share| share.quiescent),
        panic: shares.iter().find_map(|share| share.panic.clone()),
        walked: None,
    }
}

/// How many states the classes that were found stand for, if each was looked at.
fn orbits(shares: &[Share], unique: usize) -> Option<u128> {
    let visited: usize = shares.iter().map(|share| share.orbits.0).sum();
    (visited == unique).then(|| shares.iter().fold(0, |sum, share| share.orbits.1.saturating_add(sum)))
}

fn overall(properties: &[PropertyReport], limit: Option<Limit>) -> Verdict {
    if properties.iter().any(|property| property.verdict == Verdict::Violated) {
        Verdict::Violated
    } else if limit.is_some() || properties.iter().any(|property| property.verdict == Verdict::Incomplete) {
        Verdict::Incomplete
    } else {
        Verdict::Verified
    }
}

/// What the threads found, to be turned into the reports of the properties.
struct Findings<'a> {
    source: &'a dyn Source,
    explored: &'a Explored,
    /// The limit that ended the search.
    limit: Option<Limit>,
    /// What became of the liveness properties, by the places of the properties; empty where they were not judged.
    live: Vec<Option<Finding>>,
}

impl Findings<'_> {
    /// Whether every state was found and expanded. A run that ends in a violation cuts the search short.
    fn is_complete(&self) -> bool {
        let mut kinds = self.source.conditions().properties.into_iter().chain([Kind::Always]).enumerate();
        self.limit.is_none() && !kinds.any(|(index, kind)| kind != Kind::Sometimes && self.level(index).is_some())
    }

    fn live(&self, index: usize) -> Option<&Finding> {
        self.live.get(index)?.as_ref()
    }

    fn properties(&self, wanted: Option<&str>) -> Vec<PropertyReport> {
        let Conditions { names, properties, .. } = self.source.conditions();
        let all: Vec<_> = names.into_iter().zip(properties).chain([(NO_PANIC, Kind::Always)]).collect();
        let complete = self.is_complete();
        let quiescent = self.explored.shares.iter().any(|share| share.quiescent);
        let mut reports: Vec<_> = all
            .iter()
            .enumerate()
            .map(|(index, (name, kind))| {
                let live = self.live(index);
                let steps = self.level(index).or(live.and_then(Finding::steps));
                let verdict = match (kind, steps) {
                    _ if kind.is_liveness() => live.map_or(Verdict::Incomplete, |finding| finding.verdict),
                    (Kind::Sometimes, Some(_)) => Verdict::Verified,
                    (_, Some(_)) => Verdict::Violated,
                    _ if !complete => Verdict::Incomplete,
                    (Kind::Sometimes, None) => Verdict::Violated,
                    (Kind::Finally, None) if !quiescent => Verdict::Violated,
                    (_, None) => Verdict::Verified,
                };
                let undecided = live.and_then(|finding| finding.undecided);
                PropertyReport { name, kind: *kind, verdict, undecided, steps, trace: None }
            })
            .collect();
        self.add_traces(&mut reports, wanted);
        reports
    }

    fn add_traces(&self, reports: &mut [PropertyReport], wanted: Option<&str>) {
        let violated = |(index, report): (usize, &PropertyReport)| {
            (report.verdict == Verdict::Violated && report.steps.is_some()).then_some((report.steps, index))
        };
        let first = reports.iter().enumerate().filter_map(violated).min();
        for (index, report) in reports.iter_mut().enumerate() {
            let is_first = first.is_some_and(|(_, first)| first == index);
            if is_first || wanted == Some(report.name) {
                report.trace = self.trace(index);
            }
        }
    }

    /// The first level with a state that decides a property: the length of a shortest run to it.
    fn level(&self, index: usize) -> Option<usize> {
        let levels = self.explored.shares.iter().filter_map(|share| share.decided[index].as_ref());
        levels.map(|(level, _)| *level).min()
    }

    fn trace(&self, index: usize) -> Option<Trace> {
        if let Some(finding) = self.live(index) {
            return finding.trace(self.source);
        }
        let level = self.level(index)?;
        let decided = self.explored.shares.iter().filter_map(|share| share.decided[index].as_ref());
        let targets = decided.filter(|(at, _)| *at == level).flat_map(|(_, places)| places.iter().copied());
        let run = paths::shortest_run(self.source, self.explored, level, targets);
        Some(self.source.trace(&run))
    }
}
