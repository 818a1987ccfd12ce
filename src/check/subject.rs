//! What can be checked.

use super::interned::Source;
use super::pools::Pools;
use crate::event::{Data, Module};
use crate::system::System;

/// Whatever [`check`](super::check()) can explore.
pub trait Subject {
    /// The subject as the engine sees it.
    #[doc(hidden)]
    fn inside(&self) -> Inside<'_>;
}

/// A subject as the engine sees it: cells in numbers, and whoever knows their values.
pub struct Inside<'a>(pub(super) Box<dyn Source + 'a>);

impl<A: Module, H: Data> Subject for System<A, H> {
    fn inside(&self) -> Inside<'_> {
        Inside(Box::new(Pools::new(self)))
    }
}
