//! What there is to explain about one key, reduced to what somebody can tell apart.
//!
//! A state of the key is the set of those *patterns* that it matches and that some operation asks for: that it is absent, holds
//! a value, has a version. So what is never observed is all one state. Operations that ask for the same and leave the same are
//! one *class*.

use super::numbered::Numbered;
use super::{Access, Expected, Outcome};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What an operation may ask of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pattern {
    Absent,
    Value(u32),
    Version(u32),
    Both(u32, u32),
}

/// The state that nobody asks for.
pub(super) const UNSEEN: u32 = 0;

/// An operation that was answered.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) class: u32,
    /// The place of its answer in the order of events.
    pub(super) answered: u64,
}

/// What operations have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Class {
    /// What it needs to happen.
    pub(super) needs: Option<u32>,
    /// What must not be so when it happens.
    pub(super) refutes: Option<u32>,
    /// What it may leave behind; none if it changes nothing.
    pub(super) effects: Vec<Effect>,
}

/// What an operation leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Effect {
    pub(super) state: u32,
    /// What can be had once: a version that more than one operation may have been given.
    pub(super) takes: Option<u32>,
}

/// What happens, in order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// An operation is called that will be answered.
    Call(u32),
    /// It is answered.
    Answer(u32),
    /// An operation of this class is called that is never answered.
    Pending(u32),
}

/// What there is to explain.
#[derive(Debug, Default)]
pub(super) struct Problem {
    pub(super) operations: Vec<Operation>,
    pub(super) events: Vec<Event>,
    pub(super) classes: Vec<Class>,
    /// The patterns that each state matches.
    pub(super) states: Vec<Vec<u32>>,
    /// The state in which nothing was written yet.
    pub(super) first: u32,
    /// How many patterns there are.
    pub(super) patterns: usize,
}

impl Problem {
    /// What there is to explain about these records, in the order of their calls.
    pub(super) fn new(records: &[Numbered]) -> Self {
        let mut names = Names::new(records);
        let mut problem = Problem::default();
        let first = names.state(&[Pattern::Absent]);
        let classes: Vec<_> = records.iter().map(|record| names.class(record)).collect();
        let futile = names.futile(records, &classes);
        let mut events = Vec::new();
        for (record, class) in records.iter().zip(classes) {
            match &record.answered {
                Some((answered, _)) => {
                    let operation = problem.operations.len() as u32;
                    problem.operations.push(Operation { class, answered: *answered });
                    events.extend([(record.called, Event::Call(operation)), (*answered, Event::Answer(operation))]);
                }
                None if futile.contains(&class) => {}
                None => events.push((record.called, Event::Pending(class))),
            }
        }
        events.sort_unstable_by_key(|(moment, _)| *moment);
        problem.events = events.into_iter().map(|(_, event)| event).collect();
        Problem { first, classes: names.classes, states: names.states, patterns: names.patterns.len(), ..problem }
    }
}

/// Gives numbers to what can be told apart.
struct Names {
    patterns: HashMap<Pattern, u32>,
    /// The versions of which it is open who was given them, by the value that was read with them; nothing if none was.
    unclaimed: BTreeMap<Option<u32>, BTreeSet<u32>>,
    /// How many answered operations say that they were given a version.
    claims: HashMap<u32, u32>,
    states: Vec<Vec<u32>>,
    state_numbers: HashMap<Vec<u32>, u32>,
    classes: Vec<Class>,
    class_numbers: HashMap<Class, u32>,
    is_refuted: bool,
}

impl Names {
    fn new(records: &[Numbered]) -> Self {
        let mut names = Names {
            patterns: HashMap::new(),
            unclaimed: BTreeMap::new(),
            claims: HashMap::new(),
            states: vec![Vec::new()],
            state_numbers: HashMap::from([(Vec::new(), UNSEEN)]),
            classes: Vec::new(),
            class_numbers: HashMap::new(),
            is_refuted: false,
        };
        for record in records {
            if let Some((_, Outcome::Done { version: Some(version) })) = record.answered {
                *names.claims.entry(version).or_default() += 1;
            }
        }
        for record in records {
            let (needs, refutes) = asks(record);
            names.is_refuted |= refutes.is_some();
            for pattern in needs.into_iter().chain(refutes) {
                let next = names.patterns.len() as u32;
                names.patterns.entry(pattern).or_insert(next);
            }
            let (version, value) = match needs {
                Some(Pattern::Both(value, version)) => (version, Some(value)),
                Some(Pattern::Version(version)) => (version, None),
                _ => continue,
            };
            if !names.claims.contains_key(&version) {
                names.unclaimed.entry(value).or_default().insert(version);
            }
        }
        names
    }

    fn state(&mut self, matches: &[Pattern]) -> u32 {
        let mut state: Vec<u32> = matches.iter().filter_map(|pattern| self.patterns.get(pattern).copied()).collect();
        state.sort_unstable();
        let next = self.states.len() as u32;
        let number = *self.state_numbers.entry(state.clone()).or_insert(next);
        if number == next {
            self.states.push(state);
        }
        number
    }

    fn class(&mut self, record: &Numbered) -> u32 {
        let (needs, refutes) = asks(record);
        let [needs, refutes] = [needs, refutes].map(|pattern| pattern.map(|pattern| self.patterns[&pattern]));
        let class = Class { needs, refutes, effects: self.effects(record) };
        let next = self.classes.len() as u32;
        let number = *self.class_numbers.entry(class.clone()).or_insert(next);
        if number == next {
            self.classes.push(class);
        }
        number
    }

    fn effects(&mut self, record: &Numbered) -> Vec<Effect> {
        let outcome = record.answered.as_ref().map(|(_, outcome)| outcome);
        let value = match record.access {
            Access::Read => return Vec::new(),
            Access::Delete => return vec![Effect { state: self.state(&[Pattern::Absent]), takes: None }],
            Access::CompareAndSet { .. } if outcome == Some(&Outcome::Mismatch) => return Vec::new(),
            Access::Write(value) | Access::CompareAndSet { new: value, .. } => value,
        };
        if let Some(Outcome::Done { version: Some(version) }) = outcome {
            let takes = (self.claims[version] > 1).then_some(*version);
            return vec![Effect { state: self.versioned(value, *version), takes }];
        }
        let candidates = [Some(value), None].into_iter().filter_map(|value| self.unclaimed.get(&value)).flatten();
        let candidates: BTreeSet<u32> = candidates.copied().collect();
        let unnamed = Effect { state: self.state(&[Pattern::Value(value)]), takes: None };
        let named = candidates
            .into_iter()
            .map(|version| Effect { state: self.versioned(value, version), takes: Some(version) });
        [unnamed].into_iter().chain(named).collect()
    }

    fn versioned(&mut self, value: u32, version: u32) -> u32 {
        self.state(&[Pattern::Value(value), Pattern::Version(version), Pattern::Both(value, version)])
    }

    /// The classes of pending operations that explain nothing, since nobody asks for what they would leave behind. Where
    /// something is refuted, anything else may be the explanation.
    fn futile(&self, records: &[Numbered], classes: &[u32]) -> BTreeSet<u32> {
        let is_pending = |record: &&Numbered| record.answered.is_none();
        let pending: BTreeSet<u32> =
            records.iter().zip(classes).filter(|(record, _)| is_pending(record)).map(|(_, class)| *class).collect();
        let answered: BTreeSet<u32> =
            records.iter().zip(classes).filter(|(record, _)| !is_pending(record)).map(|(_, class)| *class).collect();
        let class = |number: &u32| &self.classes[*number as usize];
        let mut futile: BTreeSet<u32> =
            pending.iter().copied().filter(|number| class(number).effects.is_empty()).collect();
        if self.is_refuted {
            return futile;
        }
        loop {
            let kept = || pending.difference(&futile);
            let asked: BTreeSet<u32> = answered.iter().chain(kept()).filter_map(|number| class(number).needs).collect();
            let is_asked =
                |effect: &Effect| self.states[effect.state as usize].iter().any(|pattern| asked.contains(pattern));
            let more: Vec<u32> = kept().copied().filter(|number| !class(number).effects.iter().any(is_asked)).collect();
            if more.is_empty() {
                return futile;
            }
            futile.extend(more);
        }
    }
}

/// What must, and what must not, be so when an operation happens.
fn asks(record: &Numbered) -> (Option<Pattern>, Option<Pattern>) {
    let outcome = record.answered.as_ref().map(|(_, outcome)| outcome);
    match (&record.access, outcome) {
        (Access::Read, Some(Outcome::Found { value, version: Some(version) })) => {
            (Some(Pattern::Both(*value, *version)), None)
        }
        (Access::Read, Some(Outcome::Found { value, version: None })) => (Some(Pattern::Value(*value)), None),
        (Access::Read, Some(_)) => (Some(Pattern::Absent), None),
        (Access::CompareAndSet { expected, .. }, outcome) => {
            let expected = Some(match expected {
                Expected::Nothing => Pattern::Absent,
                Expected::Value(value) => Pattern::Value(*value),
                Expected::Version(version) => Pattern::Version(*version),
            });
            if outcome == Some(&Outcome::Mismatch) { (None, expected) } else { (expected, None) }
        }
        _ => (None, None),
    }
}
