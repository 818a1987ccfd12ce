//! What the application above a server proposes and is told, and the state machine.

use super::clients::{Clients, Operation};
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
    /// The application proposes something, or several things: the leader appends them, everyone else sends them to the leader.
    pub(super) fn propose(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        number: u64,
        operations: impl IntoIterator<Item = Operation<M::Command>, IntoIter: ExactSizeIterator>,
        out: &mut Outputs<M>,
    ) {
        let operations = operations.into_iter();
        let count = operations.len();
        let reason = match state.leader {
            None => Refusal::NoLeader,
            Some(_) if count > self.window.saturating_sub(state.proposals.len()) => Refusal::Full,
            Some(leader) => {
                let serial = state.proposals.add_all(number, operations);
                return if state.handover.is_some() {
                    // It waits for whoever leads next.
                } else if leader == id {
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
        let operations: Vec<_> = state.proposals.from(first).map(|(_, operation)| operation.clone()).collect();
        if !operations.is_empty() {
            let first = Turn { incarnation: state.durable.incarnation, serial: first };
            self.send(state, leader, Body::Propose { first, operations }, out);
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
    pub(super) fn append_own(&self, id: Id, state: &mut StateOf<M>, serial: u64, out: &mut Outputs<M>) {
        let mut entries = Vec::new();
        self.admit_own(id, state, serial, &mut entries);
        if !entries.is_empty() {
            self.append(id, state, entries, out);
        }
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
        (first, operations): (Turn, Vec<Operation<M::Command>>),
        out: &mut Outputs<M>,
    ) {
        if state.handover.is_some() {
            // It comes again.
            return;
        }
        let (term, mut entries) = (state.term(), Vec::new());
        let Role::Leader { sessions, .. } = &mut state.role else { return };
        admit(sessions, (term, from, first), operations.into_iter(), &mut entries);
        if !entries.is_empty() {
            self.append(id, state, entries, out);
        }
    }

    /// Adds what its own application waits for, from this number on, to what the leader will append.
    fn admit_own(&self, id: Id, state: &mut StateOf<M>, serial: u64, entries: &mut Vec<Entry<Payload<M::Command>>>) {
        let State { durable, role: Role::Leader { sessions, .. }, proposals, .. } = state else { return };
        let first = Turn { incarnation: durable.incarnation, serial: serial.max(proposals.first()) };
        let operations = proposals.from(first.serial).map(|(_, operation)| operation.clone());
        admit(sessions, (durable.ballot.term, id, first), operations, entries);
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
        let mut configuration = None;
        let entries = state.durable.log.entries(state.commit + 1..=commit);
        for (index, entry) in (state.commit + 1..).zip(entries) {
            let Proposal { process, turn, operation } = match &entry.payload {
                Payload::Nothing => continue,
                Payload::Configuration(committed) => {
                    let asked = state.reconfiguration.as_ref().map(|change| change.next);
                    configuration = configuration.filter(|_| configuration == asked).or(Some(*committed));
                    continue;
                }
                Payload::Command(proposal) => proposal,
            };
            state.applied.admit(*process, *turn);
            let is_own = *process == id && turn.incarnation == state.durable.incarnation;
            let waiting = if is_own { state.proposals.applied(turn.serial) } else { None };
            if *process != id {
                others.insert(*process);
            }
            if let Some(indication) = carry_out(&mut state.machine, &mut state.clients, index, operation, waiting) {
                out.indicate(id, indication);
            }
        }
        state.commit = commit;
        if waited && state.proposals.is_empty() {
            out.cancel_timer(Timer::Propose);
        }
        if let Some(configuration) = configuration {
            self.settle(id, state, configuration, out);
        }
        self.answer(id, state, out);
        self.compact(state, out);
        others
    }
}

/// Does what the entry at `index` says; what the application is told of it, if its request `waiting` is for that.
fn carry_out<M: StateMachine>(
    machine: &mut M,
    clients: &mut Clients<M::Output>,
    index: u64,
    operation: &Operation<M::Command>,
    waiting: Option<u64>,
) -> Option<Indication<M::Output>> {
    match operation {
        Operation::Apply(command) => {
            let output = machine.apply(command);
            waiting.map(|number| Indication::Applied { number, index, output })
        }
        Operation::Open { limit } => {
            clients.open(index, *limit);
            waiting.map(|number| Indication::Opened { number, session: index })
        }
        Operation::ApplyOnce { session, serial, command } => {
            let outcome = clients.once(*session, *serial, index, || machine.apply(command));
            waiting.map(|number| match outcome {
                Ok((index, output)) => Indication::Applied { number, index, output: output.clone() },
                Err(reason) => Indication::Refused { number, reason },
            })
        }
    }
}

/// Of what a process proposes, the first of it in this turn, adds that to what the leader of a term will append that is not in its
/// log and whose turn it is.
fn admit<C>(
    sessions: &mut Sessions,
    (term, process, first): (u64, Id, Turn),
    operations: impl Iterator<Item = Operation<C>>,
    entries: &mut Vec<Entry<Payload<C>>>,
) {
    entries.reserve(operations.size_hint().0);
    for (serial, operation) in (first.serial..).zip(operations) {
        let turn = Turn { serial, ..first };
        if sessions.admit(process, turn) {
            entries.push(Entry { term, payload: Payload::Command(Proposal { process, turn, operation }) });
        }
    }
}
