//! Goes through the steps of a system, and has each judged.

use super::judge::{Judge, Kept, Specification};
use super::report::{Refusal, Report, changes, listed};
use super::visited::Visited;
use super::{Conformance, Transition, directory};
use stateright::Model;
use std::time::Instant;
use synod::check::Walks;
use synod::event::{Data, Module};
use synod::random::Random;
use synod::system::{Action, Life, State};

/// The most states of the spec that may lie within one step.
const BETWEEN_MAX: usize = 3;

impl<A: Module, H: Data> Conformance<A, H> {
    /// Holds every step of the system against the spec, breadth first, up to the first that it does not allow.
    ///
    /// # Panics
    ///
    /// When the mapping does not give values to the variables of the spec, when the spec cannot be evaluated, and when a
    /// handler or the observer panics.
    pub fn explore(&self) -> Report {
        let specification = Specification::read(&directory(), self.spec);
        let mut comparison = Comparison::new(self, &specification);
        comparison.explore();
        comparison.report()
    }

    /// Holds the steps of random walks against the spec, up to the first that it does not allow.
    ///
    /// # Panics
    ///
    /// As [`Conformance::explore`].
    pub fn sample(&self, walks: Walks) -> Report {
        let specification = Specification::read(&directory(), self.spec);
        let mut comparison = Comparison::new(self, &specification);
        comparison.sample(walks);
        comparison.report()
    }
}

/// Holds one system against its spec.
pub(super) struct Comparison<'c, A: Module, H: Data> {
    conformance: &'c Conformance<A, H>,
    judge: Judge<'c>,
    start: Instant,
    states: u64,
    transitions: u64,
    unchanged: u64,
    refusal: Option<Refusal>,
}

impl<'c, A: Module, H: Data> Comparison<'c, A, H> {
    pub(super) fn new(conformance: &'c Conformance<A, H>, specification: &'c Specification) -> Self {
        Comparison {
            conformance,
            judge: Judge::new(specification, conformance.constants.clone()),
            start: Instant::now(),
            states: 0,
            transitions: 0,
            unchanged: 0,
            refusal: None,
        }
    }

    /// Breadth first, so that the run that leads to a refused step is a shortest one.
    fn explore(&mut self) {
        let system = &self.conformance.system;
        let mut visited = Visited::<A, H>::new();
        for state in system.init_states() {
            let kept = self.begin(&state);
            visited.add(state, kept, None);
        }
        let mut place = 0;
        while place < visited.states.len() && self.refusal.is_none() {
            let (state, kept) = visited.states[place].clone();
            let mut steps = Vec::new();
            system.actions(&state, &mut steps);
            for step in steps {
                let Some(next) = system.next_state(&state, step.clone()) else { continue };
                let next_kept = match visited.places.get(&next) {
                    Some(known) => visited.states[*known].1,
                    None => {
                        let kept = self.arrive(&next);
                        visited.add(next.clone(), kept, Some((place, step.clone())));
                        kept
                    }
                };
                if let Err(refused) = self.judge_step(&state, &step, &next, kept, next_kept) {
                    let mut run = visited.run_to(place);
                    run.push(step);
                    self.refuse(refused, &run, None);
                    return;
                }
            }
            place += 1;
        }
    }

    fn sample(&mut self, walks: Walks) {
        for walk in 0..walks.count {
            let seed = walks.seed.wrapping_add(walk);
            self.walk(seed, walks.steps);
            if self.refusal.is_some() {
                return;
            }
        }
    }

    fn walk(&mut self, seed: u64, steps_max: usize) {
        let system = &self.conformance.system;
        let mut random = Random::new(seed);
        let mut state = system.init_states().remove(0);
        let mut kept = self.begin(&state);
        let mut run = Vec::new();
        let mut steps = Vec::new();
        while run.len() < steps_max && self.refusal.is_none() {
            system.actions(&state, &mut steps);
            let Some((step, next)) = self.draw(&state, &mut steps, &mut random) else { return };
            let next_kept = self.arrive(&next);
            run.push(step.clone());
            match self.judge_step(&state, &step, &next, kept, next_kept) {
                Ok(()) => (state, kept) = (next, next_kept),
                Err(refused) => self.refuse(refused, &run, Some(seed)),
            }
        }
    }

    /// A step that leads elsewhere: without this a walk would wait for long, where messages arrive again and again.
    fn draw(
        &self,
        state: &State<A, H>,
        steps: &mut Vec<Action<A>>,
        random: &mut Random,
    ) -> Option<(Action<A>, State<A, H>)> {
        while !steps.is_empty() {
            let step = steps.swap_remove(random.below(steps.len()));
            let next = self.conformance.system.next_state(state, step.clone())?;
            if next != *state {
                steps.clear();
                return Some((step, next));
            }
        }
        None
    }

    /// A state in which runs begin.
    pub(super) fn begin(&mut self, state: &State<A, H>) -> Kept {
        let kept = self.arrive(state);
        if !self.judge.allows_first(kept) {
            self.refusal = Some(Refusal {
                kind: "start",
                step: "Init does not allow the state in which they begin.".to_string(),
                run: format!("{state:?}"),
                changes: listed(self.judge.state(kept)),
                closest: Vec::new(),
                seed: None,
            });
        }
        kept
    }

    pub(super) fn arrive(&mut self, state: &State<A, H>) -> Kept {
        self.conformance.system.view(state, |view| {
            assert!(!view.spent.observer_panicked, "the observer panicked\n{state:?}");
            for (id, process) in view.processes.iter() {
                if let Life::Panicked(message) = &process.life {
                    panic!("process {} panicked: {message}\n{state:?}", usize::from(id));
                }
            }
        });
        self.states += 1;
        self.judge.keep(self.conformance.mapped(state))
    }

    /// Judges a step of the system; if it is refused, gives the step of the spec that is not allowed.
    pub(super) fn judge_step(
        &mut self,
        before: &State<A, H>,
        step: &Action<A>,
        after: &State<A, H>,
        from: Kept,
        to: Kept,
    ) -> Result<(), (Kept, Kept)> {
        self.transitions += 1;
        let transition = Transition { conformance: self.conformance, before, step, after };
        let between = (self.conformance.between)(&transition);
        assert!(between.len() <= BETWEEN_MAX, "at most {BETWEEN_MAX} states of the spec lie within a step");
        let mut way: Vec<Kept> = between.into_iter().map(|state| self.judge.keep(state)).collect();
        way.push(to);
        let mut last = from;
        let mut changed = false;
        for next in way {
            if next != last {
                changed = true;
                if !self.judge.allows(last, next) {
                    return Err((last, next));
                }
            }
            last = next;
        }
        self.unchanged += u64::from(!changed);
        Ok(())
    }

    pub(super) fn refuse(&mut self, (from, to): (Kept, Kept), run: &[Action<A>], seed: Option<u64>) {
        let system = &self.conformance.system;
        let trace = system.trace(run);
        let last = trace.steps.last().expect("a step is refused, so there is one");
        self.refusal = Some(Refusal {
            kind: last.kind,
            step: format!("step {}: {}", last.number, last.text),
            run: trace.to_string(),
            changes: changes(self.judge.state(from), self.judge.state(to)),
            closest: self.judge.why_not(from, to),
            seed,
        });
    }

    pub(super) fn report(self) -> Report {
        Report {
            spec: self.conformance.spec,
            config: self.conformance.config,
            states: self.states,
            transitions: self.transitions,
            unchanged: self.unchanged,
            mapped: self.judge.state_count(),
            pairs: self.judge.step_count(),
            actions: self.judge.taken(),
            elapsed: self.start.elapsed(),
            evaluating: self.judge.evaluating(),
            refusal: self.refusal,
        }
    }
}
