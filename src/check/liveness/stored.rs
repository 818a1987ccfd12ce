//! The graph of the states that a search has found.
//!
//! Rows say nothing of steps, so every state is expanded once more. Kept is where its steps lead, four bytes each; which
//! fair actions they take is found again, by another expansion, for the few components where it matters. What each thread of
//! the search has written is expanded by a thread.

use super::bits::Bits;
use super::graph::{Graph, Promise, State};
use super::numbering::Numbering;
use super::steps::{Next, Promises};
use crate::check::common::Common;
use crate::check::expander::Expander;
use crate::check::interned::{NumberedStep, Source};
use crate::check::quotient::Reduction;
use crate::check::rows::Word;
use crate::check::share::Explored;
use crate::check::visited::{Place, Visited, parts};
use std::cell::Cell;
use std::cmp::Ordering;

/// The limits are looked at when so many states have been expanded, or so many questions asked.
const ASKED: u32 = 1 << 12;

/// The graph of a complete search.
pub(super) struct Stored<'a> {
    common: &'a Common<'a>,
    pub index: Index<'a>,
    parts: Vec<Part>,
    pub expander: Expander<'a>,
    pub promises: Promises<'a>,
    initial: State,
    may_stay: Bits,
    /// As `may_stay`, where actions that are told by data are overlooked.
    may_turn: Bits,
    /// Whether actions that are told by data are not taken for fair, except in a run that rests.
    overlooks_data: bool,
    /// How often somebody asked whether a limit is hit.
    asked: Cell<u32>,
}

/// What is known of each state, beside its steps.
pub(super) struct Facts {
    /// For each condition that was asked for, the states that satisfy it.
    pub holds: Vec<Bits>,
    /// The states with a step to a state that a cut leaves out.
    pub left_out: Bits,
}

/// The numbers of states.
pub(super) struct Index<'a> {
    visited: &'a Visited,
    numberings: Vec<Numbering>,
    /// The first number of what each thread has written; and last, how many states there are.
    firsts: Vec<State>,
}

/// The steps and facts of what a thread has written, its states numbered from zero.
struct Part {
    /// Where the successors of each state begin; and last, where they end.
    starts: Vec<u64>,
    successors: Vec<State>,
    may_stay: Bits,
    may_turn: Bits,
    left_out: Bits,
    holds: Vec<Bits>,
}

impl<'a> Stored<'a> {
    /// Expands all states that a complete search has found, and judges the conditions with these indices; nothing when a
    /// limit is hit.
    pub fn build(common: &'a Common<'a>, explored: &'a Explored, conditions: &[usize]) -> Option<(Self, Facts)> {
        let visited = &explored.visited;
        // Steps that change nothing are many, and not stored: how much room the others take shows on the way.
        if !common.allows(Numbering::bytes(visited) + visited.count() * 12) {
            return None;
        }
        let index = Index::of(visited);
        let parts: Vec<Part> = std::thread::scope(|scope| {
            let index = &index;
            let threads: Vec<_> =
                (0..visited.threads()).map(|part| scope.spawn(move || index.part(common, part, conditions))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|e| std::panic::resume_unwind(e))).collect()
        });
        let whole = |of: &dyn Fn(&Part) -> &Bits| index.whole(parts.iter().map(of));
        let facts = Facts {
            holds: (0..conditions.len()).map(|condition| whole(&|part| &part.holds[condition])).collect(),
            left_out: whole(&|part| &part.left_out),
        };
        let (may_stay, may_turn) = (whole(&|part| &part.may_stay), whole(&|part| &part.may_turn));
        let source = common.source;
        let (mut expander, promises) = (Expander::new(source), Promises::new(source));
        let initial = index.find(expander.begin().expect("a cut of the initial state is refused"));
        let asked = Cell::new(0);
        let overlooks_data = false;
        let stored =
            Stored { common, index, parts, expander, promises, initial, may_stay, may_turn, overlooks_data, asked };
        (common.limit().is_none()).then_some((stored, facts))
    }
}

impl<'a> Index<'a> {
    fn of(visited: &'a Visited) -> Self {
        let numberings: Vec<Numbering> = (0..visited.threads()).map(|thread| Numbering::of(visited, thread)).collect();
        let mut firsts = vec![0];
        for numbering in &numberings {
            let count = u32::try_from(numbering.count()).ok();
            let next = count.and_then(|count| count.checked_add(*firsts.last()?)).filter(|next| *next < u32::MAX);
            firsts.push(next.expect("liveness is judged of fewer than 2^32 states"));
        }
        Index { visited, numberings, firsts }
    }

    fn count(&self) -> usize {
        self.firsts[self.numberings.len()] as usize
    }

    /// The part in which a state is, and its number there.
    fn part_of(&self, state: State) -> (usize, u32) {
        let part = self.firsts.partition_point(|first| *first <= state) - 1;
        (part, state - self.firsts[part])
    }

    /// Where the row of a state stands.
    fn place(&self, state: State) -> Place {
        let (part, number) = self.part_of(state);
        self.numberings[part].place(number)
    }

    pub fn find(&self, row: &[Word]) -> State {
        let place = self.visited.find(row).expect("a complete search has found every state");
        let (part, _) = parts(place);
        self.firsts[part] + self.numberings[part].number(place)
    }

    /// The whole of sets of the states of each part.
    fn whole<'b>(&self, parts: impl Iterator<Item = &'b Bits>) -> Bits {
        let mut whole = Bits::none(self.count());
        for (first, part) in self.firsts.iter().zip(parts) {
            whole.extend(part.iter().map(|state| first + state));
        }
        whole
    }

    fn part(&self, common: &Common<'_>, which: usize, conditions: &[usize]) -> Part {
        let Index { visited, firsts, .. } = self;
        let count = (firsts[which + 1] - firsts[which]) as usize;
        let none = || Bits::none(count);
        let mut part = Part {
            starts: Vec::with_capacity(count + 1),
            successors: Vec::new(),
            may_stay: none(),
            may_turn: none(),
            left_out: none(),
            holds: conditions.iter().map(|_| none()).collect(),
        };
        part.starts.push(0);
        let (mut expander, mut promises) = (Expander::new(common.source), Promises::new(common.source));
        for (state, place) in (0_u32..).zip(visited.places(visited.begin(which)..visited.end(which))) {
            if state.is_multiple_of(ASKED) && !common.allows(0) {
                break;
            }
            expander.load(visited, place);
            self.add_state(&mut part, firsts[which], state, &mut expander, &mut promises, conditions);
        }
        part
    }

    fn add_state(
        &self,
        part: &mut Part,
        first: State,
        state: State,
        expander: &mut Expander<'_>,
        promises: &mut Promises<'_>,
        conditions: &[usize],
    ) {
        for (holds, condition) in part.holds.iter_mut().zip(conditions) {
            if expander.holds(*condition).expect("a condition that panics ends the search") {
                holds.insert(state);
            }
        }
        let mut loops = Loops::default();
        expander.every_step(promises, |_, promise, next| {
            loops.possible.extend(promise);
            match next {
                Next::Same => loops.in_place.extend(promise),
                Next::Row(row) => match self.find(row) {
                    to if to == first + state => loops.turning.push(promise),
                    to => part.successors.push(to),
                },
                Next::LeftOut => part.left_out.extend([state]),
            }
        });
        if loops.may_stay() {
            part.may_stay.insert(state);
        }
        if loops.may_turn() {
            part.may_turn.insert(state);
        }
        part.starts.push(part.successors.len() as u64);
    }
}

/// What is possible in a state, and what can be taken without leaving it.
#[derive(Default)]
struct Loops {
    possible: Vec<Promise>,
    /// By steps that change nothing.
    in_place: Vec<Promise>,
    /// By steps to other states of the same normal form.
    turning: Vec<Option<Promise>>,
}

impl Loops {
    fn may_stay(&self) -> bool {
        let taken = |promise: &Promise| self.in_place.contains(promise) || self.turning.contains(&Some(*promise));
        self.possible.iter().all(taken)
    }

    /// Whether a run may rest, or turn on the spot where actions that are told by data are overlooked.
    fn may_turn(&self) -> bool {
        let rests = self.possible.iter().all(|promise| self.in_place.contains(promise));
        let taken = |promise: &Promise| self.in_place.contains(promise) || self.turning.contains(&Some(*promise));
        rests || !self.turning.is_empty() && self.possible.iter().filter(|promise| !promise.by_data).all(taken)
    }
}

impl Graph for Stored<'_> {
    type Step = NumberedStep;

    fn count(&self) -> usize {
        self.index.count()
    }

    fn initial(&self) -> State {
        self.initial
    }

    fn successors(&self, state: State) -> &[State] {
        let (part, number) = self.index.part_of(state);
        let Part { starts, successors, .. } = &self.parts[part];
        &successors[starts[number as usize] as usize..starts[number as usize + 1] as usize]
    }

    fn steps(&mut self, state: State, found: &mut dyn FnMut(&NumberedStep, Option<Promise>, Option<State>)) {
        let Stored { index, expander, promises, overlooks_data, .. } = self;
        expander.load(index.visited, index.place(state));
        expander.every_step(promises, |step, promise, next| {
            let to = match next {
                Next::Same => Some(state),
                Next::Row(row) => Some(index.find(row)),
                Next::LeftOut => None,
            };
            found(step, promise.filter(|promise| !(*overlooks_data && promise.by_data)), to);
        });
    }

    fn may_stay(&self, state: State) -> bool {
        if self.overlooks_data { self.may_turn.has(state) } else { self.may_stay.has(state) }
    }

    fn compare(&self, one: &NumberedStep, other: &NumberedStep) -> Ordering {
        self.source().compare(one, other)
    }

    fn is_given_up(&self) -> bool {
        self.asked.set(self.asked.get().wrapping_add(1));
        if self.asked.get().is_multiple_of(ASKED) { !self.common.allows(0) } else { self.common.limit().is_some() }
    }
}

impl<'a> Stored<'a> {
    pub fn source(&self) -> &'a dyn Source {
        self.common.source
    }

    /// Overlooks fairness where only data tell actions apart, or takes it into account again.
    pub fn overlook_data(&mut self, overlook: bool) {
        self.overlooks_data = overlook;
    }

    /// Whether states stand for others of the same normal form.
    pub fn is_of_normal_forms(&self) -> bool {
        !matches!(self.source().reduction(), Reduction::None)
    }
}
