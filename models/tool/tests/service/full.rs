//! A disk that is full for a while: here, a file that may not grow.

use crate::http::{Answer, Client};
use crate::nodes::{Nodes, tail};
use crate::until;
use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};
use std::net::SocketAddr;

/// As long as the file of a store may be, at most.
fn allow(node: Pid, bytes: Option<u64>) {
    let before = prlimit(Some(node), Resource::Fsize, Rlimit { current: bytes, maximum: None });
    before.expect("limits can be set");
}

fn health(address: SocketAddr) -> Answer {
    Client::connect(address).and_then(|mut client| client.get("/healthz")).expect("an answer")
}

/// Writes, in a connection of its own each time, until this is answered; gives how many writes were answered with 200.
fn write_until(address: SocketAddr, wanted: u16, written: &mut Vec<usize>) -> Answer {
    until("the node answers otherwise", || {
        let number = written.len();
        let mut client = Client::connect(address).expect("it serves");
        let value = vec![number as u8; 100_000];
        let answer = client.put(&format!("/kv/{number}"), &value).expect("an answer");
        if answer.status == 200 {
            written.push(number);
        }
        (answer.status == wanted).then_some(answer)
    })
}

#[test]
fn a_node_without_room_says_so_loses_nothing_and_goes_on_when_there_is_room() {
    let mut nodes = Nodes::start(1);
    let address = nodes.addresses()[0];
    let mut written = Vec::new();
    write_until(address, 200, &mut written);
    let store = nodes.data(0).join("synod.store").metadata().expect("there is a store").len();
    allow(nodes.node(0).pid(), Some(store));

    // The first that finds no room is not answered in time; from then on they are refused.
    let refused = write_until(address, 503, &mut written);
    assert_eq!(refused.text(), "this node cannot save at the moment, /status says why; nothing was done\n");
    let reading = Client::connect(address).and_then(|mut client| client.get("/kv/0")).expect("an answer");
    assert_eq!(reading.status, 503, "a read of a register writes, too");
    let unwell = health(address);
    assert_eq!(unwell.status, 503);
    assert!(unwell.text().starts_with("the node cannot save: ") && unwell.text().contains("full"), "{}", unwell.text());
    let status = Client::connect(address).and_then(|mut client| client.get("/status")).expect("an answer").json();
    assert!(status["suspended"]["since"].as_u64().is_some_and(|since| since > 1_700_000_000_000), "{status}");
    assert!(status["suspended"]["attempts"].as_u64().is_some_and(|attempts| attempts > 0), "{status}");
    assert!(status["suspended"]["why"].as_str().is_some_and(|why| why.contains("make room")), "{status}");
    assert_eq!(status["stopped"], serde_json::Value::Null);
    let metrics = Client::connect(address).and_then(|mut client| client.get("/metrics")).expect("an answer").text();
    assert!(metrics.lines().any(|line| line.starts_with("synod_suspended{") && line.ends_with(" 1")), "{metrics}");

    allow(nodes.node(0).pid(), None);
    until("the node goes on", || (health(address).status == 200).then_some(()));
    write_until(address, 200, &mut written);
    let mut client = Client::connect(address).expect("it serves");
    for number in written {
        let read = client.get(&format!("/kv/{number}")).expect("an answer");
        assert_eq!((read.status, read.body), (200, vec![number as u8; 100_000]));
    }
    nodes.node(0).signal(Signal::TERM);
    assert_eq!(nodes.node(0).ended().code(), Some(0), "{}", tail(&nodes.log(0)));
}

/// Nobody who was told that something is written has to fear for it.
#[test]
fn a_node_that_is_killed_without_room_has_what_it_acknowledged() {
    let mut nodes = Nodes::start(1);
    let address = nodes.addresses()[0];
    let mut written = Vec::new();
    write_until(address, 200, &mut written);
    allow(nodes.node(0).pid(), Some(1));
    write_until(address, 503, &mut written);
    nodes.kill(0);
    nodes.restart(0);
    let address = nodes.addresses()[0];
    let mut client = Client::connect(address).expect("it serves");
    for number in written {
        assert_eq!(client.get(&format!("/kv/{number}")).expect("an answer").body, vec![number as u8; 100_000]);
    }
}
