//! The search: breadth first, level by level, by as many threads as are wanted.
//!
//! Each thread owns the states whose hashes fall to it: their rows, their table, their place in the next level. It expands
//! its own states and sends what it finds to the owners; all meet after each round. So which states belong to a level, how
//! many there are and what is violated do not depend on the number of threads or on who is faster.
//!
//! # Where the time goes
//!
//! With reactions remembered, most of it goes into the visited table, whose accesses miss the cache. Therefore a row is as
//! short as it can be (numbers, and bits for a set of messages), a table slot carries a tag that saves most comparisons,
//! and steps that change nothing are dropped before they are looked up.

use super::gather::{Abandoned, Gather};
use super::hash;
use super::interned::{Interned, NumberedStep, Source};
use super::memory;
use super::quotient::{Ground, Quotient};
use super::report::Limit;
use super::rows::{Place, Rows};
use super::state::{Codec, Judge, Numbers, panicked};
use super::{Conditions, Options};
use crate::system::{Duty, Enabled, Global, Kind, Rules, Spent};
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A state, by the thread that owns it and its place there.
pub(super) type Found = (usize, Place);

/// What one thread has found.
pub(super) struct Share {
    pub rows: Rows,
    /// Where each level begins.
    pub levels: Vec<Place>,
    pub generated: u64,
    /// For each property, and last for the absence of panics: the first level with a state that decides it (violates
    /// it, or for `sometimes` reaches it), and those states.
    pub decided: Vec<Option<(usize, Vec<Place>)>>,
    pub quiescent: bool,
    /// How many states were visited, and how many states without symmetry they stand for.
    pub orbits: (usize, u128),
    pub panic: Option<String>,
}

/// What the threads of a search share.
pub(super) struct Common<'a> {
    source: &'a dyn Source,
    conditions: Conditions,
    options: &'a Options,
    threads: usize,
    gather: Gather,
    /// Mail for each thread from each thread: rows with their hashes.
    mail: Vec<Vec<Mutex<Vec<u32>>>>,
    states: AtomicUsize,
    bytes: AtomicUsize,
    /// Bytes by which tables are about to grow.
    growing: AtomicUsize,
    generated: AtomicU64,
    limit: AtomicU8,
    started: Instant,
}

const MORE: u32 = 1;
const NEW: u32 = 2;
const VIOLATED: u32 = 4;
const STOP: u32 = 8;

/// After so many words of mail a thread lets the others insert.
const ROUND_WORDS: usize = 1 << 19;
/// After so many states it does so in any case, for the sake of limits and progress.
const ROUND_STATES: usize = 1 << 13;
/// Tables that grow by fewer bytes are not worth a look at the budget.
const GROWTH_SEEN: usize = 1 << 20;

impl<'a> Common<'a> {
    pub fn new(source: &'a dyn Source, options: &'a Options, threads: usize) -> Self {
        let boxes = |_| (0..threads).map(|_| Mutex::default()).collect();
        Common {
            source,
            conditions: source.conditions(),
            options,
            threads,
            gather: Gather::new(threads),
            mail: (0..threads).map(boxes).collect(),
            states: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            growing: AtomicUsize::new(0),
            generated: AtomicU64::new(0),
            limit: AtomicU8::new(0),
            started: Instant::now(),
        }
    }

    /// The limit that ended the search, if one did.
    pub fn limit(&self) -> Option<Limit> {
        Limit::from_code(self.limit.load(Ordering::Relaxed))
    }

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

    fn reach_limit(&self, limit: Limit) {
        let _ = self.limit.compare_exchange(0, limit.code(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Compares what was used, and is about to be, with what is allowed.
    fn watch_limits(&self, depth: usize) {
        let options = self.options;
        let bytes = self.bytes.load(Ordering::Relaxed) as u64;
        let growing = self.growing.load(Ordering::Relaxed) as u64;
        let used = memory::resident().unwrap_or(bytes) + growing;
        let states = self.states.load(Ordering::Relaxed) as u64;
        if let Some(progress) = &options.progress {
            progress.tell(states, self.generated.load(Ordering::Relaxed), depth, used);
        }
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

struct AbandonOnPanic<'a>(&'a Gather);

impl Drop for AbandonOnPanic<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Expands states: decodes rows, performs steps, encodes what comes of them.
pub(super) struct Expander<'a> {
    rules: &'a Rules,
    source: &'a dyn Source,
    /// How many of the conditions are properties; the rest are cuts.
    properties: usize,
    conditions: usize,
    cells: Interned<'a>,
    codec: Codec,
    judge: Judge,
    quotient: Option<Quotient<'a>>,
    pub state: Numbers,
    next: Numbers,
    steps: Vec<Enabled<Interned<'a>>>,
    row: Vec<u32>,
}

impl<'a> Expander<'a> {
    pub fn new(source: &'a dyn Source) -> Self {
        let rules = source.rules();
        let conditions = source.conditions();
        let blank = || Global { processes: vec![], network: vec![], history: 0, spent: Spent::default() };
        Expander {
            rules,
            source,
            properties: conditions.properties.len(),
            conditions: conditions.reads.len(),
            cells: Interned::new(source),
            codec: Codec::new(rules),
            judge: Judge::new(&conditions),
            quotient: Quotient::new(source),
            state: blank(),
            next: blank(),
            steps: Vec::new(),
            row: Vec::new(),
        }
    }

    /// Makes the initial state the current one; gives its row, or nothing when it is cut.
    pub fn begin(&mut self) -> Option<&[u32]> {
        self.state = self.rules.initial(&mut self.cells);
        self.next.clone_from_state(&self.state);
        if !self.next_is_explored() {
            return None;
        }
        self.encode_next();
        Some(&self.row)
    }

    /// Makes the next state the current one, as it is and not as the one that stands for its class.
    pub fn take(&mut self, step: &NumberedStep) {
        self.rules.perform(&mut self.cells, &mut self.state, step);
    }

    /// Writes the row of the next state, or of the one that stands for its class.
    fn encode_next(&mut self) {
        if let Some(quotient) = &mut self.quotient {
            quotient.represent(&mut self.cells, &mut self.next);
        }
        self.codec.encode(&self.next, &mut self.row);
    }

    /// Tests what is claimed of the current state, if it stands for others; gives how many states it stands for.
    fn watch(&mut self, quiescent: bool) -> u128 {
        let Some(quotient) = &mut self.quotient else { return 1 };
        let mut ground = Ground { rules: self.rules, cells: &mut self.cells, judge: &mut self.judge };
        quotient.watch(&mut ground, &self.state, quiescent).unwrap_or(1)
    }

    pub fn load(&mut self, row: &[u32]) {
        self.codec.decode(row, &mut self.state);
    }

    /// Whether the current state satisfies property `index`.
    pub fn holds(&mut self, index: usize) -> Result<bool, String> {
        self.judge.holds(index, self.source, &self.state)
    }

    /// Whether no cut leaves the next state out. A cut that panics leaves nothing out; its panic is found when the state
    /// is judged.
    fn next_is_explored(&mut self) -> bool {
        (self.properties..self.conditions).all(|cut| {
            let holds = self.judge.holds(cut, self.source, &self.next);
            holds.unwrap_or(true)
        })
    }

    /// The panic of a cut at the current state.
    fn panic_of_a_cut(&mut self) -> Option<String> {
        (self.properties..self.conditions).find_map(|cut| self.judge.holds(cut, self.source, &self.state).err())
    }

    /// Performs each step of the current state. `found` is given the step and the row of what comes of it, unless that is
    /// the current state again. Returns how many steps were taken, and whether the state is quiescent.
    pub fn expand(&mut self, mut found: impl FnMut(&NumberedStep, &[u32])) -> (u64, bool) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.rules.enabled(&mut self.cells, &self.state, &mut steps);
        let (mut taken, mut quiescent) = (0, true);
        for enabled in &steps {
            self.next.clone_from_state(&self.state);
            self.rules.perform_enabled(&mut self.cells, &mut self.next, enabled);
            let changed = self.next != self.state;
            quiescent &= !(changed && enabled.duty == Duty::Due);
            if !self.next_is_explored() {
                continue;
            }
            taken += 1;
            if changed {
                self.encode_next();
                found(&enabled.step, &self.row);
            }
        }
        let quiescent = quiescent && self.rules.nothing_keeps_coming(&mut self.cells, &self.state, &steps);
        self.steps = steps;
        (taken, quiescent)
    }
}

impl Numbers {
    /// A copy that allocates nothing where there is room.
    fn clone_from_state(&mut self, other: &Numbers) {
        self.processes.clone_from(&other.processes);
        self.network.clone_from(&other.network);
        self.history = other.history;
        self.spent = other.spent;
    }
}

/// The owner of a row among `threads` threads.
pub(super) fn owner(hash: u64, threads: usize) -> usize {
    // Bits that neither the slot nor the tag of the table depends on much.
    (hash >> 33) as usize % threads
}

struct Worker<'a> {
    common: &'a Common<'a>,
    index: usize,
    expander: Expander<'a>,
    share: Share,
    outgoing: Vec<Vec<u32>>,
    counted: (usize, usize, u64),
}

impl<'a> Worker<'a> {
    fn new(common: &'a Common<'a>, index: usize) -> Self {
        Worker {
            common,
            index,
            expander: Expander::new(common.source),
            share: Share {
                rows: Rows::new(),
                levels: vec![0],
                generated: 0,
                decided: vec![None; common.conditions.properties.len() + 1],
                quiescent: false,
                orbits: (0, 0),
                panic: None,
            },
            outgoing: vec![Vec::new(); common.threads],
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
            let hash = hash::of_words(row);
            if owner(hash, self.common.threads) == self.index {
                self.share.rows.insert(hash, row);
                self.share.generated += 1;
            }
        }
    }

    fn levels(&mut self) -> Result<(), Abandoned> {
        for level in 0.. {
            let start = *self.share.levels.last().expect("the first level begins at once");
            let end = self.share.rows.end();
            if !self.level(level, start, end)? {
                return Ok(());
            }
            let violated = self.has_violation(level);
            let new = self.share.rows.end() > end;
            let bits = if new { NEW } else { 0 } | if violated { VIOLATED } else { 0 };
            let all = self.common.gather.meet(bits)?;
            if all & NEW != 0 {
                self.share.levels.push(end);
            }
            if all & VIOLATED != 0 || all & NEW == 0 {
                return Ok(());
            }
            if self.common.options.max_depth.is_some_and(|most| level + 2 > most) {
                self.common.reach_limit(Limit::Depth);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Expands a level; tells whether the search may go on.
    fn level(&mut self, level: usize, start: Place, end: Place) -> Result<bool, Abandoned> {
        let mut place = start;
        loop {
            place = self.round(level, place, end);
            let more = self.share.rows.next(place, end).is_some();
            self.exchange()?;
            self.count();
            if self.index == 0 {
                self.common.watch_limits(level + 2);
            }
            let stop = self.common.limit().is_some();
            let bits = if more { MORE } else { 0 } | if stop { STOP } else { 0 };
            let all = self.common.gather.meet(bits)?;
            if all & STOP != 0 {
                return Ok(false);
            }
            if all & MORE == 0 {
                return Ok(true);
            }
        }
    }

    /// Expands some states from `place` on; gives the place behind them.
    fn round(&mut self, level: usize, mut place: Place, end: Place) -> Place {
        for _ in 0..ROUND_STATES {
            let Some(row) = self.share.rows.next(place, end) else {
                return place;
            };
            self.visit(level, row);
            place = self.share.rows.behind(row);
            if self.outgoing.iter().map(Vec::len).sum::<usize>() > ROUND_WORDS {
                break;
            }
        }
        place
    }

    /// Judges a state and expands it.
    fn visit(&mut self, level: usize, place: Place) {
        self.expander.load(self.share.rows.row(place));
        let threads = self.common.threads;
        let outgoing = &mut self.outgoing;
        let (taken, quiescent) = self.expander.expand(|_, row| {
            let hash = hash::of_words(row);
            let mail = &mut outgoing[owner(hash, threads)];
            mail.extend_from_slice(&[hash as u32, (hash >> 32) as u32, row.len() as u32]);
            mail.extend_from_slice(row);
        });
        self.share.generated += taken;
        self.share.quiescent |= quiescent;
        self.share.orbits =
            (self.share.orbits.0 + 1, self.share.orbits.1.saturating_add(self.expander.watch(quiescent)));
        self.judge(level, place, quiescent);
    }

    fn judge(&mut self, level: usize, place: Place, quiescent: bool) {
        let properties = &self.common.conditions.properties;
        let mut panic = self.expander.panic_of_a_cut();
        for (index, kind) in properties.iter().enumerate() {
            let settled = self.share.decided[index].as_ref().is_some_and(|(at, _)| *at < level);
            if settled || (*kind == Kind::Finally && !quiescent) {
                continue;
            }
            match self.expander.holds(index) {
                Ok(holds) if holds == (*kind == Kind::Sometimes) => self.decide(index, level, place),
                Ok(_) => {}
                Err(message) => panic = panic.or(Some(message)),
            }
        }
        if panic.is_some() || panicked(&mut self.expander.cells, &self.expander.state) {
            self.decide(properties.len(), level, place);
        }
        self.share.panic = self.share.panic.take().or(panic);
    }

    fn decide(&mut self, index: usize, level: usize, place: Place) {
        let (first, places) = self.share.decided[index].get_or_insert((level, Vec::new()));
        if *first == level && places.last() != Some(&place) {
            places.push(place);
        }
    }

    fn has_violation(&self, level: usize) -> bool {
        let properties = &self.common.conditions.properties;
        let decided = self.share.decided.iter().enumerate();
        decided
            .filter(|(index, _)| properties.get(*index) != Some(&Kind::Sometimes))
            .any(|(_, decided)| decided.as_ref().is_some_and(|(at, _)| *at == level))
    }

    /// Gives the others what belongs to them, and takes what belongs to this thread.
    fn exchange(&mut self) -> Result<(), Abandoned> {
        for (to, mail) in self.outgoing.iter_mut().enumerate() {
            let mut letter = self.common.mail[to][self.index].lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut *letter, mail);
        }
        self.common.gather.meet(0)?;
        let mut growing = 0;
        for from in 0..self.common.threads {
            let mut letter = self.common.mail[self.index][from].lock().unwrap_or_else(PoisonError::into_inner);
            growing += self.make_room(letter.len());
            if self.common.limit().is_none() {
                insert_all(&mut self.share.rows, &letter);
            }
            letter.clear();
        }
        self.common.growing.fetch_sub(growing, Ordering::Relaxed);
        Ok(())
    }

    /// A table that has to grow takes much memory at once, so the budget is looked at before. The tables of all threads
    /// grow at about the same time, so each says by how much, until it has grown. Gives that number of bytes.
    fn make_room(&self, words: usize) -> usize {
        let growth = self.share.rows.growth(words / 8);
        if growth < GROWTH_SEEN {
            return 0;
        }
        self.common.growing.fetch_add(growth, Ordering::Relaxed);
        self.common.watch_limits(self.share.levels.len() + 1);
        growth
    }

    fn count(&mut self) {
        let now = (self.share.rows.count(), self.share.rows.bytes(), self.share.generated);
        let (states, bytes, generated) = std::mem::replace(&mut self.counted, now);
        self.common.states.fetch_add(now.0 - states, Ordering::Relaxed);
        self.common.bytes.fetch_add(now.1 - bytes, Ordering::Relaxed);
        self.common.generated.fetch_add(now.2 - generated, Ordering::Relaxed);
    }
}

fn insert_all(rows: &mut Rows, mut mail: &[u32]) {
    while let [low, high, length, rest @ ..] = mail {
        let (row, rest) = rest.split_at(*length as usize);
        rows.insert(u64::from(*low) | u64::from(*high) << 32, row);
        mail = rest;
    }
}
