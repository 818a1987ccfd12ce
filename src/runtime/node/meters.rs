//! What a node tells the `metrics` facade. All of it carries the labels `cluster` and `node`.
//!
//! | name | kind | what it is |
//! | --- | --- | --- |
//! | `synod_steps_total` | counter | events that were handled |
//! | `synod_batches_total` | counter | groups of steps whose effects were released together |
//! | `synod_messages_received_total` | counter | messages that were taken in |
//! | `synod_messages_sent_total` | counter | messages that were handed to the transport |
//! | `synod_messages_refused_total` | counter | messages of senders that are not there |
//! | `synod_requests_total` | counter | requests that were taken in |
//! | `synod_indications_total` | counter | what the application was told |
//! | `synod_step_seconds` | histogram | how long a step took, on the average of its batch |
//! | `synod_commit_seconds` | histogram | how long it took to make a batch durable |
//! | `synod_messages_waiting` | gauge | messages that have arrived and are not handled yet |
//! | `synod_requests_waiting` | gauge | requests that are not handled yet |
//! | `synod_indications_waiting` | gauge | indications that the application has not read yet |
//! | `synod_timers_armed` | gauge | timers that are armed |
//! | `synod_stalled` | gauge | 1 while the application does not read, so that the node takes nothing in |
//! | `synod_suspended` | gauge | 1 while the store cannot save, so that the node takes nothing in and lets nothing out |
//!
//! These are updated once for each batch. What the transport has counted is told once a second:
//!
//! | name | kind | besides | what it is |
//! | --- | --- | --- | --- |
//! | `synod_peer_messages_sent_total`, `synod_peer_bytes_sent_total` | counter | `peer` | what has left |
//! | `synod_peer_messages_received_total`, `synod_peer_bytes_received_total` | counter | `peer` | what has arrived |
//! | `synod_peer_messages_dropped_total` | counter | `peer`, `reason` | messages that never left |
//! | `synod_peer_messages_queued` | gauge | `peer` | messages that wait for the peer |
//! | `synod_peer_connected` | gauge | `peer` | 1 while messages can leave |
//! | `synod_connections_refused_total` | counter | `reason` | connections that were refused or given up |
//!
//! All of them are looked up when the node starts, so whoever records them is installed before.

use crate::runtime::transport::counters::PeerTraffic;
use crate::runtime::transport::{Counters, Traffic};
use metrics::{Counter, Gauge, Histogram, Label, counter, gauge, histogram};
use std::sync::Arc;

pub(super) struct Meters {
    pub steps: Counter,
    pub batches: Counter,
    pub received: Counter,
    pub sent: Counter,
    pub refused: Counter,
    pub requests: Counter,
    pub indications: Counter,
    pub step: Histogram,
    pub commit: Histogram,
    pub messages_waiting: Gauge,
    pub requests_waiting: Gauge,
    pub indications_waiting: Gauge,
    pub timers: Gauge,
    pub stalled: Gauge,
    pub suspended: Gauge,
}

impl Meters {
    pub fn new(cluster: &str, id: usize) -> Self {
        let labels = || labels(cluster, id);
        Meters {
            steps: counter!("synod_steps_total", labels()),
            batches: counter!("synod_batches_total", labels()),
            received: counter!("synod_messages_received_total", labels()),
            sent: counter!("synod_messages_sent_total", labels()),
            refused: counter!("synod_messages_refused_total", labels()),
            requests: counter!("synod_requests_total", labels()),
            indications: counter!("synod_indications_total", labels()),
            step: histogram!("synod_step_seconds", labels()),
            commit: histogram!("synod_commit_seconds", labels()),
            messages_waiting: gauge!("synod_messages_waiting", labels()),
            requests_waiting: gauge!("synod_requests_waiting", labels()),
            indications_waiting: gauge!("synod_indications_waiting", labels()),
            timers: gauge!("synod_timers_armed", labels()),
            stalled: gauge!("synod_stalled", labels()),
            suspended: gauge!("synod_suspended", labels()),
        }
    }
}

fn labels(cluster: &str, id: usize) -> Vec<Label> {
    vec![Label::new("cluster", cluster.to_string()), Label::new("node", id.to_string())]
}

/// Tells what a transport has counted. This is so rare that the meters are looked up each time.
pub(super) struct TrafficMeters {
    labels: Vec<Label>,
    counters: Arc<Counters>,
}

impl TrafficMeters {
    pub fn new(cluster: &str, id: usize, counters: Arc<Counters>) -> Self {
        TrafficMeters { labels: labels(cluster, id), counters }
    }

    /// Tells how things stand now.
    pub fn tell(&self) {
        let Traffic { peers, refused, .. } = self.counters.snapshot();
        for (id, traffic) in peers {
            tell(&with(&self.labels, "peer", &id.to_string()), &traffic);
        }
        for (reason, times) in refused {
            let reason = format!("{reason:?}").to_lowercase();
            counter!("synod_connections_refused_total", with(&self.labels, "reason", &reason)).absolute(times);
        }
    }
}

/// Tells of one peer.
fn tell(labels: &[Label], traffic: &PeerTraffic) {
    let labels = || labels.to_vec();
    counter!("synod_peer_messages_sent_total", labels()).absolute(traffic.sent.messages);
    counter!("synod_peer_bytes_sent_total", labels()).absolute(traffic.sent.bytes);
    counter!("synod_peer_messages_received_total", labels()).absolute(traffic.received.messages);
    counter!("synod_peer_bytes_received_total", labels()).absolute(traffic.received.bytes);
    gauge!("synod_peer_messages_queued", labels()).set(traffic.queued.messages as f64);
    gauge!("synod_peer_connected", labels()).set(if traffic.connected { 1.0 } else { 0.0 });
    for (reason, messages) in [
        ("oldest", traffic.dropped_oldest),
        ("unsendable", traffic.dropped_unsendable),
        ("connection", traffic.dropped_with_connection),
    ] {
        let labels = with(&labels(), "reason", reason);
        counter!("synod_peer_messages_dropped_total", labels).absolute(messages);
    }
}

fn with(labels: &[Label], name: &'static str, value: &str) -> Vec<Label> {
    let own = Label::new(name, value.to_string());
    labels.iter().cloned().chain([own]).collect()
}
