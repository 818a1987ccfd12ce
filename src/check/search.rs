//! The search: breadth first, level by level, by as many threads as are wanted.
//!
//! All threads share one set of visited states. Each expands blocks of the level that it claims, its own rows first and then
//! those of others, and enters what it finds; all meet at the end of each level. So which states belong to a level, how many
//! there are and what is violated do not depend on the number of threads or on who is faster. When the table is full, all stop
//! where they are, it grows, and they go on.
//!
//! # Where the time goes
//!
//! Of a system with tens of millions of states, nearly half of it goes into the set of visited states, whose accesses miss the
//! cache, of one with a million a quarter: [`visited`](super::visited) says what is done about it. The rest goes into finding
//! out what may happen in a state, writing the rows of what comes of it, and finding reactions: a twentieth to a tenth each. A
//! tenth is the kernel's, for fresh pages. Five things made it so: reactions are remembered; most messages in flight are
//! ignored in most states, which is known by a bit for each pair of process and message ([`Pairs`](super::memo::Pairs)); steps
//! that change nothing are dropped before they are looked up; rows are written from their parents', with a few words changed,
//! for ordinary steps ([`ordinary`](super::ordinary)), and where nothing can go wrong without decoding the state
//! ([`direct`](super::direct)), which spared a quarter to a third of the time, unless a property asks for more of it than its
//! history, which is seldom; and a row is written as it is kept ([`Row`](super::rows::Row)), so that it is never packed or
//! unpacked. (Large pages for table and rows were tried and gained nothing.)

use super::claims::Claims;
use super::common::Common;
use super::expander::Expander;
use super::gather::{Abandoned, Gather};
use super::report::Limit;
use super::rows::Mail;
use super::share::{Explored, Share};
use super::visited::{PIECE, Place, Visited};
use std::ops::Range;
use std::sync::atomic::Ordering;

const NEW: u32 = 1;
const VIOLATED: u32 = 2;
const STOP: u32 = 4;
const FULL: u32 = 8;

/// After so many states a thread looks at the limits.
const ROUND_STATES: usize = 1 << 12;

/// Why threads have stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// The search is over.
    Over,
    /// The table is full.
    Full,
}

impl Common<'_> {
    /// Explores, with all threads; gives what they found.
    ///
    /// # Panics
    ///
    /// When a thread does. Handlers, observers and properties that panic do not make it panic.
    pub fn explore(&self) -> Explored {
        let mut visited = Visited::new(self.threads, self.options.shuffle.unwrap_or(0));
        let claims = Claims::new(self.threads);
        let mut workers: Vec<_> = (0..self.threads).map(|index| Worker::new(self, &claims, &visited, index)).collect();
        workers.iter_mut().for_each(|worker| worker.begin(&mut visited));
        while self.together(&visited, &mut workers) == Stopped::Full && self.allows(visited.growth()) {
            visited.grow();
            self.is_full.store(false, Ordering::Relaxed);
        }
        Explored { visited, shares: workers.into_iter().map(|worker| worker.share).collect() }
    }

    /// Has all threads explore until they stop.
    fn together(&self, visited: &Visited, workers: &mut [Worker<'_>]) -> Stopped {
        let [first, others @ ..] = workers else { unreachable!("somebody has to explore") };
        std::thread::scope(|scope| {
            let others: Vec<_> = others.iter_mut().map(|worker| scope.spawn(|| worker.explore(visited))).collect();
            let stopped = first.explore(visited);
            for other in others {
                other.join().unwrap_or_else(|e| std::panic::resume_unwind(e));
            }
            stopped
        })
    }
}

struct AbandonOnPanic<'a>(&'a Gather);

impl Drop for AbandonOnPanic<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

struct Worker<'a> {
    common: &'a Common<'a>,
    claims: &'a Claims,
    index: usize,
    expander: Expander<'a>,
    share: Share,
    level: usize,
    /// Where the next level begins, in what this thread has written.
    next: Place,
    /// What is left of the rows that it has claimed.
    claimed: Range<Place>,
    /// What it has found, and how much of that is entered.
    found: Mail,
    entered: usize,
    until_look: usize,
    /// How many of its steps are counted for all.
    counted: u64,
}

impl<'a> Worker<'a> {
    fn new(common: &'a Common<'a>, claims: &'a Claims, visited: &Visited, index: usize) -> Self {
        let begin = visited.begin(index);
        Worker {
            common,
            claims,
            index,
            expander: Expander::new(common.source).shuffled(common.options.shuffle).directly(),
            share: Share::new(&common.conditions, begin),
            level: 0,
            next: begin,
            claimed: begin..begin,
            found: Mail::default(),
            entered: 0,
            until_look: ROUND_STATES,
            counted: 0,
        }
    }

    /// Enters the initial state, if it is the first to do so. All look at it: what is claimed of it is tested by whoever visits
    /// it.
    fn begin(&mut self, visited: &mut Visited) {
        if let Some(row) = self.expander.begin()
            && self.index == 0
        {
            let begin = visited.begin(self.index);
            visited.add(row);
            self.share.generated += 1;
            self.next = visited.end(self.index);
            self.claims.offer(0, self.index, begin..self.next);
        }
    }

    /// Explores until all stop.
    fn explore(&mut self, visited: &Visited) -> Stopped {
        let guard = AbandonOnPanic(&self.common.gather);
        // Only a panic of another thread ends the search by this, and it is passed on when that thread is joined.
        let stopped = self.levels(visited).unwrap_or(Stopped::Over);
        std::mem::forget(guard);
        stopped
    }

    fn levels(&mut self, visited: &Visited) -> Result<Stopped, Abandoned> {
        loop {
            let full = !self.level(visited);
            let end = visited.end(self.index);
            self.claims.offer(self.level + 1, self.index, self.next..end);
            let new = end > self.next;
            let violated = self.share.has_violation(&self.common.conditions.properties, self.level);
            let stop = self.common.limit().is_some();
            let bits = [(new, NEW), (violated, VIOLATED), (stop, STOP), (full, FULL)];
            let bits = bits.iter().filter(|(is, _)| *is).map(|(_, bit)| bit).sum();
            let all = self.common.gather.meet(bits)?;
            if all & STOP != 0 {
                return Ok(Stopped::Over);
            }
            if all & FULL != 0 {
                return Ok(Stopped::Full);
            }
            let over = all & VIOLATED != 0 || all & NEW == 0;
            if !over && self.common.options.max_depth.is_some_and(|most| self.level + 1 >= most) {
                self.common.reach_limit(Limit::Depth);
                return Ok(Stopped::Over);
            }
            if all & NEW != 0 {
                self.share.levels.push(self.next);
            }
            if over {
                return Ok(Stopped::Over);
            }
            self.next = end;
            self.level += 1;
        }
    }

    /// Expands what it can claim of the level, until nothing is left or a limit is reached; tells whether there was room for
    /// what it found.
    fn level(&mut self, visited: &Visited) -> bool {
        if !self.enter(visited, PIECE) {
            return false;
        }
        loop {
            while let Some(row) = visited.next(self.claimed.start, self.claimed.end) {
                self.visit(visited, row);
                self.claimed.start = visited.behind(row);
                let has_room = self.enter(visited, PIECE);
                if self.look_around(visited) {
                    return true;
                }
                if !has_room {
                    return false;
                }
            }
            match self.claims.claim(self.level, self.index) {
                Some(rows) => self.claimed = rows,
                None => break,
            }
        }
        let has_room = self.enter(visited, 0);
        self.look_at_limits(visited);
        has_room
    }

    /// Judges a state and expands it.
    fn visit(&mut self, visited: &Visited, place: Place) {
        self.expander.load(visited, place);
        let found = &mut self.found;
        let (taken, quiescent) = self.expander.expand(|_, row| found.push(visited.seed(), row));
        self.share.generated += taken;
        self.share.judge(&mut self.expander, &self.common.conditions.properties, self.level, place, quiescent);
        self.share.watch(&mut self.expander, quiescent);
    }

    /// Enters what was found, where it has become more than so many rows; tells whether there was room for it, and is for
    /// others.
    fn enter(&mut self, visited: &Visited, most: usize) -> bool {
        let rows = self.found.len();
        if rows - self.entered > most {
            while self.entered < rows {
                if !visited.has_room() {
                    self.common.is_full.store(true, Ordering::Relaxed);
                    return false;
                }
                let piece = self.entered..rows.min(self.entered + PIECE);
                self.entered = piece.end;
                visited.insert_piece(self.index, &self.found, piece);
            }
            self.found.clear();
            self.entered = 0;
        }
        !self.common.is_full.load(Ordering::Relaxed)
    }

    /// Looks at the limits, now and then; tells whether one is reached.
    fn look_around(&mut self, visited: &Visited) -> bool {
        self.until_look -= 1;
        if self.until_look > 0 {
            return false;
        }
        self.until_look = ROUND_STATES;
        self.look_at_limits(visited);
        self.common.limit().is_some()
    }

    /// Tells the others how far this thread has got, and looks at the limits for all of them.
    fn look_at_limits(&mut self, visited: &Visited) {
        let counted = std::mem::replace(&mut self.counted, self.share.generated);
        self.common.generated.fetch_add(self.counted - counted, Ordering::Relaxed);
        self.common.watch_limits(visited, self.level + 2);
    }
}
