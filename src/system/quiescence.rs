//! When nothing more has to happen.

use super::global::{Cells, Duty, StateIn, Step, StepIn};
use super::local::Cause;
use super::rules::Rules;

impl Rules {
    /// Whether no step that has to happen changes anything.
    pub(crate) fn quiescent<M: Cells>(&self, cells: &mut M, state: &StateIn<M>) -> bool {
        let mut steps = Vec::new();
        self.enabled(cells, state, &mut steps);
        let mut due = steps.iter().filter(|(_, duty)| *duty == Duty::Due);
        due.all(|(step, _)| !self.changes(cells, state, step)) && self.nothing_keeps_coming(cells, state, &steps)
    }

    /// Whether, in a state that no step that is due changes, what is sent again and again changes nothing either.
    ///
    /// The steps that are due happen again and again there. On fair-loss links so do the deliveries of what they send, and
    /// of what these deliveries make their receivers send.
    pub(crate) fn nothing_keeps_coming<M: Cells>(
        &self,
        cells: &mut M,
        state: &StateIn<M>,
        steps: &[(StepIn<M>, Duty)],
    ) -> bool {
        if !self.network.fair {
            return true;
        }
        let due = steps.iter().filter(|(_, duty)| *duty == Duty::Due);
        let mut repeated: Vec<&StepIn<M>> = due.map(|(step, _)| step).collect();
        let mut examined = 0;
        while examined < repeated.len() {
            for sent in self.sent_in(cells, state, repeated[examined]) {
                for arrival in self.arrivals(cells, steps, &sent) {
                    if self.changes(cells, state, arrival) {
                        return false;
                    }
                    if !repeated.contains(&arrival) {
                        repeated.push(arrival);
                    }
                }
            }
            examined += 1;
        }
        true
    }

    fn changes<M: Cells>(&self, cells: &mut M, state: &StateIn<M>, step: &StepIn<M>) -> bool {
        let mut next = state.clone();
        self.perform(cells, &mut next, step);
        next != *state
    }

    /// What a process sends in a step.
    fn sent_in<M: Cells>(&self, cells: &mut M, state: &StateIn<M>, step: &StepIn<M>) -> Vec<M::Envelope> {
        let (id, cause) = match step {
            Step::Act { process, local, .. } => (usize::from(*process), Cause::Local(local)),
            Step::Deliver { envelope, .. } => (cells.ends(envelope).1, Cause::Message(envelope)),
            _ => return Vec::new(),
        };
        cells.react(id, &state.processes[id], cause)[0].sent.clone()
    }

    /// The steps in which a message arrives; on a FIFO network, those of whatever is at the head of its channel.
    fn arrivals<'a, M: Cells>(
        &self,
        cells: &mut M,
        steps: &'a [(StepIn<M>, Duty)],
        sent: &M::Envelope,
    ) -> Vec<&'a StepIn<M>> {
        let (from, to) = cells.ends(sent);
        if self.may_omit_for_ever(from, to) {
            return Vec::new();
        }
        let mut arrives = |step: &StepIn<M>| match step {
            Step::Deliver { envelope, death: None, .. } => {
                if self.network.fifo {
                    cells.ends(envelope) == (from, to)
                } else {
                    envelope == sent
                }
            }
            _ => false,
        };
        steps.iter().map(|(step, _)| step).filter(|step| arrives(step)).collect()
    }
}
