//! What survives a crash.

use crate::commit::{Decision, Transaction};
use crate::quorum::ProcessSet;
use crate::received::Received;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::collections::BTreeMap;

/// What a process has written down: as coordinator of some transactions, and as participant of others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Log {
    /// The transactions that it coordinates, from their beginning until everyone has acknowledged.
    pub begun: BTreeMap<Transaction, Begun>,
    /// The last transaction that it has begun, which may be over.
    pub last: Option<Transaction>,
    /// The transactions that it takes part in, from its vote until its application has applied the decision.
    pub joined: BTreeMap<Transaction, Joined>,
    /// Of each coordinator, the numbers of transactions that are over for this process.
    pub over: BTreeMap<Id, Received>,
}

crate::rename! { struct Log { begun, last, joined, over } }

/// A transaction, as its coordinator has written it down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Begun {
    /// Who has a vote.
    pub participants: ProcessSet,
    /// What was decided, once it is.
    pub decision: Option<Decision>,
}

crate::rename! { struct Begun { participants, decision } }

/// A transaction, as a participant has written it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Joined {
    /// It has voted yes, and is in doubt.
    InDoubt,
    /// It knows the decision.
    Decided(Decision),
}

crate::rename! { enum Joined { InDoubt, Decided(decision) } }

impl Log {
    /// Whether the process has decided the transaction, and its application has applied the decision.
    pub(super) fn is_over(&self, transaction: Transaction) -> bool {
        self.over.get(&transaction.coordinator).is_some_and(|numbers| numbers.contains(transaction.number))
    }
}
