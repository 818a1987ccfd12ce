//! The spec as a judge of steps: keeps the states that occur, and judges each pair of them once.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tla_eval::{Blocked, Evaluator, Spec, State, Value};
use tla_syntax::token::Op;
use tla_syntax::{Expr, parse_module};

/// A specification, and the names of the actions of which its `Next` consists.
pub(super) struct Specification {
    name: String,
    spec: Spec,
    actions: Vec<String>,
}

impl Specification {
    /// Reads `NAME.tla` in `directory`.
    ///
    /// # Panics
    ///
    /// When it cannot be read, or its `Next` is not a disjunction of named actions.
    pub(super) fn read(directory: &std::path::Path, name: &str) -> Self {
        let file = directory.join(format!("{name}.tla"));
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let module = parse_module(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let next = module.definition("Next").unwrap_or_else(|| panic!("{name} defines no Next"));
        let mut actions = Vec::new();
        if !collect_disjuncts(&next.body, &mut actions) {
            panic!("Next of {name} is not a disjunction of named actions without parameters");
        }
        let spec = Spec::from_file(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
        Specification { name: name.to_string(), spec, actions }
    }
}

fn collect_disjuncts(expression: &Expr, actions: &mut Vec<String>) -> bool {
    match expression {
        Expr::Binary(Op::Or, left, right) => collect_disjuncts(left, actions) && collect_disjuncts(right, actions),
        Expr::Ident(name) => {
            actions.push(name.clone());
            true
        }
        _ => false,
    }
}

/// A mapped state, as the judge keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kept(usize);

/// Judges states and steps.
pub(super) struct Judge<'t> {
    specification: &'t Specification,
    evaluator: Evaluator<'t>,
    variables: BTreeSet<String>,
    states: Vec<Arc<State>>,
    places: BTreeMap<Arc<State>, Kept>,
    allowed: HashSet<(Kept, Kept)>,
    /// For each action, how many distinct steps it allows.
    taken: Vec<u64>,
    evaluating: Duration,
}

impl<'t> Judge<'t> {
    /// # Panics
    ///
    /// When a constant of the spec has no value.
    pub(super) fn new(specification: &'t Specification, constants: BTreeMap<String, Value>) -> Self {
        let evaluator = Evaluator::new(&specification.spec, constants);
        let evaluator = evaluator.unwrap_or_else(|error| panic!("{}: {error}", specification.name));
        Judge {
            specification,
            evaluator,
            variables: specification.spec.variables().map(str::to_string).collect(),
            states: Vec::new(),
            places: BTreeMap::new(),
            allowed: HashSet::new(),
            taken: vec![0; specification.actions.len()],
            evaluating: Duration::ZERO,
        }
    }

    /// Keeps a state.
    ///
    /// # Panics
    ///
    /// When its variables are not those of the spec.
    pub(super) fn keep(&mut self, state: State) -> Kept {
        if let Some(kept) = self.places.get(&state) {
            return *kept;
        }
        if !state.keys().eq(&self.variables) {
            let found: Vec<_> = state.keys().collect();
            panic!(
                "{} has the variables {:?}; a state is mapped to {found:?}",
                self.specification.name, self.variables
            );
        }
        let kept = Kept(self.states.len());
        let state = Arc::new(state);
        self.states.push(state.clone());
        self.places.insert(state, kept);
        kept
    }

    /// Whether `Init` allows a state.
    ///
    /// # Panics
    ///
    /// When that cannot be evaluated.
    pub(super) fn allows_first(&self, state: Kept) -> bool {
        let holds = self.evaluator.holds_at("Init", self.state(state));
        holds.unwrap_or_else(|error| panic!("Init of {} cannot be evaluated: {error}", self.specification.name))
    }

    /// Whether `Next` allows a step; it is evaluated once for each pair of states.
    ///
    /// # Panics
    ///
    /// When that cannot be evaluated.
    pub(super) fn allows(&mut self, from: Kept, to: Kept) -> bool {
        if self.allowed.contains(&(from, to)) {
            return true;
        }
        let start = Instant::now();
        let mut allowed = false;
        for action in 0..self.taken.len() {
            if self.action_allows(action, from, to) {
                self.taken[action] += 1;
                allowed = true;
            }
        }
        self.evaluating += start.elapsed();
        if allowed {
            self.allowed.insert((from, to));
        }
        allowed
    }

    fn action_allows(&self, action: usize, from: Kept, to: Kept) -> bool {
        let action = &self.specification.actions[action];
        let (from, to) = (self.state(from), self.state(to));
        self.evaluator.step_allowed(action, from, to).unwrap_or_else(|error| {
            let changes = super::report::changes(from, to).join("\n");
            panic!("{action} of {} cannot be evaluated: {error}\n{changes}", self.specification.name)
        })
    }

    /// The actions that came closest to allowing a step that none allows, the closest first.
    pub(super) fn why_not(&self, from: Kept, to: Kept) -> Vec<Blocked> {
        let reasons = self.evaluator.why_not("Next", self.state(from), self.state(to));
        reasons.unwrap_or_else(|error| panic!("Next of {} cannot be evaluated: {error}", self.specification.name))
    }

    pub(super) fn state(&self, kept: Kept) -> &State {
        &self.states[kept.0]
    }

    /// How many distinct states have been kept.
    pub(super) fn state_count(&self) -> u64 {
        self.states.len() as u64
    }

    /// How many distinct steps have been allowed.
    pub(super) fn step_count(&self) -> u64 {
        self.allowed.len() as u64
    }

    /// Each action, and how many distinct steps it allows.
    pub(super) fn taken(&self) -> Vec<(String, u64)> {
        self.specification.actions.iter().cloned().zip(self.taken.iter().copied()).collect()
    }

    pub(super) fn evaluating(&self) -> Duration {
        self.evaluating
    }
}
