//! Transports between nodes, and between a node and whoever means it ill.

mod common;
mod flow;
mod frames;
mod memory;
mod refusals;
#[cfg(feature = "tls")]
mod tls;
