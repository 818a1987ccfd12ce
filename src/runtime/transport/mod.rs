//! How messages get to the peers.
//!
//! Links are fair-loss: a message may be lost, and what is sent again and again arrives; TCP keeps the order of one
//! connection and nothing more is promised. An actor that assumes perfect links runs as [`Linked`](crate::stack::Linked).
//!
//! [`tcp`] connects machines, [`memory`] the nodes of one program. Both count what they do and refuse in [`Counters`].

pub mod counters;
pub mod memory;
pub mod tcp;

pub use counters::{Counters, Traffic};

use stateright::actor::Id;
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

/// Which node of which cluster this is, in which of its lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name of the cluster. Nodes of different clusters never talk.
    pub cluster: String,
    /// The node's own id.
    pub node: Id,
    /// How often the node was started, this time included.
    pub incarnation: u64,
}

/// A message that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter<W> {
    /// Who sent it.
    pub from: Id,
    /// In which of the sender's lives.
    pub incarnation: u64,
    /// Its number among all that the sender has sent in that life, from 0.
    pub number: u64,
    /// What it says.
    pub message: W,
}

/// Where the peers are reached: `host:port`, a name or an address of IPv4 or IPv6. Those that were removed are absent.
pub type Addresses = BTreeMap<Id, String>;

/// A way for messages of type `W` to get to the peers.
pub trait Transport<W>: Send + 'static {
    /// What can go wrong at the start.
    type Error: Error + Send + Sync + 'static;

    /// Starts to take messages in and to carry them out.
    ///
    /// What arrives goes into `inbox`; while there is no room, nothing more is taken in, so that peers are held up and not this
    /// node's memory. `addresses` tells where the peers are now, and whenever that changes. It ends, and lets go of its
    /// resources, when the [`Outbox`] is dropped: of `inbox` and all clones of it last, when the port is free. A node that shuts
    /// down waits for that.
    ///
    /// # Errors
    ///
    /// When it cannot start: an address that is taken, a certificate that cannot be read.
    fn start(
        self,
        identity: Identity,
        addresses: watch::Receiver<Addresses>,
        inbox: mpsc::Sender<Letter<W>>,
    ) -> impl Future<Output = Result<impl Outbox<W>, Self::Error>> + Send;

    /// What it counts, to be read before it is started and ever after. A transport that counts nothing gives zeros.
    fn counters(&self) -> Arc<Counters> {
        Arc::default()
    }
}

/// The way out.
pub trait Outbox<W>: Send + 'static {
    /// Sends a message, which is the `number`-th of this life of the node. Never waits: where the queue to a peer is full, the
    /// oldest message in it is dropped and counted, and what is for a peer without address is dropped and counted too.
    fn send(&mut self, to: Id, number: u64, message: W);

    /// Sends off what was queued so far; a transport may wait for this to put several messages into one packet.
    fn flush(&mut self);
}
