//! Three nodes of a side on loopback, with their data in a folder that is removed at the end.

use crate::Error;
use crate::client::Connection;
use crate::meters::{self, Spent};
use crate::process::Process;
use crate::side::{Program, Side};
use hyper::StatusCode;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

const NODES: usize = 3;

/// How long the nodes may take until they serve.
const PATIENCE: Duration = Duration::from_secs(30);

/// Nodes that run.
pub struct Cluster {
    pub side: Side,
    /// Where clients are served.
    pub addresses: Vec<SocketAddr>,
    nodes: Vec<Process>,
    /// Removed when it is dropped, after the nodes.
    _folder: TempDir,
}

impl Cluster {
    /// Makes a cluster, and waits until each of its nodes serves.
    pub async fn start(Program { side, file, .. }: &Program, data: &Path) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix("service-bench-").tempdir_in(data)?;
        let ports = free_ports(2 * NODES)?;
        let (clients, peers) = ports.split_at(NODES);
        let mut nodes = Vec::new();
        for id in 0..NODES {
            let mut command = Command::new(file);
            match side {
                Side::Synod => synod(&mut command, file, folder.path(), (clients, peers), id)?,
                Side::Etcd => etcd(&mut command, folder.path(), (clients, peers), id),
            }
            nodes.push(Process::start(&mut command, &folder.path().join(format!("log-{id}")))?);
        }
        let mut cluster = Cluster { side: *side, addresses: clients.to_vec(), nodes, _folder: folder };
        cluster.serves().await?;
        Ok(cluster)
    }

    /// Waits until each node says that clients are served.
    async fn serves(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        for (node, address) in self.nodes.iter_mut().zip(&self.addresses) {
            while !is_healthy(self.side, *address).await {
                node.is_up()?;
                if Instant::now() > deadline {
                    return Err(format!("{} on {address} does not serve within {PATIENCE:?}", self.side).into());
                }
                sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(())
    }

    /// What the nodes have spent since they started.
    pub async fn spent(&self) -> Result<Spent, Error> {
        let mut spent = Spent::default();
        for (node, address) in self.nodes.iter().zip(&self.addresses) {
            spent.syncs += meters::syncs(self.side, *address).await?;
            spent.processor += meters::processor_time(node.id())?;
        }
        Ok(spent)
    }

    /// Ends the nodes in good order.
    pub fn stop(mut self) -> Result<(), Error> {
        self.nodes.iter_mut().try_for_each(Process::end)?;
        self.nodes.drain(..).try_for_each(Process::ended)
    }
}

async fn is_healthy(side: Side, address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    connection.ask(side.health()).await.is_ok_and(|(status, _)| status == StatusCode::OK)
}

/// A node of ours: its configuration and its store are made, then it serves.
fn synod(
    command: &mut Command,
    program: &Path,
    folder: &Path,
    (clients, peers): (&[SocketAddr], &[SocketAddr]),
    id: usize,
) -> Result<(), Error> {
    let (config, data) = (folder.join(format!("node-{id}.toml")), folder.join(format!("data-{id}")));
    let addresses: Vec<String> = peers.iter().map(SocketAddr::to_string).collect();
    let (http, data) = (clients[id].to_string(), data.to_str().ok_or("the folder's name is not text")?);
    let text = format!(
        "cluster = \"bench\"\nid = {id}\naddresses = {addresses:?}\ndata = {data:?}\n[application]\nhttp = {http:?}\n"
    );
    fs::write(&config, text)?;
    let made = Command::new(program).args(["init", "--config"]).arg(&config).output()?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).trim().into());
    }
    command.args(["serve", "--config"]).arg(config);
    Ok(())
}

/// A node of etcd, as it is unless told otherwise.
fn etcd(command: &mut Command, folder: &Path, (clients, peers): (&[SocketAddr], &[SocketAddr]), id: usize) {
    let (client, peer) = (format!("http://{}", clients[id]), format!("http://{}", peers[id]));
    let members: Vec<String> = peers.iter().enumerate().map(|(id, peer)| format!("node-{id}=http://{peer}")).collect();
    command.arg("--data-dir").arg(folder.join(format!("data-{id}")));
    command.args(["--name", &format!("node-{id}"), "--logger", "zap", "--log-level", "error"]);
    command.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
    command.args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer]);
    command.args(["--initial-cluster", &members.join(","), "--initial-cluster-state", "new"]);
}

/// Addresses that nobody listens at.
fn free_ports(count: usize) -> Result<Vec<SocketAddr>, Error> {
    // All are held until all are known, so no two are the same.
    let held: Result<Vec<_>, _> = (0..count).map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect();
    Ok(held?.iter().map(TcpListener::local_addr).collect::<Result<_, _>>()?)
}
