// A network for nodes of one process, as simple as can be: each message goes into the inbox of its receiver, or is lost when
// there is no room.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use synod::runtime::transport::{Addresses, Identity, Letter, Outbox, Transport};
use synod::stateright::actor::Id;
use tokio::sync::{mpsc, watch};

type Inboxes<W> = Arc<Mutex<BTreeMap<Id, mpsc::Sender<Letter<W>>>>>;

/// The network.
pub struct Hub<W>(Inboxes<W>);

impl<W> Default for Hub<W> {
    fn default() -> Self {
        Hub(Arc::default())
    }
}

impl<W> Hub<W> {
    /// A connection to it for one node.
    pub fn transport(&self) -> Port<W> {
        Port(self.0.clone())
    }
}

/// A connection to the network.
pub struct Port<W>(Inboxes<W>);

impl<W: Send + 'static> Transport<W> for Port<W> {
    type Error = Infallible;

    async fn start(
        self,
        identity: Identity,
        _addresses: watch::Receiver<Addresses>,
        inbox: mpsc::Sender<Letter<W>>,
    ) -> Result<impl Outbox<W>, Infallible> {
        self.0.lock().unwrap().insert(identity.node, inbox);
        Ok(Plug { identity, inboxes: self.0 })
    }
}

struct Plug<W> {
    identity: Identity,
    inboxes: Inboxes<W>,
}

impl<W: Send + 'static> Outbox<W> for Plug<W> {
    fn send(&mut self, to: Id, number: u64, message: W) {
        let letter = Letter { from: self.identity.node, incarnation: self.identity.incarnation, number, message };
        if let Some(inbox) = self.inboxes.lock().unwrap().get(&to) {
            let _ = inbox.try_send(letter);
        }
    }

    fn flush(&mut self) {}
}

impl<W> Drop for Plug<W> {
    fn drop(&mut self) {
        self.inboxes.lock().unwrap().remove(&self.identity.node);
    }
}
