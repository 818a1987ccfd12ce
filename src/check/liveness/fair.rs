//! Where a fair run can stay for ever.
//!
//! A run that never leaves a part of the graph visits some of its states again and again; these lie in one strongly
//! connected component. In a component the run that goes everywhere again and again is the fairest there is. If a weakly
//! fair action is possible in all states of the component and never taken inside, no run inside is fair. If a strongly fair
//! one is possible in some and never taken inside, a fair run avoids these states from some moment on: they are taken
//! away, and what is left falls into components anew (after Streett; Emerson and Lei).
//!
//! Which actions are possible is found by expanding the states of a component again; only components of more than one
//! state need that.

use super::bits::Bits;
use super::components::Components;
use super::graph::{Graph, Promise, State};
use crate::check::hash::Map;

/// The states that a fair run within `region` can visit again and again, and with them one of `required`, if that is asked.
///
/// The components of these states are strongly connected, and the run that goes everywhere in one of them is fair.
pub(super) fn fair_states<G: Graph>(graph: &mut G, mut region: Bits, required: Option<&Bits>) -> Bits {
    let mut fair = Bits::none(graph.count());
    let mut components = Components::new(graph.count());
    let mut trial = Trial { members: Bits::none(graph.count()), required };
    while !region.is_empty() && !graph.is_given_up() {
        let mut left = Bits::none(graph.count());
        components.each(graph, &region, |graph, members| match trial.judge(graph, members) {
            Outcome::Fair => fair.extend(members.iter().copied()),
            Outcome::Unfair => {}
            Outcome::Avoids(actions) => trial.without(graph, members, &actions, &mut left),
        });
        region = left;
    }
    fair
}

struct Trial<'a> {
    /// The component that is judged; empty in between.
    members: Bits,
    required: Option<&'a Bits>,
}

enum Outcome {
    Fair,
    Unfair,
    /// A fair run inside avoids the states in which one of these actions is possible.
    Avoids(Vec<u32>),
}

/// What is known of an action in a component.
struct Seen {
    strong: bool,
    /// In how many states it is possible.
    possible: usize,
    /// The last of them.
    last: State,
    taken: bool,
}

impl Trial<'_> {
    fn judge<G: Graph>(&mut self, graph: &mut G, members: &[State]) -> Outcome {
        if self.required.is_some_and(|required| !members.iter().any(|state| required.has(*state))) {
            return Outcome::Unfair;
        }
        if let [state] = members {
            return if graph.may_stay(*state) { Outcome::Fair } else { Outcome::Unfair };
        }
        let actions = self.actions(graph, members);
        let neglected = || actions.iter().filter(|(_, seen)| !seen.taken);
        if neglected().any(|(_, seen)| !seen.strong && seen.possible == members.len()) {
            return Outcome::Unfair;
        }
        let avoided: Vec<u32> = neglected().filter(|(_, seen)| seen.strong).map(|(action, _)| *action).collect();
        if avoided.is_empty() { Outcome::Fair } else { Outcome::Avoids(avoided) }
    }

    fn actions<G: Graph>(&mut self, graph: &mut G, members: &[State]) -> Map<u32, Seen> {
        self.members.extend(members.iter().copied());
        let mut actions: Map<u32, Seen> = Map::default();
        for state in members {
            graph.steps(*state, &mut |_, promise, to| {
                let Some(Promise { action, strong, .. }) = promise else { return };
                let seen = actions.entry(action).or_insert(Seen { strong, possible: 0, last: *state, taken: false });
                if seen.possible == 0 || seen.last != *state {
                    seen.possible += 1;
                    seen.last = *state;
                }
                seen.taken |= to.is_some_and(|to| self.members.has(to));
            });
        }
        members.iter().for_each(|state| self.members.remove(*state));
        actions
    }

    /// Adds to `left` the members in which none of these actions is possible.
    fn without<G: Graph>(&self, graph: &mut G, members: &[State], actions: &[u32], left: &mut Bits) {
        for state in members {
            let mut stays = true;
            graph.steps(*state, &mut |_, promise, _| {
                stays &= !promise.is_some_and(|promise| actions.contains(&promise.action));
            });
            if stays {
                left.insert(*state);
            }
        }
    }
}
