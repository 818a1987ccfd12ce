//! A meeting point of the threads of a search.

use std::sync::{Condvar, Mutex, PoisonError};

/// Where all threads meet, and each learns what any of them brought.
pub(super) struct Gather {
    threads: usize,
    state: Mutex<Meeting>,
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
        Gather { threads, state: Mutex::default(), everyone: Condvar::new() }
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
            self.everyone.notify_all();
        }
        while meeting.number == number && !meeting.abandoned {
            meeting = self.everyone.wait(meeting).unwrap_or_else(PoisonError::into_inner);
        }
        if meeting.abandoned { Err(Abandoned) } else { Ok(meeting.outcome) }
    }

    /// Whether a thread will not come any more.
    pub fn is_abandoned(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).abandoned
    }

    /// Tells everyone that a thread will not come any more.
    pub fn abandon(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).abandoned = true;
        self.everyone.notify_all();
    }
}
