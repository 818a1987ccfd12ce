//! Follows one run of a system, step by step, and has each step judged.

use super::Conformance;
use super::explore::Comparison;
use super::judge::Specification;
use super::report::Report;
use stateright::Model;
use synod::event::{Data, Module};
use synod::system::Action;

/// A step of a run that its own system does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAStep {
    /// The place of the step in the run, counted from 0.
    pub place: usize,
    /// The step.
    pub step: String,
}

impl<A: Module, H: Data> Conformance<A, H> {
    /// Holds the steps of this run of the system against the spec, up to the first that it does not allow. A delivery that
    /// changes nothing is passed over, for it may not be a step of the system.
    ///
    /// # Errors
    ///
    /// [`NotAStep`] when the system itself does not allow a step.
    ///
    /// # Panics
    ///
    /// As [`Conformance::explore`].
    pub fn follow(&self, run: &[Action<A>]) -> Result<Report, NotAStep> {
        let specification = Specification::read(&super::directory(), self.spec);
        let mut comparison = Comparison::new(self, &specification);
        let mut state = self.system.init_states().remove(0);
        let mut kept = comparison.begin(&state);
        let mut enabled = Vec::new();
        for (place, step) in run.iter().enumerate() {
            let next = self.system.next_state(&state, step.clone());
            if next.as_ref() == Some(&state) {
                continue;
            }
            enabled.clear();
            self.system.actions(&state, &mut enabled);
            let Some(next) = next.filter(|_| enabled.contains(step)) else {
                return Err(NotAStep { place, step: self.system.format_action(step) });
            };
            let next_kept = comparison.arrive(&next);
            if let Err(refused) = comparison.judge_step(&state, step, &next, kept, next_kept) {
                comparison.refuse(refused, &run[..=place], None);
                break;
            }
            (state, kept) = (next, next_kept);
        }
        Ok(comparison.report())
    }
}
