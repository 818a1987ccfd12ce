//! Atomic commitment: the parts of a transaction at several processes are all committed, or all aborted.
//!
//! | property | meaning | two-phase |
//! | --- | --- | --- |
//! | atomicity | no two processes decide differently, not even if one of them has crashed or crashes later | yes |
//! | validity | commit is decided only if every participant has voted yes, so that a no means abort | yes |
//! | stability | a process that has decided never decides differently, whatever it forgets in a crash | yes |
//! | non-triviality | if all vote yes, and nothing fails or times out, the decision is commit | yes |
//! | termination | every process decides that does not crash for good | only if the coordinator does not |
//!
//! Consensus decides any one of the values that were proposed, and a minority that is down does not hold it up. Here one no
//! outweighs every yes, and without the vote of a process that is down nothing is committed.
//!
//! Atomicity is not isolation: whether transactions disturb one another while they are under way is another matter.
//!
//! Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 7.1; Rudder, *Distributed Systems* (BU CS351, 2025),
//! §2.6.2; Cambridge lecture slides on elections, commit and replication.

use crate::quorum::ProcessSet;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::fmt;

pub mod two_phase;

/// The name of a transaction, known to all that take part in it before its commitment begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Transaction {
    /// The process that will be asked to commit it.
    pub coordinator: Id,
    /// The coordinator's application numbers its transactions: each has a larger number than those committed before it.
    pub number: u64,
}

crate::rename! { struct Transaction { coordinator, number } }

impl fmt::Debug for Transaction {
    /// Coordinator and number, short: states are for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.{}", self.coordinator, self.number)
    }
}

/// What a participant says when it is asked whether it can commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Vote {
    /// It can, whatever happens from now on: all it needs is durable.
    Yes,
    /// It cannot, or does not want to.
    No,
}

crate::rename! { enum Vote { Yes, No } }

/// What becomes of a transaction, everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Decision {
    /// It takes effect.
    Commit,
    /// It leaves no trace.
    Abort,
}

crate::rename! { enum Decision { Commit, Abort } }

/// What applications ask of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Request {
    /// Commit the transaction of this number, with this process as its coordinator. To ask again does no harm. A number
    /// that is not larger than one asked for before has no other effect.
    Commit {
        /// The transaction's number at this process.
        number: u64,
        /// Who has a part in it and a vote; the coordinator may be one of them.
        participants: ProcessSet,
    },
    /// The vote of this process. The application may vote before it is asked: yes when it is ready, no when it wants the
    /// transaction aborted. What comes too late is ignored: a second vote, and a vote on what is decided, or over.
    Vote {
        /// On which transaction.
        transaction: Transaction,
        /// Yes or no.
        vote: Vote,
    },
    /// The application has carried the decision out, durably: nobody need remember it for its sake.
    Applied {
        /// The decision on which transaction.
        transaction: Transaction,
    },
}

crate::rename! { enum Request { Commit { number, participants }, Vote { transaction, vote }, Applied { transaction } } }

/// What a process tells its application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Indication {
    /// A vote is wanted.
    Prepare {
        /// On which transaction.
        transaction: Transaction,
    },
    /// The transaction is decided. It is said to the coordinator and to each participant; and again after each restart,
    /// until the application has [applied](Request::Applied) it, since a crash may have kept it from hearing.
    Decided {
        /// Which transaction.
        transaction: Transaction,
        /// What becomes of it.
        decision: Decision,
    },
}
