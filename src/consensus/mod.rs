//! Consensus: processes propose values and decide one of them.
//!
//! | property | meaning |
//! | --- | --- |
//! | agreement | no two processes decide different values |
//! | validity | a value that is decided was proposed |
//! | integrity | a process decides at most once |
//! | termination | every correct process decides some day |
//!
//! No deterministic algorithm for asynchronous processes that may crash has all four (Fischer, Lynch and Paterson, 1985).
//! Those of this family keep the first three always, and the fourth once the system has become stable.

use serde::{Deserialize, Serialize};

pub mod paxos;
pub mod raft;

/// Request: tries to have this value decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Propose<V>(pub V);

crate::rename! { struct Propose<V>(value) }

/// Indication: this value is decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Decide<V>(pub V);

crate::rename! { struct Decide<V>(value) }
