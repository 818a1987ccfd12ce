//! What the threads of a search share, and the limits that end it.

use super::gather::Gather;
use super::interned::Source;
use super::memory;
use super::report::Limit;
use super::share::Share;
use super::visited::Visited;
use super::{Conditions, Options};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// For so many states it is not asked again how much memory is in use.
const ANSWER_STATES: usize = 1 << 8;

/// What the threads of a search share.
pub(super) struct Common<'a> {
    pub source: &'a dyn Source,
    pub conditions: Conditions,
    pub options: &'a Options,
    pub threads: usize,
    pub gather: Gather,
    /// Whether somebody has found the table full: all threads stop until it has grown.
    pub is_full: AtomicBool,
    states: AtomicUsize,
    bytes: AtomicUsize,
    pub generated: AtomicU64,
    limit: AtomicU8,
    /// How many states there were when the system was asked how much memory is in use, and what it said.
    answer: Mutex<(usize, Option<u64>)>,
    started: Instant,
}

impl<'a> Common<'a> {
    pub fn new(source: &'a dyn Source, options: &'a Options, threads: usize) -> Self {
        Common {
            source,
            conditions: source.conditions(),
            options,
            threads,
            gather: Gather::new(threads),
            is_full: AtomicBool::new(false),
            states: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            generated: AtomicU64::new(0),
            limit: AtomicU8::new(0),
            answer: Mutex::default(),
            started: Instant::now(),
        }
    }

    /// The limit that ended the search, if one did.
    pub fn limit(&self) -> Option<Limit> {
        Limit::from_code(self.limit.load(Ordering::Relaxed))
    }

    /// Compares with what is allowed what random walks have found: their states will be kept once more, in levels.
    pub fn watch(&self, visited: &Visited, share: &Share, depth: usize) {
        self.generated.store(share.generated, Ordering::Relaxed);
        self.watch_limits(visited, depth);
        self.allows(visited.bytes());
    }

    /// Ends the search, unless another limit has done so already.
    pub fn reach_limit(&self, limit: Limit) {
        let _ = self.limit.compare_exchange(0, limit.code(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Whether the limits allow to go on, and to take so many bytes for it.
    pub fn allows(&self, bytes: usize) -> bool {
        self.compare_with_limits(self.bytes_used() + bytes as u64);
        self.limit().is_none()
    }

    /// Compares what was used with what is allowed.
    pub fn watch_limits(&self, visited: &Visited, depth: usize) {
        self.states.store(visited.count(), Ordering::Relaxed);
        self.bytes.store(visited.bytes(), Ordering::Relaxed);
        let used = self.recently_resident().unwrap_or_else(|| self.bytes_counted());
        if let Some(progress) = &self.options.progress {
            let states = self.states.load(Ordering::Relaxed) as u64;
            progress.tell(states, self.generated.load(Ordering::Relaxed), depth, used);
        }
        self.compare_with_limits(used);
    }

    /// How many bytes are in use: what the system says that this process has, or else what the search itself has allocated.
    fn bytes_used(&self) -> u64 {
        memory::resident().unwrap_or_else(|| self.bytes_counted())
    }

    fn bytes_counted(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed) as u64
    }

    /// What the system says that this process has in use. To ask takes as long as to expand a hundred states, so where levels
    /// are small an answer counts for a while.
    fn recently_resident(&self) -> Option<u64> {
        let states = self.states.load(Ordering::Relaxed);
        let (asked, answer) = *self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        if answer.is_some() && states < asked + ANSWER_STATES {
            return answer;
        }
        let answer = memory::resident();
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = (states, answer);
        answer
    }

    fn compare_with_limits(&self, used: u64) {
        let options = self.options;
        let states = self.states.load(Ordering::Relaxed) as u64;
        if options.max_memory.is_some_and(|most| used > most) {
            self.reach_limit(Limit::Memory);
        }
        if options.max_states.is_some_and(|most| states > most) {
            self.reach_limit(Limit::States);
        }
        if options.max_time.is_some_and(|most| self.started.elapsed() > most) {
            self.reach_limit(Limit::Time);
        }
        if options.interrupt.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            self.reach_limit(Limit::Interrupt);
        }
    }
}
