//! A place for each thread to keep what it works on, behind a reference that all threads share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More than there are threads in a search.
const DESKS: usize = 64;

/// Desks for threads. Two threads may share one, then one waits for the other.
pub(super) struct Desks<T>(Vec<Desk<T>>);

/// Apart from the others in memory, so that threads do not take turns with a cache line.
#[repr(align(128))]
struct Desk<T>(Mutex<Option<T>>);

impl<T> Desks<T> {
    pub fn new() -> Self {
        Desks((0..DESKS).map(|_| Desk(Mutex::new(None))).collect())
    }

    /// What lies on the desk of the thread that asks.
    pub fn mine(&self) -> MutexGuard<'_, Option<T>> {
        static THREADS: AtomicUsize = AtomicUsize::new(0);
        thread_local!(static PLACE: usize = THREADS.fetch_add(1, Ordering::Relaxed) % DESKS);
        self.0[PLACE.with(|place| *place)].0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_finds_what_it_left() {
        let desks = Desks::new();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let desks = &desks;
                scope.spawn(move || {
                    for step in 0..1000 {
                        let left = desks.mine().replace((number, step));
                        assert_eq!(left, (step > 0).then(|| (number, step - 1)));
                    }
                });
            }
        });
    }
}
