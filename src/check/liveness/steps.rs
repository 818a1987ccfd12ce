//! The steps of a state with the fair actions that they take.

use super::graph::Promise;
use crate::check::hash::Map;
use crate::check::interned::{NumberedStep, Source};
use crate::check::rows::Word;
use crate::check::search::Expander;
use crate::system::{Cells, Standing, Step};

/// Where a step leads.
pub(super) enum Next<'r> {
    /// Back to the same state.
    Same,
    /// To the state with this row.
    Row(&'r [Word]),
    /// To a state that a cut leaves out.
    LeftOut,
}

impl Expander<'_> {
    /// Performs each step of the current state, also those that change nothing or lead to what is left out. `found` is
    /// given the step, whether fairness may count on it here, and where it leads.
    pub(super) fn every_step(&mut self, mut found: impl FnMut(&NumberedStep, bool, Next<'_>)) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.rules.enabled(&mut self.cells, &self.state, &mut steps);
        for enabled in &steps {
            let step = &enabled.step;
            let counts = self.is_from_who_is_up(step);
            self.next.clone_from_state(&self.state);
            self.rules.perform_enabled(&mut self.cells, &mut self.next, enabled);
            if self.next == self.state {
                found(step, counts, Next::Same);
            } else if self.next_is_explored() {
                self.codec.encode(&self.next, &mut self.row);
                found(step, counts, Next::Row(&self.row));
            } else {
                found(step, counts, Next::LeftOut);
            }
        }
        self.steps = steps;
    }

    /// Whether a step is no delivery of what a process sent that is not up (any more, or again), or may count all the same.
    fn is_from_who_is_up(&mut self, step: &NumberedStep) -> bool {
        let Step::Deliver { envelope, .. } = step else { return true };
        if self.rules.letters_wait {
            return true;
        }
        let from = self.cells.ends(envelope).0;
        self.cells.standing(&self.state.processes[from]) == Standing::Up
    }
}

/// The fair actions of steps, remembered.
pub(super) struct Promises<'a> {
    source: &'a dyn Source,
    known: Map<NumberedStep, Option<Promise>>,
}

impl<'a> Promises<'a> {
    pub fn new(source: &'a dyn Source) -> Self {
        Promises { source, known: Map::default() }
    }

    pub fn of(&mut self, step: &NumberedStep) -> Option<Promise> {
        if let Some(promise) = self.known.get(step) {
            return *promise;
        }
        let promise = self.source.fair_action(step);
        self.known.insert(step.clone(), promise);
        promise
    }
}
