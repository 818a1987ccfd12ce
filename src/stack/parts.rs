//! What a stack keeps of its two parts.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A timer or a random choice, of the layer or of the module below it: what the parts call theirs is kept apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Part<L, B> {
    /// Of the layer.
    Layer(L),
    /// Of the module below.
    Below(B),
}

/// What the two parts have saved, each the last time it did.
///
/// An actor saves all that it has at once, and a part saves only for itself; so the stack keeps both. They are shared, not
/// copied: a stack's state and its storage hold the same values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Saved<L, B> {
    /// What the layer has saved, if it has.
    pub layer: Option<Arc<L>>,
    /// What the module below has saved, if it has.
    pub below: Option<Arc<B>>,
}

impl<L, B> Default for Saved<L, B> {
    fn default() -> Self {
        Saved { layer: None, below: None }
    }
}

/// The state of a stack: that of its parts, and what they have saved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<L, B, S> {
    /// The state of the layer.
    pub layer: L,
    /// The state of the module below.
    pub below: B,
    /// What is durable of the two.
    pub saved: S,
}
