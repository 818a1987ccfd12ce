//! What nodes record, and what can be told from it afterwards.

mod broken;
mod changed;
mod merged;
mod replayed;
mod rotation;

use crate::kept::{Fate, Kept};
use crate::puppet::{Do, Puppet, Said};
use crate::wire::Wire;
use crate::{soon, until};
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod::consensus::paxos::{Acceptor, Message, Paxos};
use synod::consensus::{Decide, Propose};
use synod::quorum::Majority;
use synod::runtime::replay::{History, Records, Replayed, history};
use synod::runtime::transport::memory::Hub;
use synod::runtime::{Handle, Node};

type Value = String;
type Acceptors = Paxos<Value, Majority>;
type Member = Handle<Propose<Value>, Decide<Value>>;

fn acceptors(processes: usize) -> Acceptors {
    Paxos::new(Majority::new(processes))
}

async fn member(id: usize, hub: &Hub<Message<Value>>, kept: &Kept<Acceptor<Value>>, folder: &Path) -> Member {
    let node = Node::builder(acceptors(3)).id(id).processes(3).transport(hub.transport()).store(kept.store());
    node.recorded_as("paxos").record_in(folder).start().await.unwrap()
}

/// Proposes until there is a decision, as applications of Paxos do.
async fn decides(member: &Member, value: &str) -> Value {
    soon(async {
        loop {
            let attempt = member.call(Propose(value.to_string()), |_, _| true);
            if let Ok(decided) = tokio::time::timeout(Duration::from_millis(200), attempt).await {
                return decided.unwrap().0;
            }
        }
    })
    .await
}

/// Three processes decide; one of them crashes in a save, whose fate this is, and comes back; another proposes again.
async fn three_with_a_crash(fate: Fate, folder: &Path) {
    let hub = Hub::default();
    let stores = [Kept::new(), Kept::new(), Kept::new()];
    let mut members = Vec::new();
    for (id, store) in stores.iter().enumerate() {
        members.push(member(id, &hub, store, folder).await);
    }
    assert_eq!(decides(&members[0], "tea").await, "tea");
    soon(members[1].indications().next()).await;
    let failing = stores[1].clone().fates([fate]);
    soon(members[0].request(Propose("milk".to_string()))).await.unwrap();
    until(|| members[1].status().stopped.is_some()).await;
    until(|| !failing.is_open()).await;
    members[1] = member(1, &hub, &stores[1], folder).await;
    assert_eq!(decides(&members[1], "coffee").await, "tea");
    for member in &members {
        soon(member.shutdown()).await.unwrap();
    }
}

/// What came of each node's record, and what it has done.
fn all_replayed(folder: &Path) -> (Vec<Replayed>, Vec<History<Acceptors>>) {
    let records = Records::open([folder]).unwrap();
    records.nodes.iter().map(|record| history(record, acceptors).unwrap()).unzip()
}

/// A puppet of two, whose peer is in the hands of the test.
async fn puppet(wire: &Wire, kept: &Kept<u64>, folder: &Path) -> Handle<Vec<Do>, Said> {
    let node = Node::builder(Puppet::default()).processes(2).seed(7).transport(wire.clone()).store(kept.store());
    node.recorded_as("puppet").record_in(folder).start().await.unwrap()
}

fn puppet_replayed(folder: &Path) -> Replayed {
    let records = Records::open([folder]).unwrap();
    synod::runtime::replay::replay(&records.nodes[0], |_| Puppet::default()).unwrap()
}

/// The file of a life's part, and its lines.
fn lines(folder: &Path, node: usize, life: u64) -> (PathBuf, Vec<String>) {
    let file = folder.join(format!("node-{node}.life-{life}.part-0.ndjson"));
    let text = std::fs::read_to_string(&file).unwrap();
    (file, text.lines().map(str::to_string).collect())
}

/// Writes other lines into a file.
fn rewrite(file: &Path, lines: &[String]) {
    std::fs::write(file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
}
