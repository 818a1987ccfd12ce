//! The records of nodes, read, replayed and merged.

use crate::folder::temporary;
use crate::memory::within;
use crate::one_line;
use std::fs;
use std::path::Path;
use synod::broadcast::{Broadcast, eager::Eager};
use synod::consensus::Propose;
use synod::consensus::paxos::{Acceptor, Paxos};
use synod::link::perfect::PerfectLinks;
use synod::quorum::Majority;
use synod::runtime::replay::{Records, history, merge};
use synod::runtime::transport::memory::Hub;
use synod::runtime::{Node, Runnable, store::Memory};
use synod::stack::{Linked, linked};
use tempfile::TempDir;

type Consensus = Paxos<String, Majority>;
type Talk = Linked<Eager<String>>;

fn consensus(processes: usize) -> Consensus {
    Paxos::new(Majority::new(processes))
}

/// It has timers, and no bound on how many processes it is for.
fn talk(processes: usize) -> Talk {
    linked(Eager::new(processes), PerfectLinks::new())
}

thread_local! {
    static FOLDER: TempDir = temporary();
}

/// Separates files in the input. No line of a record has it.
const SEPARATOR: u8 = 0;

/// What may be needed for each byte of the files: parsed lines, what the actor does with them, and where it was.
const GROWTH: usize = 500;

/// What a process may say to as many others as a record is believed to be about, all within one step.
const BROADCAST: usize = 64 << 20;

/// Reads the files that the input consists of. What is wrong with them is said in one line.
///
/// # Panics
///
/// When it is said in none or in several, or takes more memory than the files explain.
pub fn read(input: &[u8]) {
    FOLDER.with(|folder| {
        let files: Vec<&[u8]> = input.split(|byte| *byte == SEPARATOR).take(10).collect();
        for (number, file) in files.iter().enumerate() {
            fs::write(folder.path().join(format!("{number}.ndjson")), file).expect("it can be written");
        }
        within(BROADCAST + GROWTH * input.len(), || judge(folder.path()));
        for number in 0..files.len() {
            fs::remove_file(folder.path().join(format!("{number}.ndjson"))).expect("it is there");
        }
    });
}

fn judge(folder: &Path) {
    match Records::open([folder]) {
        Ok(records) if records.algorithm == "eager" => replay(&records, talk),
        Ok(records) => replay(&records, consensus),
        Err(error) => one_line(&error.to_string()),
    }
}

fn replay<A: Runnable>(records: &Records, actor: impl Fn(usize) -> A) {
    let mut histories = Vec::new();
    for record in &records.nodes {
        match history(record, &actor) {
            Ok((replayed, history)) => {
                replayed.difference.iter().for_each(|difference| one_line(&difference.to_string()));
                assert!(replayed.lives + replayed.unjudged <= record.lives.len());
                histories.push(history);
            }
            Err(error) => one_line(&error.to_string()),
        }
    }
    match merge(&histories) {
        Ok(merged) => assert_eq!(merged.steps.len(), merged.places.len()),
        Err(unmerged) => one_line(&unmerged.to_string()),
    }
}

/// What three nodes record that decide, one of them in two lives, and what two record that talk: together, and each alone;
/// and what they would record among many.
///
/// # Panics
///
/// When they do not.
pub fn seeds() -> Vec<Vec<u8>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (deciding, talking) = (temporary(), temporary());
    runtime.block_on(async {
        decide(deciding.path()).await;
        say(talking.path()).await;
    });
    let mut seeds = Vec::new();
    for folder in [deciding.path(), talking.path()] {
        let files = files(folder);
        seeds.push(files.join(&SEPARATOR));
        let text = String::from_utf8(files[0].clone()).expect("it is text");
        for many in ["65", "1000", "18446744073709551615"] {
            let [two, three] = [2, 3].map(|few| format!("\"processes\":{few}"));
            let processes = format!("\"processes\":{many}");
            seeds.push(text.replace(&two, &processes).replace(&three, &processes).into_bytes());
        }
        seeds.extend(files);
    }
    seeds
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

async fn decide(folder: &Path) {
    let (hub, last) = (Hub::default(), Memory::new());
    let start = async |id: usize, store: Memory<Acceptor<String>>| {
        let node = Node::builder(consensus(3)).id(id).processes(3).transport(hub.transport()).store(store);
        node.recorded_as("paxos").record_in(folder).start().await.expect("it starts")
    };
    let proposer = start(0, Memory::new()).await;
    let acceptor = start(1, Memory::new()).await;
    start(2, last.clone()).await.shutdown().await.expect("its end");
    let reborn = start(2, last).await;
    proposer.call(Propose("tea".to_string()), |_, _| true).await.expect("a decision");
    reborn.request(Propose("milk".to_string())).await.expect("it is taken");
    for node in [proposer, acceptor, reborn] {
        node.shutdown().await.expect("its end");
    }
}

async fn say(folder: &Path) {
    let hub = Hub::default();
    let mut nodes = Vec::new();
    for id in [0, 1] {
        let node = Node::builder(talk(2)).id(id).processes(2).transport(hub.transport()).store(Memory::new());
        nodes.push(node.recorded_as("eager").record_in(folder).start().await.expect("it starts"));
    }
    for word in ["tea", "milk"] {
        nodes[0].request(Broadcast(word.to_string())).await.expect("it is taken");
        nodes[1].indications().next().await.expect("it is delivered");
    }
    for node in nodes {
        node.shutdown().await.expect("its end");
    }
}
