//! A transport whose other end is in the hands of the test.

use std::fmt;
use std::sync::{Arc, Mutex};
use synod::runtime::transport::{Addresses, Identity, Letter, Outbox, Transport};
use synod::stateright::actor::Id;
use tokio::sync::{mpsc, watch};

/// The other end. Clones are the same.
#[derive(Clone)]
pub struct Wire(Arc<Mutex<Seen>>);

/// What the transport has seen.
struct Seen {
    sent: Vec<(usize, u64, u64)>,
    inbox: Option<mpsc::Sender<Letter<u64>>>,
    addresses: Option<watch::Receiver<Addresses>>,
    identity: Option<Identity>,
    /// After so many messages, the next panics.
    breaks_after: Option<usize>,
    /// Called at each message, with what it says.
    witness: Option<Box<dyn Fn(u64) + Send>>,
    refuses: bool,
    running: bool,
}

impl Wire {
    pub fn new() -> Self {
        Wire(Arc::new(Mutex::new(Seen {
            sent: Vec::new(),
            inbox: None,
            addresses: None,
            identity: None,
            breaks_after: None,
            witness: None,
            refuses: false,
            running: false,
        })))
    }

    /// One that does not start.
    pub fn refusing() -> Self {
        let wire = Wire::new();
        wire.with(|seen| seen.refuses = true);
        wire
    }

    /// The message after so many breaks the transport.
    pub fn breaks_after(self, messages: usize) -> Self {
        self.with(|seen| seen.breaks_after = Some(messages));
        self
    }

    /// Something to be done at each message that leaves.
    pub fn witness(self, witness: impl Fn(u64) + Send + 'static) -> Self {
        self.with(|seen| seen.witness = Some(Box::new(witness)));
        self
    }

    /// All messages that have left: to whom, which number, and what they say.
    pub fn sent(&self) -> Vec<(usize, u64, u64)> {
        self.with(|seen| seen.sent.clone())
    }

    pub fn is_running(&self) -> bool {
        self.with(|seen| seen.running)
    }

    pub fn identity(&self) -> Option<Identity> {
        self.with(|seen| seen.identity.clone())
    }

    pub fn addresses(&self) -> Vec<(usize, String)> {
        let watched = self.with(|seen| seen.addresses.clone()).expect("the transport was started");
        watched.borrow().iter().map(|(id, address)| (usize::from(*id), address.clone())).collect()
    }

    /// The node's inbox.
    pub fn inbox(&self) -> mpsc::Sender<Letter<u64>> {
        self.with(|seen| seen.inbox.clone()).expect("the transport was started")
    }

    /// A message arrives, when there is room for it.
    pub async fn arrives(&self, from: usize, message: u64) {
        let letter = Letter { from: Id::from(from), incarnation: 1, number: 0, message };
        self.inbox().send(letter).await.expect("the node is there");
    }

    /// The transport ends by itself.
    pub fn ends(&self) {
        self.with(|seen| seen.inbox = None);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }
}

/// Why a transport does not start.
#[derive(Debug)]
pub struct Taken;

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the address is taken")
    }
}

impl std::error::Error for Taken {}

impl Transport<u64> for Wire {
    type Error = Taken;

    async fn start(
        self,
        identity: Identity,
        addresses: watch::Receiver<Addresses>,
        inbox: mpsc::Sender<Letter<u64>>,
    ) -> Result<impl Outbox<u64>, Taken> {
        self.with(|seen| {
            if seen.refuses {
                return Err(Taken);
            }
            (seen.identity, seen.addresses, seen.inbox) = (Some(identity), Some(addresses), Some(inbox));
            seen.running = true;
            Ok(())
        })?;
        Ok(Out(self))
    }
}

struct Out(Wire);

impl Outbox<u64> for Out {
    fn send(&mut self, to: Id, number: u64, message: u64) {
        self.0.with(|seen| {
            assert!(seen.breaks_after.is_none_or(|messages| seen.sent.len() < messages), "the cable is cut");
            seen.sent.push((to.into(), number, message));
            if let Some(witness) = &seen.witness {
                witness(message);
            }
        });
    }

    fn flush(&mut self) {}
}

impl Drop for Out {
    fn drop(&mut self) {
        self.0.with(|seen| (seen.inbox, seen.running) = (None, false));
    }
}
