//! What servers say to one another.

use super::clients::Operation;
use super::durable::Payload;
use super::log::{Conflict, Entry, Position};
use super::session::Turn;
use super::snapshot::Part;
use serde::{Deserialize, Serialize};

/// A message, and the term of its sender.
///
/// Terms in messages are terms that somebody has entered, of whatever kind the message is: a larger one than the
/// receiver's is entered by it too, and a smaller one makes the message void.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Message<C, P> {
    /// The term in which the sender was when it sent it.
    pub term: u64,
    /// What it says.
    pub body: Body<C, P>,
}

crate::rename! { struct Message<C, P> { term, body } }

/// What a message says, of a machine with commands `C` and snapshots in parts `P`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Body<C, P> {
    /// To all voters: would you vote for me, if I stood in the next term?
    PreVote {
        /// Where the log of the sender ends.
        last: Position,
    },
    /// The answer: yes, as things stand.
    PreVoteGranted,
    /// To all voters: vote for me.
    RequestVote {
        /// Where the log of the candidate ends.
        last: Position,
    },
    /// The answer: the sender votes for the receiver in this term.
    VoteGranted,
    /// From the leader: these entries stand in the log. Without entries, a sign of life.
    AppendEntries {
        /// The position before the first of them.
        previous: Position,
        /// The entries.
        entries: Vec<Entry<Payload<C>>>,
        /// Up to this index the log is committed.
        commit: u64,
    },
    /// The answer: up to this index the sender's log is the leader's.
    Appended {
        /// The index.
        matched: u64,
    },
    /// The answer: the sender's log has no such entry at `previous`.
    Rejected {
        /// The index of `previous`.
        previous: u64,
        /// What it has instead.
        conflict: Conflict,
    },
    /// From the leader: a part of the snapshot that stands for what it has forgotten. A sign of life, too.
    InstallSnapshot(Part<P>),
    /// The answer: this part is needed next.
    Needs {
        /// The index of the last entry that the snapshot stands for.
        last: u64,
        /// The number of the part.
        number: u64,
    },
    /// From the leader: stand at once.
    TimeoutNow,
    /// To the leader: commit these operations.
    Propose {
        /// The number of the first; the others follow it.
        first: Turn,
        /// The operations.
        operations: Vec<Operation<C>>,
    },
    /// To the leader: how far must my reads wait, up to this one?
    Read {
        /// The number of the last that the sender's application has asked for.
        turn: Turn,
    },
    /// From the leader, which makes sure that it is that: a sign of life to be answered at once.
    Confirm {
        /// The number of the round.
        round: u64,
    },
    /// The answer: the sender is in this term.
    Confirmed {
        /// The number of the round.
        round: u64,
    },
    /// From the leader: these reads may be answered when the entries up to `index` are applied.
    MayRead {
        /// The number of the last one.
        turn: Turn,
        /// The index.
        index: u64,
    },
}

crate::rename! {
    enum Body<C, P> {
        PreVote { last },
        PreVoteGranted,
        RequestVote { last },
        VoteGranted,
        AppendEntries { previous, entries, commit },
        Appended { matched },
        Rejected { previous, conflict },
        InstallSnapshot(part),
        Needs { last, number },
        TimeoutNow,
        Propose { first, operations },
        Read { turn },
        Confirm { round },
        Confirmed { round },
        MayRead { turn, index },
    }
}
