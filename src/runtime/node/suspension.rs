//! A node whose store cannot save at the moment: since when, and why.

use super::error::Cause;
use super::meters::Meters;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Why a node takes nothing in and lets nothing out at the moment: its store cannot save, for a reason that may pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Suspension {
    /// Since when, in milliseconds since 1970.
    pub since: u64,
    /// How often the node has tried to save since, in vain.
    pub attempts: u64,
    /// What went wrong the last time.
    pub why: String,
}

/// What the store's thread tells of the save that is under way: that it has failed, and is going to be tried again.
pub(super) type Trouble = Option<Failing>;

/// A save that has failed until now.
#[derive(Clone, Debug)]
pub(super) struct Failing {
    since: SystemTime,
    attempts: u64,
    /// What went wrong the last time.
    pub cause: Cause,
}

impl Failing {
    /// One more attempt has failed.
    pub fn again(before: Trouble, cause: Cause) -> Self {
        let (since, attempts) = before.map_or((SystemTime::now(), 0), |before| (before.since, before.attempts));
        Failing { since, attempts: attempts + 1, cause }
    }

    pub fn told(&self) -> Suspension {
        let since = self.since.duration_since(UNIX_EPOCH).unwrap_or_default();
        let since = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        Suspension { since, attempts: self.attempts, why: self.cause.to_string() }
    }
}

/// Waits until a save has failed and is going to be tried again; for ever, if the store's thread has ended.
pub(super) async fn failing(trouble: &mut watch::Receiver<Trouble>) -> Cause {
    let known = match trouble.wait_for(Option::is_some).await {
        Ok(failing) => failing.as_ref().map(|failing| failing.cause.clone()),
        Err(_) => None,
    };
    match known {
        Some(cause) => cause,
        // Whoever waits for the save is told what has become of the thread.
        None => std::future::pending().await,
    }
}

/// Tells, for as long as it lives, that the node is suspended.
pub(super) struct Suspended<'a>(&'a Meters);

impl<'a> Suspended<'a> {
    pub fn new(meters: &'a Meters, cause: &Cause) -> Self {
        tracing::error!("nothing is taken in or sent until the node can save again: {cause}");
        meters.suspended.set(1.0);
        Suspended(meters)
    }
}

impl Drop for Suspended<'_> {
    fn drop(&mut self) {
        tracing::warn!("the node is suspended no longer");
        self.0.suspended.set(0.0);
    }
}
