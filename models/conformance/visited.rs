//! What an exploration has visited.

use super::judge::Kept;
use std::collections::HashMap;
use synod::event::{Data, Module};
use synod::system::{Action, State};

/// The states visited so far, and how each was reached first.
pub(super) struct Visited<A: Module, H: Data> {
    pub(super) states: Vec<(State<A, H>, Kept)>,
    pub(super) places: HashMap<State<A, H>, usize>,
    /// From which state, and by which step; nothing for a state in which runs begin.
    origins: Vec<Option<(usize, Action<A>)>>,
}

impl<A: Module, H: Data> Visited<A, H> {
    pub(super) fn new() -> Self {
        Visited { states: Vec::new(), places: HashMap::new(), origins: Vec::new() }
    }

    pub(super) fn add(&mut self, state: State<A, H>, kept: Kept, origin: Option<(usize, Action<A>)>) {
        self.places.insert(state.clone(), self.states.len());
        self.states.push((state, kept));
        self.origins.push(origin);
    }

    /// The steps that lead to a state.
    pub(super) fn run_to(&self, place: usize) -> Vec<Action<A>> {
        let mut run = Vec::new();
        let mut place = place;
        while let Some((before, step)) = &self.origins[place] {
            run.push(step.clone());
            place = *before;
        }
        run.reverse();
        run
    }
}
