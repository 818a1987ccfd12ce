//! What a node tells those who watch it.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet};
use crate::soon;
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use std::collections::BTreeMap;
use synod::runtime::Node;
use synod::runtime::transport::memory::Hub;

#[tokio::test]
async fn steps_messages_and_commits_are_metered() {
    let recorder = DebuggingRecorder::new();
    let snapshots = recorder.snapshotter();
    let guard = metrics::set_default_local_recorder(&recorder);
    let hub = Hub::new();
    let mut nodes = Vec::new();
    for id in 0..2 {
        let node = Node::builder(Puppet::default()).id(id).processes(2).transport(hub.transport());
        nodes.push(node.store(Kept::new().store()).start().await.unwrap());
    }
    for number in 0..10 {
        soon(nodes[0].request(vec![Do::Save(number), Do::Send(1, number), Do::Say(number)])).await.unwrap();
        soon(nodes[1].indications().next()).await.unwrap();
    }
    for node in &nodes {
        soon(node.shutdown()).await.unwrap();
    }
    drop(guard);

    let mut told = BTreeMap::new();
    for (key, _, _, value) in snapshots.snapshot().into_vec() {
        let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        told.insert(format!("{} {}", key.key().name(), labels.join(" ")), value);
    }
    let number = |name: &str| match told.get(name) {
        Some(DebugValue::Counter(number)) => *number as f64,
        Some(DebugValue::Gauge(number)) => number.into_inner(),
        Some(DebugValue::Histogram(samples)) => samples.len() as f64,
        None => panic!("{name} is not among {:?}", told.keys()),
    };
    for (name, expected) in [
        ("synod_steps_total cluster=synod node=0", 11.0),
        ("synod_requests_total cluster=synod node=0", 10.0),
        ("synod_commit_seconds cluster=synod node=0", 10.0),
        ("synod_messages_sent_total cluster=synod node=0", 10.0),
        ("synod_messages_received_total cluster=synod node=1", 10.0),
        ("synod_indications_total cluster=synod node=1", 10.0),
        ("synod_indications_waiting cluster=synod node=0", 10.0),
        ("synod_stalled cluster=synod node=0", 0.0),
        ("synod_peer_messages_sent_total cluster=synod node=0 peer=1", 10.0),
        ("synod_peer_messages_received_total cluster=synod node=1 peer=0", 10.0),
    ] {
        assert_eq!(number(name), expected, "{name}");
    }
    assert!(number("synod_step_seconds cluster=synod node=0") >= 1.0);
}
