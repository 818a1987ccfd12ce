//! HTTP in front of a node.

mod body;
mod connections;
mod store;
mod watch;

pub use connections::Limits;

use super::clients::Clients;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch::Receiver;

/// The longest value: 1 MiB.
pub const VALUE_MAX: usize = 1 << 20;

/// How often what was measured is put together, so that it does not pile up while nobody asks for it.
const UPKEEP: Duration = Duration::from_secs(5);

/// What handlers work with.
#[derive(Clone)]
struct Context {
    clients: Arc<Clients>,
    metrics: PrometheusHandle,
    /// How long a client may take to send a body.
    patience: Duration,
}

/// Serves until it is told to end; requests that have begun are answered.
pub async fn serve(
    web: TcpListener,
    limits: Limits,
    clients: Arc<Clients>,
    metrics: PrometheusHandle,
    mut ending: Receiver<bool>,
) {
    let upkeep = tokio::spawn(keep_up(metrics.clone()));
    let end = async move { _ = ending.wait_for(|end| *end).await };
    let router = router(Context { clients, metrics, patience: limits.patience });
    connections::serve(web, router, limits, end).await;
    upkeep.abort();
}

fn router(context: Context) -> Router {
    Router::new()
        .route("/kv/{*key}", get(store::get).put(store::put).delete(store::delete))
        .route("/status", get(watch::status))
        .route("/metrics", get(watch::metrics))
        .route("/healthz", get(watch::healthz))
        .fallback(|| async { (StatusCode::NOT_FOUND, "there are /kv/KEY, /status, /metrics and /healthz\n") })
        .layer(DefaultBodyLimit::max(VALUE_MAX))
        .with_state(context)
}

/// Tells a client in a sentence why not.
fn refuse(status: StatusCode, why: &str) -> Response {
    (status, format!("{why}\n")).into_response()
}

async fn keep_up(metrics: PrometheusHandle) {
    let mut interval = tokio::time::interval(UPKEEP);
    loop {
        interval.tick().await;
        metrics.run_upkeep();
    }
}
