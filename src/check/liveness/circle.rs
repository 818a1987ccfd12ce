//! A fair run that goes in a circle, short enough to be read.

use super::bits::Bits;
use super::components::Components;
use super::graph::{Graph, Leg, Promise, State};
use super::route::{Land, Point, least_way};
use crate::check::hash::Map;
use std::rc::Rc;

/// The longest circle that is looked through for detours.
const LOOKED_THROUGH: usize = 500;

/// A fair circle that begins and ends at `entry`, stays within its component of the states that are `fair`, and comes by a
/// `required` state where that is asked: to be called with what [`fair_states`](super::fair::fair_states) gave. It has no
/// steps when the run may stay at `entry`.
///
/// It goes to the nearest place where something that fairness still misses is made good, and so on; then detours are cut
/// out. So it is short, though not always as short as can be; and it does not depend on how states are numbered.
pub(super) fn fair_circle<G: Graph>(
    graph: &mut G,
    fair: &Bits,
    entry: State,
    required: Option<&Bits>,
) -> Vec<Leg<G::Step>> {
    let mut members = Bits::none(graph.count());
    members.extend(Components::new(graph.count()).of(graph, fair, entry));
    let mut terrain = Terrain { members, required, possible: Map::default() };
    let mut circle: Vec<Leg<G::Step>> = Vec::new();
    loop {
        let here = circle.last().map_or(entry, |leg| leg.to);
        let missing = terrain.missing(graph, entry, &circle);
        if !missing.is_nothing() {
            let way = terrain.make_good(graph, here, &missing);
            circle.extend(way);
        } else if here != entry {
            let home = |_: &mut Terrain<'_>, _: &mut G, state| state == entry;
            circle.extend(terrain.way(graph, here, home));
        } else {
            break;
        }
    }
    terrain.without_detours(graph, entry, circle)
}

/// What the run misses that goes in a circle.
struct Missing {
    /// The fair actions that it must take or, if they are weakly fair, come by a state in which they are not possible.
    actions: Vec<Promise>,
    /// Whether it must come by a required state.
    required: bool,
}

impl Missing {
    fn is_nothing(&self) -> bool {
        self.actions.is_empty() && !self.required
    }
}

/// The component in which the circle lies.
struct Terrain<'a> {
    members: Bits,
    required: Option<&'a Bits>,
    /// The fair actions that are possible in a state, where that was asked.
    possible: Map<State, Rc<[Promise]>>,
}

impl Terrain<'_> {
    /// What is missing for the fairness of the run that begins at `entry` and goes this way again and again.
    fn missing<G: Graph>(&mut self, graph: &mut G, entry: State, way: &[Leg<G::Step>]) -> Missing {
        let mut states: Vec<State> = way.iter().map(|leg| leg.to).chain([entry]).collect();
        states.sort_unstable();
        states.dedup();
        let mut taken: Vec<Promise> = way.iter().filter_map(|leg| leg.promise).collect();
        taken.sort_unstable();
        let mut counts: Map<Promise, usize> = Map::default();
        for state in &states {
            for promise in self.possible(graph, *state).iter() {
                *counts.entry(*promise).or_insert(0) += 1;
            }
        }
        let owed = |(promise, count): &(Promise, usize)| {
            (promise.strong || *count == states.len()) && taken.binary_search(promise).is_err()
        };
        let actions = counts.into_iter().filter(owed).map(|(promise, _)| promise).collect();
        let required = self.required.is_some_and(|required| !states.iter().any(|state| required.has(*state)));
        Missing { actions, required }
    }

    fn possible<G: Graph>(&mut self, graph: &mut G, state: State) -> Rc<[Promise]> {
        let possible = self.possible.entry(state).or_insert_with(|| {
            let mut possible = Vec::new();
            graph.steps(state, &mut |_, promise, _| possible.extend(promise));
            possible.sort_unstable();
            possible.dedup();
            possible.into()
        });
        possible.clone()
    }

    /// The least of the shortest ways from a state to the nearest place where something that is missing is made good.
    fn make_good<G: Graph>(&mut self, graph: &mut G, from: State, missing: &Missing) -> Vec<Leg<G::Step>> {
        let mut way = self.way(graph, from, |terrain, graph, state| {
            terrain.is_made_good_at(graph, state, missing)
                || terrain.step_that_makes_good(graph, state, missing).is_some()
        });
        let end = way.last().map_or(from, |leg| leg.to);
        if !self.is_made_good_at(graph, end, missing) {
            way.extend(self.step_that_makes_good(graph, end, missing));
        }
        way
    }

    /// Whether it is enough to come by a state.
    fn is_made_good_at<G: Graph>(&mut self, graph: &mut G, state: State, missing: &Missing) -> bool {
        let possible = self.possible(graph, state);
        missing.required && self.required.is_some_and(|required| required.has(state))
            || missing.actions.iter().any(|promise| !promise.strong && possible.binary_search(promise).is_err())
    }

    /// The least step from a state that takes an action that is missing.
    fn step_that_makes_good<G: Graph>(&self, graph: &mut G, state: State, missing: &Missing) -> Option<Leg<G::Step>> {
        let mut steps = Vec::new();
        graph.steps(state, &mut |step, promise, to| {
            let inside = to.filter(|to| self.members.has(*to));
            if let (Some(action), Some(to)) = (promise, inside)
                && missing.actions.contains(&action)
            {
                steps.push(Leg { step: step.clone(), promise, to });
            }
        });
        steps.into_iter().min_by(|one, other| graph.compare(&one.step, &other.step))
    }

    /// The least of the shortest ways from a state to one that is a target.
    fn way<G: Graph>(
        &mut self,
        graph: &mut G,
        from: State,
        mut is_target: impl FnMut(&mut Self, &mut G, State) -> bool,
    ) -> Vec<Leg<G::Step>> {
        let region = self.members.clone();
        let land = Land { triggers: &region, region: &region };
        let start = Point { state: from, roused: true };
        let targets = |graph: &mut G, points: &[Point]| {
            points.iter().copied().filter(|point| is_target(self, graph, point.state)).collect()
        };
        least_way(graph, &land, vec![start], targets).expect("all of a component is in reach, and it is fair")
    }

    /// Leaves out every part that comes back to where it began, and that fairness does not need.
    fn without_detours<G: Graph>(
        &mut self,
        graph: &mut G,
        entry: State,
        mut circle: Vec<Leg<G::Step>>,
    ) -> Vec<Leg<G::Step>> {
        let mut start = 0;
        while start < circle.len() && circle.len() <= LOOKED_THROUGH {
            let from = if start == 0 { entry } else { circle[start - 1].to };
            let shorter = (start..circle.len()).rev().filter(|end| circle[*end].to == from).find_map(|end| {
                let shorter = [&circle[..start], &circle[end + 1..]].concat();
                self.missing(graph, entry, &shorter).is_nothing().then_some(shorter)
            });
            match shorter {
                Some(shorter) => circle = shorter,
                None => start += 1,
            }
        }
        circle
    }
}
