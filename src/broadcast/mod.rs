//! Broadcast: a process sends a message to all, itself included.
//!
//! | property | meaning | best effort | eager | uniform | causal, on B |
//! | --- | --- | --- | --- | --- | --- |
//! | validity | what a correct process broadcasts, every correct process delivers | yes | yes | yes | on eager, uniform |
//! | no duplication | a message is delivered at most once | yes | yes | yes | yes |
//! | no creation | what is delivered with sender s was broadcast by s | yes | yes | yes | yes |
//! | agreement | what one correct process delivers, every correct process delivers | no | yes | yes | as B |
//! | uniform agreement | what any process delivers, every correct process delivers | no | no | yes | as B |
//! | causal order | who delivers a message has delivered all that happened before it | no | no | no | yes |
//! | how many may crash | | any number | any number | a minority | as B |
//!
//! Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui and
//! Rodrigues (Bern 2020), §7.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;

pub mod best_effort;
pub mod causal;
pub mod eager;
mod message;
pub mod uniform;

pub use message::Message;

/// Request: broadcasts a payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Broadcast<P>(pub P);

crate::rename! { struct Broadcast<P>(payload) }

/// Indication: delivers a payload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Deliver<P> {
    /// Who broadcast it.
    pub sender: Id,
    /// What was broadcast.
    pub payload: P,
}

crate::rename! { struct Deliver<P> { sender, payload } }
