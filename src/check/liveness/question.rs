//! The questions of liveness, put to a graph.

use super::bits::Bits;
use super::circle::fair_circle;
use super::components::Components;
use super::fair::fair_states;
use super::graph::{Graph, Leg};
use super::route::{Land, Point, least_way};

/// Is there a fair run that comes to a trigger, and from there on stays in a region for ever?
pub(super) struct Question {
    pub triggers: Bits,
    pub region: Bits,
    /// Whether it may go anywhere before it comes to the trigger; otherwise it begins there.
    pub anywhere_before: bool,
    /// States of which it must visit some again and again.
    pub required: Option<Bits>,
}

/// A run that begins with the prefix and then goes in a circle for ever; without a circle, it comes to rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lasso<S> {
    pub prefix: Vec<Leg<S>>,
    pub circle: Vec<Leg<S>>,
}

/// Holds some day: is there a run that stays where it does not hold?
pub(super) fn eventually<G: Graph>(graph: &G, holds: &Bits) -> Question {
    let mut triggers = Bits::none(graph.count());
    triggers.insert(graph.initial());
    let region = holds.clone().complement(graph.count());
    Question { triggers: triggers.and(&region), region, anywhere_before: false, required: None }
}

/// Whenever the premise holds, the conclusion holds then or some day after: is there a run that comes to a state with the
/// premise and stays where the conclusion does not hold?
pub(super) fn leads_to<G: Graph>(graph: &G, premise: &Bits, conclusion: &Bits) -> Question {
    let region = conclusion.clone().complement(graph.count());
    Question { triggers: premise.clone().and(&region), region, anywhere_before: true, required: None }
}

/// Holds from some day on: is there a run that comes by states where it does not hold again and again?
pub(super) fn eventually_always<G: Graph>(graph: &G, holds: &Bits) -> Question {
    let mut triggers = Bits::none(graph.count());
    triggers.insert(graph.initial());
    let required = Some(holds.clone().complement(graph.count()));
    Question { triggers, region: Bits::all(graph.count()), anywhere_before: false, required }
}

impl<S> Lasso<S> {
    fn length(&self) -> usize {
        self.prefix.len() + self.circle.len()
    }
}

/// The answer: a run that is short to read.
///
/// Three are compared: the one that turns into a circle at the nearest state that is fair, at the nearest of these that is
/// required, and the one that comes to rest at the nearest state where it may.
pub(super) fn fair_run<G: Graph>(graph: &mut G, question: &Question) -> Option<Lasso<G::Step>> {
    let reachable = reachable(graph, &question.triggers, &question.region);
    let fair = fair_states(graph, reachable, question.required.as_ref());
    if fair.is_empty() || graph.is_given_up() {
        return None;
    }
    let required = question.required.as_ref().map_or(fair.clone(), |required| fair.clone().and(required));
    let mut resting = Bits::none(graph.count());
    resting.extend(required.iter().filter(|state| graph.may_stay(*state)));
    let mut lassos = Vec::new();
    for entries in [&fair, &required, &resting] {
        if !entries.is_empty() {
            lassos.push(lasso(graph, question, &fair, entries));
        }
    }
    lassos.into_iter().min_by_key(Lasso::length)
}

/// The run that turns into a circle at the nearest of these entries.
fn lasso<G: Graph>(graph: &mut G, question: &Question, fair: &Bits, entries: &Bits) -> Lasso<G::Step> {
    let Question { triggers, region, anywhere_before, required } = question;
    let land = Land { triggers, region };
    let initial = graph.initial();
    let calm = anywhere_before.then_some(Point { state: initial, roused: false });
    let roused = triggers.has(initial).then_some(Point { state: initial, roused: true });
    let starts = calm.into_iter().chain(roused).collect();
    let entry_points = |_: &mut G, points: &[Point]| {
        points.iter().filter(|point| point.roused && entries.has(point.state)).copied().collect()
    };
    let prefix = least_way(graph, &land, starts, entry_points).expect("triggers are in reach, and from there the rest");
    let entry = prefix.last().map_or(initial, |leg| leg.to);
    let circle = fair_circle(graph, fair, entry, required.as_ref());
    Lasso { prefix, circle }
}

/// The states that can be reached from the triggers within a region, triggers outside it left out.
fn reachable<G: Graph>(graph: &G, triggers: &Bits, region: &Bits) -> Bits {
    let mut reached = triggers.clone().and(region);
    let mut open: Vec<_> = reached.iter().collect();
    while let Some(state) = open.pop() {
        for next in graph.successors(state) {
            if region.has(*next) && reached.insert(*next) {
                open.push(*next);
            }
        }
    }
    reached
}

/// The states from which none of `good` can be reached. A component comes after those that it reaches, so the graph need
/// not be turned round for that.
pub(super) fn hopeless<G: Graph>(graph: &mut G, good: &Bits) -> Bits {
    let mut hopeful = good.clone();
    let all = Bits::all(graph.count());
    Components::new(graph.count()).each(graph, &all, |graph, members| {
        let leads_to_good = |state: &u32| graph.successors(*state).iter().any(|next| hopeful.has(*next));
        if members.iter().any(|state| hopeful.has(*state) || leads_to_good(state)) {
            hopeful.extend(members.iter().copied());
        }
    });
    hopeful.complement(graph.count())
}

/// The least of the shortest ways to one of these states, if there are any.
pub(super) fn way_to<G: Graph>(graph: &mut G, states: &Bits) -> Option<Vec<Leg<G::Step>>> {
    let all = Bits::all(graph.count());
    let land = Land { triggers: &all, region: &all };
    let start = Point { state: graph.initial(), roused: true };
    let among = |_: &mut G, points: &[Point]| points.iter().filter(|point| states.has(point.state)).copied().collect();
    least_way(graph, &land, vec![start], among)
}
