//! The store of processes that save nothing.

use crate::runtime::Store;
use std::convert::Infallible;
use std::time::{SystemTime, UNIX_EPOCH};

/// The store of a process whose storage is `()`: one that has nothing to lose. It keeps nothing.
///
/// As nothing counts the starts of such a process, the clock does: the number of an incarnation is the time of its start, in
/// microseconds since 1970. A machine whose clock was set back has to be newer than its own past before peers listen to it
/// again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volatile;

impl Store<()> for Volatile {
    type Error = Infallible;

    fn start(&mut self) -> Result<(u64, Option<()>), Infallible> {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok((u64::try_from(since_1970.as_micros()).unwrap_or(u64::MAX), None))
    }

    fn save(&mut self, (): &()) -> Result<(), Infallible> {
        Ok(())
    }
}
