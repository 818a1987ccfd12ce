//! From a state to its successors.

use super::direct::Direct;
use super::hash;
use super::interned::{Interned, NumberedStep, Source};
use super::judge::Judge;
use super::ordinary::Ordinary;
use super::quotient::{Ground, Quotient};
use super::rows::Word;
use super::state::{Codec, Numbers};
use super::visited::{Place, Visited};
use crate::random::Random;
use crate::system::{Duty, Enabled, Global, Rules, Spent};
use std::ops::Range;

/// With debug assertions, one in so many states is expanded both ways.
const COMPARED: u64 = 16;

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
    /// The short ways, where they are asked for and there are any: through all steps of a state, and through ordinary ones.
    direct: Option<Direct>,
    ordinary: Option<Ordinary>,
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
            direct: None,
            ordinary: None,
        }
    }

    /// Goes the short way wherever it can; where nothing can go wrong, steps come in another order then. (Not where they are
    /// shuffled: so tests can compare.)
    pub fn directly(self) -> Self {
        if self.quotient.is_some() || !self.cuts.is_empty() || self.shuffle.is_some() {
            return self;
        }
        Expander { direct: Direct::new(self.rules), ordinary: Ordinary::new(self.rules), ..self }
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
        self.codec.encode(&self.state, &mut self.here);
        self.encode_next();
        Some(&self.row)
    }

    /// Makes the next state the current one, as it is and not as the one that stands for its class.
    pub fn take(&mut self, step: &NumberedStep) {
        self.rules.perform(&mut self.cells, &mut self.state, step);
        self.codec.encode(&self.state, &mut self.here);
    }

    /// Writes the row of the next state, or of the one that stands for its class.
    pub fn encode_next(&mut self) {
        if let Some(quotient) = &mut self.quotient {
            quotient.represent(&mut self.cells, &mut self.next);
        }
        self.codec.encode(&self.next, &mut self.row);
    }

    /// Writes the row of the next state as it is; tells whether it differs from the current one.
    fn next_differs(&mut self) -> bool {
        self.codec.encode(&self.next, &mut self.row);
        self.row != self.here
    }

    /// Tests what is claimed of the current state, if it stands for others; gives how many states it stands for.
    pub fn watch(&mut self, quiescent: bool) -> u128 {
        let Some(quotient) = &mut self.quotient else { return 1 };
        let mut ground = Ground { rules: self.rules, cells: &mut self.cells, judge: &mut self.judge };
        quotient.watch(&mut ground, &self.state, quiescent).unwrap_or(1)
    }

    /// Makes the state at a place the current one.
    pub fn load(&mut self, visited: &Visited, place: Place) {
        visited.read(place, &mut self.here);
        self.codec.decode(&self.here, &mut self.state);
    }

    /// Makes the state of a row the current one.
    pub fn load_row(&mut self, row: &[Word]) {
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
    pub fn panic_of_a_cut(&mut self) -> Option<String> {
        (self.cuts.start..self.conditions).find_map(|cut| self.judge.holds(cut, self.source, &self.state).err())
    }

    /// Performs each step of the current state. `found` is given the step and the row of what comes of it, unless that is
    /// the current state again. Returns how many steps were taken, and whether the state is quiescent.
    pub fn expand(&mut self, found: impl FnMut(&NumberedStep, &[Word])) -> (u64, bool) {
        match self.direct.take_if(|direct| direct.applies(&mut self.cells, &self.here)) {
            Some(direct) => {
                let direct = if cfg!(debug_assertions) { self.compare_ways(direct) } else { direct };
                self.expand_directly(direct, found)
            }
            None => self.expand_generally(found),
        }
    }

    /// Both ways lead to the same states. Looked at in some of them, which the row decides.
    fn compare_ways(&mut self, direct: Direct) -> Direct {
        if !hash::of_words(0, &self.here).is_multiple_of(COMPARED) {
            return direct;
        }
        let (mut short, mut long) = (Vec::new(), Vec::new());
        let generally = self.expand_generally(|step, row| long.push((step.clone(), row.to_vec())));
        let directly = self.expand_directly(direct, |step, row| short.push((step.clone(), row.to_vec())));
        short.sort();
        long.sort();
        assert_eq!((directly, short), (generally, long), "the short way leads elsewhere");
        self.direct.take().expect("it was put back")
    }

    fn expand_directly(&mut self, mut direct: Direct, mut found: impl FnMut(&NumberedStep, &[Word])) -> (u64, bool) {
        let (mut taken, mut quiescent, unusual) = direct.expand(&mut self.cells, &self.here, &mut self.row, &mut found);
        for (step, duty) in unusual {
            taken += 1;
            self.next.clone_from_state(&self.state);
            self.rules.perform(&mut self.cells, &mut self.next, step);
            if self.next_differs() {
                quiescent &= *duty != Duty::Due;
                found(step, &self.row);
            }
        }
        self.direct = Some(direct);
        (taken, quiescent)
    }

    fn expand_generally(&mut self, mut found: impl FnMut(&NumberedStep, &[Word])) -> (u64, bool) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        self.rules.enabled(&mut self.cells, &self.state, &mut steps);
        if let Some(random) = &mut self.shuffle {
            random.shuffle(&mut steps);
        }
        let (mut taken, mut quiescent) = (0, true);
        let begin = self.ordinary.as_ref().and_then(|ordinary| ordinary.begin(&self.here));
        for enabled in &steps {
            let shortly = begin.is_some_and(|begin| self.take_shortly(enabled, begin));
            let changed = if shortly { self.row != self.here } else { self.perform(enabled) };
            quiescent &= !(changed && enabled.duty == Duty::Due);
            if !shortly && !self.next_is_explored() {
                continue;
            }
            taken += 1;
            if changed {
                if self.quotient.is_some() {
                    self.encode_next();
                }
                found(&enabled.step, &self.row);
            }
        }
        let quiescent = quiescent && self.rules.nothing_keeps_coming(&mut self.cells, &self.state, &steps);
        self.steps = steps;
        (taken, quiescent)
    }

    /// Makes what comes of a step the next state, and writes its row; tells whether it differs from the current one.
    fn perform(&mut self, enabled: &Enabled<Interned<'a>>) -> bool {
        self.next.clone_from_state(&self.state);
        self.rules.perform_enabled(&mut self.cells, &mut self.next, enabled);
        self.next_differs()
    }

    /// Writes the row of what comes of a step, if it is an ordinary one of a state whose messages begin there.
    fn take_shortly(&mut self, enabled: &Enabled<Interned<'a>>, begin: usize) -> bool {
        let Some(ordinary) = &self.ordinary else { return false };
        let Some((id, taken)) = ordinary.of(&mut self.cells, &enabled.step) else { return false };
        let Some((reaction, 0)) = enabled.reaction else { return false };
        if !ordinary.write((&self.here, begin), &mut self.cells, id, reaction, taken, &mut self.row) {
            return false;
        }
        if cfg!(debug_assertions) && hash::of_words(0, &self.here).is_multiple_of(COMPARED) {
            let written = self.row.clone();
            self.perform(enabled);
            assert_eq!(written, self.row, "the short way leads elsewhere");
        }
        true
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
