//! A read or a write, as the process sees it that conducts it.

use super::answers::Answers;
use super::version::Version;
use crate::quorum::ProcessSet;
use crate::register::Request;
use serde::{Deserialize, Serialize};

/// An operation under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation<V> {
    /// What the application asked for.
    pub request: Request<V>,
    /// How far it has got.
    pub phase: Phase<V>,
}

crate::rename! { struct Operation<V> { request, phase } }

/// How far an operation has got.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase<V> {
    /// It looks for the latest version, and waits for the answers of a read quorum.
    Asking {
        /// Those that have come.
        answers: Answers<V>,
    },
    /// It has its version, and waits until a write quorum holds it.
    Storing {
        /// Which version.
        version: Version<V>,
        /// Who holds it, or a later one.
        holders: ProcessSet,
    },
}

crate::rename! { enum Phase<V> { Asking { answers }, Storing { version, holders } } }

/// Names a query: no process ever uses the same name twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Query {
    /// How often the process that asks had started by then.
    pub incarnation: u64,
    /// Counted from 1 since.
    pub number: u64,
}

crate::rename! { struct Query { incarnation, number } }
