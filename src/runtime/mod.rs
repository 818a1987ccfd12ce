//! Runs an actor that was checked, unchanged, as a node: over TCP, with a durable store.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`core`] | a process without its surroundings: an event in, the effects out |
//! | [`batch`] | several steps, made durable at once |
//! | [`node`] | a process as a task of an application: its loop, its configuration, its handle |
//! | [`record`] | what goes into a node and what comes out of it, written down |
//! | [`replay`] | a record through the same actor, and the records of all nodes as one run |
//! | [`simulation`] | whole systems in virtual time, everything from a seed |
//! | [`store`] | what survives a crash |
//! | [`transport`] | how messages get to the peers |
//!
//! [`Core`] is driven by all the others and can be driven by an event loop of your own.

pub mod batch;
pub mod core;
pub mod node;
mod one_line;
pub mod record;
pub mod replay;
pub mod simulation;
pub mod store;
pub mod transport;

pub use batch::{Batch, Departure, DepartureOf};
pub use core::Core;
pub use node::{Config, Handle, Node};
pub use store::Store;
pub use transport::Transport;

use crate::event::Module;
use serde::{Serialize, de::DeserializeOwned};

/// An actor whose run can be written down: what it hears, says and saves serialises.
///
/// Nobody implements this by hand: every [`Module`] whose requests, indications, messages and storage serialise is one.
pub trait Runnable:
    Module<
        Request: Serialize + DeserializeOwned,
        Indication: Serialize + DeserializeOwned,
        Wire: Serialize + DeserializeOwned,
        Storage: Serialize + DeserializeOwned,
    >
{
}

impl<A> Runnable for A where
    A: Module<
            Request: Serialize + DeserializeOwned,
            Indication: Serialize + DeserializeOwned,
            Wire: Serialize + DeserializeOwned,
            Storage: Serialize + DeserializeOwned,
        >
{
}
