//! Runs of states as they are, where the graph is one of normal forms.
//!
//! A step from one normal form to another stands for steps between states as they are, and data have other names there:
//! the message that is starved for ever may be another one in each normal form on the circle, or one message in the normal
//! forms may be many. So what fairness says of actions that are told by their data cannot be read off the normal forms
//! (of actions that are told by who takes them it can: a normal form does not exchange processes).
//!
//! A circle that seems fair is therefore unrolled: followed round after round, from state to state as they are, until each
//! action that was possible in the first round was taken, or could not be. And that there is no lasso counts only if there
//! is none even when such actions are not fair at all, except that a run does not rest where one is possible.

use super::graph::{Graph, Leg, Promise, State};
use super::question::Lasso;
use super::steps::Next;
use super::stored::Stored;
use crate::check::interned::NumberedStep;

/// So many rounds a circle is followed.
const ROUNDS: usize = 64;

/// What has not been possible for so many rounds is taken for gone.
const GONE: usize = 8;

/// A run of states as they are, along states of the graph.
struct Follower<'g, 'a> {
    graph: &'g mut Stored<'a>,
    /// The normal form of the current state.
    here: State,
}

/// The steps of a run along this lasso, its circle once, if the run is fair that follows the circle for ever.
pub(super) fn unrolled(graph: &mut Stored<'_>, lasso: &Lasso<NumberedStep>) -> Option<Vec<NumberedStep>> {
    let mut follower = Follower::new(graph);
    let prefix = follower.follow_all(&lasso.prefix);
    if !follower.is_fair_round_after_round(&lasso.circle) {
        return None;
    }
    let way: Vec<_> = lasso.prefix.iter().chain(&lasso.circle).cloned().collect();
    let run = along(graph, &way);
    debug_assert!(run.starts_with(&prefix), "a way is followed in the same manner each time");
    Some(run)
}

/// The steps of a run along a way from the initial state.
pub(super) fn along(graph: &mut Stored<'_>, way: &[Leg<NumberedStep>]) -> Vec<NumberedStep> {
    Follower::new(graph).follow_all(way)
}

impl<'g, 'a> Follower<'g, 'a> {
    fn new(graph: &'g mut Stored<'a>) -> Self {
        graph.expander.begin();
        let here = graph.initial();
        Follower { graph, here }
    }

    fn follow_all(&mut self, way: &[Leg<NumberedStep>]) -> Vec<NumberedStep> {
        way.iter().map(|leg| self.follow(leg).0).collect()
    }

    /// Takes the least step to a state with the normal form to which the leg leads; one that takes a fair action, if the
    /// leg does.
    fn follow(&mut self, leg: &Leg<NumberedStep>) -> (NumberedStep, Option<Promise>) {
        let mut candidates = Vec::new();
        self.steps(|step, promise, to| {
            if to == Some(leg.to) {
                candidates.push((promise.is_some() != leg.promise.is_some(), step.clone(), promise));
            }
        });
        let source = self.graph.source();
        let least = candidates.into_iter().min_by(|(one_differs, one, _), (other_differs, other, _)| {
            one_differs.cmp(other_differs).then_with(|| source.compare(one, other))
        });
        let (_, step, promise) = least.expect("what leads to one normal form leads there from every state");
        self.graph.expander.take(&step);
        self.here = leg.to;
        (step, promise)
    }

    fn steps(&mut self, mut found: impl FnMut(&NumberedStep, Option<Promise>, Option<State>)) {
        let Stored { index, expander, promises, .. } = &mut *self.graph;
        let here = self.here;
        expander.every_step(promises, |step, promise, next| {
            let to = match next {
                Next::Same => Some(here),
                Next::Row(row) => Some(index.find(row)),
                Next::LeftOut => None,
            };
            found(step, promise, to);
        });
    }

    /// The fair actions that are possible in the current state.
    fn possible(&mut self) -> Vec<Promise> {
        let mut possible = Vec::new();
        self.steps(|_, promise, _| possible.extend(promise));
        possible
    }

    /// Whether a run may stay in the current state, as it is.
    fn rests(&mut self) -> bool {
        let (mut possible, mut in_place) = (Vec::new(), Vec::new());
        let Stored { expander, promises, .. } = &mut *self.graph;
        expander.every_step(promises, |_, promise, next| {
            possible.extend(promise);
            if matches!(next, Next::Same) {
                in_place.extend(promise);
            }
        });
        possible.iter().all(|promise| in_place.contains(promise))
    }

    /// Whether a run that follows a circle for ever from the current state is fair, as far as the rounds go that are tried.
    fn is_fair_round_after_round(&mut self, circle: &[Leg<NumberedStep>]) -> bool {
        if circle.is_empty() {
            return self.rests();
        }
        // Each with the last round in which it was possible.
        let mut owed: Vec<(Promise, usize)> = Vec::new();
        for round in 0..ROUNDS {
            for leg in circle {
                let possible = self.possible();
                owed.retain(|(promise, _)| promise.strong || possible.contains(promise));
                if round == 0 {
                    owed.extend(possible.iter().map(|promise| (*promise, round)));
                }
                owed.iter_mut().filter(|(promise, _)| possible.contains(promise)).for_each(|(_, last)| *last = round);
                let taken = self.follow(leg).1;
                owed.retain(|(promise, _)| Some(*promise) != taken);
            }
            owed.retain(|(_, last)| round < last + GONE);
            if owed.is_empty() {
                return true;
            }
        }
        false
    }
}
