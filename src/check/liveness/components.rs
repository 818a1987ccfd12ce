//! Strongly connected components of a part of a graph, after Tarjan (1972), without recursion.
//!
//! Memory: four bytes for each state of the graph, and for each state of the part at most twenty-four more while the search
//! is deep.

use super::bits::Bits;
use super::graph::{Graph, State};

/// The order of a state whose component is known.
const DONE: u32 = u32::MAX;

/// The room for searches.
pub(super) struct Components {
    /// When the search came to a state, from 1 on; zero for those that it has not seen.
    order: Vec<u32>,
    came_to: u32,
    /// States whose component is not known yet.
    open: Vec<State>,
    path: Vec<Visit>,
}

/// A state on the path of the search.
struct Visit {
    state: State,
    /// How many of its successors have been looked at.
    looked_at: u32,
    /// The least order of an open state that it is known to reach.
    low: u32,
    /// Where it stands among the open states.
    place: usize,
}

impl Components {
    pub fn new(states: usize) -> Self {
        Components { order: vec![0; states], came_to: 0, open: Vec::new(), path: Vec::new() }
    }

    /// Gives each component of the part of the graph that is `inside`. A component comes after those that it reaches.
    pub fn each<G: Graph>(&mut self, graph: &mut G, inside: &Bits, mut found: impl FnMut(&mut G, &[State])) {
        self.forget();
        for root in inside.iter() {
            if self.order[root as usize] == 0 && !graph.is_given_up() {
                self.search(graph, inside, root, &mut found);
            }
        }
    }

    /// The component of a state in the part of the graph that is `inside`.
    pub fn of<G: Graph>(&mut self, graph: &mut G, inside: &Bits, state: State) -> Vec<State> {
        self.forget();
        let mut last = Vec::new();
        // The component in which a search begins is the last that it finds.
        self.search(graph, inside, state, &mut |_, members| {
            last.clear();
            last.extend_from_slice(members);
        });
        last
    }

    fn forget(&mut self) {
        self.order.fill(0);
        self.came_to = 0;
    }

    fn search<G: Graph>(
        &mut self,
        graph: &mut G,
        inside: &Bits,
        root: State,
        found: &mut impl FnMut(&mut G, &[State]),
    ) {
        self.enter(root);
        while let Some(visit) = self.path.last_mut() {
            match graph.successors(visit.state).get(visit.looked_at as usize) {
                Some(next) => {
                    visit.looked_at += 1;
                    match self.order[*next as usize] {
                        _ if !inside.has(*next) => {}
                        0 => self.enter(*next),
                        DONE => {}
                        order => visit.low = visit.low.min(order),
                    }
                }
                None => self.leave(graph, found),
            }
        }
    }

    fn enter(&mut self, state: State) {
        self.came_to += 1;
        self.order[state as usize] = self.came_to;
        self.path.push(Visit { state, looked_at: 0, low: self.came_to, place: self.open.len() });
        self.open.push(state);
    }

    fn leave<G: Graph>(&mut self, graph: &mut G, found: &mut impl FnMut(&mut G, &[State])) {
        let Visit { state, low, place, .. } = self.path.pop().expect("the path is left where it ends");
        if let Some(before) = self.path.last_mut() {
            before.low = before.low.min(low);
        }
        if low == self.order[state as usize] {
            let members = &self.open[place..];
            members.iter().for_each(|member| self.order[*member as usize] = DONE);
            found(graph, members);
            self.open.truncate(place);
        }
    }
}
