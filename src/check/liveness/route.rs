//! Shortest ways through a graph, and of all that are as short the least in the order of steps.

use super::bits::Bits;
use super::graph::{Graph, Leg, State};
use crate::check::hash::Set;

/// Where ways may lead.
///
/// A way may be calm at first, going anywhere; at any of the `triggers` it may be roused, and from then on it stays in the
/// `region`.
pub(super) struct Land<'a> {
    pub triggers: &'a Bits,
    pub region: &'a Bits,
}

/// A state on a way, and whether the way has been roused before or there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Point {
    pub state: State,
    pub roused: bool,
}

impl Land<'_> {
    /// The points to which a step to `state` leads.
    fn behind(&self, point: Point, state: State) -> impl Iterator<Item = Point> {
        let calm = !point.roused;
        let roused = if point.roused { self.region.has(state) } else { self.triggers.has(state) };
        [calm.then_some(Point { state, roused: false }), roused.then_some(Point { state, roused: true })]
            .into_iter()
            .flatten()
    }
}

/// The shortest way from one of `starts`, which are points of one state, to a target. `targets` chooses among the points at
/// the same distance, nearest first. Nothing when no target is in reach.
pub(super) fn least_way<G: Graph>(
    graph: &mut G,
    land: &Land<'_>,
    starts: Vec<Point>,
    targets: impl FnMut(&mut G, &[Point]) -> Vec<Point>,
) -> Option<Vec<Leg<G::Step>>> {
    let mut way = Vec::new();
    let on_the_way = layers(graph, land, starts, targets)?;
    let mut points: Vec<Point> = on_the_way[0].iter().copied().collect();
    for later in &on_the_way[1..] {
        let leg = least_leg(graph, land, &points, later);
        let arrived: Set<Point> = points.iter().flat_map(|point| land.behind(*point, leg.to)).collect();
        way.push(leg);
        points = arrived.into_iter().filter(|point| later.contains(point)).collect();
    }
    Some(way)
}

/// The points that lie on shortest ways, by their distance.
fn layers<G: Graph>(
    graph: &mut G,
    land: &Land<'_>,
    starts: Vec<Point>,
    mut targets: impl FnMut(&mut G, &[Point]) -> Vec<Point>,
) -> Option<Vec<Set<Point>>> {
    let mut seen = [Bits::none(graph.count()), Bits::none(graph.count())];
    let mut layers = vec![starts];
    let last = loop {
        let layer = layers.last().expect("there is one from the start");
        for point in layer {
            seen[usize::from(point.roused)].insert(point.state);
        }
        let reached = targets(graph, layer);
        if !reached.is_empty() {
            break reached;
        }
        let mut next = Vec::new();
        for point in layer {
            for state in graph.successors(point.state) {
                next.extend(land.behind(*point, *state).filter(|to| seen[usize::from(to.roused)].insert(to.state)));
            }
        }
        if next.is_empty() {
            return None;
        }
        layers.push(next);
    };
    layers.pop();
    let mut on_the_way: Vec<Set<Point>> = vec![last.into_iter().collect()];
    while let Some(layer) = layers.pop() {
        let later = on_the_way.last().expect("it has its last layer");
        let leads = |point: &Point| {
            let successors = graph.successors(point.state).iter();
            successors.flat_map(|state| land.behind(*point, *state)).any(|to| later.contains(&to))
        };
        on_the_way.push(layer.into_iter().filter(leads).collect());
    }
    on_the_way.reverse();
    Some(on_the_way)
}

/// The least step from points of one state to one of `later`.
fn least_leg<G: Graph>(graph: &mut G, land: &Land<'_>, points: &[Point], later: &Set<Point>) -> Leg<G::Step> {
    let mut candidates = Vec::new();
    graph.steps(points[0].state, &mut |step, promise, to| {
        let Some(to) = to else { return };
        if points.iter().flat_map(|point| land.behind(*point, to)).any(|point| later.contains(&point)) {
            candidates.push(Leg { step: step.clone(), promise, to });
        }
    });
    let least = candidates.into_iter().min_by(|one, other| graph.compare(&one.step, &other.step));
    least.expect("a point on the way has a step that stays on it")
}
