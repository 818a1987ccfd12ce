//! When a service is to end: Ctrl-C, or the signal by which systems end services.

use super::refusal;
use crate::exit::Refusal;
#[cfg(unix)]
use std::sync::Arc;

/// Listens from now on; the future ends when the service is to end.
#[cfg(unix)]
pub fn listen() -> Result<impl Future<Output = ()>, Refusal> {
    use signal_hook::{consts::SIGXFSZ, flag};
    use tokio::signal::unix::{SignalKind, signal};
    // A file that may not grow is like a disk that is full: an error of the write, and not the end of the program.
    flag::register(SIGXFSZ, Arc::default()).map_err(refusal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(refusal)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(refusal)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens from now on; the future ends when the service is to end.
#[cfg(not(unix))]
pub fn listen() -> Result<impl Future<Output = ()>, Refusal> {
    let interrupt = async { tokio::signal::ctrl_c().await.map_err(refusal) };
    Ok(async move { _ = interrupt.await })
}
