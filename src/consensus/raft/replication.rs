//! How the leader's log becomes everyone's, and when an entry is committed.

use super::configuration::Configuration;
use super::durable::Payload;
use super::log::{Conflict, Entry, Log, Position};
use super::message::Body;
use super::progress::Progress;
use super::state::{Role, State, Timer};
use super::{BodyOf, Outputs, Raft, StateMachine, StateOf};
use crate::quorum::ProcessSet;
use stateright::actor::Id;

/// Up to which index the log of the leader of `term` is committed: what a quorum has, and beyond that nothing. It must
/// be an entry of the leader's own term: an older one that a quorum has may still be replaced. With it all before it
/// are committed.
///
/// `commit` is what was committed before, `index_of` the index up to which a process is known to have the leader's log.
pub fn committed<T>(
    configuration: Configuration,
    log: &Log<T>,
    term: u64,
    commit: u64,
    index_of: impl Fn(Id) -> u64,
) -> u64 {
    let reached = configuration.reached_by_quorum(index_of);
    if reached > commit && log.term_at(reached) == Some(term) { reached } else { commit }
}

impl<M: StateMachine> Raft<M> {
    /// Adds entries to the leader's own log, durably, and sends them to those that wait for nothing else.
    pub(super) fn append(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        entries: Vec<Entry<Payload<M::Command>>>,
        out: &mut Outputs<M>,
    ) {
        state.durable.log.append(entries);
        out.save(state.durable.clone());
        self.replicate_to_all(state, out);
        self.advance(id, state, out);
    }

    /// Time for a sign of life. What was not acknowledged since the last one is sent again.
    pub(super) fn beat(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &mut state.role else { return };
        followers.values_mut().for_each(Progress::expire);
        out.set_timer(Timer::Heartbeat, self.heartbeat_interval..self.heartbeat_interval);
        for follower in followers_of(state) {
            if !self.replicate(state, follower, out) {
                self.tell_commit(state, follower, out);
            }
        }
        self.send_round(id, state, out);
        if let Some(to) = state.handover.as_ref().map(|handover| handover.to) {
            self.hand_over(state, to, out);
        }
    }

    pub(super) fn replicate_to_all(&self, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        for follower in followers_of(state) {
            self.replicate(state, follower, out);
        }
    }

    /// Sends a follower what it lacks, as far as messages may be on the way; tells whether anything was sent.
    pub(super) fn replicate(&self, state: &mut StateOf<M>, to: Id, out: &mut Outputs<M>) -> bool {
        let mut sent = false;
        while let Some(body) = self.next_entries(state, to) {
            self.send(state, to, body, out);
            sent = true;
        }
        sent
    }

    /// The next entries for a follower, which count as sent, if there are any and they may be. If they are forgotten, the
    /// next part of a snapshot.
    fn next_entries(&self, state: &mut StateOf<M>, to: Id) -> Option<BodyOf<M>> {
        let Role::Leader { followers, .. } = &mut state.role else { return None };
        let progress = followers.get_mut(&to)?;
        let log = &state.durable.log;
        let end = log.last().index;
        if !progress.may_send(self.flight) || progress.next > end {
            return None;
        }
        let Some(previous) = log.position_at(progress.next - 1) else { return self.next_part(state, to) };
        let last = end.min(previous.index + self.batch);
        let entries = log.entries(progress.next..=last).cloned().collect();
        progress.sent(last);
        Some(Body::AppendEntries { previous, entries, commit: state.commit })
    }

    /// A sign of life, which also tells a follower how much of what it has is committed.
    pub(super) fn tell_commit(&self, state: &StateOf<M>, to: Id, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &state.role else { return };
        let matched = followers.get(&to).map(|progress| progress.matched);
        if let Some(previous) = matched.and_then(|matched| state.durable.log.position_at(matched)) {
            self.send(state, to, Body::AppendEntries { previous, entries: Vec::new(), commit: state.commit }, out);
        }
    }

    /// The leader's entries arrive: makes the log agree with the leader's, and applies what is committed of it.
    pub(super) fn merge(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        from: Id,
        (previous, entries, commit): (Position, Vec<Entry<Payload<M::Command>>>, u64),
        out: &mut Outputs<M>,
    ) {
        if state.is_leader() {
            // Its term has no other leader: whoever says so is no server of this cluster.
            return;
        }
        self.follow(id, state, from, out);
        match state.durable.log.merge(previous, entries) {
            Ok(merged) => {
                if let Some(first) = merged.changed_from {
                    assert!(
                        first > state.commit,
                        "entry {first} is committed, and the leader of {} has another",
                        state.term()
                    );
                    out.save(state.durable.clone());
                    self.adopt(id, state, first, out);
                }
                self.apply(id, state, commit.min(merged.matched), out);
                self.send(state, from, Body::Appended { matched: merged.matched }, out);
            }
            Err(conflict) => self.send(state, from, Body::Rejected { previous: previous.index, conflict }, out),
        }
    }

    /// A follower has the leader's log up to this index.
    pub(super) fn appended(&self, id: Id, state: &mut StateOf<M>, from: Id, matched: u64, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &mut state.role else { return };
        let Some(progress) = followers.get_mut(&from) else { return };
        let (before, commit) = (progress.matched, state.commit);
        if progress.acknowledged(matched) {
            if state.transfers.get(&from).is_some_and(|transfer| transfer.snapshot.header.last.index <= matched) {
                state.transfers.remove(&from);
            }
            self.advance(id, state, out);
            // What it proposed itself was committed without it; its application waits.
            if state.proposes(from, before + 1..=matched.min(commit)) {
                self.tell_commit(state, from, out);
            }
        }
        self.replicate(state, from, out);
        self.begin_change(id, state, out);
        self.hand_over(state, from, out);
    }

    /// A follower's log does not go on where the leader thought.
    pub(super) fn rejected(
        &self,
        state: &mut StateOf<M>,
        from: Id,
        previous: u64,
        conflict: Conflict,
        out: &mut Outputs<M>,
    ) {
        let Role::Leader { followers, .. } = &mut state.role else { return };
        let Some(progress) = followers.get_mut(&from) else { return };
        // What is before the rejected entry may be forgotten.
        let agreeing = state.durable.log.retreat(previous, conflict).min(previous.saturating_sub(1));
        if progress.rejected(previous, agreeing) {
            self.replicate(state, from, out);
        }
    }

    /// Commits what a quorum has. Whoever has it and proposed some of it is told at once, all others with the next
    /// entries or the next sign of life.
    fn advance(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &state.role else { return };
        let log = &state.durable.log;
        let index_of = |process| match followers.get(&process) {
            Some(progress) => progress.matched,
            None if process == id => log.last().index,
            None => 0,
        };
        let commit = committed(state.configurations.current(), log, state.term(), state.commit, index_of);
        let has_it: ProcessSet = followers.iter().filter(|(_, p)| p.matched >= commit).map(|(id, _)| *id).collect();
        for process in self.apply(id, state, commit, out).intersection(has_it) {
            self.tell_commit(state, process, out);
        }
        self.begin_round(id, state, out);
        self.proceed(id, state, out);
    }
}

/// Those whose progress the leader follows.
fn followers_of<C, M, O, P>(state: &State<C, M, O, P>) -> ProcessSet {
    match &state.role {
        Role::Leader { followers, .. } => followers.keys().copied().collect(),
        _ => ProcessSet::new(),
    }
}
