//! Of a large storage, what has changed is recorded.

use super::*;
use synod::runtime::record::Saving;
use synod::runtime::replay::{history_with, replay};
use synod::runtime::store::Memory;
use synod::service::key_value::{Bytes, Desk, Operation, Replica, replica};
use synod::stateright::actor::Id;

fn alone(_: usize) -> Replica {
    replica(Majority::new(1))
}

/// A store of one process, in which each of these keys is written once.
async fn written(keys: &[&str], folder: &Path) {
    let node = Node::builder(alone(1)).processes(1).transport(Hub::default().transport()).store(Memory::new());
    let node = node.recorded_with("key_value", Saving::changes()).record_in(folder).start().await.unwrap();
    let mut desk = Desk::new(Id::from(0), 1);
    for &key in keys {
        let (_, request) = desk.submit(key.into(), Operation::Write(Some(Bytes::from("2 pints"))), key);
        node.request(request.unwrap()).await.unwrap();
        let (answers, _) = desk.take(soon(node.indications().next()).await.unwrap());
        assert_eq!(answers[0].caller, key);
    }
    node.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_has_changed_is_recorded_and_compared() {
    let (folder, keys) = (tempfile::tempdir().unwrap(), ["milk", "tea", "coffee"]);
    written(&keys, folder.path()).await;
    let (file, mut lines) = lines(folder.path(), 0, 1);
    let changed = |line: &String| line.split_once("\"changed\":").map(|(_, changed)| changed.to_string());
    let changes: Vec<_> = lines.iter().filter_map(changed).collect();
    let named = |change: &String| keys.iter().filter(|key| change.contains(&format!("\"{key}\""))).count();
    assert!(changes.len() >= keys.len() && changes.iter().all(|change| named(change) == 1), "{changes:?}");

    let records = Records::open([folder.path()]).unwrap();
    let (replayed, _) = history_with(&records.nodes[0], alone, Saving::changes()).unwrap();
    assert_eq!((replayed.lives, replayed.difference), (1, None));
    let unknown = replay(&records.nodes[0], alone).unwrap_err().to_string();
    assert!(unknown.contains("cannot be told of what this algorithm saves"), "{unknown}");

    let place = lines.iter().rposition(|line| line.contains("\"changed\":")).unwrap();
    let (before, change) = lines[place].split_once("\"changed\":").unwrap();
    lines[place] = format!("{before}\"changed\":{}", change.replacen("coffee", "cocoa", 1));
    rewrite(&file, &lines);
    let (replayed, _) = history_with(&records.nodes[0], alone, Saving::changes()).unwrap();
    let difference = replayed.difference.expect("it differs");
    assert_eq!((difference.place.line, difference.about.as_str()), (place + 1, "changed"));
    assert!(difference.recorded.contains("cocoa") && difference.came.contains("coffee"), "{difference}");
}
