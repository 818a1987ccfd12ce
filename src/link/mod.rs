//! Links: a message from one process to another.
//!
//! | link | reliable delivery | no duplication | no creation |
//! | --- | --- | --- | --- |
//! | fair-loss: the network | only of what is sent again and again | no | yes |
//! | [`perfect`] | yes, between correct processes | yes | yes |
//!
//! Source: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 2.3, slide 33; lecture notes after Cachin,
//! Guerraoui and Rodrigues (Bern 2020), §2.3.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;

pub mod perfect;

/// Request: sends a message to a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Send<M> {
    /// To whom; to oneself too.
    pub to: Id,
    /// What is sent.
    pub message: M,
}

/// Indication: a message has arrived.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Deliver<M> {
    /// From whom.
    pub from: Id,
    /// What was sent.
    pub message: M,
}
