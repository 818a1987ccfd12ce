//! The coordinator of a transaction.

use super::{Begun, Message, State, Timer, TwoPhase, exactly};
use crate::commit::{Decision, Transaction, Vote};
use crate::event::Emit;
use crate::quorum::ProcessSet;
use stateright::actor::{Id, Out};
use std::collections::BTreeMap;

/// How far a transaction has got, as its coordinator sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Round {
    /// Phase 1.
    Voting {
        /// The vote of each participant, once it has come.
        votes: BTreeMap<Id, Option<Vote>>,
    },
    /// Phase 2.
    Telling {
        /// Who has not acknowledged the decision.
        waiting: ProcessSet,
    },
}

crate::rename! { enum Round { Voting { votes }, Telling { waiting } } }

/// What the votes of all participants come to, of which some may not have come: to commit takes all of them, to abort a
/// single one. Cost: one pass.
pub fn outcome(votes: impl IntoIterator<Item = Option<Vote>>) -> Option<Decision> {
    let mut missing = false;
    for vote in votes {
        match vote {
            Some(Vote::No) => return Some(Decision::Abort),
            Some(Vote::Yes) => {}
            None => missing = true,
        }
    }
    if missing { None } else { Some(Decision::Commit) }
}

impl TwoPhase {
    /// Phase 1 begins: once it is durable that it has begun, the participants are asked for their votes.
    pub(super) fn begin(
        &self,
        id: Id,
        state: &mut State,
        transaction: Transaction,
        participants: ProcessSet,
        out: &mut Out<Self>,
    ) {
        if Some(transaction) <= state.log.last {
            return;
        }
        state.log.last = Some(transaction);
        state.log.begun.insert(transaction, Begun { participants, decision: None });
        out.save(state.log.clone());
        let votes = participants.iter().map(|participant| (participant, None)).collect();
        state.rounds.insert(transaction, Round::Voting { votes });
        out.set_timer(Timer::Votes(transaction), exactly(self.patience));
        out.wire_all(participants.iter(), &Message::Prepare { transaction });
        if participants.is_empty() {
            self.conclude(id, state, transaction, Decision::Commit, out);
        }
    }

    /// Phase 1 ends with the last yes, or with the first no.
    pub(super) fn count(
        &self,
        id: Id,
        state: &mut State,
        from: Id,
        transaction: Transaction,
        vote: Vote,
        out: &mut Out<Self>,
    ) {
        let Some(Round::Voting { votes }) = state.rounds.get_mut(&transaction) else {
            return;
        };
        votes.insert(from, Some(vote));
        if let Some(decision) = outcome(votes.values().copied()) {
            self.conclude(id, state, transaction, decision, out);
        }
    }

    /// Phase 2 begins: once the decision is durable, everyone is told, the coordinator's own application too.
    pub(super) fn conclude(
        &self,
        id: Id,
        state: &mut State,
        transaction: Transaction,
        decision: Decision,
        out: &mut Out<Self>,
    ) {
        let begun = state.log.begun.get_mut(&transaction).expect("what is concluded has begun");
        begun.decision = Some(decision);
        let mut waiting = begun.participants;
        waiting.insert(id);
        out.save(state.log.clone());
        out.cancel_timer(Timer::Votes(transaction));
        state.rounds.insert(transaction, Round::Telling { waiting });
        self.tell(state, transaction, out);
    }

    /// Tells the decision to whoever has not acknowledged it, and will tell it again.
    pub(super) fn tell(&self, state: &State, transaction: Transaction, out: &mut Out<Self>) {
        if let Some(Round::Telling { waiting }) = state.rounds.get(&transaction) {
            for participant in waiting.iter() {
                self.answer(state, participant, transaction, out);
            }
            out.set_timer(Timer::Acknowledgements(transaction), exactly(self.interval));
        }
    }

    /// Tells the decision to one participant, if there is one.
    pub(super) fn answer(&self, state: &State, participant: Id, transaction: Transaction, out: &mut Out<Self>) {
        let begun = &state.log.begun;
        if let Some(Begun { decision: Some(decision), .. }) = begun.get(&transaction)
            && let Some((oldest, _)) = begun.first_key_value()
        {
            let message = Message::Decision { transaction, decision: *decision, oldest: oldest.number };
            out.wire(participant, message);
        }
    }

    /// Phase 2 ends when everyone has acknowledged: nobody will ask any more.
    pub(super) fn acknowledged(&self, state: &mut State, from: Id, transaction: Transaction, out: &mut Out<Self>) {
        let Some(Round::Telling { waiting }) = state.rounds.get_mut(&transaction) else {
            return;
        };
        waiting.remove(from);
        if waiting.is_empty() {
            state.rounds.remove(&transaction);
            state.log.begun.remove(&transaction);
            out.save(state.log.clone());
            out.cancel_timer(Timer::Acknowledgements(transaction));
        }
    }

    /// After a crash: what was decided is told again, and what was not is aborted.
    pub(super) fn resume_as_coordinator(&self, id: Id, state: &mut State, out: &mut Out<Self>) {
        let begun: Vec<_> = state.log.begun.iter().map(|(transaction, begun)| (*transaction, begun.decision)).collect();
        for (transaction, decision) in begun {
            self.conclude(id, state, transaction, decision.unwrap_or(Decision::Abort), out);
        }
    }
}
