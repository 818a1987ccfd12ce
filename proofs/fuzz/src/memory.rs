//! A budget for the memory that a reader takes.
//!
//! The allocator is the crate `cap`, around that of the system.

use cap::Cap;
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Calls a reader that may have so many bytes beyond those in use now. Where it wants more, it gets none and the program ends,
/// with the stack of whoever wanted it.
///
/// # Panics
///
/// When the budget is beyond all memory.
pub fn within<T>(bytes: usize, reader: impl FnOnce() -> T) -> T {
    ALLOCATOR.set_limit(ALLOCATOR.allocated() + bytes).expect("more than is in use");
    let read = reader();
    ALLOCATOR.set_limit(usize::MAX).expect("more than there is");
    read
}
