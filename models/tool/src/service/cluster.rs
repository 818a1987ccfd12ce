//! `synod cluster`: runs several nodes on this machine, in one program.

use super::args::Cluster;
use super::config::Settings;
use super::member::{Member, Store};
use super::{block_on, end, log, refusal};
use crate::exit::{Exit, Refusal};
use crate::output::Output;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod::quorum::ProcessSet;
use synod::runtime::Config;
use synod::runtime::transport::tcp::Tcp;
use tokio::net::TcpListener;

/// How long the nodes may take to find one another before something to try is printed all the same.
const MEET_MAX: Duration = Duration::from_secs(5);

/// Runs the nodes until they are told to end.
pub fn run(args: &Cluster, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    // That nodes find one another late, and lose one another at the end, is no news here.
    log::tell("error")?;
    let nodes = args.nodes.get();
    if nodes > ProcessSet::LIMIT {
        return Err(Refusal(format!("--nodes {nodes}: at most {}", ProcessSet::LIMIT)));
    }
    // Removed when it is dropped, after the nodes have ended.
    let temporary = if args.data.is_none() { Some(tempfile::tempdir().map_err(refusal)?) } else { None };
    let data = args.data.as_deref().or(temporary.as_ref().map(|folder| folder.path()));
    let data = data.ok_or_else(|| Refusal("there is no folder for the data".to_string()))?;
    let is_new = is_new(data, nodes)?;
    block_on(serve(args, data, is_new, out))
}

async fn serve(args: &Cluster, data: &Path, is_new: bool, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let end = end::listen()?;
    let metrics = log::record()?;
    let mut ports = Vec::new();
    for id in 0..args.nodes.get() {
        ports.push(open_ports(args, id).await?);
    }
    let addresses: Vec<String> = ports.iter().map(|(peers, _)| peers.address().to_string()).collect();
    let mut members = Vec::new();
    for (id, (peers, web)) in ports.into_iter().enumerate() {
        let node = Config::new(id, addresses.clone());
        let timeout = Settings::usual_timeout();
        let settings = Settings::new(node, folder(data, id), String::new(), timeout)?;
        let (folder, owner) = (&settings.data, settings.owner());
        let store = if is_new { Store::create(folder, &owner) } else { Store::open(folder, &owner) };
        let store = store.map_err(refusal)?;
        members.push(Member::start(&settings, store, peers, web, metrics.clone()).await?);
    }
    for member in &members {
        member.joins(MEET_MAX).await;
    }
    announce(&members, out);
    end.await;
    let ending: Vec<_> = members.into_iter().map(|member| tokio::spawn(member.end())).collect();
    for ended in ending {
        ended.await.map_err(refusal)??;
    }
    Ok(Exit::Fine)
}

/// Says where the nodes are, and what to try.
fn announce(members: &[Member], out: &mut Output<'_>) {
    for member in members {
        out.line(format_args!("http://{}", member.address));
    }
    let (first, last) = (members.first(), members.last());
    if let (Some(first), Some(last)) = (first, last) {
        let (first, last) = (first.address, last.address);
        out.line(format_args!("curl -X PUT -d hello http://{first}/kv/greeting && curl http://{last}/kv/greeting"));
    }
}

/// A port for the peers of a node and one for its clients.
async fn open_ports(args: &Cluster, id: usize) -> Result<(Tcp, TcpListener), Refusal> {
    let port = |place: usize| match args.base_port {
        None => Ok(0),
        Some(base) => u16::try_from(usize::from(base) + place)
            .map_err(|_| Refusal(format!("--base-port {base}: there are not so many ports after it"))),
    };
    let (web, peers) = (port(id)?, port(args.nodes.get() + id)?);
    let peers = Tcp::bind(&format!("{}:{peers}", Ipv4Addr::LOCALHOST)).await.map_err(refusal)?;
    let taken = |error| Refusal(format!("cannot serve on port {web}: {error}; --base-port P chooses another"));
    let web = TcpListener::bind((Ipv4Addr::LOCALHOST, web)).await.map_err(taken)?;
    Ok((peers, web))
}

/// Whether no node has ever run with its data there. That some of them have is refused: who of a cluster has forgotten
/// everything must not come back.
fn is_new(data: &Path, nodes: usize) -> Result<bool, Refusal> {
    let wrong = |what: String| Err(Refusal(format!("{}: {what}", data.display())));
    let there = |id: &usize| folder(data, *id).exists();
    if there(&nodes) {
        return wrong(format!("there are more than the {nodes} nodes of --nodes"));
    }
    match (0..nodes).filter(there).count() {
        0 if fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) => {
            wrong("the folder holds something else than a cluster".to_string())
        }
        0 => Ok(true),
        all if all == nodes => Ok(false),
        some => wrong(format!("there are {some} nodes, and not the {nodes} of --nodes")),
    }
}

fn folder(data: &Path, id: usize) -> PathBuf {
    data.join(format!("node-{id}"))
}
