//! Messages over TCP, in the clear or under mutual TLS.
//!
//! Each node listens on one port and dials each of its peers. On a connection, after a handshake, messages
//! go from the node that has dialled to the other, each in a [`frame`]; both send signs of life. A connection that breaks, or on
//! which nothing is heard, is made again after a pause that doubles each time. What cannot leave waits, up to the bounds of
//! [`Settings`]; then the oldest is dropped.
//!
//! Whoever connects is refused, and counted in [`Counters`], when it is of another cluster or protocol, looks
//! for another node, is not among the peers, was started before the latest incarnation seen, says nothing, or says what cannot
//! be understood. No connection costs more memory than the longest message, and no number of connections
//! more than [`Settings::half_open`] handshakes and one connection for each peer.
//!
//! Without TLS, whoever can reach the port and knows the names can speak as any node: keep it within a network that you trust.
//!
//! ```
//! use synod::runtime::transport::{Identity, Letter, Outbox, Transport, tcp::Tcp};
//! use synod::stateright::actor::Id;
//! use tokio::sync::{mpsc, watch};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! // Two nodes in one program, each on a port that is free.
//! let transports = [Tcp::bind("127.0.0.1:0").await?, Tcp::bind("127.0.0.1:0").await?];
//! let addresses = (0..).map(Id::from).zip(transports.iter().map(|tcp| tcp.address().to_string())).collect();
//! let addresses = watch::Sender::new(addresses);
//! let mut nodes = Vec::new();
//! for (node, transport) in (0..).map(Id::from).zip(transports) {
//!     let identity = Identity { cluster: "dairy".into(), node, incarnation: 1 };
//!     let (inbox, letters) = mpsc::channel::<Letter<String>>(100);
//!     nodes.push((transport.start(identity, addresses.subscribe(), inbox).await?, letters));
//! }
//! let (mut outbox, _) = nodes.remove(0);
//! let (_outbox, mut letters) = nodes.remove(0); // a node ends when its outbox is dropped
//! outbox.send(Id::from(1), 0, "milk".to_owned());
//! outbox.flush();
//! assert_eq!(letters.recv().await.map(|letter| letter.message), Some("milk".to_owned()));
//! # Ok::<(), synod::runtime::transport::tcp::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod backoff;
mod channel;
mod dial;
mod error;
pub mod frame;
mod half_open;
// Public for `proofs/fuzz` alone.
#[doc(hidden)]
pub mod handshake;
mod listen;
mod outbox;
mod peers;
mod queue;
mod settings;
#[cfg(feature = "tls")]
pub mod tls;

pub use error::Error;
pub use handshake::VERSION;
pub use settings::{Settings, TlsFiles};

use super::{Addresses, Counters, Identity, Letter, Outbox, Transport};
use channel::Protection;
use outbox::TcpOutbox;
use peers::Shared;
use serde::{Serialize, de::DeserializeOwned};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// A port that is open, and how to talk to the peers from there.
#[derive(Debug)]
pub struct Tcp {
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
    counters: Arc<Counters>,
    #[cfg(feature = "tls")]
    tls: Option<tls::Tls>,
}

impl Tcp {
    /// Opens a port at `address`, which is `host:port`: a name, or an address of IPv4 or IPv6 (`[::1]:7000`). Port 0 is any that
    /// is free. Connections wait there until the transport is started.
    ///
    /// # Errors
    ///
    /// [`Error::Bind`] when the port is taken, or the name is unknown.
    pub async fn bind(address: &str) -> Result<Self, Error> {
        let failed = |source| Error::Bind { address: address.to_owned(), source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        Ok(Tcp {
            listener,
            address: bound,
            settings: Settings::default(),
            counters: Arc::default(),
            #[cfg(feature = "tls")]
            tls: None,
        })
    }

    /// The address that is open, with its port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Works with these limits and times.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Talks under TLS only, with these certificates in place of those that the [`Settings`] name.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn with_tls(mut self, tls: tls::Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    fn protection(&self, identity: &Identity) -> Result<Protection, Error> {
        #[cfg(feature = "tls")]
        match (&self.tls, &self.settings.tls) {
            (Some(tls), _) => return Ok(Protection::Tls(tls.secure(identity)?)),
            (None, Some(TlsFiles { authorities, certificate, key })) => {
                return Ok(Protection::Tls(tls::Tls::load(authorities, certificate, key)?.secure(identity)?));
            }
            (None, None) => {}
        }
        let _ = identity;
        Ok(Protection::None)
    }
}

impl<W: Serialize + DeserializeOwned + Send + 'static> Transport<W> for Tcp {
    type Error = Error;

    async fn start(
        self,
        identity: Identity,
        mut addresses: watch::Receiver<Addresses>,
        inbox: mpsc::Sender<Letter<W>>,
    ) -> Result<impl Outbox<W>, Error> {
        self.settings.check()?;
        if identity.cluster.is_empty() || identity.cluster.len() > handshake::NAME_LIMIT {
            return Err(Error::Cluster { name: identity.cluster });
        }
        let protection = self.protection(&identity)?;
        let end = CancellationToken::new();
        let shared = Shared::new(identity, self.settings, protection, self.counters, end.clone());
        let outbox = TcpOutbox::new(shared.clone(), addresses.clone());
        tokio::spawn({
            let (end, shared) = (end.clone(), shared.clone());
            async move { end.run_until_cancelled(listen::accept(shared, inbox, self.listener)).await }
        });
        tokio::spawn(async move {
            let follow = async {
                while addresses.changed().await.is_ok() {
                    shared.reconcile(&mut addresses);
                }
            };
            end.run_until_cancelled(follow).await
        });
        Ok(outbox)
    }

    fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }
}
