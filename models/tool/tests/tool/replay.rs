//! What nodes have recorded, as the program judges it.

use super::{Ended, run};
use std::fs;
use std::path::Path;
use std::time::Duration;
use synod::consensus::paxos::Paxos;
use synod::consensus::{Decide, Propose};
use synod::quorum::Majority;
use synod::runtime::Node;
use synod::runtime::store::Memory;
use synod::runtime::transport::memory::Hub;

/// Three nodes decide, and record it.
async fn record(folder: &Path) {
    let hub = Hub::new();
    let mut nodes = Vec::new();
    for id in 0..3 {
        let node = Node::builder(Paxos::<String, _>::new(Majority::new(3))).id(id).processes(3);
        let node = node.transport(hub.transport()).store(Memory::new()).recorded_as("paxos").record_in(folder);
        nodes.push(node.start().await.expect("it starts"));
    }
    let decided = nodes[0].call(Propose("milk".to_string()), |_, _| true);
    assert_eq!(decided.await.expect("it is decided"), Decide("milk".to_string()));
    for node in &nodes {
        node.shutdown().await.expect("it shuts down");
    }
}

fn recorded() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let bounded = async { tokio::time::timeout(Duration::from_secs(30), record(folder.path())).await };
    runtime.block_on(bounded).expect("a decision takes no 30 s");
    folder
}

fn replay(folder: &Path, more: &str) -> Ended {
    run(&format!("replay paxos {} {more}", folder.display()))
}

#[test]
fn the_records_of_all_nodes_are_judged_by_actor_and_spec() {
    let folder = recorded();
    let ended = replay(folder.path(), "");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ended.stdout);
    for (node, line) in lines[..3].iter().enumerate() {
        assert!(line.starts_with(&format!("node {node}: 1 life, ")) && line.ends_with("the actor does the same"));
    }
    assert!(
        lines[3].starts_with("spec: ") && lines[3].ends_with(" of 3 nodes in one order, no crash among them: allowed")
    );
    let json = replay(folder.path(), "--json").json();
    assert_eq!((json.len(), &json[3]["spec"]), (4, &"allowed".into()));
}

#[test]
fn fewer_records_are_judged_by_the_actor_alone() {
    let folder = recorded();
    let one = folder.path().join("node-1.life-1.part-0.ndjson");
    let ended = replay(&one, "");
    assert_eq!(ended.code, Some(0));
    let spec = "spec: not judged: of 3 nodes, the records of nodes 0 and 2 are missing\n";
    assert!(ended.stdout.ends_with(spec), "{}", ended.stdout);
}

#[test]
fn a_difference_is_named_with_its_line() {
    let folder = recorded();
    let file = folder.path().join("node-0.life-1.part-0.ndjson");
    let text = fs::read_to_string(&file).expect("a record");
    let line = 1 + text.lines().position(|line| line.contains("\"told\":[\"milk\"]")).expect("it told somebody");
    fs::write(&file, text.replace("\"told\":[\"milk\"]", "\"told\":[\"cheese\"]")).expect("it can be written");
    let ended = replay(folder.path(), "");
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let place = format!("{}, line {line}: ", file.display());
    assert!(
        ended.stdout.contains(&place) && ended.stdout.contains("told[0]: the record says \"cheese\""),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_cannot_be_replayed_is_refused_in_a_line() {
    let folder = recorded();
    let file = folder.path().join("node-0.life-1.part-0.ndjson").display().to_string();
    let text = fs::read_to_string(&file).expect("a record");
    let refusal = |arguments: &str| {
        let ended = run(arguments);
        assert_eq!(
            (ended.code, ended.stdout.as_str(), ended.stderr.lines().count()),
            (Some(2), "", 1),
            "{}",
            ended.stderr
        );
        ended.stderr
    };
    assert!(refusal(&format!("replay paxso {file}")).contains("did you mean paxos?"));
    assert!(refusal(&format!("replay eager {file}")).contains("these are records of \"paxos\", not of eager"));
    assert!(refusal(&format!("replay paxos {file} {file}")).contains("is the same part of the same record"));
    assert!(refusal("replay paxos").contains("<FILE>"));
    assert!(refusal("replay paxos /no/such/file").contains("/no/such/file cannot be read"));
    fs::write(&file, text.replacen("\"record\":1", "\"record\":9", 1)).expect("it can be written");
    assert!(refusal(&format!("replay paxos {file}")).contains("version 9 of the format"));
    fs::write(&file, text.replacen("\"line\":2", "\"line\":3", 1)).expect("it can be written");
    assert!(refusal(&format!("replay paxos {file}")).contains("lines are missing"));
    fs::write(&file, text.replacen("{\"step\"", "{\"stop\"", 1)).expect("it can be written");
    assert!(refusal(&format!("replay paxos {file}")).contains("unknown variant `stop`"));
}

/// The beginning was removed, because the record had become too large.
#[test]
fn what_cannot_be_judged_is_no_success() {
    let folder = recorded();
    let file = folder.path().join("node-0.life-1.part-0.ndjson");
    let text = fs::read_to_string(&file).expect("a record");
    let (head, rest) = text.split_once('\n').expect("a head");
    let (_, rest) = rest.split_once('\n').expect("a start");
    let head = head.replace("\"part\":0,\"line\":0", "\"part\":1,\"line\":1");
    fs::write(&file, format!("{head}\n{rest}")).expect("it can be written");
    let ended = replay(folder.path(), "");
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("1 more not judged"), "{}", ended.stdout);
}
