//! What came of holding actors against their spec.

use std::fmt;
use std::time::Duration;
use tla_eval::{Blocked, State, Value};

/// How many of the actions that come close to a refused step are shown.
const SHOWN_MAX: usize = 3;

/// What came of holding a system against its spec.
#[derive(Clone, Debug)]
pub struct Report {
    /// The specification.
    pub spec: &'static str,
    /// The configuration from which the constants are.
    pub config: &'static str,
    /// How many states of the actors were visited; on walks, every visit counts.
    pub states: u64,
    /// How many steps of the actors were held against the spec.
    pub transitions: u64,
    /// How many of them change nothing that the spec knows of.
    pub unchanged: u64,
    /// How many distinct states of the spec they were mapped to, those in between included.
    pub mapped: u64,
    /// How many distinct steps of the spec they were mapped to.
    pub pairs: u64,
    /// The actions of which `Next` consists, in its order, and how many distinct steps each of them allows.
    pub actions: Vec<(String, u64)>,
    /// How long all took.
    pub elapsed: Duration,
    /// How much of it the evaluation of the spec took.
    pub evaluating: Duration,
    /// The first step that the spec does not allow. Nothing was visited after it.
    pub refusal: Option<Refusal>,
}

/// A step that the spec does not allow.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The step of the actors, in one word ("deliver"); "start" for a first state that `Init` does not allow.
    pub kind: &'static str,
    /// The step of the actors, as a sentence.
    pub step: String,
    /// The run that ends with it, as a numbered list.
    pub run: String,
    /// The variables that differ, with what they were and what they are; of a first state, all.
    pub changes: Vec<String>,
    /// The actions that came closest to allowing it, the closest first.
    pub closest: Vec<Blocked>,
    /// The seed that makes the first of the random walks this one.
    pub seed: Option<u64>,
}

impl Report {
    /// Every step is allowed, and every action of the spec is taken.
    ///
    /// # Panics
    ///
    /// Otherwise, with the whole report.
    pub fn conforms(&self) -> &Self {
        self.is_not_refused();
        let never: Vec<_> = self.actions.iter().filter(|(_, steps)| *steps == 0).map(|(name, _)| name).collect();
        assert!(never.is_empty(), "these actions of the spec are never taken: {never:?}\n{self}");
        self
    }

    /// Every step is allowed.
    ///
    /// # Panics
    ///
    /// Otherwise, with the whole report.
    pub fn is_not_refused(&self) -> &Self {
        assert!(self.refusal.is_none(), "{self}");
        self
    }

    /// Whether a step of this kind ("deliver") is refused, and no action of the spec comes closer to it than this one
    /// ("Accept").
    pub fn is_refused(&self, kind: &str, action: &str) -> bool {
        self.refusal.as_ref().is_some_and(|refusal| refusal.kind == kind && refusal.closest_actions().contains(&action))
    }
}

impl Refusal {
    /// The names of the actions that came closest: of those of whose conjuncts the largest part holds.
    pub fn closest_actions(&self) -> Vec<&str> {
        let Some(closest) = self.closest.first() else { return Vec::new() };
        let as_close = |other: &&Blocked| other.satisfied * closest.total == closest.satisfied * other.total;
        self.closest.iter().filter(as_close).map(name).collect()
    }
}

/// The name of an action, without the values of its parameters.
fn name(blocked: &Blocked) -> &str {
    blocked.action.split('(').next().unwrap_or(&blocked.action)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} ({}): {} states and {} steps of the actors, {} of them unchanged;",
            self.spec, self.config, self.states, self.transitions, self.unchanged
        )?;
        writeln!(
            f,
            "  {} states and {} distinct steps of the spec; {:.1} s, of it {:.1} s of evaluation",
            self.mapped,
            self.pairs,
            self.elapsed.as_secs_f64(),
            self.evaluating.as_secs_f64()
        )?;
        for (action, steps) in &self.actions {
            writeln!(f, "  {steps:>8} {action}")?;
        }
        match &self.refusal {
            Some(refusal) => write!(f, "{refusal}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the spec does not allow this step of the actors:\n{}", self.step)?;
        if let Some(seed) = self.seed {
            writeln!(f, "it was found on the random walk of the seed {seed} (SYNOD_SEED={seed} repeats it)")?;
        }
        writeln!(f, "in the spec's words:")?;
        for change in &self.changes {
            writeln!(f, "  {change}")?;
        }
        for blocked in self.closest.iter().take(SHOWN_MAX) {
            writeln!(f, "not {}, of which {} of {} conjuncts hold:", blocked.action, blocked.satisfied, blocked.total)?;
            match &blocked.error {
                Some(error) => writeln!(f, "  {} cannot be evaluated: {error}", blocked.conjunct)?,
                None => writeln!(f, "  {} does not", blocked.conjunct)?,
            }
        }
        write!(f, "the run:\n{}", self.run)
    }
}

/// The variables in which two states differ, a line for each place where they do.
pub(super) fn changes(from: &State, to: &State) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, before) in from {
        match to.get(name) {
            Some(after) if after != before => difference(name, before, after, &mut lines),
            _ => {}
        }
    }
    lines
}

/// The variables of one state, a line for each.
pub(super) fn listed(state: &State) -> Vec<String> {
    state.iter().map(|(name, value)| format!("{name} = {value}")).collect()
}

/// Follows functions and records with the same domain down to the place where they differ; of sets, the members that come
/// and go.
fn difference(place: &str, before: &Value, after: &Value, lines: &mut Vec<String>) {
    if let (Value::Set(old), Value::Set(new)) = (before, after) {
        lines.extend(new.difference(old).map(|member| format!("{place} gains {member}")));
        lines.extend(old.difference(new).map(|member| format!("{place} loses {member}")));
        return;
    }
    match (before.domain(), after.domain()) {
        (Some(old), Some(new)) if old == new => {
            for key in old {
                let (Some(old), Some(new)) = (before.apply(&key), after.apply(&key)) else { continue };
                let place = match (before, &key) {
                    (Value::Record(_), Value::Str(field)) => format!("{place}.{field}"),
                    _ => format!("{place}[{key}]"),
                };
                if old != new {
                    difference(&place, &old, &new, lines);
                }
            }
        }
        _ => lines.push(format!("{place}: {before} becomes {after}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::value::*;

    #[test]
    fn only_what_differs_is_shown() {
        let vote = |ballot: i64| record([("ballot", number(ballot)), ("value", string("x"))]);
        let state = |ballot, sent: &[i64]| {
            let messages = set(sent.iter().map(|message| number(*message)));
            variables([("votes", by_process([vote(0), vote(ballot)])), ("msgs", messages), ("asked", number(1))])
        };
        let expected = ["msgs gains 3", "msgs loses 1", "votes[1].ballot: 4 becomes 5"];
        assert_eq!(changes(&state(4, &[1, 2]), &state(5, &[2, 3])), expected);
        assert_eq!(changes(&state(4, &[1]), &state(4, &[1])), [""; 0]);
    }
}
