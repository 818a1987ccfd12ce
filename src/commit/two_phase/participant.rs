//! A participant of a transaction.

use super::{Joined, Message, State, Timer, TwoPhase, exactly};
use crate::commit::{Decision, Indication, Transaction, Vote};
use crate::event::Emit;
use serde::{Deserialize, Serialize};
use stateright::actor::{Id, Out};

/// Why a participant has not voted on a transaction that it knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unvoted {
    /// Its application is ready to commit, but nobody has asked.
    Ready,
    /// Its application was asked, and has not answered.
    Asked,
}

crate::rename! { enum Unvoted { Ready, Asked } }

impl TwoPhase {
    /// The coordinator asks for the vote of this process.
    pub(super) fn prepare(&self, id: Id, state: &mut State, transaction: Transaction, out: &mut Out<Self>) {
        if state.log.is_over(transaction) {
            return;
        }
        match (state.log.joined.get(&transaction), state.unvoted.get(&transaction)) {
            (Some(Joined::Decided(Decision::Abort)), _) => self.answer_no(transaction, out),
            (None, Some(Unvoted::Ready)) => self.promise(state, transaction, out),
            (None, None) => {
                self.wait_to_vote(state, transaction, Unvoted::Asked, out);
                out.indicate(id, Indication::Prepare { transaction });
            }
            _ => {}
        }
    }

    /// The application votes, asked or not. On a transaction that this process coordinates it votes when it is asked.
    pub(super) fn vote(&self, id: Id, state: &mut State, transaction: Transaction, vote: Vote, out: &mut Out<Self>) {
        let asked = state.unvoted.get(&transaction) == Some(&Unvoted::Asked);
        let voted = state.log.joined.contains_key(&transaction) || state.log.is_over(transaction);
        if voted || (transaction.coordinator == id && !asked) {
            return;
        }
        match vote {
            Vote::No => self.refuse(id, state, transaction, out),
            Vote::Yes if asked => self.promise(state, transaction, out),
            Vote::Yes => self.wait_to_vote(state, transaction, Unvoted::Ready, out),
        }
    }

    fn wait_to_vote(&self, state: &mut State, transaction: Transaction, unvoted: Unvoted, out: &mut Out<Self>) {
        state.unvoted.insert(transaction, unvoted);
        out.set_timer(Timer::Unvoted(transaction), exactly(self.patience));
    }

    /// Votes yes, once that is durable. From now on the process is in doubt.
    fn promise(&self, state: &mut State, transaction: Transaction, out: &mut Out<Self>) {
        state.unvoted.remove(&transaction);
        state.log.joined.insert(transaction, Joined::InDoubt);
        out.save(state.log.clone());
        out.cancel_timer(Timer::Unvoted(transaction));
        out.wire(transaction.coordinator, Message::Vote { transaction, vote: Vote::Yes });
        out.set_timer(Timer::Doubt(transaction), exactly(self.interval));
    }

    /// Votes no, which decides.
    pub(super) fn refuse(&self, id: Id, state: &mut State, transaction: Transaction, out: &mut Out<Self>) {
        self.decide(id, state, transaction, Decision::Abort, out);
        self.answer_no(transaction, out);
    }

    fn answer_no(&self, transaction: Transaction, out: &mut Out<Self>) {
        out.wire(transaction.coordinator, Message::Vote { transaction, vote: Vote::No });
    }

    /// In doubt: asks for the decision, and will ask again.
    pub(super) fn ask(&self, transaction: Transaction, out: &mut Out<Self>) {
        out.wire(transaction.coordinator, Message::Ask { transaction });
        out.set_timer(Timer::Doubt(transaction), exactly(self.interval));
    }

    /// The coordinator tells the decision, perhaps again. A process that never voted learns of it too, and will not vote.
    pub(super) fn learn(
        &self,
        id: Id,
        state: &mut State,
        transaction: Transaction,
        decision: Decision,
        oldest: u64,
        out: &mut Out<Self>,
    ) {
        let decided = matches!(state.log.joined.get(&transaction), Some(Joined::Decided(_)));
        if !decided && !state.log.is_over(transaction) {
            state.log.over.entry(transaction.coordinator).or_default().insert_below(oldest);
            self.decide(id, state, transaction, decision, out);
        }
        out.wire(transaction.coordinator, Message::Acknowledge { transaction });
    }

    /// The transaction is decided at this process, once that is durable.
    fn decide(&self, id: Id, state: &mut State, transaction: Transaction, decision: Decision, out: &mut Out<Self>) {
        state.unvoted.remove(&transaction);
        state.log.joined.insert(transaction, Joined::Decided(decision));
        out.save(state.log.clone());
        out.cancel_timer(Timer::Unvoted(transaction));
        out.cancel_timer(Timer::Doubt(transaction));
        out.indicate(id, Indication::Decided { transaction, decision });
    }

    /// The application has applied the decision.
    pub(super) fn forget(&self, state: &mut State, transaction: Transaction, out: &mut Out<Self>) {
        if let Some(Joined::Decided(_)) = state.log.joined.get(&transaction) {
            state.log.joined.remove(&transaction);
            state.log.over.entry(transaction.coordinator).or_default().insert(transaction.number);
            out.save(state.log.clone());
        }
    }

    /// After a crash: asks for the decisions that are missing, and tells the application those that it may not have heard.
    pub(super) fn resume_as_participant(&self, id: Id, state: &State, out: &mut Out<Self>) {
        for (transaction, joined) in &state.log.joined {
            match *joined {
                Joined::InDoubt => self.ask(*transaction, out),
                Joined::Decided(decision) => {
                    out.indicate(id, Indication::Decided { transaction: *transaction, decision });
                }
            }
        }
    }
}
