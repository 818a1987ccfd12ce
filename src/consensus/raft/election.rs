//! How a leader is found: time-outs, pre-votes, votes, and what ends a term.

use super::log::Position;
use super::message::Body;
use super::progress::Progress;
use super::reads::Rounds;
use super::snapshot::Arrival;
use super::state::{Role, Timer};
use super::vote::{self, Ballot, Tally};
use super::{BodyOf, Outputs, Raft, StateMachine, StateOf};
use crate::quorum::ProcessSet;
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// Nobody leads, as far as one can tell: asks the others whether they would vote for this server.
    pub(super) fn suspect(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        state.leader = None;
        out.set_timer(Timer::Election, self.election_timeout.clone());
        let configuration = state.configurations.current();
        if !configuration.voters().contains(id) {
            return;
        }
        let tally = Tally::of(id);
        state.role = Role::PreCandidate { tally };
        if tally.has_won(configuration) {
            return self.stand(id, state, out);
        }
        let last = state.durable.log.last();
        self.send_to_voters(id, state, Body::PreVote { last }, out);
    }

    /// Enters a new term as a candidate, with its own vote.
    pub(super) fn stand(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        state.durable.ballot = Ballot { term: state.term() + 1, vote: Some(id) };
        out.save(state.durable.clone());
        let tally = Tally::of(id);
        state.role = Role::Candidate { tally };
        out.set_timer(Timer::Election, self.election_timeout.clone());
        if tally.has_won(state.configurations.current()) {
            return self.lead(id, state, out);
        }
        let last = state.durable.log.last();
        self.send_to_voters(id, state, Body::RequestVote { last }, out);
    }

    /// It was elected: begins its term with an entry that says nothing, and with what its own application has proposed.
    fn lead(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let next = state.durable.log.last().index + 1;
        let others = state.configurations.current().members().iter().filter(|other| *other != id);
        let followers = others.map(|other| (other, Progress::new(next))).collect();
        state.role = Role::Leader {
            followers,
            sessions: self.sessions_of_log(state),
            heard: ProcessSet::new(),
            rounds: Rounds::default(),
        };
        state.leader = Some(id);
        self.end_handover(id, state, id, out);
        if self.check_quorum {
            out.set_timer(Timer::Election, self.election_timeout.clone());
        } else {
            out.cancel_timer(Timer::Election);
        }
        out.cancel_timer(Timer::Propose);
        out.set_timer(Timer::Heartbeat, self.heartbeat_interval..self.heartbeat_interval);
        if !state.reads.is_empty() {
            out.cancel_timer(Timer::Read);
            self.ask(id, state, id, out);
        }
        self.begin_term(id, state, out);
    }

    /// Whether it would vote for another, which is in the same term: not as long as it trusts a leader, nor for a log
    /// less up to date than its own. It promises nothing.
    pub(super) fn pre_vote(&self, state: &StateOf<M>, from: Id, last: Position, out: &mut Outputs<M>) {
        if state.leader.is_none() && vote::is_up_to_date(last, state.durable.log.last()) {
            self.send(state, from, Body::PreVoteGranted, out);
        }
    }

    /// Somebody would vote for this server.
    pub(super) fn count_pre_vote(&self, id: Id, state: &mut StateOf<M>, from: Id, out: &mut Outputs<M>) {
        if let Role::PreCandidate { tally } = &mut state.role {
            tally.count(from);
            if tally.has_won(state.configurations.current()) {
                self.stand(id, state, out);
            }
        }
    }

    /// Votes for a candidate of its term, or does not.
    pub(super) fn vote(&self, state: &mut StateOf<M>, from: Id, last: Position, out: &mut Outputs<M>) {
        if !vote::grants(state.durable.ballot, state.durable.log.last(), from, last) {
            return;
        }
        if state.durable.ballot.vote.is_none() {
            state.durable.ballot.vote = Some(from);
            out.save(state.durable.clone());
            // Whoever has voted gives the candidate time.
            state.role = Role::Follower;
            out.set_timer(Timer::Election, self.election_timeout.clone());
        }
        self.send(state, from, Body::VoteGranted, out);
    }

    /// Somebody votes for this server.
    pub(super) fn count_vote(&self, id: Id, state: &mut StateOf<M>, from: Id, out: &mut Outputs<M>) {
        if let Role::Candidate { tally } = &mut state.role {
            tally.count(from);
            if tally.has_won(state.configurations.current()) {
                self.lead(id, state, out);
            }
        }
    }

    /// Somebody is in a later term: whatever this server did in its own is over.
    pub(super) fn enter(&self, id: Id, state: &mut StateOf<M>, term: u64, out: &mut Outputs<M>) {
        state.durable.ballot = Ballot { term, vote: None };
        out.save(state.durable.clone());
        if state.is_leader() {
            self.step_down(id, state, out);
        }
        state.role = Role::Follower;
        state.leader = None;
        state.arrival = Arrival::default();
    }

    /// A leader of its term has spoken.
    pub(super) fn follow(&self, id: Id, state: &mut StateOf<M>, leader: Id, out: &mut Outputs<M>) {
        state.role = Role::Follower;
        out.set_timer(Timer::Election, self.election_timeout.clone());
        if state.leader != Some(leader) {
            state.leader = Some(leader);
            self.end_handover(id, state, leader, out);
            self.propose_to_leader(state, leader, 0, out);
            self.ask(id, state, leader, out);
        }
    }

    /// Sends to all voters but itself.
    fn send_to_voters(&self, id: Id, state: &StateOf<M>, body: BodyOf<M>, out: &mut Outputs<M>) {
        for voter in state.configurations.current().voters().iter().filter(|voter| *voter != id) {
            self.send(state, voter, body.clone(), out);
        }
    }
}
