//! Change of the membership by joint consensus, of as many servers at once as one likes.
//!
//! 1. The leader is asked for the voters and learners that are to be. Those that are to vote and did not are sent the log
//!    first, as others are, and do not count; when what they lack fits into a message, it goes on.
//! 2. It appends the *joint* configuration, of the old voters and the new. A server uses the last configuration in its
//!    log, committed or not; so from here on elections and commitment take a majority of each.
//! 3. When the joint configuration is committed, whoever leads then appends the new one, which is in force at once. Who is
//!    not in it is sent nothing any more.
//! 4. When the new configuration is committed, the change is over. A leader that does not vote in it has led until then,
//!    without counting itself, and steps down; another that has its whole log is told to stand at once.
//!
//! A leader that is deposed in between leaves the old configuration or the joint one in force, depending on which of them
//! the next leader has; from the joint one that one goes on. One change is made at a time.
//!
//! Who was removed and has not heard of it asks for pre-votes when it hears nothing any more, and disturbs nobody: those
//! that hear of a leader give it none, and without a quorum of its configuration it enters no new term.
//!
//! Source: Rudder, *Distributed Systems* (BU CS351, 2025), §2.3.4; Ongaro and Ousterhout (2014), section 6.
//!
//! Cost: two entries of the log.

use super::configurations::Configurations;
use super::progress::{Flow, Progress};
use super::state::{Reconfiguration, Role};
use super::{Configuration, DurableOf, Entry, Indication, Outputs, Payload, Raft, Refusal, StateMachine, StateOf};
use crate::event::Emit;
use crate::quorum::ProcessSet;
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// The configurations that a server goes on with, which has stored this.
    pub(super) fn configurations(&self, durable: &DurableOf<M>) -> Configurations {
        let snapshot = durable.snapshot.as_ref().map(|snapshot| &snapshot.header);
        let (first, configuration) =
            snapshot.map_or((0, self.configuration), |header| (header.last.index, header.configuration));
        let mut configurations = Configurations::new(first, configuration);
        note_configurations(&mut configurations, durable, first + 1);
        configurations
    }

    /// The application asks for other voters and learners.
    pub(super) fn reconfigure(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        number: u64,
        next: Configuration,
        out: &mut Outputs<M>,
    ) {
        let is_changing = state.configurations.current().is_joint()
            || state.configurations.index() > state.commit
            || state.reconfiguration.as_ref().is_some_and(|change| change.joint.is_some());
        let refusal = match state.leader {
            None => Some(Refusal::NoLeader),
            Some(leader) if leader != id => Some(Refusal::NotLeader { leader }),
            Some(_) if is_changing || next.is_joint() => Some(Refusal::Changing),
            Some(_) => None,
        };
        if let Some(reason) = refusal {
            return out.indicate(id, Indication::Refused { number, reason });
        }
        self.withdraw(id, state, out);
        if next == state.configurations.current() {
            self.follow_members(id, state);
            return out.indicate(id, Indication::Reconfigured { number });
        }
        state.reconfiguration = Some(Reconfiguration { number, next, joint: None });
        self.follow_members(id, state);
        self.replicate_to_all(state, out);
        self.begin_change(id, state, out);
    }

    /// Rule 2: begins the change that was asked for, as soon as those that are to vote have caught up.
    pub(super) fn begin_change(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &state.role else { return };
        let Some(change) = state.reconfiguration.as_mut().filter(|change| change.joint.is_none()) else { return };
        let current = state.configurations.current();
        let last = state.durable.log.last().index;
        let has_caught_up = |progress: &Progress| {
            matches!(progress.flow, Flow::Replicate { .. }) && progress.matched + self.batch >= last
        };
        let caught_up = |process| followers.get(&process).is_some_and(has_caught_up);
        let newcomers = change.next.voters().difference(current.voters());
        if !newcomers.iter().filter(|process| *process != id).all(caught_up) {
            return;
        }
        if let Ok(joint) = current.towards(change.next) {
            change.joint = Some(last + 1);
            self.append_configuration(id, state, joint, out);
        }
    }

    /// Rules 3 and 4: something is committed, and what the membership waits for may be.
    pub(super) fn proceed(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let current = state.configurations.current();
        if !state.is_leader() || state.configurations.index() > state.commit {
            return;
        }
        if current.is_joint() {
            self.append_configuration(id, state, current.left(), out);
        } else if !current.voters().contains(id) {
            // The others need not wait for the next leader to learn that it is over.
            for member in current.members() {
                self.tell_commit(state, member, out);
            }
            self.hand_over_to_any(state, out);
            self.step_down(id, state, out);
        }
    }

    fn append_configuration(&self, id: Id, state: &mut StateOf<M>, configuration: Configuration, out: &mut Outputs<M>) {
        state.configurations.add(state.durable.log.last().index + 1, configuration);
        self.follow_members(id, state);
        let entry = Entry { term: state.term(), payload: Payload::Configuration(configuration) };
        self.append(id, state, vec![entry], out);
    }

    /// The leader keeps track of the members, and of those that are to be.
    fn follow_members(&self, id: Id, state: &mut StateOf<M>) {
        // There is something to be sent, whose answer says what they have.
        let next = state.durable.log.last().index.max(1);
        let to_be = state.reconfiguration.as_ref().filter(|change| change.joint.is_none());
        let to_be = to_be.map_or(ProcessSet::new(), |change| change.next.members());
        let members = state.configurations.current().members().union(to_be);
        let Role::Leader { followers, .. } = &mut state.role else { return };
        followers.retain(|follower, _| members.contains(*follower));
        state.transfers.retain(|follower, _| members.contains(*follower));
        for member in members.iter().filter(|member| *member != id) {
            followers.entry(member).or_insert_with(|| Progress::new(next));
        }
    }

    /// Entries from `first` on have come from the leader, in place of any that were there: they may name other
    /// configurations.
    pub(super) fn adopt(&self, id: Id, state: &mut StateOf<M>, first: u64, out: &mut Outputs<M>) {
        state.configurations.truncate(first);
        note_configurations(&mut state.configurations, &state.durable, first);
        let is_gone = |change: &Reconfiguration| change.joint.is_some_and(|joint| joint >= first);
        if state.reconfiguration.as_ref().is_some_and(is_gone) {
            self.withdraw(id, state, out);
        }
    }

    /// A configuration is committed: if it is that which the application has asked for, the change is over.
    pub(super) fn settle(&self, id: Id, state: &mut StateOf<M>, committed: Configuration, out: &mut Outputs<M>) {
        let asked = state.reconfiguration.as_ref().filter(|change| change.joint.is_some());
        if let Some(Reconfiguration { number, next, .. }) = asked.filter(|_| !committed.is_joint()).cloned() {
            if next == committed {
                state.reconfiguration = None;
                out.indicate(id, Indication::Reconfigured { number });
            } else {
                self.withdraw(id, state, out);
            }
        }
    }

    /// Nothing comes of the change that the application has asked for.
    pub(super) fn withdraw(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        if let Some(Reconfiguration { number, .. }) = state.reconfiguration.take() {
            out.indicate(id, Indication::Refused { number, reason: Refusal::Withdrawn });
        }
    }
}

/// Notes the configurations that the entries from `first` on name.
fn note_configurations<C, P>(configurations: &mut Configurations, durable: &super::Durable<C, P>, first: u64) {
    let first = first.max(durable.log.base().index + 1);
    for (index, entry) in (first..).zip(durable.log.entries(first..=u64::MAX)) {
        if let Payload::Configuration(configuration) = &entry.payload {
            configurations.add(index, *configuration);
        }
    }
}
