//! The ordinary step, from the row of a state to the row of its successor.
//!
//! Where the network is unordered and time passes as it likes, a delivery, and what a process does by itself, take a message
//! out of flight, change one process and the history, and put messages in flight; whatever else the row says stays as it is. So
//! the successor's row is its parent's with a few words changed.

use super::interned::{Interned, NumberedStep};
use super::rows::Word;
use super::state::LARGE;
use crate::system::{Cells, Rules, Standing, Step};

/// Which bit of which word stands for a message of a set.
pub(super) const BITS: usize = Word::BITS as usize;

/// Writes the rows of what comes of ordinary steps.
pub(super) struct Ordinary {
    processes: usize,
    /// Whether the messages in flight are a set, written as bits.
    pub set: bool,
    /// How many equal copies of a message are in flight at most.
    copies: Option<usize>,
    /// Whether a process may have stopped for good, or lie: then nothing is sent to it.
    anyone_may_fail: bool,
}

/// What is taken out of flight in a step.
#[derive(Clone, Copy)]
pub(super) enum Taken {
    Nothing,
    /// What stands at this place of the row.
    At(usize),
    /// A copy of this message.
    Message(u32),
}

impl Ordinary {
    /// Nothing, if a system with these rules knows no ordinary steps.
    pub fn new(rules: &Rules) -> Option<Self> {
        rules.has_ordinary_steps().then(|| Ordinary {
            processes: rules.processes,
            set: rules.network.is_set(),
            copies: rules.network.copies.map(usize::from),
            anyone_may_fail: rules.anyone_may_fail(),
        })
    }

    /// Whether a step is ordinary; then whose it is, and what it takes out of flight.
    pub fn of(&self, cells: &mut Interned<'_>, step: &NumberedStep) -> Option<(usize, Taken)> {
        match step {
            Step::Deliver { envelope, kept: false, death: None } => {
                let taken = if self.set { Taken::Nothing } else { Taken::Message(*envelope) };
                Some((cells.ends(envelope).1, taken))
            }
            Step::Act { process, death: None, .. } => Some((usize::from(*process), Taken::Nothing)),
            _ => None,
        }
    }

    /// Where the messages in flight begin in a row, if each number in it takes one word.
    pub fn begin(&self, row: &[Word]) -> Option<usize> {
        let (around, rest) = row.split_at(self.processes + 1);
        let bytes_spent = rest[0].count_ones() as usize;
        let begin = self.processes + 2 + bytes_spent.div_ceil(2);
        // A number that takes several words moves those behind it, so this comes first.
        let large = around.contains(&LARGE) || (!self.set && row[begin..].contains(&LARGE));
        (!large).then_some(begin)
    }

    /// Writes into `row` what comes of the state with the row `here`, whose messages begin at `first`, when process `id` reacts
    /// so. Tells whether it could: numbers that take several words are not ordinary.
    pub fn write(
        &self,
        (here, first): (&[Word], usize),
        cells: &mut Interned<'_>,
        id: usize,
        reaction: u32,
        taken: Taken,
        row: &mut Vec<Word>,
    ) -> bool {
        let seen = cells.observe(&here[self.processes].into(), &reaction, 0);
        let (process, sent) = cells.effect(reaction);
        let is_ordinary = |number: &u32| *number < u32::from(LARGE);
        let history = seen.filter(|history| {
            is_ordinary(history) && is_ordinary(&process) && (self.set || sent.iter().all(is_ordinary))
        });
        let Some(history) = history else { return false };
        row.clear();
        match place(taken, &here[first..]) {
            None => row.extend_from_slice(here),
            Some(place) => {
                row.extend_from_slice(&here[..first + place]);
                row.extend_from_slice(&here[first + place + 1..]);
            }
        }
        row[id] = process as Word;
        row[self.processes] = history as Word;
        if !self.anyone_may_fail || self.set {
            sent.iter().for_each(|envelope| self.send(row, first, *envelope));
            return true;
        }
        for place in 0..sent.len() {
            let envelope = cells.effect(reaction).1[place];
            if self.is_received(cells, here, envelope) {
                self.send(row, first, envelope);
            }
        }
        true
    }

    /// Whether a message is put in flight: not if it is for a process that has stopped for good, or lies. What is sent to
    /// nobody stays in flight.
    fn is_received(&self, cells: &mut Interned<'_>, here: &[Word], envelope: u32) -> bool {
        let to = cells.ends(&envelope).1;
        to >= self.processes || !matches!(cells.standing(&here[to].into()), Standing::Stopped | Standing::Byzantine)
    }

    fn send(&self, row: &mut Vec<Word>, first: usize, envelope: u32) {
        if self.set {
            let word = first + envelope as usize / BITS;
            if word >= row.len() {
                row.resize(word + 1, 0);
            }
            row[word] |= 1 << (envelope as usize % BITS);
            return;
        }
        let envelope = envelope as Word;
        let flying = &row[first..];
        let is_full = |copies: usize| flying.iter().filter(|other| **other == envelope).count() >= copies;
        if !self.copies.is_some_and(is_full) {
            let smaller = flying.iter().filter(|other| **other < envelope).count();
            row.insert(first + smaller, envelope);
        }
    }
}

/// Where what is taken stands among the messages in flight.
fn place(taken: Taken, flying: &[Word]) -> Option<usize> {
    match taken {
        Taken::Nothing => None,
        Taken::At(place) => Some(place),
        Taken::Message(envelope) => {
            let place = flying.iter().position(|other| u32::from(*other) == envelope);
            Some(place.expect("a message that is taken is in flight"))
        }
    }
}
