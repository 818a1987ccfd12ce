//! What a search has found, and what one of its threads has found out.

use super::Conditions;
use super::expander::Expander;
use super::state::panicked;
use super::visited::{Place, Visited};
use crate::system::Kind;
use std::ops::Range;

/// What a search has found.
pub(super) struct Explored {
    pub visited: Visited,
    /// What each thread has found out.
    pub shares: Vec<Share>,
}

impl Explored {
    /// The ranges of places in which the states of a level stand, a range for each thread that has written some.
    pub fn level(&self, level: usize) -> impl Iterator<Item = Range<Place>> {
        self.shares.iter().enumerate().map(move |(thread, share)| {
            share.levels[level]..share.levels.get(level + 1).copied().unwrap_or(self.visited.end(thread))
        })
    }
}

/// What one thread has found out of the states that it has visited.
pub(super) struct Share {
    /// Where each level begins, in what this thread has written.
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
    pub fn new(conditions: &Conditions, begin: Place) -> Self {
        Share {
            levels: vec![begin],
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
            // Of a liveness property only a panic matters here: the graph is judged when all states are found.
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
    pub fn watch(&mut self, expander: &mut Expander<'_>, quiescent: bool) {
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
