//! Broadcast.

mod causal;
