//! What the application above a server proposes and is told, and the state machine.

use super::durable::{Payload, Proposal};
use super::entry::Entry;
use super::message::Body;
use super::session::{Sessions, Turn};
use super::state::{Role, State, Timer};
use super::{Indication, Outputs, Raft, Refusal, StateMachine, StateOf};
use crate::event::Emit;
use crate::quorum::ProcessSet;
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// The application proposes commands: the leader appends them, everyone else sends them to the leader.
    pub(super) fn propose(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        number: u64,
        commands: impl ExactSizeIterator<Item = M::Command>,
        out: &mut Outputs<M>,
    ) {
        let count = commands.len();
        let reason = match state.leader {
            None => Refusal::NoLeader,
            Some(_) if count > self.window.saturating_sub(state.proposals.len()) => Refusal::Full,
            Some(leader) => {
                let serial = state.proposals.add_all(number, commands);
                return if leader == id {
                    self.append_own(id, state, serial, out)
                } else {
                    self.propose_to_leader(state, leader, serial, out)
                };
            }
        };
        (number..).take(count).for_each(|number| out.indicate(id, Indication::Refused { number, reason }));
    }

    /// Sends the leader what waits, from this number on.
    pub(super) fn propose_to_leader(&self, state: &StateOf<M>, leader: Id, serial: u64, out: &mut Outputs<M>) {
        let first = serial.max(state.proposals.first());
        let commands: Vec<_> = state.proposals.from(first).map(|(_, command)| command.clone()).collect();
        if !commands.is_empty() {
            let first = Turn { incarnation: state.durable.incarnation, serial: first };
            self.send(state, leader, Body::Propose { first, commands }, out);
            out.set_timer(Timer::Propose, self.heartbeat_interval..self.heartbeat_interval);
        }
    }

    /// What waits may not have reached the leader.
    pub(super) fn propose_again(&self, state: &StateOf<M>, out: &mut Outputs<M>) {
        if let Some(leader) = state.leader {
            self.propose_to_leader(state, leader, 0, out);
        }
    }

    /// The leader's own proposals, from this number on.
    fn append_own(&self, id: Id, state: &mut StateOf<M>, serial: u64, out: &mut Outputs<M>) {
        let mut entries = Vec::new();
        self.admit_own(id, state, serial, &mut entries);
        self.append(id, state, entries, out);
    }

    /// The first entries of a leader: one that says nothing, and what its own application waits for.
    pub(super) fn begin_term(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let mut entries = vec![Entry { term: state.term(), payload: Payload::Nothing }];
        self.admit_own(id, state, 0, &mut entries);
        self.append(id, state, entries, out);
    }

    /// Somebody proposes to the leader.
    pub(super) fn append_of(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        from: Id,
        (first, commands): (Turn, Vec<M::Command>),
        out: &mut Outputs<M>,
    ) {
        let (term, mut entries) = (state.term(), Vec::new());
        let Role::Leader { sessions, .. } = &mut state.role else { return };
        admit(sessions, (term, from, first), commands.into_iter(), &mut entries);
        if !entries.is_empty() {
            self.append(id, state, entries, out);
        }
    }

    /// Adds what its own application waits for, from this number on, to what the leader will append.
    fn admit_own(&self, id: Id, state: &mut StateOf<M>, serial: u64, entries: &mut Vec<Entry<Payload<M::Command>>>) {
        let State { durable, role: Role::Leader { sessions, .. }, proposals, .. } = state else { return };
        let first = Turn { incarnation: durable.incarnation, serial: serial.max(proposals.first()) };
        let commands = proposals.from(first.serial).map(|(_, command)| command.clone());
        admit(sessions, (durable.ballot.term, id, first), commands, entries);
    }

    /// Whose proposals the log has, to its end.
    pub(super) fn sessions_of_log(&self, state: &StateOf<M>) -> Sessions {
        let mut sessions = state.applied.clone();
        for entry in state.durable.log.entries(state.commit + 1..=u64::MAX) {
            if let Payload::Command(proposal) = &entry.payload {
                sessions.admit(proposal.process, proposal.turn);
            }
        }
        sessions
    }

    /// Applies what is committed up to this index, and tells the application what came of its own proposals. Returns
    /// those others whose proposals were among them.
    pub(super) fn apply(&self, id: Id, state: &mut StateOf<M>, commit: u64, out: &mut Outputs<M>) -> ProcessSet {
        let mut others = ProcessSet::new();
        if commit <= state.commit {
            return others;
        }
        let waited = !state.proposals.is_empty();
        let entries = state.durable.log.entries(state.commit + 1..=commit);
        for (index, entry) in (state.commit + 1..).zip(entries) {
            let Payload::Command(Proposal { process, turn, command }) = &entry.payload else { continue };
            let output = state.machine.apply(command);
            state.applied.admit(*process, *turn);
            if *process != id {
                others.insert(*process);
            } else if turn.incarnation == state.durable.incarnation
                && let Some(number) = state.proposals.applied(turn.serial)
            {
                out.indicate(id, Indication::Applied { number, index, output });
            }
        }
        state.commit = commit;
        if waited && state.proposals.is_empty() {
            out.cancel_timer(Timer::Propose);
        }
        others
    }
}

/// Of commands that a process proposes, the first of them in this turn, adds those to what the leader of a term will append
/// that are not in its log and whose turn it is.
fn admit<C>(
    sessions: &mut Sessions,
    (term, process, first): (u64, Id, Turn),
    commands: impl Iterator<Item = C>,
    entries: &mut Vec<Entry<Payload<C>>>,
) {
    entries.reserve(commands.size_hint().0);
    for (serial, command) in (first.serial..).zip(commands) {
        let turn = Turn { serial, ..first };
        if sessions.admit(process, turn) {
            entries.push(Entry { term, payload: Payload::Command(Proposal { process, turn, command }) });
        }
    }
}
