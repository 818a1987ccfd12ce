//! What a replica must never forget.

use super::version::{Timestamp, Version, timestamp};
use serde::{Deserialize, Serialize};

/// All that is durable of a process.
///
/// Invariants: neither `incarnation` nor the timestamp of `version` ever decreases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Replica<V> {
    /// How often the process has started.
    pub incarnation: u64,
    /// The latest version that it has heard of.
    pub version: Option<Version<V>>,
}

crate::rename! { struct Replica<V> { incarnation, version } }

impl<V> Default for Replica<V> {
    fn default() -> Self {
        Replica { incarnation: 0, version: None }
    }
}

impl<V> Replica<V> {
    /// The timestamp of its version.
    pub fn timestamp(&self) -> Option<Timestamp> {
        timestamp(&self.version)
    }

    /// Keeps a version if it is newer than its own; says whether it was.
    pub fn adopt(&mut self, version: Version<V>) -> bool {
        let newer = Some(version.timestamp) > self.timestamp();
        if newer {
            self.version = Some(version);
        }
        newer
    }
}
