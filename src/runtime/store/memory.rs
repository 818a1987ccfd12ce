//! A store in memory: it survives the node, not the program. For tests and for clusters within one program.

use super::Store;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

/// What a process has saved, kept in memory.
///
/// Clones are handles on the same memory: give one to the node, keep another, and a node that is started with it later finds
/// what the first has left. A save costs a clone of the value.
///
/// ```
/// use synod::runtime::Store;
/// use synod::runtime::store::Memory;
///
/// let memory = Memory::new();
/// let mut store = memory.clone();
/// assert_eq!(store.start()?, (1, None));
/// store.save(&"milk")?;
/// drop(store); // The node has crashed …
///
/// assert_eq!(memory.clone().start()?, (2, Some("milk"))); // … and starts again.
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug)]
pub struct Memory<S>(Arc<Mutex<Kept<S>>>);

#[derive(Debug)]
struct Kept<S> {
    incarnation: u64,
    value: Option<S>,
}

impl<S> Memory<S> {
    /// The memory of a process that was never started.
    pub fn new() -> Self {
        Memory(Arc::new(Mutex::new(Kept { incarnation: 0, value: None })))
    }

    /// What the process has saved last.
    pub fn saved(&self) -> Option<S>
    where
        S: Clone,
    {
        self.with(|kept| kept.value.clone())
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Kept<S>) -> T) -> T {
        // Whoever panicked while it was locked had not begun to change it.
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<S> Default for Memory<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Memory<S> {
    fn clone(&self) -> Self {
        Memory(Arc::clone(&self.0))
    }
}

impl<S: Clone + Send + 'static> Store<S> for Memory<S> {
    type Error = Infallible;

    fn start(&mut self) -> Result<(u64, Option<S>), Infallible> {
        Ok(self.with(|kept| {
            kept.incarnation += 1;
            (kept.incarnation, kept.value.clone())
        }))
    }

    fn save(&mut self, value: &S) -> Result<(), Infallible> {
        let value = value.clone();
        self.with(|kept| kept.value = Some(value));
        Ok(())
    }
}
