//! When nothing more has to happen.

use super::global::{Cells, Duty, Enabled, StateIn, Step};
use super::rules::Rules;

impl Rules {
    /// Whether no step that has to happen changes anything.
    pub(crate) fn quiescent<M: Cells>(&self, cells: &mut M, state: &StateIn<M>) -> bool {
        let mut steps = Vec::new();
        self.enabled(cells, state, &mut steps);
        let mut due = steps.iter().filter(|enabled| enabled.duty == Duty::Due);
        due.all(|enabled| !self.changes(cells, state, enabled)) && self.nothing_keeps_coming(cells, state, &steps)
    }

    /// Whether, in a state that no step that is due changes, what is sent again and again changes nothing either.
    ///
    /// The steps that are due happen again and again there. On fair-loss links so do the deliveries of what they send, and
    /// of what these deliveries make their receivers send.
    pub(crate) fn nothing_keeps_coming<M: Cells>(
        &self,
        cells: &mut M,
        state: &StateIn<M>,
        steps: &[Enabled<M>],
    ) -> bool {
        if !self.network.fair {
            return true;
        }
        let mut repeated: Vec<&Enabled<M>> = steps.iter().filter(|enabled| enabled.duty == Duty::Due).collect();
        let mut examined = 0;
        while examined < repeated.len() {
            for sent in self.sent_in(cells, repeated[examined]) {
                for arrival in self.arrivals(cells, steps, &sent) {
                    if self.changes(cells, state, arrival) {
                        return false;
                    }
                    if repeated.iter().all(|other| other.step != arrival.step) {
                        repeated.push(arrival);
                    }
                }
            }
            examined += 1;
        }
        true
    }

    fn changes<M: Cells>(&self, cells: &mut M, state: &StateIn<M>, enabled: &Enabled<M>) -> bool {
        if self.is_unnoticed(cells, state, enabled) {
            return false;
        }
        let mut next = state.clone();
        self.perform_enabled(cells, &mut next, enabled);
        next != *state
    }

    /// Whether a step is a delivery that the receiver ignores, with no message waiting behind it.
    fn is_unnoticed<M: Cells>(&self, cells: &M, state: &StateIn<M>, enabled: &Enabled<M>) -> bool {
        let ignored = |(reaction, which): &(M::Reaction, usize)| {
            cells.outcome(reaction, *which).is_some_and(|outcome| outcome.ignored)
        };
        matches!(enabled.step, Step::Deliver { .. })
            && !self.network.fifo
            && !self.timing.in_step(state.spent.stable)
            && enabled.reaction.as_ref().is_some_and(ignored)
    }

    /// What a process sends in a step.
    fn sent_in<M: Cells>(&self, cells: &mut M, enabled: &Enabled<M>) -> Vec<M::Envelope> {
        let Some((reaction, which)) = &enabled.reaction else { return Vec::new() };
        (0..).map_while(|place| cells.sent(reaction, *which, place)).collect()
    }

    /// The steps in which a message arrives; on a FIFO network, those of whatever is at the head of its channel.
    fn arrivals<'a, M: Cells>(
        &self,
        cells: &mut M,
        steps: &'a [Enabled<M>],
        sent: &M::Envelope,
    ) -> Vec<&'a Enabled<M>> {
        let (from, to) = cells.ends(sent);
        if self.may_omit_for_ever(from, to) {
            return Vec::new();
        }
        let mut arrives = |enabled: &Enabled<M>| match &enabled.step {
            Step::Deliver { envelope, death: None, .. } => {
                if self.network.fifo {
                    cells.ends(envelope) == (from, to)
                } else {
                    envelope == sent
                }
            }
            _ => false,
        };
        steps.iter().filter(|enabled| arrives(enabled)).collect()
    }
}
