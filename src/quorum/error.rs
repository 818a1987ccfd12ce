//! Why a quorum system cannot be built.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use super::ProcessSet;

/// What a quorum is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Learning what was written.
    Read,
    /// Making known what is to be read.
    Write,
}

impl Display for Operation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

/// The reason why the quorums that were asked for make no quorum system.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuorumError {
    /// No process, or more than [`ProcessSet::LIMIT`].
    Size {
        /// How many processes were asked for.
        processes: usize,
    },
    /// A threshold that all processes together do not reach.
    Unreachable {
        /// What the quorum is for.
        operation: Operation,
        /// The number of answers it asks for.
        threshold: usize,
        /// The number of processes.
        processes: usize,
    },
    /// Thresholds that leave room for a read quorum beside a write quorum.
    Apart {
        /// The number of answers to a read.
        read: usize,
        /// The number of answers to a write.
        write: usize,
        /// The number of processes.
        processes: usize,
    },
    /// More faulty processes than quorums of this kind can bear.
    TooManyFaulty {
        /// How many processes may be faulty, `f`.
        faulty: usize,
        /// The number of processes, which must be more than `share · f`.
        processes: usize,
        /// How many times `f` the number of processes must exceed: 3, or 4 for masking quorums.
        share: usize,
    },
    /// A configuration without a quorum for one of its operations, which could then never end.
    NoQuorum {
        /// What there is no quorum for.
        operation: Operation,
    },
    /// A quorum with a member outside the system.
    Stranger {
        /// The quorum.
        quorum: ProcessSet,
        /// The number of processes of the system.
        processes: usize,
    },
    /// A read quorum and a write quorum of a configuration without a common member.
    Disjoint {
        /// The read quorum.
        read: ProcessSet,
        /// The write quorum.
        write: ProcessSet,
    },
}

impl Display for QuorumError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Size { processes } => {
                write!(f, "a quorum system has 1 to {} processes, not {processes}", ProcessSet::LIMIT)
            }
            Self::Unreachable { operation, threshold, processes } => {
                write!(f, "a {operation} waits for {threshold} answers, but there are only {processes} processes")
            }
            Self::Apart { read, write, processes } => write!(
                f,
                "{read} processes for a read and {write} for a write need not meet among {processes}: \
                 their sum must be more than {processes}"
            ),
            Self::TooManyFaulty { faulty, processes, share } => write!(
                f,
                "{faulty} faulty processes among {processes} are too many: \
                 there must be more than {share} times as many processes as faulty ones"
            ),
            Self::NoQuorum { operation } => {
                write!(f, "the configuration has no {operation} quorum, so no {operation} could end")
            }
            Self::Stranger { quorum, processes } => {
                write!(f, "the quorum {quorum:?} has members outside the system, whose ids are below {processes}")
            }
            Self::Disjoint { read, write } => {
                write!(f, "the read quorum {read:?} and the write quorum {write:?} have no process in common")
            }
        }
    }
}

impl Error for QuorumError {}
