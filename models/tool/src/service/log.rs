//! What a service says of itself while it runs: lines on standard error, and metrics.

use super::refusal;
use crate::exit::Refusal;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::env;
use std::io::stderr;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The variable that says how much is told: `info`, or `synod::runtime::node=trace`.
const VARIABLE: &str = "SYNOD_LOG";

/// How long things take, in seconds: the bounds of what is counted together.
const SECONDS: [f64; 13] = [1e-6, 1e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 1e-1, 5e-1, 2.5];

/// From now on events are told on standard error: those of this level, or what the variable says.
pub fn tell(usually: &str) -> Result<(), Refusal> {
    let wanted = env::var(VARIABLE).unwrap_or_else(|_| usually.to_string());
    let targets: Targets = wanted
        .parse()
        .map_err(|_| Refusal(format!("{VARIABLE}=\"{}\" cannot be understood; try info", wanted.escape_debug())))?;
    // Lines that cannot be written are lost; to complain about that on standard error would be a panic.
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr).with_ansi(false).log_internal_errors(false);
    // Whoever embeds this may listen already.
    let _ = tracing_subscriber::registry().with(lines).with(targets).try_init();
    Ok(())
}

/// From now on metrics are recorded; before any node starts.
pub fn record() -> Result<PrometheusHandle, Refusal> {
    let builder = PrometheusBuilder::new().set_buckets(&SECONDS).map_err(refusal)?;
    builder.install_recorder().map_err(refusal)
}
