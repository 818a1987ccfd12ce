//! Runs an actor that was checked, unchanged, as a node: over TCP, with a durable store.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`core`] | a process without its surroundings: an event in, the effects out |
//! | [`batch`] | several steps, made durable at once |
//! | [`node`] | a process as a task of an application: its loop, its configuration, its handle |
//! | [`simulation`] | whole systems in virtual time, everything from a seed |
//! | [`store`] | what survives a crash |
//! | [`transport`] | how messages get to the peers |
//!
//! [`Core`] is driven by all the others and can be driven by an event loop of your own.

pub mod batch;
pub mod core;
pub mod node;
pub mod simulation;
pub mod store;
pub mod transport;

pub use batch::{Batch, Departure, DepartureOf};
pub use core::Core;
pub use node::{Config, Handle, Node};
pub use store::Store;
pub use transport::Transport;
