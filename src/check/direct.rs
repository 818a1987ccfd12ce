//! Steps of a system in which nothing can go wrong, straight from the row of a state to the rows of its successors.
//!
//! Where the network is unordered, time passes as it likes, and no process and no link can fail, every step is an
//! [ordinary](super::ordinary) one: nothing is decoded, copied and encoded again. That is how most systems are explored that are
//! checked for what they guarantee without faults, and stateright's own examples.
//!
//! What happens is said in [`system`](crate::system), once and for every system; this is the same for the ordinary step
//! alone. Whatever is not ordinary (a number that takes more than a word, a panic) is left to the general way, step by step;
//! and builds with debug assertions, so all tests, go both ways in some of the states and compare.

use super::interned::{Interned, NumberedStep};
use super::ordinary::{BITS, Ordinary, Taken};
use super::rows::Word;
use super::state::LARGE;
use crate::system::{Cause, Cells, Duty, Rules, Step};
use stateright::actor::Id;

/// Expands rows of a system in which nothing can go wrong.
pub(super) struct Direct {
    processes: usize,
    ordinary: Ordinary,
    /// Whether what is sent has to arrive some day.
    duty: Duty,
    /// For each process the messages of a set that are addressed to it, as bits.
    addressed: Vec<Vec<Word>>,
    /// How many messages are known to `addressed`.
    known: u32,
    /// Steps that are not ordinary.
    unusual: Vec<(NumberedStep, Duty)>,
}

/// A successor, on its way.
struct Successor<'r, F> {
    /// The row of the state.
    here: &'r [Word],
    /// The row of what comes of it.
    row: &'r mut Vec<Word>,
    taken: u64,
    quiescent: bool,
    found: F,
}

impl Direct {
    /// Nothing, if something can go wrong in a system with these rules.
    pub fn new(rules: &Rules) -> Option<Self> {
        let network = &rules.network;
        rules.nothing_goes_wrong().then(|| Direct {
            processes: rules.processes,
            ordinary: Ordinary::new(rules).expect("where nothing goes wrong every step is ordinary"),
            duty: if network.may_lose_all() { Duty::Free } else { Duty::Due },
            addressed: vec![Vec::new(); rules.processes],
            known: 0,
            unusual: Vec::new(),
        })
    }

    /// Whether the state of a row is an ordinary one: each number takes one word, and nothing has panicked.
    pub fn applies(&self, cells: &mut Interned<'_>, row: &[Word]) -> bool {
        let (processes, rest) = row.split_at(self.processes);
        let in_words = if self.ordinary.set { &row[..self.processes + 1] } else { row };
        // A number that takes several words moves those behind it, so this comes first.
        !in_words.contains(&LARGE) && rest[1] == 0 && cells.know_nobody_panicked(processes)
    }

    /// Performs the steps of a state to which this [applies](Direct::applies), writing each successor into `next`. Returns
    /// how many were taken, whether none that is due changes the state, and which are left to be taken the general way.
    pub fn expand(
        &mut self,
        cells: &mut Interned<'_>,
        here: &[Word],
        next: &mut Vec<Word>,
        found: impl FnMut(&NumberedStep, &[Word]),
    ) -> (u64, bool, &[(NumberedStep, Duty)]) {
        self.unusual.clear();
        let mut successor = Successor { here, row: next, taken: 0, quiescent: true, found };
        if self.ordinary.set {
            self.deliver_of_a_set(cells, &mut successor);
        } else {
            self.deliver(cells, &mut successor);
        }
        self.act(cells, &mut successor);
        (successor.taken, successor.quiescent, &self.unusual)
    }

    fn deliver<F: FnMut(&NumberedStep, &[Word])>(
        &mut self,
        cells: &mut Interned<'_>,
        successor: &mut Successor<'_, F>,
    ) {
        let here = successor.here;
        let first = self.processes + 2;
        let mut last = LARGE;
        for (place, envelope) in here[first..].iter().enumerate() {
            // Equal copies stand side by side.
            if std::mem::replace(&mut last, *envelope) == *envelope {
                continue;
            }
            let envelope = u32::from(*envelope);
            let (from, to) = cells.ends(&envelope);
            if to >= self.processes || cells.surely_ignores(&here[to].into(), &envelope) {
                continue;
            }
            if let Some(reaction) = cells.notice(to, &here[to].into(), &envelope) {
                let step = Step::Deliver { envelope, kept: false, death: None };
                self.step(cells, successor, to, reaction, Taken::At(place), (step, self.duty(from)));
            }
        }
    }

    /// Whether what a process sends has to arrive. (Of a message that was there from the beginning the sender may be nobody.)
    fn duty(&self, from: usize) -> Duty {
        if from < self.processes { self.duty } else { Duty::Free }
    }

    /// As [`Direct::deliver`], by words: of the messages of a set most have been received long ago.
    fn deliver_of_a_set<F: FnMut(&NumberedStep, &[Word])>(
        &mut self,
        cells: &mut Interned<'_>,
        successor: &mut Successor<'_, F>,
    ) {
        let here = successor.here;
        let flying = &here[self.processes + 2..];
        self.learn_addresses(cells, flying);
        for (to, process) in here[..self.processes].iter().enumerate() {
            let process = u32::from(*process);
            for (index, word) in flying.iter().enumerate() {
                let mut noted = word & self.addressed[to][index];
                if noted != 0 {
                    noted &= !cells.surely_ignored(process, index);
                }
                while noted != 0 {
                    let envelope = (index * BITS) as u32 + noted.trailing_zeros();
                    noted &= noted - 1;
                    if let Some(reaction) = cells.notice(to, &process, &envelope) {
                        let step = Step::Deliver { envelope, kept: false, death: None };
                        let duty = self.duty(cells.ends(&envelope).0);
                        self.step(cells, successor, to, reaction, Taken::Nothing, (step, duty));
                    }
                }
            }
        }
    }

    fn learn_addresses(&mut self, cells: &mut Interned<'_>, flying: &[Word]) {
        let Some(word) = flying.last() else { return };
        let messages = flying.len() * BITS - word.leading_zeros() as usize;
        while (self.known as usize) < messages {
            let (_, to) = cells.ends(&self.known);
            for (id, addressed) in self.addressed.iter_mut().enumerate() {
                addressed.resize(messages.div_ceil(BITS).max(addressed.len()), 0);
                addressed[self.known as usize / BITS] |= Word::from(id == to) << (self.known as usize % BITS);
            }
            self.known += 1;
        }
    }

    fn act<F: FnMut(&NumberedStep, &[Word])>(&mut self, cells: &mut Interned<'_>, successor: &mut Successor<'_, F>) {
        for id in 0..self.processes {
            let process = u32::from(successor.here[id]);
            let offers = cells.offers(id, &process);
            let mut place = 0;
            while let Some((local, _)) = cells.offer(&offers, place) {
                place += 1;
                let reaction = cells.react(id, &process, Cause::Local(&local));
                let step = Step::Act { process: Id::from(id), local, death: None };
                self.step(cells, successor, id, reaction, Taken::Nothing, (step, Duty::Due));
            }
        }
    }

    /// The step in which process `id` reacts so, and a message is taken out of flight.
    fn step<F: FnMut(&NumberedStep, &[Word])>(
        &mut self,
        cells: &mut Interned<'_>,
        successor: &mut Successor<'_, F>,
        id: usize,
        reaction: u32,
        taken: Taken,
        (step, duty): (NumberedStep, Duty),
    ) {
        let (here, first) = (successor.here, self.processes + 2);
        if !self.ordinary.write((here, first), cells, id, reaction, taken, successor.row) {
            return self.unusual.push((step, duty));
        }
        let changed = successor.row[id] != here[id] || *successor.row != here;
        successor.taken += 1;
        successor.quiescent &= !(changed && duty == Duty::Due);
        if changed {
            (successor.found)(&step, successor.row);
        }
    }
}
