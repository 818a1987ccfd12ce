//! Actors as nodes: the order of their effects, time, back-pressure, and what happens when something breaks.

mod calls;
mod choices;
mod cluster;
mod config;
mod crashes;
mod failures;
mod full;
mod halves;
mod kept;
mod observed;
mod order;
mod peers;
mod pressure;
mod puppet;
mod record;
mod shutdown;
mod tcp;
mod timers;
mod wire;

use std::future::Future;
use std::time::Duration;

/// Waits for what must happen, but not for ever.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("what must happen has happened within 30 s")
}

/// Waits until this holds, but not for ever.
async fn until(holds: impl Fn() -> bool) {
    soon(async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}
