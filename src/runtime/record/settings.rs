//! Where a record is kept, and how much of it.

use serde::{Deserialize, Serialize};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;

/// Where the record of a node is kept, and how much of it: the table `record` of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Settings {
    /// The folder of the files, which is made if it is not there. Nothing is recorded if it is not named.
    pub folder: Option<PathBuf>,
    /// How large a file may become, in bytes, before another is begun. What one batch writes is not divided.
    pub part_bytes: NonZeroU64,
    /// How many files of the node are kept, those of its earlier lives included. The oldest are removed.
    pub parts: NonZeroUsize,
}

impl Default for Settings {
    fn default() -> Self {
        let part_bytes = NonZeroU64::new(64 << 20).expect("64 MiB are more than nothing");
        Settings { folder: None, part_bytes, parts: NonZeroUsize::new(16).expect("16 is not 0") }
    }
}
