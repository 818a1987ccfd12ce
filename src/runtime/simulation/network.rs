//! The links between simulated processes: delays, losses, cuts.

use super::chance::{Chance, Span};
use super::conditions::Conditions;

/// A link from one process to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    pub delay: Span,
    pub loss: Chance,
    pub duplication: Chance,
    pub severed: bool,
    /// When the last message arrives, where messages do not overtake one another.
    pub last: u64,
}

/// The links, by sender and receiver.
pub(super) struct Links {
    n: usize,
    wires: Vec<Wire>,
}

impl Links {
    /// # Panics
    ///
    /// When a rate is not a probability, or a link is named of a process that does not exist.
    pub fn new(n: usize, conditions: &Conditions, lossy: bool, duplicating: bool) -> Self {
        let wire = |delay, loss, duplication| Wire {
            delay: Span::new(delay),
            loss: Chance::new(if lossy { loss } else { 0.0 }),
            duplication: Chance::new(if duplicating { duplication } else { 0.0 }),
            severed: false,
            last: 0,
        };
        let usual = wire(&conditions.delay, conditions.loss, conditions.duplication);
        let mut links = Links { n, wires: vec![usual; n * n] };
        for (from, to, link) in &conditions.links {
            assert!(*from < n && *to < n, "a link from process {from} to process {to}: there are only {n}");
            *links.get_mut(*from, *to) = wire(&link.delay, link.loss, link.duplication);
        }
        links
    }

    #[inline]
    pub fn get(&self, from: usize, to: usize) -> &Wire {
        &self.wires[from * self.n + to]
    }

    #[inline]
    pub fn get_mut(&mut self, from: usize, to: usize) -> &mut Wire {
        &mut self.wires[from * self.n + to]
    }

    pub fn sever(&mut self, from: &[usize], to: &[usize]) {
        for from in from {
            for to in to {
                self.get_mut(*from, *to).severed |= from != to;
            }
        }
    }

    pub fn heal(&mut self) {
        for wire in &mut self.wires {
            wire.severed = false;
        }
    }
}
