//! The search: breadth first, level by level, by as many threads as are wanted.
//!
//! Each thread owns the states whose hashes fall to it: their rows, their table, their place in the next level. It expands
//! its own states, keeps what is its own of what it finds and sends the rest to the owners, some thousands of rows at a
//! time; all meet at the end of each level. So which states belong to a level, how many there are and what is violated do
//! not depend on the number of threads or on who is faster.
//!
//! # Where the time goes
//!
//! With reactions remembered, a quarter of it goes into the visited table, whose accesses miss the cache:
//! [`rows`](super::rows) says what is done about it. Another quarter goes into finding out what may happen in a state and
//! writing the rows of what comes of it, a tenth into finding reactions, a tenth into copying words, another into providing
//! memory; no function of the rest takes more than a twentieth. Three things made it so: most messages in flight are ignored in
//! most states, which is known by a bit for each pair of process and message ([`Pairs`](super::memo::Pairs)); steps that change
//! nothing are dropped before they are looked up; and where nothing can go wrong, rows are written without decoding the state
//! ([`direct`](super::direct)), which spared a quarter to a third of the time. (Large pages for table and rows were tried and
//! gained nothing.)

use super::common::Common;
use super::expander::Expander;
use super::gather::{Abandoned, Gather};
use super::report::Limit;
use super::rows::{Mail, Place};
use super::share::{Share, owner};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const NEW: u32 = 1;
const VIOLATED: u32 = 2;
const STOP: u32 = 4;

/// So many rows of its own a thread keeps before it enters them, while they are in the cache.
const OWN_ROWS: usize = 1 << 8;
/// So many rows for another thread it keeps before it sends them.
const SENT_ROWS: usize = 1 << 12;
/// After so many states it looks at the limits and at what the others have sent.
const ROUND_STATES: usize = 1 << 12;
/// How often a thread that waits for the others looks at what they have sent.
const LOOK: Duration = Duration::from_micros(100);
/// So often a thread looks before it sleeps in between.
const QUICK_LOOKS: usize = 1 << 6;
/// Tables that grow by fewer bytes are not worth a look at the budget.
const GROWTH_SEEN: usize = 1 << 20;

impl Common<'_> {
    /// Explores, with all threads; gives what each found.
    ///
    /// # Panics
    ///
    /// When a thread does. Handlers, observers and properties that panic do not make it panic.
    pub fn explore(&self) -> Vec<Share> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads)
                .map(|index| {
                    scope.spawn(move || {
                        let guard = AbandonOnPanic(&self.gather);
                        let share = Worker::new(self, index).explore();
                        std::mem::forget(guard);
                        share
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        })
    }
}

struct AbandonOnPanic<'a>(&'a Gather);

impl Drop for AbandonOnPanic<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Worker<'a> {
    common: &'a Common<'a>,
    index: usize,
    expander: Expander<'a>,
    share: Share,
    outgoing: Vec<Mail>,
    counted: (usize, usize, u64),
}

impl<'a> Worker<'a> {
    fn new(common: &'a Common<'a>, index: usize) -> Self {
        Worker {
            common,
            index,
            expander: Expander::new(common.source).shuffled(common.options.shuffle).directly(),
            share: Share::new(&common.conditions, common.options),
            outgoing: (0..common.threads).map(|_| Mail::default()).collect(),
            counted: (0, 0, 0),
        }
    }

    fn explore(mut self) -> Share {
        self.begin();
        // Only a panic of another thread ends the search here, and it is passed on when that thread is joined.
        let _ = self.levels();
        self.share
    }

    fn begin(&mut self) {
        if let Some(row) = self.expander.begin() {
            let hash = self.share.rows.hash(row);
            if owner(hash, self.common.threads) == self.index {
                let mut first = Mail::default();
                first.push(hash, row);
                self.share.rows.insert_all(&first);
                self.share.generated += 1;
            }
        }
    }

    fn levels(&mut self) -> Result<(), Abandoned> {
        for level in 0.. {
            let start = *self.share.levels.last().expect("the first level begins at once");
            let end = self.share.rows.end();
            self.level(level, start, end);
            self.finish_level(level)?;
            let new = self.share.rows.end() > end;
            let violated = self.share.has_violation(&self.common.conditions.properties, level);
            let stop = self.common.limit().is_some();
            let bits = [(new, NEW), (violated, VIOLATED), (stop, STOP)];
            let bits = bits.iter().filter(|(is, _)| *is).map(|(_, bit)| bit).sum();
            let all = self.common.gather.meet(bits)?;
            if all & STOP != 0 {
                return Ok(());
            }
            let over = all & VIOLATED != 0 || all & NEW == 0;
            if !over && self.common.options.max_depth.is_some_and(|most| level + 1 >= most) {
                self.common.reach_limit(Limit::Depth);
                return Ok(());
            }
            if all & NEW != 0 {
                self.share.levels.push(end);
            }
            if over {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Expands the states of a level, until a limit is reached.
    fn level(&mut self, level: usize, mut place: Place, end: Place) {
        let mut states = 0;
        while let Some(row) = self.share.rows.next(place, end) {
            self.visit(level, row);
            place = self.share.rows.behind(row);
            self.send(OWN_ROWS, SENT_ROWS);
            states += 1;
            if states % ROUND_STATES == 0 {
                self.take_letters();
                self.look_around(level + 2);
                if self.common.limit().is_some() {
                    return;
                }
            }
        }
        self.send(0, 0);
        self.look_around(level + 2);
    }

    /// Tells the others how far this thread has got, and looks at the limits for all of them. Each thread does: another may
    /// have to wait for a processor, while what this one sends it piles up.
    fn look_around(&mut self, depth: usize) {
        self.count();
        self.common.watch_limits(depth);
    }

    /// Waits until everyone has expanded the level, and enters what they send.
    fn finish_level(&mut self, level: usize) -> Result<(), Abandoned> {
        let everyone = self.common.threads * (level + 1);
        self.common.finished.fetch_add(1, Ordering::Release);
        let mut looks = 0;
        while self.common.finished.load(Ordering::Acquire) < everyone {
            if self.common.gather.is_abandoned() {
                return Err(Abandoned);
            }
            looks += 1;
            match self.take_letters() {
                true => {}
                // Of levels with few states the end is near.
                false if looks < QUICK_LOOKS => std::thread::yield_now(),
                false => std::thread::sleep(LOOK),
            }
        }
        self.take_letters();
        self.count();
        Ok(())
    }

    /// Judges a state and expands it.
    fn visit(&mut self, level: usize, place: Place) {
        self.expander.load(self.share.rows.row(place));
        let threads = self.common.threads;
        let outgoing = &mut self.outgoing;
        let rows = &self.share.rows;
        let (taken, quiescent) = self.expander.expand(|_, row| {
            let hash = rows.hash(row);
            outgoing[owner(hash, threads)].push(hash, row);
        });
        self.share.generated += taken;
        self.share.judge(&mut self.expander, &self.common.conditions.properties, level, place, quiescent);
        self.share.watch(&mut self.expander, quiescent);
    }

    /// Enters what is this thread's own, and gives the others what belongs to them, where it has become so many rows.
    fn send(&mut self, own: usize, sent: usize) {
        for to in 0..self.common.threads {
            if to == self.index && self.outgoing[to].len() > own {
                let mut mail = std::mem::take(&mut self.outgoing[to]);
                self.enter(&mail);
                mail.clear();
                self.outgoing[to] = mail;
            } else if to != self.index && self.outgoing[to].len() > sent {
                let blank = locked(&self.common.read).pop().unwrap_or_default();
                let mail = std::mem::replace(&mut self.outgoing[to], blank);
                locked(&self.common.letters[to]).push(mail);
            }
        }
    }

    /// Enters what the others have sent; tells whether there was anything.
    fn take_letters(&mut self) -> bool {
        let mut letters = std::mem::take(&mut *locked(&self.common.letters[self.index]));
        let any = !letters.is_empty();
        for mail in &mut letters {
            self.enter(mail);
            mail.clear();
        }
        locked(&self.common.read).append(&mut letters);
        any
    }

    /// Adds rows to the table, unless the search has reached a limit.
    fn enter(&mut self, mail: &Mail) {
        let growth = self.share.rows.growth(mail.len()).filter(|growth| growth.taken >= GROWTH_SEEN);
        if let Some(growth) = growth {
            self.common.make_room(growth);
        }
        if self.common.limit().is_none() {
            self.share.rows.insert_all(mail);
        }
        if let Some(growth) = growth {
            self.common.grown(growth);
        }
    }

    fn count(&mut self) {
        let now = (self.share.rows.count(), self.share.rows.bytes(), self.share.generated);
        let (states, bytes, generated) = std::mem::replace(&mut self.counted, now);
        self.common.states.fetch_add(now.0 - states, Ordering::Relaxed);
        self.common.bytes.fetch_add(now.1 - bytes, Ordering::Relaxed);
        self.common.generated.fetch_add(now.2 - generated, Ordering::Relaxed);
    }
}
