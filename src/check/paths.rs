//! Shortest runs to given states, found by walking the levels backward.

use super::expander::Expander;
use super::hash::Set;
use super::interned::{NumberedStep, Source};
use super::share::Explored;
use super::visited::Place;

/// The least, in the order of steps, of the shortest runs to one of `targets`, which all stand in `level`.
///
/// Cost: at most two more explorations of the levels before, by one thread.
pub(super) fn shortest_run(
    source: &dyn Source,
    explored: &Explored,
    level: usize,
    targets: impl IntoIterator<Item = Place>,
) -> Vec<NumberedStep> {
    let mut walk = Walk { expander: Expander::new(source), source, explored };
    let mut on_the_way: Vec<Set<Place>> = vec![Set::default(); level];
    on_the_way.push(targets.into_iter().collect());
    for earlier in (0..level).rev() {
        on_the_way[earlier] = walk.leading_to(earlier, &on_the_way[earlier + 1]);
    }
    // The run is one of states as they are; those on the way may stand for whole classes.
    let mut run = Vec::new();
    walk.expander.begin();
    for later in &on_the_way[1..] {
        let step = walk.least_step(later);
        walk.expander.take(&step);
        run.push(step);
    }
    run
}

struct Walk<'a> {
    expander: Expander<'a>,
    source: &'a dyn Source,
    explored: &'a Explored,
}

impl Walk<'_> {
    /// The states of a level from which a step leads to one of `targets`.
    fn leading_to(&mut self, level: usize, targets: &Set<Place>) -> Set<Place> {
        let mut leading = Set::default();
        let visited = &self.explored.visited;
        for row in self.explored.level(level).flat_map(|rows| visited.places(rows)) {
            let mut leads = false;
            self.expander.load(visited, row);
            self.expand(|_, next| leads |= targets.contains(&next));
            if leads {
                leading.insert(row);
            }
        }
        leading
    }

    /// The least step from the current state to one of `targets`.
    fn least_step(&mut self, targets: &Set<Place>) -> NumberedStep {
        let mut candidates = Vec::new();
        self.expand(|step, next| {
            if targets.contains(&next) {
                candidates.push(step.clone());
            }
        });
        let candidates = candidates.into_iter();
        candidates
            .min_by(|one, other| self.source.compare(one, other))
            .expect("a state on the way has a step that stays on it")
    }

    /// The steps of the current state, and the states that they lead to.
    fn expand(&mut self, mut found: impl FnMut(&NumberedStep, Place)) {
        let visited = &self.explored.visited;
        self.expander.expand(|step, row| {
            // A state that is not there was left out by a limit.
            if let Some(place) = visited.find(row) {
                found(step, place);
            }
        });
    }
}
