//! Leadership is handed over to another voter, without the time in which nobody leads.
//!
//! 1. The leader appends no more proposals: those of its own application wait, others come again.
//! 2. When the other has its whole log, it is told that its time is up, again with every sign of life.
//! 3. The other stands at once, without asking first whether it would win: those that hear of a leader would say no. It
//!    has what the leader has, so everyone may vote for it.
//! 4. When the other leads, the one that led has heard of a later term, follows it, and passes on what waits.
//!
//! If that takes longer than an election time-out, it was in vain, and the leader goes on. Safety depends on none of this:
//! the other is elected as anybody is.
//!
//! A leader that steps down because it was removed hands over to one that has its whole log, if there is any.
//!
//! Source: Ongaro's dissertation (2014), §3.10.
//!
//! Cost: one message besides those of the election.

use super::message::Body;
use super::state::{Handover, Role, Timer};
use super::{Indication, Outputs, Raft, Refusal, StateMachine, StateOf};
use crate::event::Emit;
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// The application wants another server to lead.
    pub(super) fn transfer(&self, id: Id, state: &mut StateOf<M>, number: u64, to: Id, out: &mut Outputs<M>) {
        let refusal = match state.leader {
            None => Some(Refusal::NoLeader),
            Some(leader) if leader != id => Some(Refusal::NotLeader { leader }),
            Some(_) if state.handover.is_some() => Some(Refusal::Changing),
            Some(_) if !state.configurations.current().voters().contains(to) => Some(Refusal::NoVoter),
            Some(_) => None,
        };
        if let Some(reason) = refusal {
            return out.indicate(id, Indication::Refused { number, reason });
        }
        if to == id {
            return out.indicate(id, Indication::Transferred { number });
        }
        state.handover = Some(Handover { number, to });
        out.set_timer(Timer::Election, self.election_timeout.clone());
        self.hand_over(state, to, out);
    }

    /// Rule 2, when it is known what `to` has.
    pub(super) fn hand_over(&self, state: &StateOf<M>, to: Id, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &state.role else { return };
        let last = state.durable.log.last().index;
        let is_to_lead = state.handover.as_ref().is_some_and(|handover| handover.to == to);
        if is_to_lead && followers.get(&to).is_some_and(|progress| progress.matched == last) {
            self.send(state, to, Body::TimeoutNow, out);
        }
    }

    /// A leader that is about to step down hands over to a voter that has all it has, if there is any.
    pub(super) fn hand_over_to_any(&self, state: &StateOf<M>, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &state.role else { return };
        let last = state.durable.log.last().index;
        let voters = state.configurations.current().voters();
        let heir = followers.iter().find(|(other, progress)| voters.contains(**other) && progress.matched == last);
        if let Some((heir, _)) = heir {
            self.send(state, *heir, Body::TimeoutNow, out);
        }
    }

    /// Rule 3.
    pub(super) fn time_out_now(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        if !state.is_leader() && state.configurations.current().voters().contains(id) {
            state.leader = None;
            self.stand(id, state, out);
        }
    }

    /// It was in vain: the leader goes on, and appends what has waited.
    pub(super) fn keep_leading(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        if let Some(Handover { number, .. }) = state.handover.take() {
            out.indicate(id, Indication::Refused { number, reason: Refusal::InVain });
            self.append_own(id, state, 0, out);
        }
    }

    /// Rule 4: somebody leads, who was to or not.
    pub(super) fn end_handover(&self, id: Id, state: &mut StateOf<M>, leader: Id, out: &mut Outputs<M>) {
        match state.handover.take() {
            Some(Handover { number, to }) if to == leader => out.indicate(id, Indication::Transferred { number }),
            Some(Handover { number, .. }) => out.indicate(id, Indication::Refused { number, reason: Refusal::InVain }),
            None => {}
        }
    }
}
