//! The steps of a state with the fair actions that they take.

use super::graph::Promise;
use crate::check::expander::Expander;
use crate::check::hash::Map;
use crate::check::interned::{NumberedStep, Source};
use crate::check::rows::Row;
use crate::system::{Cells, Standing, Step};

/// Where a step leads.
pub(super) enum Next<'r> {
    /// Back to the same state.
    Same,
    /// To the state with this row, or to one of which the state with this row is the normal form.
    Row(&'r Row),
    /// To a state that a cut leaves out.
    LeftOut,
}

impl Expander<'_> {
    /// Performs each step of the current state, also those that change nothing or lead to what is left out. `found` is
    /// given the fair action that the step takes, the step, and where it leads.
    pub(super) fn every_step(
        &mut self,
        promises: &mut Promises<'_>,
        mut found: impl FnMut(&NumberedStep, Option<Promise>, Next<'_>),
    ) {
        self.decode();
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.rules.enabled(&mut self.cells, &self.state, &mut steps);
        for enabled in &steps {
            let step = &enabled.step;
            let promise = promises.of(step, self.is_from_who_is_up(step));
            self.next.clone_from_state(&self.state);
            self.rules.perform_enabled(&mut self.cells, &mut self.next, enabled);
            if self.next == self.state {
                found(step, promise, Next::Same);
                continue;
            }
            self.encode_next();
            let is_explored = self.next_is_explored();
            found(step, promise, if is_explored { Next::Row(&self.row) } else { Next::LeftOut });
        }
        self.steps = steps;
    }

    /// Whether a step delivers what a process sent that is up.
    fn is_from_who_is_up(&mut self, step: &NumberedStep) -> bool {
        let Step::Deliver { envelope, .. } = step else { return false };
        let from = self.cells.ends(envelope).0;
        // A stranger, whose message was in flight from the start, never goes down.
        let sender = self.state.processes.get(from);
        sender.is_none_or(|sender| self.cells.standing(sender) == Standing::Up)
    }
}

/// The fair actions of steps, remembered.
pub(super) struct Promises<'a> {
    source: &'a dyn Source,
    known: [Map<NumberedStep, Option<Promise>>; 2],
}

impl<'a> Promises<'a> {
    pub fn new(source: &'a dyn Source) -> Self {
        Promises { source, known: Default::default() }
    }

    pub fn of(&mut self, step: &NumberedStep, from_up: bool) -> Option<Promise> {
        let known = &mut self.known[usize::from(from_up)];
        if let Some(promise) = known.get(step) {
            return *promise;
        }
        let promise = self.source.fair_action(step, from_up);
        known.insert(step.clone(), promise);
        promise
    }
}
