//! A bound on the connections that are in their handshake.
//!
//! When there is one too many, the oldest is cut off, not the newest refused: a node is through in milliseconds, who holds
//! connections open without a word is not, and so cannot keep the nodes out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// The connections in their handshake, by their number.
#[derive(Debug)]
pub(super) struct HalfOpen {
    limit: usize,
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: BTreeMap<u64, CancellationToken>,
}

/// Leave to be half open, until it is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    half_open: Arc<HalfOpen>,
    number: u64,
}

impl HalfOpen {
    pub(super) fn new(limit: usize) -> Self {
        HalfOpen { limit, waiting: Mutex::default() }
    }

    /// Lets one more in. The token is cancelled when it has to go.
    pub(super) fn enter(self: &Arc<Self>) -> (Pass, CancellationToken) {
        let mut waiting = self.lock();
        while waiting.connections.len() >= self.limit {
            let Some((_, oldest)) = waiting.connections.pop_first() else { break };
            oldest.cancel();
        }
        let (number, token) = (waiting.next, CancellationToken::new());
        waiting.next += 1;
        waiting.connections.insert(number, token.clone());
        (Pass { half_open: self.clone(), number }, token)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.half_open.lock().connections.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_has_to_go_and_those_who_left_do_not_count() {
        let half_open = Arc::new(HalfOpen::new(2));
        let (first, first_goes) = half_open.enter();
        let (_second, second_goes) = half_open.enter();
        drop(first);
        let (_third, third_goes) = half_open.enter();
        assert!(!first_goes.is_cancelled() && !second_goes.is_cancelled());
        let (_fourth, _) = half_open.enter();
        assert!(second_goes.is_cancelled() && !third_goes.is_cancelled());
    }
}
