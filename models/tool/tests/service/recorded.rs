//! What nodes of the service record is what their actor does, and a line that says otherwise is found.

use crate::http::Client;
use crate::nodes::{Nodes, synod, tail};
use crate::until;
use rustix::process::Signal;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// How many keys are written.
const KEYS: usize = 20;

/// What `synod replay` says of the folder, and its exit code.
fn replay(folder: &Path) -> (Option<i32>, String) {
    let ended = synod(["replay", "key_value"]).arg(folder).output().expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "");
    (ended.status.code(), String::from_utf8(ended.stdout).expect("text"))
}

/// Writes through one node, reads through another, and deletes through the third.
fn use_all(addresses: &[SocketAddr]) {
    let mut clients: Vec<_> = addresses.iter().map(|address| Client::connect(*address).expect("it serves")).collect();
    for key in 0..KEYS {
        let path = format!("/kv/key-{key}");
        assert_eq!(clients[key % 3].put(&path, b"2 pints").expect("an answer").status, 200);
        assert_eq!(clients[(key + 1) % 3].get(&path).expect("an answer").text(), "2 pints");
    }
    assert_eq!(clients[2].ask("DELETE", "/kv/key-0", &[], b"").expect("an answer").status, 200);
}

#[test]
fn records_of_the_service_are_run_again_and_a_line_that_was_altered_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("record");
    let mut nodes = Nodes::configured(3, |_| format!("[record]\nfolder = {record:?}\n"));
    let mut addresses = nodes.addresses();
    use_all(&addresses);
    nodes.kill(2);
    nodes.restart(2);
    addresses[2] = nodes.address(2);
    until("the node is back", || {
        let healthy = Client::connect(addresses[2]).and_then(|mut client| client.get("/healthz"));
        healthy.ok().filter(|answer| answer.status == 200)
    });
    use_all(&addresses);
    for id in 0..3 {
        nodes.node(id).signal(Signal::TERM);
        assert_eq!(nodes.node(id).ended().code(), Some(0), "{}", tail(&nodes.log(id)));
    }

    let (code, said) = replay(&record);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!((code, lines.len()), (Some(0), 4), "{said}");
    for (node, lives) in [(0, "1 life"), (1, "1 life"), (2, "2 lives")] {
        let line = lines[node];
        assert!(line.starts_with(&format!("node {node}: {lives}, ")) && line.ends_with("the actor does the same"));
    }
    assert_eq!(lines[3], "spec: not judged: records of key_value are not mapped to its spec");

    let file = record.join("node-0.life-1.part-0.ndjson");
    let text = fs::read_to_string(&file).expect("a record");
    let mut lines: Vec<_> = text.lines().map(str::to_string).collect();
    let place = lines.iter().rposition(|line| line.contains("\"changed\":")).expect("something was saved");
    let keys: Vec<_> = (0..KEYS).filter(|key| lines[place].contains(&format!("\"key-{key}\""))).collect();
    assert_eq!(keys.len(), 1, "of what is saved, what has changed is recorded: {}", lines[place]);
    let (before, changed) = lines[place].split_once("\"changed\":").expect("it was found");
    lines[place] = format!("{before}\"changed\":{}", changed.replacen("key-", "kei-", 1));
    fs::write(&file, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).expect("it is ours");
    let (code, said) = replay(&record);
    assert_eq!(code, Some(1), "{said}");
    let (name, line) = (file.display(), place + 1);
    assert!(said.contains("node 0: 1 life, ") && said.contains("then the actor differs"), "{said}");
    let difference = said.lines().find(|text| text.contains(&format!("{name}"))).expect("the file is named");
    assert!(difference.contains(&format!("{line}: ")) && difference.contains("changed: the record says "), "{said}");
    assert!(said.contains("spec: not judged: what the actor does not do is no run of it"), "{said}");
}
