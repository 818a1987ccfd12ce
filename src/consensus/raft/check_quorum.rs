//! A leader that hears nothing from a quorum steps down.
//!
//! It could commit nothing any more, and would keep its application waiting while the others have long elected another.
//! Whoever asks it then is told that there is no leader, and can ask elsewhere. Safety does not depend on it: what such
//! a leader appends is not committed.
//!
//! Source: Rudder, *Distributed Systems* (BU CS351, 2025), §2.3.1 (the leader's out-beats are answered by in-beats);
//! Ongaro's dissertation (2014), §6.2.

use super::state::{Role, Timer};
use super::{Outputs, Raft, StateMachine, StateOf};
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// Another server is there, and in the leader's term.
    pub(super) fn hear(&self, state: &mut StateOf<M>, from: Id) {
        if self.check_quorum
            && let Role::Leader { heard, .. } = &mut state.role
        {
            heard.insert(from);
        }
    }

    /// An election time-out has passed since the leader was elected, or looked around the last time: goes on if a
    /// quorum was there, itself included. Or whoever was to lead in its place has taken too long.
    pub(super) fn look_around(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        self.keep_leading(id, state, out);
        let Role::Leader { heard, .. } = &mut state.role else { return };
        if !self.check_quorum {
            return;
        }
        let mut present = std::mem::take(heard);
        present.insert(id);
        if state.configurations.current().is_quorum(present) {
            out.set_timer(Timer::Election, self.election_timeout.clone());
        } else {
            self.step_down(id, state, out);
        }
    }

    /// Leads no more, and waits for whoever does.
    pub(super) fn step_down(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        out.cancel_timer(Timer::Heartbeat);
        out.set_timer(Timer::Election, self.election_timeout.clone());
        state.role = Role::Follower;
        state.leader = None;
        state.transfers.clear();
        if state.reconfiguration.as_ref().is_some_and(|change| change.joint.is_none()) {
            self.withdraw(id, state, out);
        }
    }
}
