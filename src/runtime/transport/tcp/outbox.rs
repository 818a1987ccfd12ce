//! Where messages leave: each is encoded at once, into the queue of its recipient.

use super::frame;
use super::handshake;
use super::peers::{Peer, Shared};
use crate::runtime::transport::counters::worth_telling;
use crate::runtime::transport::{Addresses, Outbox};
use serde::Serialize;
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::watch;

/// The way out over TCP. The transport ends when it is dropped.
pub(super) struct TcpOutbox {
    shared: Arc<Shared>,
    addresses: watch::Receiver<Addresses>,
    peers: BTreeMap<Id, Recipient>,
    frame: Vec<u8>,
}

struct Recipient {
    peer: Arc<Peer>,
    /// Whether something was sent to it since the last flush.
    waits: bool,
}

impl TcpOutbox {
    pub(super) fn new(shared: Arc<Shared>, addresses: watch::Receiver<Addresses>) -> Self {
        let mut outbox = TcpOutbox { shared, addresses, peers: BTreeMap::new(), frame: Vec::new() };
        outbox.follow();
        outbox
    }

    /// Makes the recipients those that have an address now.
    fn follow(&mut self) {
        self.flush_all();
        let peers = self.shared.reconcile(&mut self.addresses);
        self.peers = peers.into_iter().map(|(id, peer)| (id, Recipient { peer, waits: false })).collect();
    }

    fn flush_all(&mut self) {
        for recipient in self.peers.values_mut().filter(|recipient| recipient.waits) {
            recipient.waits = false;
            recipient.peer.queue.flush();
        }
    }
}

impl<W: Serialize> Outbox<W> for TcpOutbox {
    fn send(&mut self, to: Id, number: u64, message: W) {
        // Whoever has just given a peer an address may send to it at once.
        if self.addresses.has_changed().unwrap_or(false) {
            self.follow();
        }
        let node = self.shared.identity.number();
        let Some(recipient) = self.peers.get_mut(&to) else {
            let times = self.shared.counters.no_address();
            if worth_telling(times) {
                tracing::warn!(node, peer = handshake::number(to), times, "message dropped: no address is known");
            }
            return;
        };
        let line = &recipient.peer.line;
        if let Err(error) = frame::encode(number, &message, self.shared.settings.frame_limit, &mut self.frame) {
            let times = line.dropped_unsendable.fetch_add(1, Relaxed) + 1;
            if worth_telling(times) {
                tracing::error!(node, peer = handshake::number(to), times, "message dropped: {error}");
            }
            return;
        }
        recipient.waits = true;
        if recipient.peer.queue.push(&self.frame) > 0 {
            let times = line.dropped_oldest.load(Relaxed);
            if worth_telling(times) {
                tracing::warn!(
                    node,
                    peer = handshake::number(to),
                    times,
                    "oldest message dropped: the peer is slow or away"
                );
            }
        }
    }

    fn flush(&mut self) {
        self.flush_all();
    }
}

impl Drop for TcpOutbox {
    fn drop(&mut self) {
        self.shared.end.cancel();
    }
}
