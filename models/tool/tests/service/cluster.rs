//! `synod cluster`: what it prints can be tried, and what was written is there the next time.

use crate::http::Client;
use crate::nodes::{Running, free_port, synod, tail};
use rustix::process::Signal;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

struct Started {
    cluster: Running,
    addresses: Vec<SocketAddr>,
    /// The line to try.
    curl: String,
}

fn start(folder: &Path, nodes: usize, more: &[&str]) -> Started {
    let log = folder.join("log");
    let mut command = synod(["cluster", "--nodes", &nodes.to_string(), "--data"]);
    let mut cluster = Running::start(command.arg(folder.join("data")).args(more), &log);
    let addresses = (0..nodes).map(|_| cluster.address().unwrap_or_else(|| panic!("{}", tail(&log)))).collect();
    let curl = cluster.line().expect("something to try");
    Started { cluster, addresses, curl }
}

#[test]
fn what_it_prints_can_be_tried_and_the_next_start_has_the_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let Started { mut cluster, addresses, curl } = start(folder.path(), 3, &[]);
    let [first, .., last] = addresses[..] else { panic!("three nodes") };
    assert_eq!(curl, format!("curl -X PUT -d hello http://{first}/kv/greeting && curl http://{last}/kv/greeting"));
    // Where there is no curl, what it would do.
    match Command::new("sh").args(["-c", &curl.replace("curl", "curl -sf")]).output() {
        Ok(ended) if ended.status.success() => assert_eq!(ended.stdout, b"hello"),
        _ => {
            let mut client = Client::connect(first).expect("it serves");
            assert_eq!(client.put("/kv/greeting", b"hello").expect("an answer").status, 200);
        }
    }
    cluster.signal(Signal::INT);
    assert_eq!(cluster.ended().code(), Some(0));
    assert_eq!(tail(&folder.path().join("log")), "");

    let Started { mut cluster, addresses, .. } = start(folder.path(), 3, &[]);
    let mut client = Client::connect(addresses[1]).expect("it serves");
    assert_eq!(client.get("/kv/greeting").expect("an answer").text(), "hello");
    drop(client);
    cluster.signal(Signal::TERM);
    assert_eq!(cluster.ended().code(), Some(0));
}

#[test]
fn ports_can_be_chosen() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = free_port();
    let Started { addresses, .. } = start(folder.path(), 1, &["--base-port", &base.to_string(), "--engine", "abd"]);
    assert_eq!(addresses[0].port(), base);
}

#[test]
fn a_cluster_of_which_nodes_are_missing_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut started = start(folder.path(), 3, &[]);
    started.cluster.signal(Signal::INT);
    started.cluster.ended();
    let data = folder.path().join("data");
    let refused = |nodes: &str| {
        let ended = synod(["cluster", "--nodes", nodes, "--data"]).arg(&data).output().expect("the program starts");
        let text = String::from_utf8(ended.stderr).expect("text");
        assert_eq!((ended.status.code(), text.lines().count()), (Some(2), 1), "{text}");
        text
    };
    assert!(refused("2").contains("more than the 2"));
    assert!(refused("5").contains("3 nodes"));
    fs::remove_dir_all(data.join("node-1")).expect("it was there");
    assert!(refused("3").contains("2 nodes"));
    assert!(!data.join("node-1").exists(), "nobody starts afresh");
}
