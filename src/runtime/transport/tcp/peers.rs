//! The peers as they are now, and what is known of each.

use super::channel::Protection;
use super::handshake::number;
use super::queue::Queue;
use super::{Settings, dial};
use crate::runtime::transport::counters::{Line, Refusal, worth_telling};
use crate::runtime::transport::{Addresses, Counters, Identity};
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// What all tasks of one transport share.
pub(super) struct Shared {
    pub(super) identity: Identity,
    pub(super) settings: Settings,
    pub(super) protection: Protection,
    pub(super) counters: Arc<Counters>,
    /// Cancelled when the transport ends: every task stops at its next await.
    pub(super) end: CancellationToken,
    runtime: Handle,
    peers: Mutex<BTreeMap<Id, Arc<Peer>>>,
    /// The latest incarnation seen of each node, removed ones included: an id is never used again.
    newest: Mutex<BTreeMap<Id, u64>>,
}

/// One peer.
pub(super) struct Peer {
    pub(super) id: Id,
    pub(super) address: watch::Sender<String>,
    pub(super) queue: Queue,
    pub(super) line: Arc<Line>,
    /// Cancelled when the peer is removed.
    pub(super) end: CancellationToken,
    /// Told when the peer has started anew, so that whoever waits to dial it dials at once.
    pub(super) restarted: Notify,
    /// Held while messages of the peer are taken in: those of a new connection come after those of the one before.
    pub(super) turn: tokio::sync::Mutex<()>,
    /// Cancels the connection by which its messages come in.
    incoming: Mutex<CancellationToken>,
}

impl Shared {
    /// Must be called within a tokio runtime, on which the tasks are going to run.
    pub(super) fn new(
        identity: Identity,
        settings: Settings,
        protection: Protection,
        counters: Arc<Counters>,
        end: CancellationToken,
    ) -> Arc<Self> {
        let (peers, newest) = (Mutex::default(), Mutex::default());
        Arc::new(Shared { identity, settings, protection, counters, end, runtime: Handle::current(), peers, newest })
    }

    /// Makes the peers those that `addresses` has now, and gives them.
    pub(super) fn reconcile(self: &Arc<Self>, addresses: &mut watch::Receiver<Addresses>) -> BTreeMap<Id, Arc<Peer>> {
        let mut peers = lock(&self.peers);
        // Read under the lock: whoever comes last has the newest.
        let now = addresses.borrow_and_update().clone();
        peers.retain(|id, peer| {
            let stays = now.contains_key(id);
            if !stays {
                tracing::info!(node = self.identity.number(), peer = number(*id), "the peer was removed");
                peer.end.cancel();
            }
            stays
        });
        for (&id, address) in now.iter().filter(|(id, _)| **id != self.identity.node) {
            match peers.get(&id) {
                Some(peer) => {
                    peer.address.send_if_modified(|known| {
                        let moved = known != address;
                        known.clone_from(address);
                        moved
                    });
                }
                None => {
                    peers.insert(id, self.admit(id, address));
                }
            }
        }
        peers.clone()
    }

    /// The peer of this id, if it is one.
    pub(super) fn peer(&self, id: Id) -> Option<Arc<Peer>> {
        lock(&self.peers).get(&id).cloned()
    }

    /// Counts a refusal, and tells it if it is worth it.
    pub(super) fn refuse(&self, who: impl std::fmt::Display, why: Refusal) {
        let times = self.counters.refuse(why);
        if worth_telling(times) {
            tracing::warn!(node = self.identity.number(), %who, times, "connection refused: {why}");
        }
    }

    /// Whether this may be the peer's incarnation: it is none before the latest that was seen. Whoever waits to dial a peer that
    /// is seen to have started anew dials at once.
    pub(super) fn is_current(&self, peer: &Peer, incarnation: u64) -> bool {
        let mut newest = lock(&self.newest);
        let seen = newest.entry(peer.id).or_insert(0);
        if *seen < incarnation {
            *seen = incarnation;
            peer.restarted.notify_one();
        }
        *seen == incarnation
    }

    fn admit(self: &Arc<Self>, id: Id, address: &str) -> Arc<Peer> {
        let line = self.counters.line(id);
        let peer = Arc::new(Peer {
            id,
            address: watch::Sender::new(address.to_owned()),
            queue: Queue::new(self.settings.queue_messages, self.settings.queue_bytes, line.clone()),
            line,
            end: self.end.child_token(),
            restarted: Notify::new(),
            turn: tokio::sync::Mutex::new(()),
            incoming: Mutex::default(),
        });
        let (shared, dialled) = (self.clone(), peer.clone());
        self.runtime.spawn(async move {
            let end = dialled.end.clone();
            end.run_until_cancelled(dial::keep_connected(&shared, &dialled)).await;
            dialled.queue.clear();
        });
        peer
    }
}

impl Peer {
    /// Lets a new connection of this incarnation take the place of the one before, unless a later incarnation has been seen.
    /// The new one lasts until the token is cancelled.
    pub(super) fn replace(&self, shared: &Shared, incarnation: u64) -> Option<CancellationToken> {
        let mut incoming = lock(&self.incoming);
        if !shared.is_current(self, incarnation) {
            return None;
        }
        incoming.cancel();
        *incoming = self.end.child_token();
        Some(incoming.clone())
    }
}

/// Says, for as long as it lives, that something is the case.
pub(super) struct Holds<'a>(&'a AtomicBool);

impl<'a> Holds<'a> {
    pub(super) fn new(fact: &'a AtomicBool) -> Self {
        fact.store(true, Relaxed);
        Holds(fact)
    }
}

impl Drop for Holds<'_> {
    fn drop(&mut self) {
        self.0.store(false, Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
