//! What came of a harness.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// A harness that holds, and how far that was looked into.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The runs that came to their end.
    pub accepted: u64,
    /// The runs that an assumption ended.
    pub pruned: u64,
    /// The bounds that the harness set itself.
    pub bounds: Vec<String>,
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "holds in all {} runs ({} more were assumed away)", self.accepted, self.pruned)?;
        match self.bounds.as_slice() {
            [] => f.write_str(", without bounds"),
            bounds => write!(f, ", with {}", bounds.join(", ")),
        }
    }
}

/// Why a harness does not count as proved.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An assertion failed.
    Refuted {
        /// What it said.
        message: String,
        /// The choices of this run, in order.
        choices: Vec<String>,
        /// The runs that had been accepted before.
        accepted: u64,
    },
    /// No run was accepted.
    Vacuous {
        /// The runs that an assumption ended.
        pruned: u64,
    },
    /// The harness cannot be enumerated.
    Refused {
        /// Why not.
        reason: String,
    },
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refuted { message, choices, accepted } => {
                write!(f, "is false: {message}\nafter {accepted} runs in which it held, with these choices:")?;
                choices.iter().try_for_each(|choice| write!(f, "\n    {choice}"))
            }
            Self::Vacuous { pruned } => {
                write!(f, "is vacuous: all of its {pruned} runs were assumed away, so it shows nothing")
            }
            Self::Refused { reason } => write!(f, "cannot be enumerated: {reason}"),
        }
    }
}

impl Error for Failure {}
