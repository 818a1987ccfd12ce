//! Nodes that talk over TCP and keep what they know on disk.

use crate::soon;
use std::path::Path;
use std::time::Duration;
use synod::consensus::paxos::Paxos;
use synod::consensus::{Decide, Propose};
use synod::quorum::Majority;
use synod::runtime::node::Error;
use synod::runtime::store::disk::{Disk, Owner};
use synod::runtime::transport::tcp::Tcp;
use synod::runtime::{Handle, Node};
use synod::stateright::actor::Id;

type Member = Handle<Propose<String>, Decide<String>>;

/// Addresses on which nobody listens now.
async fn free(n: usize) -> Vec<String> {
    let mut ports = Vec::new();
    for _ in 0..n {
        ports.push(Tcp::bind("127.0.0.1:0").await.unwrap());
    }
    ports.iter().map(|port| port.address().to_string()).collect()
}

async fn member(id: usize, addresses: &[String], folder: &Path) -> Result<Member, Error> {
    let folder = folder.join(id.to_string());
    let owner = Owner { cluster: "dairy".to_string(), node: Id::from(id) };
    let store: Result<Disk<_>, _> =
        if folder.exists() { Disk::open(&folder, &owner) } else { Disk::create(&folder, &owner) };
    let node = Node::builder(Paxos::new(Majority::new(addresses.len()))).cluster("dairy").id(id).addresses(addresses);
    node.store(store.unwrap()).start().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_decided_stays_decided_when_all_nodes_are_started_again() {
    let folder = tempfile::tempdir().unwrap();
    let addresses = free(3).await;
    for (incarnation, proposal) in [(1, "milk"), (2, "coffee"), (3, "tea")] {
        let mut members = Vec::new();
        for id in 0..3 {
            // On the same ports: they are free again, and the stores are closed.
            members.push(member(id, &addresses, folder.path()).await.unwrap());
        }
        // What is sent before a connection breaks may be lost: applications of Paxos propose again.
        let decided = soon(async {
            loop {
                let call = members[0].call(Propose(proposal.to_string()), |_, _| true);
                if let Ok(decided) = tokio::time::timeout(Duration::from_millis(500), call).await {
                    break decided.unwrap();
                }
            }
        });
        assert_eq!(decided.await, Decide("milk".to_string()));
        let status = members[0].status();
        assert_eq!((status.incarnation, status.stopped), (incarnation, None));
        assert!(status.traffic.peers.values().any(|peer| peer.sent.bytes > 0 && peer.received.bytes > 0));
        for member in &members {
            soon(member.shutdown()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let taken = Tcp::bind("127.0.0.1:0").await.unwrap();
    let address = taken.address().to_string();
    let error = member(0, std::slice::from_ref(&address), folder.path()).await.err().unwrap();
    assert!(matches!(error, Error::Transport(_)) && error.to_string().contains(&address), "{error}");
}
