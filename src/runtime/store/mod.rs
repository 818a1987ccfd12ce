//! What survives a crash.
//!
//! A [`Store`] keeps the last value that a process has saved, and the number of the process's incarnation. A node has its
//! [`Disk`]; tests, and clusters within one program, have a [`Memory`].

pub mod disk;
mod memory;

pub use crate::patch::{MapChange, Patch};
pub use disk::{Disk, Owner};
pub use memory::Memory;

use std::error::Error;

/// The durable memory of one process, whose values are of type `S`.
///
/// A store belongs to one process and is used by one thread at a time. After an error it takes nothing more, unless that
/// [may pass](Store::may_pass): what it then holds is what the last call that succeeded left, or what was being saved, and only
/// opening it anew can tell.
pub trait Store<S>: Send + 'static {
    /// What can go wrong.
    type Error: Error + Send + Sync + 'static;

    /// Counts a start of the process: returns the number of this incarnation, 1 for the first, which is durable and never
    /// given again, and what the process had saved.
    ///
    /// # Errors
    ///
    /// When what is stored cannot be read, or the new number cannot be made durable.
    fn start(&mut self) -> Result<(u64, Option<S>), Self::Error>;

    /// Makes `value` durable. When this returns, it survives a crash of the machine.
    ///
    /// # Errors
    ///
    /// When it cannot be made durable. Whether the store then holds this value or the one before is open, and nothing else.
    fn save(&mut self, value: &S) -> Result<(), Self::Error>;

    /// Whether what has just kept a [`save`](Store::save) from succeeding may pass, as a full disk does: then the value may be
    /// saved again, and once that succeeds all is as if it had taken a while. A node does so for as long as it takes, and does
    /// nothing else meanwhile; after any other error it stops.
    fn may_pass(&self, error: &Self::Error) -> bool {
        let _ = error;
        false
    }
}
