//! One node of the service: its store, its transport, its clients, and HTTP in front of it.

use super::clients::Clients;
use super::config::Settings;
use super::{http, refusal};
use crate::exit::Refusal;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use synod::runtime::record::Saving;
use synod::runtime::store::Disk;
use synod::runtime::store::disk::Changes;
use synod::runtime::transport::Transport;
use synod::runtime::transport::tcp::Tcp;
use synod::runtime::{Node, node};
use synod::service::key_value::{Replica, replica};
use synod::stateright::actor::Actor;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The store of a node: what is saved is written as what has changed.
pub type Store = Disk<<Replica as Actor>::Storage, Changes>;

type Wire = <Replica as synod::event::Module>::Wire;

/// What its records are called.
const ALGORITHM: &str = "key_value";

/// How long clients that are being answered may still take when the node ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long a node may take to make durable what it has begun, and to end.
const ENDING: Duration = Duration::from_secs(10);

/// A node that serves.
pub struct Member {
    /// Where.
    pub address: SocketAddr,
    clients: Arc<Clients>,
    end: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Member {
    /// Starts the node on ports that are open already.
    pub async fn start(
        settings: &Settings,
        store: Store,
        peers: Tcp,
        web: TcpListener,
        metrics: PrometheusHandle,
    ) -> Result<Self, Refusal> {
        let address = web.local_addr().map_err(refusal)?;
        let peers = peers.with_settings(settings.node.transport.clone());
        let counters = Transport::<Wire>::counters(&peers);
        let node = Node::builder(replica(settings.majorities))
            .config(settings.node.clone())
            .store(store)
            .transport(peers)
            .recorded_with(ALGORITHM, Saving::changes())
            .start()
            .await
            .map_err(refusal)?;
        let clients = Clients::new(node, counters, settings.timeout);
        let (end, ending) = watch::channel(false);
        let serving = tokio::spawn(http::serve(web, settings.limits, clients.clone(), metrics, ending));
        Ok(Member { address, clients, end, serving })
    }

    /// Waits until the node has stopped by itself, and says why.
    pub async fn stopped(&self) -> node::Error {
        self.clients.node.stopped().await
    }

    /// Waits until a majority of the nodes can be reached, or for so long.
    pub async fn joins(&self, at_most: Duration) {
        let joined = async {
            while !self.clients.reaches_majority() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let _ = timeout(at_most, joined).await;
    }

    /// Ends it within a bounded time: clients that are being answered are answered, the node is shut down. One that its disk
    /// keeps from ending is left as a crash would leave it.
    pub async fn end(self) -> Result<(), Refusal> {
        self.end.send_replace(true);
        let mut serving = self.serving;
        if timeout(FAREWELL, &mut serving).await.is_err() {
            serving.abort();
        }
        let id = self.clients.node.status().id;
        match timeout(ENDING, self.clients.node.shutdown()).await {
            Ok(ended) => ended.map_err(refusal),
            Err(_) => Err(Refusal(format!(
                "node {id} has not ended within {} s: its disk does not answer; what it has acknowledged is there",
                ENDING.as_secs()
            ))),
        }
    }
}
