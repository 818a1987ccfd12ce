//! How the node is doing: for people, for Prometheus, and for whoever decides whether to send clients here.

use super::Context;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A snapshot. A store without a leader has no role, term or log.
pub async fn status(State(Context { clients, .. }): State<Context>) -> Json<Value> {
    let status = clients.node.status();
    let traffic = clients.counters.snapshot();
    let peers: BTreeMap<usize, Value> = status
        .addresses
        .iter()
        .filter(|(id, _)| **id != status.id)
        .map(|(id, address)| (*id, json!({ "address": address, "traffic": traffic.peers.get(&(*id as u64)) })))
        .collect();
    Json(json!({
        "node": status.id,
        "cluster": status.cluster,
        "incarnation": status.incarnation,
        "engine": "abd",
        "role": "replica",
        "term": null,
        "leader": null,
        "commit": null,
        "applied": null,
        "peers": peers,
        "queue": { "clients": clients.pending(), "node": status.waiting },
        "done": status.done,
        "refused": traffic.refused,
        "stalled": status.stalled,
        "suspended": status.suspended,
        "stopped": status.stopped,
    }))
}

/// What Prometheus collects, of all nodes of the program.
pub async fn metrics(State(Context { metrics, .. }): State<Context>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()).into_response()
}

/// 200 when requests can be answered, 503 when they cannot.
pub async fn healthz(State(Context { clients, .. }): State<Context>) -> (StatusCode, String) {
    let status = clients.node.status();
    let unhealthy = |why: String| (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n"));
    match (status.stopped, status.suspended) {
        (Some(why), _) => unhealthy(format!("the node has stopped: {why}")),
        (None, Some(suspension)) => unhealthy(format!("the node cannot save: {}", suspension.why)),
        (None, None) if clients.reaches_majority() => {
            (StatusCode::OK, "a majority of the nodes can be reached\n".to_string())
        }
        (None, None) => unhealthy("no majority of the nodes can be reached".to_string()),
    }
}
