//! Reads that are linearizable and leave no entry in the log.
//!
//! 1. The leader knows what is committed only when an entry of its own term is: reads wait for that.
//! 2. It begins a numbered round of signs of life. Whoever confirms it is in the leader's term still; when a quorum has,
//!    nobody else was elected before the round began, and so nothing was committed that the leader does not know of.
//! 3. Whoever asked before the round began answers its application when it has applied what the leader has committed.
//!
//! Any server may be asked: one that does not lead asks the leader for the index, and answers from its own machine. A
//! question that gets lost is asked again.
//!
//! Source: Rudder, *Distributed Systems* (BU CS351, 2025), §2.3.5 (syncing leader logs: the entry that says nothing,
//! and signs of life to a majority before the answer); Ongaro's dissertation (2014), §6.4.
//!
//! Cost: 2(n-1) messages and one round trip for all reads that wait, two more messages for those of another server.

use super::message::Body;
use super::session::Turn;
use super::state::{Role, Timer};
use super::{Indication, Outputs, Raft, Refusal, StateMachine, StateOf};
use crate::event::Emit;
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// The application wants to read.
    pub(super) fn read(&self, id: Id, state: &mut StateOf<M>, number: u64, query: M::Command, out: &mut Outputs<M>) {
        let refusal = match state.leader {
            None => Refusal::NoLeader,
            Some(_) if state.reads.len() >= self.window => Refusal::Full,
            Some(leader) => {
                state.reads.add(number, query);
                return self.ask(id, state, leader, out);
            }
        };
        out.indicate(id, Indication::Refused { number, reason: refusal });
    }

    /// Asks the leader how far this server's reads must wait.
    pub(super) fn ask(&self, id: Id, state: &mut StateOf<M>, leader: Id, out: &mut Outputs<M>) {
        let Some(serial) = state.reads.unconfirmed() else { return };
        let turn = Turn { incarnation: state.durable.incarnation, serial };
        if leader == id {
            return self.enrol(id, state, id, turn, out);
        }
        self.send(state, leader, Body::Read { turn }, out);
        out.set_timer(Timer::Read, self.heartbeat_interval..self.heartbeat_interval);
    }

    /// What was asked may not have reached the leader.
    pub(super) fn ask_again(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        if let Some(leader) = state.leader {
            self.ask(id, state, leader, out);
        }
    }

    /// Somebody wants to read: the leader makes sure that it leads, with the next round.
    pub(super) fn enrol(&self, id: Id, state: &mut StateOf<M>, from: Id, turn: Turn, out: &mut Outputs<M>) {
        if let Role::Leader { rounds, .. } = &mut state.role {
            match rounds.enrol(from, turn) {
                Some((turn, index)) => self.let_read(state, from, turn, index, out),
                None => self.begin_round(id, state, out),
            }
        }
    }

    /// Begins a round if one is needed, none is on the way, and an entry of the leader's own term is committed.
    pub(super) fn begin_round(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let term = state.term();
        let Role::Leader { rounds, .. } = &mut state.role else { return };
        if state.durable.log.term_at(state.commit) == Some(term) && rounds.begin().is_some() {
            self.send_round(id, state, out);
            self.confirmed(id, state, id, None, out);
        }
    }

    /// Sends the round that is on the way to all that have not confirmed it.
    pub(super) fn send_round(&self, id: Id, state: &StateOf<M>, out: &mut Outputs<M>) {
        let Role::Leader { rounds, .. } = &state.role else { return };
        let Some(round) = rounds.current() else { return };
        let confirmed = rounds.confirmed();
        for voter in state.configurations.current().voters().difference(confirmed).iter().filter(|voter| *voter != id) {
            self.send(state, voter, Body::Confirm { round }, out);
        }
    }

    /// The leader makes sure that it leads: it does.
    pub(super) fn confirm(&self, id: Id, state: &mut StateOf<M>, from: Id, round: u64, out: &mut Outputs<M>) {
        if !state.is_leader() {
            self.follow(id, state, from, out);
            self.send(state, from, Body::Confirmed { round }, out);
        }
    }

    /// Somebody confirms the round; `None` stands for the one on the way, of the leader itself. When a quorum has, those
    /// that it is for may read.
    pub(super) fn confirmed(&self, id: Id, state: &mut StateOf<M>, from: Id, round: Option<u64>, out: &mut Outputs<M>) {
        let Role::Leader { rounds, .. } = &mut state.role else { return };
        let Some(round) = round.or(rounds.current()) else { return };
        rounds.confirm(round, from);
        let readers = rounds.end(state.configurations.current(), state.commit);
        if readers.is_empty() {
            return;
        }
        let index = state.commit;
        for (reader, turn) in readers {
            if reader == id {
                state.reads.confirm(turn.serial, index);
            } else {
                self.let_read(state, reader, turn, index, out);
            }
        }
        self.answer(id, state, out);
        self.begin_round(id, state, out);
    }

    /// Tells another server how far its reads must wait, and what is committed.
    fn let_read(&self, state: &StateOf<M>, reader: Id, turn: Turn, index: u64, out: &mut Outputs<M>) {
        self.send(state, reader, Body::MayRead { turn, index }, out);
        self.tell_commit(state, reader, out);
    }

    /// The leader says how far this server's reads must wait.
    pub(super) fn may_read(&self, id: Id, state: &mut StateOf<M>, turn: Turn, index: u64, out: &mut Outputs<M>) {
        if turn.incarnation == state.durable.incarnation {
            state.reads.confirm(turn.serial, index);
            self.answer(id, state, out);
        }
    }

    /// Answers the reads that need not wait any longer.
    pub(super) fn answer(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        while let Some(read) = state.reads.take(state.commit) {
            let output = state.machine.read(&read.query);
            out.indicate(id, Indication::Answered { number: read.number, output });
            if state.reads.is_empty() {
                out.cancel_timer(Timer::Read);
            }
        }
    }
}
