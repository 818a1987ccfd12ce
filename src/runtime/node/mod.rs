//! Runs one actor as a node, as a task of the application's own tokio runtime.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`config`] | what a deployment chooses, from a TOML file or by hand |
//! | [`meters`] | what a node tells the `metrics` facade |
//! | [`peers`] | who the peers are, which may change |
//!
//! Three processes decide together:
//!
//! ```
//! use synod::consensus::{Decide, Propose, paxos::Paxos};
//! use synod::quorum::Majority;
//! use synod::runtime::{Node, store::Memory};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(any())] // Ports that are free, in place of these.
//! let addresses = ["127.0.0.1:7000", "127.0.0.1:7001", "127.0.0.1:7002"];
//! # let free: Vec<_> = (0..3).map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap()).collect();
//! # let addresses: Vec<_> = free.iter().map(|port| port.local_addr().unwrap().to_string()).collect();
//! # drop(free);
//! let mut nodes = Vec::new();
//! for id in 0..3 {
//!     let node = Node::builder(Paxos::new(Majority::new(3))).id(id).addresses(&addresses).store(Memory::new());
//!     nodes.push(node.start().await?);
//! }
//! let Decide(value) = nodes[0].call(Propose("tea".to_string()), |_, _| true).await?;
//! assert_eq!(value, "tea");
//! for node in nodes {
//!     node.shutdown().await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! In production each is a program of its own, with a store on disk ([`Disk`](super::store::Disk)) and a [`Config`] from a file.
//!
//! **What a node guarantees.** What a step saves is durable before anything that it sends or indicates leaves, and before the
//! request that caused it is acknowledged; see [`batch`](super::batch) for why steps that are made durable together change
//! nothing. A request or a call that has returned is never undone. No indication is dropped; a crash may keep the last ones from
//! the application, be it in the middle of a step, but never one that comes before another that was told. A node that cannot go
//! on (a handler that panics, an actor that breaks its contract, a store that fails for good) stops as if it had crashed before
//! the batch in hand, and tells everyone who asks it for something why.
//!
//! **A store that cannot save.** Where that may pass, as a full disk does, the node stays up and is
//! [suspended](Handle::suspended): it tries to save the same batch again, in pauses of 50 ms that double up to 2 s, and
//! meanwhile takes nothing in and lets nothing out. Requests are refused and nothing of them is done; requests of the batch, and
//! messages and timers, wait. To everybody else that is a disk that is slow, so nothing that was said above changes; and a
//! node that is ended meanwhile has crashed before the commit, or, if an attempt that has failed left its value behind all the
//! same, after it and before anything has left.
//!
//! **What waits, and where.** All queues are bounded. Peers are held up when messages are not handled in time; callers when
//! requests are not; and the node itself when the application does not read its indications.
//!
//! **Time.** A timer fires within two milliseconds or so of its deadline, on a machine that keeps up; never early, and never
//! once it is cancelled or armed anew. A random choice is made at once.
//!
//! A node needs the time driver of its runtime, and on a runtime of one thread shares that thread with the application: what
//! does not yield holds the node up, and the other way round for as long as one batch of handlers takes.

mod builder;
mod calls;
mod committer;
pub mod config;
mod error;
mod handle;
mod indications;
pub mod meters;
pub mod peers;
mod process;
mod run;
mod status;
mod suspension;
mod timers;
mod volatile;
mod way;

pub use builder::Builder;
pub use config::{Bounds, Config, ConfigError, TimerConfig};
pub use error::{Cause, Error};
pub use handle::Handle;
pub use indications::Indications;
pub use peers::{Peers, PeersError};
pub use status::{Done, Status, Waiting};
pub use suspension::Suspension;
pub use volatile::Volatile;
pub use way::{Named, OverTcp};

use crate::event::Module;

/// An actor that runs as a node: [`Node::builder`] is where it begins, a [`Handle`] what one gets.
pub struct Node;

impl Node {
    /// Begins to put a node together that runs this actor.
    pub fn builder<A: Module>(actor: A) -> Builder<A> {
        Builder::new(actor)
    }
}
