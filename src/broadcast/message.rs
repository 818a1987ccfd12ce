//! What relaying broadcasts say.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;

/// Somebody's message, perhaps relayed: sender and number tell it apart from all others, whatever it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Message<P> {
    /// Who broadcast it.
    pub sender: Id,
    /// Which of the sender's messages it is, counted from 0.
    pub sequence: u64,
    /// What was broadcast.
    pub payload: P,
}

crate::rename! { struct Message<P> { sender, sequence, payload } }
