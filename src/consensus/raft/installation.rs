//! Snapshots: every server takes its own, and forgets what they stand for; a follower that needs what its leader has
//! forgotten is sent the leader's.
//!
//! The receiver of a part, by the rules of Rudder, *Distributed Systems* (BU CS351, 2025), §2.3.6:
//!
//! 1. a message of an earlier term is void ([`Raft::receive`]);
//! 2. to 4. parts are collected in order, each is acknowledged by the number of the next, and a later snapshot takes the
//!    place of an earlier one ([`super::snapshot::Arrival`]); what was begun by the leader of an earlier term is dropped;
//! 5. a snapshot that is not beyond what is applied already changes nothing; any other is saved;
//! 6. and 7. what follows it in the log stays if the log has its last entry, and goes if not;
//! 8. the machine, whose proposals are applied, and the sessions of clients are what the snapshot says.
//!
//! A leader sends one part after the other, each when the one before is acknowledged, and again with every sign of life
//! until it is. It holds on to the snapshot that it has begun to send: a later one would begin anew, and a follower that
//! is slow would never see the end of it.
//!
//! Source: Rudder §2.3.5 and §2.3.6; Ongaro's dissertation (2014), chapter 5.

use super::clients::{Clients, Operation};
use super::message::Body;
use super::progress::Flow;
use super::snapshot::{Arrival, Arrived, Header, Part, Piece, Snapshot, Transfer};
use super::state::{Role, Timer};
use super::{BodyOf, Indication, Outputs, PieceOf, Raft, SnapshotOf, StateMachine, StateOf};
use crate::event::Emit;
use stateright::actor::Id;
use std::sync::Arc;

/// How many sessions of clients are in one part of a snapshot.
const CLIENTS: usize = 256;

impl<M: StateMachine> Raft<M> {
    /// Takes a snapshot of what is applied, if that has grown enough since the last one, and forgets the log up to there,
    /// but for what those that are only a little behind may need.
    pub(super) fn compact(&self, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let Some(compaction) = self.compaction else { return };
        let before = state.durable.snapshot.as_ref().map_or(0, |snapshot| snapshot.header.last.index);
        if state.commit - before < compaction.after {
            return;
        }
        state.durable.snapshot = Some(Arc::new(self.take_snapshot(state)));
        let forgotten = state.commit.saturating_sub(compaction.keep);
        state.durable.log.compact(forgotten.max(state.durable.log.base().index));
        state.configurations.forget(state.commit);
        out.save(state.durable.clone());
    }

    /// What stands for all entries that are applied.
    fn take_snapshot(&self, state: &StateOf<M>) -> SnapshotOf<M> {
        let last = state.durable.log.position_at(state.commit).expect("the log has what was committed last");
        let header =
            Header { last, configuration: state.configurations.at(last.index), sessions: state.applied.clone() };
        let clients: Vec<_> = state.clients.iter().map(|(session, client)| (session, client.clone())).collect();
        let clients = clients.chunks(CLIENTS).map(|some| Piece::Clients(some.to_vec()));
        let mut pieces: Vec<_> = clients.chain(state.machine.snapshot().into_iter().map(Piece::Machine)).collect();
        if pieces.is_empty() {
            pieces.push(Piece::Clients(Vec::new()));
        }
        Snapshot::new(header, pieces)
    }

    /// Makes the machine, and all else that entries change, what the snapshot says.
    pub(super) fn load(&self, state: &mut StateOf<M>, snapshot: &SnapshotOf<M>) {
        let machine = snapshot.parts().filter_map(|piece| match piece {
            Piece::Machine(part) => Some(part),
            Piece::Clients(_) => None,
        });
        state.machine = self.machine.clone();
        state.machine.restore(machine);
        let clients = snapshot.parts().filter_map(|piece| match piece {
            Piece::Clients(some) => Some(some.iter().cloned()),
            Piece::Machine(_) => None,
        });
        state.clients = clients.flatten().collect::<Clients<M::Output>>();
        state.applied = snapshot.header.sessions.clone();
        state.commit = snapshot.header.last.index;
    }

    /// The next part for a follower that needs what is forgotten; it counts as sent. None while one is on the way.
    pub(super) fn next_part(&self, state: &mut StateOf<M>, to: Id) -> Option<BodyOf<M>> {
        let Role::Leader { followers, .. } = &mut state.role else { return None };
        let progress = followers.get_mut(&to)?;
        let snapshot = state.durable.snapshot.as_ref()?;
        let transfer = state.transfers.entry(to).or_insert_with(|| Transfer { snapshot: snapshot.clone(), number: 0 });
        progress.flow = Flow::Snapshot { awaiting: true };
        transfer.snapshot.part(transfer.number).map(Body::InstallSnapshot)
    }

    /// A follower has some parts, and needs this one next.
    pub(super) fn needs(&self, state: &mut StateOf<M>, from: Id, last: u64, number: u64, out: &mut Outputs<M>) {
        let Role::Leader { followers, .. } = &mut state.role else { return };
        let (Some(progress), Some(transfer)) = (followers.get_mut(&from), state.transfers.get_mut(&from)) else {
            return;
        };
        let is_sent = matches!(progress.flow, Flow::Snapshot { .. }) && transfer.snapshot.header.last.index == last;
        if is_sent && transfer.number != number {
            transfer.number = number;
            progress.flow = Flow::Snapshot { awaiting: false };
            self.replicate(state, from, out);
        }
    }

    /// A part of the leader's snapshot arrives.
    pub(super) fn install(
        &self,
        id: Id,
        state: &mut StateOf<M>,
        from: Id,
        part: Part<PieceOf<M>>,
        out: &mut Outputs<M>,
    ) {
        if state.is_leader() {
            return;
        }
        self.follow(id, state, from, out);
        let last = part.header.last.index;
        if last <= state.commit {
            state.arrival = Arrival::default();
            // What is committed here is in the leader's log.
            return self.send(state, from, Body::Appended { matched: state.commit }, out);
        }
        match state.arrival.take(part) {
            Arrived::Needs(number) => self.send(state, from, Body::Needs { last, number }, out),
            Arrived::Whole(snapshot) => {
                self.begin_with(id, state, snapshot, out);
                self.send(state, from, Body::Appended { matched: last }, out);
            }
        }
    }

    /// Puts a snapshot in the place of the log's beginning, and goes on from there.
    fn begin_with(&self, id: Id, state: &mut StateOf<M>, snapshot: SnapshotOf<M>, out: &mut Outputs<M>) {
        self.load(state, &snapshot);
        let configuration = snapshot.header.configuration;
        state.durable.log.begin_after(snapshot.header.last);
        state.durable.snapshot = Some(Arc::new(snapshot));
        out.save(state.durable.clone());
        state.configurations = self.configurations(&state.durable);
        self.settle(id, state, configuration, out);
        self.tell_covered(id, state, out);
        self.answer(id, state, out);
    }

    /// Of its own proposals, those that are among the entries that a snapshot stands for are applied. What came of them
    /// is known if they belong to a session.
    fn tell_covered(&self, id: Id, state: &mut StateOf<M>, out: &mut Outputs<M>) {
        let last = state.applied.last(id).filter(|turn| turn.incarnation == state.durable.incarnation);
        let waited = !state.proposals.is_empty();
        while let Some(waiting) = last.and_then(|turn| state.proposals.take_up_to(turn.serial)) {
            let number = waiting.number;
            let outcome = match waiting.command {
                Operation::ApplyOnce { session, serial, .. } => state.clients.outcome(session, serial),
                Operation::Apply(_) | Operation::Open { .. } => None,
            };
            out.indicate(
                id,
                match outcome {
                    Some((index, output)) => Indication::Applied { number, index, output: output.clone() },
                    None => Indication::Covered { number },
                },
            );
        }
        if waited && state.proposals.is_empty() {
            out.cancel_timer(Timer::Propose);
        }
    }
}
