//! A meeting point of the threads of a search.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// So often a thread looks whether the others have come before it sleeps. Of levels with few states the end is near.
const QUICK_LOOKS: usize = 1 << 6;

/// Where all threads meet, and each learns what any of them brought.
pub(super) struct Gather {
    threads: usize,
    state: Mutex<Meeting>,
    /// How often all have met.
    met: AtomicU64,
    everyone: Condvar,
}

#[derive(Default)]
struct Meeting {
    arrived: usize,
    brought: u32,
    outcome: u32,
    number: u64,
    abandoned: bool,
}

/// A thread of the search has panicked; the others must not wait for it.
#[derive(Debug)]
pub(super) struct Abandoned;

impl Gather {
    pub fn new(threads: usize) -> Self {
        Gather { threads, state: Mutex::default(), met: AtomicU64::new(0), everyone: Condvar::new() }
    }

    /// Waits for all threads; gives the union of the bits that they brought.
    pub fn meet(&self, bits: u32) -> Result<u32, Abandoned> {
        if self.threads == 1 {
            return Ok(bits);
        }
        let mut meeting = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        meeting.brought |= bits;
        meeting.arrived += 1;
        let number = meeting.number;
        if meeting.arrived == self.threads {
            meeting.outcome = std::mem::take(&mut meeting.brought);
            meeting.arrived = 0;
            meeting.number += 1;
            self.met.store(meeting.number, Ordering::Relaxed);
            self.everyone.notify_all();
            return Ok(meeting.outcome);
        }
        drop(meeting);
        for _ in 0..QUICK_LOOKS {
            if self.met.load(Ordering::Relaxed) != number {
                break;
            }
            std::thread::yield_now();
        }
        let mut meeting = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while meeting.number == number && !meeting.abandoned {
            meeting = self.everyone.wait(meeting).unwrap_or_else(PoisonError::into_inner);
        }
        if meeting.abandoned { Err(Abandoned) } else { Ok(meeting.outcome) }
    }

    /// Tells everyone that a thread will not come any more.
    pub fn abandon(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).abandoned = true;
        self.everyone.notify_all();
    }
}
