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
//!
//! They are looked up when the node starts, so whoever records them is installed before. They are updated once for each
//! batch; what crosses the network, in bytes, and what is dropped there is the transport's to tell.

use metrics::{Counter, Gauge, Histogram, Label, counter, gauge, histogram};

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
}

impl Meters {
    pub fn new(cluster: &str, id: usize) -> Self {
        let labels = vec![Label::new("cluster", cluster.to_string()), Label::new("node", id.to_string())];
        let labels = || labels.clone();
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
        }
    }
}
