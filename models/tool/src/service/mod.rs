//! A key-value store that people can use: nodes of [`synod::service::key_value`] with HTTP in front of them.
//!
//! `synod init` makes the store of a node, `synod serve` runs it, `synod cluster` runs several on this machine.

pub mod args;
mod clients;
mod cluster;
mod config;
mod end;
mod http;
mod init;
mod log;
mod member;
mod serve;

pub use cluster::run as cluster;
pub use init::run as init;
pub use serve::run as serve;

use crate::exit::{Exit, Refusal};
use std::fmt::Display;
use tokio::runtime::Builder;

/// Runs a service until it ends.
fn block_on(service: impl Future<Output = Result<Exit, Refusal>>) -> Result<Exit, Refusal> {
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(refusal)?;
    let ended = runtime.block_on(service);
    // Names of hosts that are still being looked up, and disks that do not answer, are not waited for.
    runtime.shutdown_background();
    ended
}

/// The error in one line, for people who run services.
fn refusal(error: impl Display) -> Refusal {
    Refusal(error.to_string())
}
