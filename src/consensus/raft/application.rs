//! What the application above a server proposes and is told, and the state machine.

use super::clients::{Clients, Operation};
use super::durable::{Payload, Proposal};
use super::message::Body;
use super::session::{Sessions, Turn};
use super::state::{Role, Timer};
use super::{Indication, Outputs, Raft, Refusal, StateMachine, StateOf};
use crate::event::Emit;
use crate::quorum::ProcessSet;
use stateright::actor::Id;

impl<M: StateMachine> Raft<M> {
    /// The application proposes something: the leader appends it, everyone else sends it to the leader.
    pub(super) fn propose(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        number: u64,
        operation: Operation<M::Command>,
        out: &mut Outputs<M>,
    ) {
        let refusal = match state.leader {
            None => Refusal::NoLeader,
            Some(_) if state.proposals.len() >= self.window => Refusal::Full,
            Some(leader) => {
                let serial = state.proposals.add(number, operation);
                return if state.handover.is_some() {
                    // It waits for whoever leads next.
                } else if leader == id {
                    self.append_own(id, state, serial, out)
                } else {
                    self.propose_to_leader(state, leader, serial, out)
                };
            }
        };
        out.indicate(id, Indication::Refused { number, reason: refusal });
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
        let payloads = self.own(id, state, serial);
        if !payloads.is_empty() {
            self.append(id, state, payloads, out);
        }
    }

    /// The first entries of a leader: one that says nothing, and what its own application waits for.
    pub(super) fn begin_term(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let mut payloads = vec![Payload::Nothing];
        payloads.extend(self.own(id, state, 0));
        self.append(id, state, payloads, out);
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
        let payloads = self.admit(state, from, first, operations);
        if !payloads.is_empty() {
            self.append(id, state, payloads, out);
        }
    }

    /// What its own application waits for, from this number on.
    fn own(&self, id: Id, state: &mut StateOf<M>, serial: u64) -> Vec<Payload<M::Command>> {
        let first = Turn { incarnation: state.durable.incarnation, serial: serial.max(state.proposals.first()) };
        let operations = state.proposals.from(first.serial).map(|(_, operation)| operation.clone()).collect();
        self.admit(state, id, first, operations)
    }

    /// Of what a process proposes, those that are not in the leader's log and whose turn it is. None without a
    /// leader.
    fn admit(
        &self,
        state: &mut StateOf<M>,
        process: Id,
        first: Turn,
        operations: Vec<Operation<M::Command>>,
    ) -> Vec<Payload<M::Command>> {
        let Role::Leader { sessions, .. } = &mut state.role else { return Vec::new() };
        let turns = (first.serial..).map(|serial| Turn { serial, ..first });
        let proposals = turns.zip(operations).filter(|(turn, _)| sessions.admit(process, *turn));
        proposals.map(|(turn, operation)| Payload::Command(Proposal { process, turn, operation })).collect()
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
