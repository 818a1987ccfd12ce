//! A folder for what targets have read as files, in memory where the system has such a place.

use std::path::Path;
use tempfile::TempDir;

/// A new folder, which goes with the value.
///
/// # Panics
///
/// When none can be made.
pub fn temporary() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a folder can be made")
}
