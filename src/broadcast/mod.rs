//! Broadcast: a process sends a message to all, itself included.
//!
//! | property | meaning | best effort | eager |
//! | --- | --- | --- | --- |
//! | validity | what a correct process broadcasts, every correct process delivers | yes | yes |
//! | no duplication | a message is delivered at most once | yes | yes |
//! | no creation | what is delivered with sender s was broadcast by s | yes | yes |
//! | agreement | what one correct process delivers, every correct process delivers | no | yes |
//! | uniform agreement | what any process delivers, every correct process delivers | no | no |
//!
//! Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui and
//! Rodrigues (Bern 2020), §7.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;

pub mod best_effort;
pub mod eager;

pub use crate::received::Received;

/// Request: broadcasts a payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Broadcast<P>(pub P);

/// Indication: delivers a payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Deliver<P> {
    /// Who broadcast it.
    pub sender: Id,
    /// What was broadcast.
    pub payload: P,
}
