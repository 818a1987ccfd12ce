//! Cells as small numbers, with a memory of every reaction.
//!
//! A step of an actor depends on one process and one event, so a system with millions of states has only a few thousand
//! different local steps. Each thread remembers those it has seen: handlers, observers and properties run only for what is
//! new to it.
//!
//! What is remembered lies in a few flat vectors, and a reaction is a place in one of them: a step that was found enabled
//! is performed without another look-up. What is known of a process or a message by its number alone is found by that
//! number; only reactions, which depend on two, need a table.

use super::Conditions;
use super::liveness::Promise;
use super::memo::{Memo, Pairs};
use super::quotient::Reduction;
use super::rows::Word;
use super::state::Numbers;
use crate::system::{Cause, Cells, Death, Outcome, Outlook, Reads, Rules, Sort, Standing, Step, Tick, Trace};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

/// A step in numbers.
pub(super) type NumberedStep = Step<u32, u32>;

/// The number of what is seen of a step of which nothing is seen.
pub(super) const NOTHING_SEEN: u32 = 0;

/// Who knows the values behind the numbers. Answers depend on the arguments alone.
pub(super) trait Source: Sync {
    /// What may happen around the processes.
    fn rules(&self) -> &Rules;
    fn unborn(&self) -> u32;
    fn first_history(&self) -> u32;
    /// The messages that are in flight before anybody has said anything.
    fn first_messages(&self) -> Vec<u32> {
        Vec::new()
    }

    /// Which states are taken for one another.
    fn reduction(&self) -> Reduction<'_> {
        Reduction::None
    }
    /// Adds the standing of processes that `known` does not know yet.
    fn standings(&self, known: &mut Vec<Standing>);
    /// Adds sender and receiver of messages that `known` does not know yet.
    fn ends(&self, known: &mut Vec<(u8, u8)>);
    fn offers(&self, id: usize, process: u32) -> Vec<(u32, Sort)>;
    fn react(&self, id: usize, process: u32, cause: Cause<u32, u32>) -> Vec<Outcome<u32, u32, u32>>;
    fn tick(&self, process: u32, time: Tick) -> u32;
    /// What the observer makes of what it sees; nothing when it panics.
    fn observe(&self, history: u32, seen: u32) -> Option<u32>;
    fn lies(&self, id: usize) -> Vec<u32>;
    /// What is to be judged.
    fn conditions(&self) -> Conditions;
    /// Whether a state satisfies the condition with this index.
    ///
    /// # Errors
    ///
    /// The condition's panic.
    fn holds(&self, condition: usize, state: &Numbers) -> Result<bool, String>;
    /// The fair action that a step takes, given whether a message that arrives in it comes from a process that is up.
    fn fair_action(&self, step: &NumberedStep, from_up: bool) -> Option<Promise>;
    /// The order of steps, by their values.
    fn compare(&self, one: &NumberedStep, other: &NumberedStep) -> Ordering;
    /// The trace of a run from the initial state on.
    fn trace(&self, run: &[NumberedStep]) -> Trace;
    /// Takes somebody's word for what a property reads.
    ///
    /// # Panics
    ///
    /// When there is no such property, or when properties say themselves what they read.
    fn declare(&mut self, property: &str, reads: Reads) {
        panic!("\"{property}\" says itself what it reads: {reads:?} need not be declared");
    }
    /// What is taken for granted, a line for each assumption.
    fn assumptions(&self) -> Vec<String>;
    /// How often a handler was called.
    fn handler_calls(&self) -> u64;
    /// How many different processes, messages and histories occurred.
    fn sizes(&self) -> [usize; 3];
}

/// One thread's memory of what a [`Source`] has answered.
pub(super) struct Interned<'s> {
    source: &'s dyn Source,
    standings: Vec<Standing>,
    /// Whether one of them says that a process has panicked.
    someone_panicked: bool,
    ends: Vec<(u8, u8)>,
    /// For each id, by the number of the process: where its offers begin, plus one.
    offers: Vec<Vec<u32>>,
    /// Runs of offers, each followed by nothing.
    offered: Vec<Option<(u32, Sort)>>,
    /// For each id, by process and cause: the first of the outcomes.
    reactions: Vec<Memo>,
    outcomes: Vec<Remembered>,
    /// Which processes are known to ignore which messages.
    ignored: Pairs,
    sent: Vec<u32>,
    /// By history and what is seen.
    observed: Memo,
    ticked: HashMap<(u32, Tick), u32>,
    lies: HashMap<usize, Arc<[u32]>>,
}

/// An outcome; those of one reaction stand behind one another.
struct Remembered {
    process: u32,
    seen: u32,
    death: Option<Death>,
    ignored: bool,
    last: bool,
    /// Where what is sent begins and ends.
    sent: (u32, u32),
}

/// (Not a number of a history: pools are smaller.) What the memory says of a history after an observer's panic.
const PANICKED: u32 = u32::MAX - 1;

impl<'s> Interned<'s> {
    pub fn new(source: &'s dyn Source) -> Self {
        let processes = source.rules().processes;
        Interned {
            source,
            standings: Vec::new(),
            someone_panicked: false,
            ends: Vec::new(),
            offers: vec![Vec::new(); processes],
            offered: Vec::new(),
            reactions: (0..processes).map(|_| Memo::new()).collect(),
            outcomes: Vec::new(),
            ignored: Pairs::new(),
            sent: Vec::new(),
            observed: Memo::new(),
            ticked: HashMap::new(),
            lies: HashMap::new(),
        }
    }

    /// What an observer sees of an outcome.
    pub fn seen(&self, reaction: u32, which: usize) -> u32 {
        self.outcomes[reaction as usize + which].seen
    }

    /// Asks how a process reacts; gives the place of the first outcome.
    #[cold]
    fn learn_reaction(&mut self, id: usize, process: u32, cause: Cause<u32, u32>) -> u32 {
        let first = number(self.outcomes.len());
        let outcomes = self.source.react(id, process, cause);
        let count = outcomes.len();
        for (place, outcome) in outcomes.into_iter().enumerate() {
            let begin = number(self.sent.len());
            self.sent.extend_from_slice(&outcome.sent);
            self.outcomes.push(Remembered {
                process: outcome.process,
                seen: outcome.seen,
                death: outcome.death,
                ignored: outcome.ignored,
                last: place + 1 == count,
                sent: (begin, number(self.sent.len())),
            });
        }
        first
    }

    #[cold]
    fn learn_offers(&mut self, id: usize, process: u32) -> u32 {
        let begin = number(self.offered.len());
        self.offered.extend(self.source.offers(id, process).into_iter().map(Some));
        self.offered.push(None);
        let known = &mut self.offers[id];
        if known.len() <= process as usize {
            known.resize(process as usize + 1, 0);
        }
        known[process as usize] = begin + 1;
        begin
    }
}

/// What the general way has no need to ask.
impl Interned<'_> {
    /// Whether none of these processes has panicked. (No process can have before any has.)
    pub fn know_nobody_panicked(&mut self, processes: &[Word]) -> bool {
        let known = self.standings.len();
        if processes.iter().any(|process| usize::from(*process) >= known) {
            self.learn_standings();
        }
        let panicked = |process: &Word| self.standings[usize::from(*process)] == Standing::Panicked;
        !self.someone_panicked || !processes.iter().any(panicked)
    }

    fn learn_standings(&mut self) {
        let known = self.standings.len();
        self.source.standings(&mut self.standings);
        self.someone_panicked |= self.standings[known..].contains(&Standing::Panicked);
    }

    /// Which of the messages that stand in the `index`-th word of a set a process is known to ignore, as bits.
    pub fn surely_ignored(&self, process: u32, index: usize) -> Word {
        self.ignored.word(process, index)
    }

    /// What becomes of a process when it reacts so and does not die, and what it sends.
    pub fn effect(&self, reaction: u32) -> (u32, &[u32]) {
        let Remembered { process, sent: (begin, end), .. } = self.outcomes[reaction as usize];
        (process, &self.sent[begin as usize..end as usize])
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).expect("2^32 different local steps")
}

impl Cells for Interned<'_> {
    type Process = u32;
    type Envelope = u32;
    type History = u32;
    type Local = u32;
    type Offers = u32;
    type Reaction = u32;

    fn unborn(&mut self) -> u32 {
        self.source.unborn()
    }

    fn first_history(&mut self) -> u32 {
        self.source.first_history()
    }

    fn first_messages(&mut self) -> Vec<u32> {
        self.source.first_messages()
    }

    fn standing(&mut self, process: &u32) -> Standing {
        if *process as usize >= self.standings.len() {
            self.learn_standings();
        }
        self.standings[*process as usize]
    }

    fn ends(&mut self, envelope: &u32) -> (usize, usize) {
        if *envelope as usize >= self.ends.len() {
            self.source.ends(&mut self.ends);
        }
        let (from, to) = self.ends[*envelope as usize];
        (from.into(), to.into())
    }

    fn offers(&mut self, id: usize, process: &u32) -> u32 {
        match self.offers[id].get(*process as usize) {
            Some(begin) if *begin != 0 => *begin - 1,
            _ => self.learn_offers(id, *process),
        }
    }

    fn offer(&self, offers: &u32, place: usize) -> Option<(u32, Sort)> {
        self.offered[*offers as usize + place]
    }

    fn react(&mut self, id: usize, process: &u32, cause: Cause<&u32, &u32>) -> u32 {
        let (what, which) = match cause {
            Cause::Message(envelope) => (0, *envelope),
            Cause::Local(local) => (1, *local),
            Cause::Start => (2, 0),
            Cause::Crash(kind) => (2, 1 + kind as u32),
            Cause::Corrupt => (2, 3),
        };
        let key = u64::from(*process) << 34 | u64::from(which) << 2 | what;
        if let Some(first) = self.reactions[id].get(key) {
            return first;
        }
        let first = self.learn_reaction(id, *process, cause.copied());
        self.reactions[id].insert(key, first);
        first
    }

    fn surely_ignores(&self, process: &u32, envelope: &u32) -> bool {
        self.ignored.has(*process, *envelope)
    }

    fn notice(&mut self, id: usize, process: &u32, envelope: &u32) -> Option<u32> {
        let first = self.react(id, process, Cause::Message(envelope));
        if !self.outcomes[first as usize].ignored {
            return Some(first);
        }
        self.ignored.insert(*process, *envelope);
        None
    }

    fn outcome(&self, reaction: &u32, which: usize) -> Option<Outlook<u32>> {
        let first = *reaction as usize;
        if which > 0 && self.outcomes[first + which - 1].last {
            return None;
        }
        let Remembered { process, death, ignored, .. } = self.outcomes[first + which];
        Some(Outlook { process, death, ignored })
    }

    fn sent(&self, reaction: &u32, which: usize, place: usize) -> Option<u32> {
        let (begin, end) = self.outcomes[*reaction as usize + which].sent;
        let place = begin + place as u32;
        (place < end).then(|| self.sent[place as usize])
    }

    fn tick(&mut self, process: &u32, time: Tick) -> u32 {
        *self.ticked.entry((*process, time)).or_insert_with(|| self.source.tick(*process, time))
    }

    fn observe(&mut self, history: &u32, reaction: &u32, which: usize) -> Option<u32> {
        let seen = self.outcomes[*reaction as usize + which].seen;
        if seen == NOTHING_SEEN {
            return Some(*history);
        }
        let key = u64::from(*history) << 32 | u64::from(seen);
        let kept = self.observed.get(key).unwrap_or_else(|| {
            let kept = self.source.observe(*history, seen).unwrap_or(PANICKED);
            self.observed.insert(key, kept);
            kept
        });
        (kept != PANICKED).then_some(kept)
    }

    fn lies(&mut self, id: usize) -> Arc<[u32]> {
        self.lies.entry(id).or_insert_with(|| self.source.lies(id).into()).clone()
    }
}

impl<E: Copy, L: Copy> Cause<&E, &L> {
    fn copied(self) -> Cause<E, L> {
        match self {
            Cause::Start => Cause::Start,
            Cause::Message(envelope) => Cause::Message(*envelope),
            Cause::Local(local) => Cause::Local(*local),
            Cause::Crash(kind) => Cause::Crash(kind),
            Cause::Corrupt => Cause::Corrupt,
        }
    }
}
