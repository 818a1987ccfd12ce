//! The search: breadth first, level by level, by as many threads as are wanted.
//!
//! Each thread owns the states whose hashes fall to it: their rows, their table, their place in the next level. It expands
//! its own states, keeps what is its own of what it finds and sends the rest to the owners, some thousands of rows at a
//! time; all meet at the end of each level. So which states belong to a level, how many there are and what is violated do
//! not depend on the number of threads or on who is faster.
//!
//! # Where the time goes
//!
//! With reactions remembered, half of it goes into the visited table, whose accesses miss the cache: [`rows`](super::rows)
//! says what is done about it. The other half is spread evenly over finding the reaction, copying the state, changing it,
//! and hashing its row. Steps that change nothing are dropped before they are looked up.

use super::gather::{Abandoned, Gather};
use super::interned::{Interned, NumberedStep, Source};
use super::judge::Judge;
use super::memory;
use super::quotient::{Ground, Quotient};
use super::random::Random;
use super::report::Limit;
use super::rows::{Mail, Place, Rows, Word};
use super::state::{Codec, Numbers, panicked};
use super::{Conditions, Options};
use crate::system::{Duty, Enabled, Global, Kind, Rules, Spent};
use std::ops::Range;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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

impl Share {
    /// Nothing so far.
    pub fn new(conditions: &Conditions, options: &Options) -> Self {
        Share {
            rows: Rows::new(options.shuffle.unwrap_or(0)),
            levels: vec![0],
            generated: 0,
            decided: vec![None; conditions.properties.len() + 1],
            quiescent: false,
            orbits: (0, 0),
            panic: None,
        }
    }

    /// Judges the state at `place`, which stands in `level` and has just been expanded.
    pub fn judge(
        &mut self,
        expander: &mut Expander<'_>,
        properties: &[Kind],
        level: usize,
        place: Place,
        quiescent: bool,
    ) {
        self.quiescent |= quiescent;
        let mut panic = expander.panic_of_a_cut();
        for (index, kind) in properties.iter().enumerate() {
            let settled = self.decided[index].as_ref().is_some_and(|(at, _)| *at < level);
            if settled || (*kind == Kind::Finally && !quiescent) {
                continue;
            }
            match expander.holds(index) {
                Ok(holds) if !kind.is_liveness() && holds == (*kind == Kind::Sometimes) => {
                    self.decide(index, level, place)
                }
                Ok(_) => {}
                Err(message) => panic = panic.or(Some(message)),
            }
        }
        if panic.is_some() || panicked(&mut expander.cells, &expander.state) {
            self.decide(properties.len(), level, place);
        }
        self.panic = self.panic.take().or(panic);
    }

    fn decide(&mut self, index: usize, level: usize, place: Place) {
        let (first, places) = self.decided[index].get_or_insert((level, Vec::new()));
        if *first == level && places.last() != Some(&place) {
            places.push(place);
        }
    }

    /// Tests what is claimed of a state that stands for others, and counts them.
    fn watch(&mut self, expander: &mut Expander<'_>, quiescent: bool) {
        let (states, orbits) = self.orbits;
        self.orbits = (states + 1, orbits.saturating_add(expander.watch(quiescent)));
    }

    /// Whether a state of `level` violates a property.
    pub fn has_violation(&self, properties: &[Kind], level: usize) -> bool {
        let decided = self.decided.iter().enumerate();
        decided
            .filter(|(index, _)| properties.get(*index) != Some(&Kind::Sometimes))
            .any(|(_, decided)| decided.as_ref().is_some_and(|(at, _)| *at == level))
    }
}

/// What the threads of a search share.
pub(super) struct Common<'a> {
    pub source: &'a dyn Source,
    pub conditions: Conditions,
    pub options: &'a Options,
    threads: usize,
    gather: Gather,
    /// What the others have found for each thread.
    letters: Vec<Mutex<Vec<Mail>>>,
    /// Letters that were read: their memory is used again.
    read: Mutex<Vec<Mail>>,
    /// How often a thread has come to the end of a level.
    finished: AtomicUsize,
    states: AtomicUsize,
    bytes: AtomicUsize,
    /// Bytes by which tables are about to grow.
    growing: AtomicUsize,
    generated: AtomicU64,
    limit: AtomicU8,
    started: Instant,
}

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
/// Tables that grow by fewer bytes are not worth a look at the budget.
const GROWTH_SEEN: usize = 1 << 20;

impl<'a> Common<'a> {
    pub fn new(source: &'a dyn Source, options: &'a Options, threads: usize) -> Self {
        Common {
            source,
            conditions: source.conditions(),
            options,
            threads,
            gather: Gather::new(threads),
            letters: (0..threads).map(|_| Mutex::default()).collect(),
            read: Mutex::default(),
            finished: AtomicUsize::new(0),
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

    /// Compares with what is allowed what random walks have found: their states will be kept once more, in levels.
    pub fn watch(&self, share: &Share, depth: usize) {
        self.states.store(share.rows.count(), Ordering::Relaxed);
        self.bytes.store(share.rows.bytes(), Ordering::Relaxed);
        self.growing.store(share.rows.bytes(), Ordering::Relaxed);
        self.generated.store(share.generated, Ordering::Relaxed);
        self.watch_limits(depth);
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

    /// Compares what was used, and is about to be, with what is allowed.
    fn watch_limits(&self, depth: usize) {
        let used = self.bytes_used();
        if let Some(progress) = &self.options.progress {
            let states = self.states.load(Ordering::Relaxed) as u64;
            progress.tell(states, self.generated.load(Ordering::Relaxed), depth, used);
        }
        self.compare_with_limits(used);
    }

    fn bytes_used(&self) -> u64 {
        let bytes = self.bytes.load(Ordering::Relaxed) as u64;
        let growing = self.growing.load(Ordering::Relaxed) as u64;
        memory::resident().unwrap_or(bytes) + growing
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

struct AbandonOnPanic<'a>(&'a Gather);

impl Drop for AbandonOnPanic<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// Expands states: decodes rows, performs steps, encodes what comes of them.
pub(super) struct Expander<'a> {
    pub rules: &'a Rules,
    source: &'a dyn Source,
    /// Which of the conditions are cuts.
    cuts: Range<usize>,
    /// How many conditions there are.
    conditions: usize,
    pub cells: Interned<'a>,
    pub codec: Codec,
    judge: Judge,
    quotient: Option<Quotient<'a>>,
    pub state: Numbers,
    pub next: Numbers,
    pub steps: Vec<Enabled<Interned<'a>>>,
    /// The row of the current state, and of the next.
    here: Vec<Word>,
    pub row: Vec<Word>,
    shuffle: Option<Random>,
}

impl<'a> Expander<'a> {
    pub fn new(source: &'a dyn Source) -> Self {
        let rules = source.rules();
        let conditions = source.conditions();
        let blank = || Global { processes: vec![], network: vec![], history: 0, spent: Spent::default() };
        Expander {
            rules,
            source,
            cuts: conditions.cuts.clone(),
            conditions: conditions.reads.len(),
            cells: Interned::new(source),
            codec: Codec::new(rules),
            judge: Judge::new(&conditions),
            quotient: Quotient::new(source),
            state: blank(),
            next: blank(),
            steps: Vec::new(),
            here: Vec::new(),
            row: Vec::new(),
            shuffle: None,
        }
    }

    /// Performs the steps of each state in another order, if there is a seed.
    pub fn shuffled(self, seed: Option<u64>) -> Self {
        Expander { shuffle: seed.map(Random::new), ..self }
    }

    /// Makes the initial state the current one; gives its row, or nothing when it is cut.
    pub fn begin(&mut self) -> Option<&[Word]> {
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
    pub fn encode_next(&mut self) {
        if let Some(quotient) = &mut self.quotient {
            quotient.represent(&mut self.cells, &mut self.next);
        }
        self.codec.encode(&self.next, &mut self.row);
    }

    /// Writes the row of the next state, if it differs from the current one; tells whether it does. Where states stand for
    /// others, two of one class do differ.
    fn encode_if_changed(&mut self) -> bool {
        if self.quotient.is_none() {
            self.codec.encode(&self.next, &mut self.row);
            return self.row != self.here;
        }
        let changed = self.next != self.state;
        if changed {
            self.encode_next();
        }
        changed
    }

    /// Tests what is claimed of the current state, if it stands for others; gives how many states it stands for.
    fn watch(&mut self, quiescent: bool) -> u128 {
        let Some(quotient) = &mut self.quotient else { return 1 };
        let mut ground = Ground { rules: self.rules, cells: &mut self.cells, judge: &mut self.judge };
        quotient.watch(&mut ground, &self.state, quiescent).unwrap_or(1)
    }

    pub fn load(&mut self, row: &[Word]) {
        row.clone_into(&mut self.here);
        self.codec.decode(row, &mut self.state);
    }

    /// Whether the current state satisfies condition `index`.
    pub fn holds(&mut self, index: usize) -> Result<bool, String> {
        self.judge.holds(index, self.source, &self.state)
    }

    /// Whether no cut leaves the next state out. A cut that panics leaves nothing out; its panic is found when the state
    /// is judged.
    pub fn next_is_explored(&mut self) -> bool {
        self.cuts.clone().all(|cut| {
            let holds = self.judge.holds(cut, self.source, &self.next);
            holds.unwrap_or(true)
        })
    }

    /// The panic of a cut, or of a premise, at the current state.
    fn panic_of_a_cut(&mut self) -> Option<String> {
        (self.cuts.start..self.conditions).find_map(|cut| self.judge.holds(cut, self.source, &self.state).err())
    }

    /// Performs each step of the current state. `found` is given the step and the row of what comes of it, unless that is
    /// the current state again. Returns how many steps were taken, and whether the state is quiescent.
    pub fn expand(&mut self, mut found: impl FnMut(&NumberedStep, &[Word])) -> (u64, bool) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.rules.enabled(&mut self.cells, &self.state, &mut steps);
        if let Some(random) = &mut self.shuffle {
            random.shuffle(&mut steps);
        }
        let (mut taken, mut quiescent) = (0, true);
        for enabled in &steps {
            self.next.clone_from_state(&self.state);
            self.rules.perform_enabled(&mut self.cells, &mut self.next, enabled);
            let changed = self.encode_if_changed();
            quiescent &= !(changed && enabled.duty == Duty::Due);
            if !self.next_is_explored() {
                continue;
            }
            taken += 1;
            if changed {
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
    pub fn clone_from_state(&mut self, other: &Numbers) {
        self.processes.clone_from(&other.processes);
        self.network.clone_from(&other.network);
        self.history = other.history;
        self.spent = other.spent;
    }
}

/// The owner of a row among `threads` threads.
pub(super) fn owner(hash: u64, threads: usize) -> usize {
    // By the highest bits, on which the slot does not depend, and the tag not much.
    (((hash >> 32) * threads as u64) >> 32) as usize
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
            expander: Expander::new(common.source).shuffled(common.options.shuffle),
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

    /// Tells the others how far this thread has got, and looks at the limits for all of them.
    fn look_around(&mut self, depth: usize) {
        self.count();
        if self.index == 0 {
            self.common.watch_limits(depth);
        }
    }

    /// Waits until everyone has expanded the level, and enters what they send.
    fn finish_level(&mut self, level: usize) -> Result<(), Abandoned> {
        let everyone = self.common.threads * (level + 1);
        self.common.finished.fetch_add(1, Ordering::Release);
        while self.common.finished.load(Ordering::Acquire) < everyone {
            if self.common.gather.is_abandoned() {
                return Err(Abandoned);
            }
            if !self.take_letters() {
                std::thread::sleep(LOOK);
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
        let growing = self.make_room(mail.len());
        if self.common.limit().is_none() {
            self.share.rows.insert_all(mail);
        }
        self.common.growing.fetch_sub(growing, Ordering::Relaxed);
    }

    /// A table that has to grow takes much memory at once, so the budget is looked at before. The tables of all threads
    /// grow at about the same time, so each says by how much, until it has grown. Gives that number of bytes.
    fn make_room(&self, rows: usize) -> usize {
        let growth = self.share.rows.growth(rows);
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
