//! What a node has done, as the types of its actor: what its record says and the actor has confirmed.

use super::error::Place;
use crate::event::Module;
use crate::step::InputOf;
use stateright::actor::Id;

/// What a node has done, as far as it is recorded.
#[derive(Debug)]
pub struct History<A: Module> {
    /// The node's id.
    pub node: usize,
    /// Whether no life is left out because its beginning is gone.
    pub whole: bool,
    /// Its lives, in their order.
    pub lives: Vec<Past<A>>,
}

/// What a node has done in one life.
#[derive(Debug)]
pub struct Past<A: Module> {
    /// The number of the life.
    pub incarnation: u64,
    /// Where it began.
    pub place: Place,
    /// How many processes there were at its start.
    pub processes: usize,
    /// Whether nothing was durable at its start.
    pub fresh: bool,
    /// Whether others were added later.
    pub admitted: bool,
    /// What it handled; its start comes first.
    pub acts: Vec<Act<A>>,
    /// How many batches were released for certain.
    pub released: u64,
    /// What became of the batch after those.
    pub last: LastBatch,
}

/// What became of the last batch of a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastBatch {
    /// It was made durable: the node started with it again.
    Durable,
    /// It was not made durable.
    Lost,
    /// The node's own record does not tell.
    Open,
}

/// One step of a process.
#[derive(Debug)]
pub struct Act<A: Module> {
    /// Where it is recorded.
    pub place: Place,
    /// To which batch of its life it belongs, counted from 0.
    pub batch: u64,
    /// What was handled; nothing at the start.
    pub input: Option<InputOf<A>>,
    /// Of a message: the sender's life, and the number of the message in it.
    pub origin: Option<(u64, u64)>,
    /// Of a choice: its key.
    pub key: Option<String>,
    /// The number of the first message that it sent.
    pub number: u64,
    /// The messages that it sent.
    pub sent: Vec<(Id, A::Wire)>,
}
