//! Why records cannot be read, or do not fit together.

use crate::runtime::one_line::OneLine;
use crate::runtime::record::form::FORMAT;
use std::fmt;
use std::path::PathBuf;

/// A place in a record: a line of a file, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The line.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file.display(), self.line)
    }
}

/// Why records cannot be read, or do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A file cannot be read.
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A file does not begin as a part of a record does.
    NoRecord {
        /// Which file.
        file: PathBuf,
        /// What is wrong with its first line.
        reason: String,
    },
    /// A file is in another version of the format.
    OtherFormat {
        /// Which file.
        file: PathBuf,
        /// Its version.
        version: u64,
    },
    /// The files belong to different algorithms, clusters or lives, or twice to the same.
    Mixed {
        /// One that does not belong to those before.
        file: PathBuf,
        /// What it is, and what they are.
        reason: String,
    },
    /// There is no part to read.
    Nothing,
    /// A line cannot be understood.
    Line {
        /// Where.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },
    /// Lines are missing.
    Gap {
        /// The line after the gap.
        place: Place,
        /// The number that it should have had.
        expected: u64,
        /// The number that it has.
        found: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unreadable { file, reason } => write!(f, "{} cannot be read: {reason}", file.display()),
            Error::NoRecord { file, reason } => {
                write!(f, "{} is no record of a node: {}", file.display(), OneLine(reason))
            }
            Error::OtherFormat { file, version } => {
                write!(f, "{} is in version {version} of the format; this program reads {FORMAT}", file.display())
            }
            Error::Mixed { file, reason } => {
                write!(f, "{} does not belong to the files before it: {}", file.display(), OneLine(reason))
            }
            Error::Nothing => write!(f, "there is no record: a node writes files that end in .ndjson"),
            Error::Line { place, reason } => write!(f, "{place}: {}", OneLine(reason)),
            Error::Gap { place, expected, found } => {
                write!(f, "{place}: lines are missing: this is line {found} of its life, and should be {expected}")
            }
        }
    }
}

impl std::error::Error for Error {}
