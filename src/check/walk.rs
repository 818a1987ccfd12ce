//! Random walks, for systems that are too large to be explored: they find violations, and prove nothing.
//!
//! A walk begins in the initial state and goes on by one step at a time, of those that change something each as likely as
//! any other, until nothing is left to do or it is long enough. Each state that is seen for the first time is judged; the
//! first violation ends the walks. All states seen are kept, and in the end brought into levels, as if there were no others:
//! so the run that is shown is the shortest among the states seen, mostly much shorter than the walk that found it.

use super::common::Common;
use super::expander::Expander;
use super::report::Limit;
use super::rows::Word;
use super::share::{Explored, Share};
use super::visited::{Place, Visited};
use crate::random::Random;
use std::fmt;
use std::ops::Range;

/// After so many steps the walks look at the limits.
const STEPS_BETWEEN_LOOKS: u32 = 1 << 10;

/// Which random walks to make. The same walks through the same system are the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walks {
    /// The seed of the first walk; each further walk has the next number.
    pub seed: u64,
    /// How many walks there are.
    pub count: u64,
    /// How many steps a walk has at most.
    pub steps: usize,
}

/// What became of random walks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Walked {
    /// What was wanted.
    pub walks: Walks,
    /// How many were begun: fewer than wanted when a violation was found or a limit hit.
    pub begun: u64,
    /// How many of them came to a state in which nothing was left to do.
    pub ended: u64,
    /// How many steps the longest has.
    pub longest: usize,
    /// The part of all states that was seen, from 0 to 1, where it is known how many there are.
    pub share: Option<f64>,
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Walks { seed, count, steps } = self.walks;
        write!(f, "{} of {count} random walks of at most {steps} steps from seed {seed}: ", self.begun)?;
        write!(f, "{} came to an end, the longest has {} steps", self.ended, self.longest)?;
        self.share.map_or(Ok(()), |share| write!(f, ", {:.1} % of all states were seen", share * 100.0))
    }
}

/// Walks; gives the states that were seen, in levels, and how the walks went.
pub(super) fn walk(common: &Common<'_>, walks: Walks) -> (Explored, Walked) {
    let seen = Visited::new(1, 0);
    let mut walker = Walker {
        common,
        expander: Expander::new(common.source),
        share: Share::new(&common.conditions, seen.begin(0)),
        seen,
        next: Vec::new(),
        until_look: 0,
        walked: Walked { walks, begun: 0, ended: 0, longest: 0, share: None },
    };
    walker.all();
    (walker.in_levels(), walker.walked)
}

struct Walker<'a> {
    common: &'a Common<'a>,
    expander: Expander<'a>,
    /// The states seen, all in one level.
    seen: Visited,
    share: Share,
    /// The row of the state to which the walk goes on.
    next: Vec<Word>,
    until_look: u32,
    walked: Walked,
}

impl Walker<'_> {
    fn all(&mut self) {
        let Some(row) = self.expander.begin() else { return };
        self.next.extend_from_slice(row);
        self.share.generated = 1;
        let first = self.next.clone();
        for number in 0..self.walked.walks.count {
            self.next.clone_from(&first);
            self.walked.begun += 1;
            self.one(&mut Random::new(self.walked.walks.seed.wrapping_add(number)));
            if self.is_over() {
                break;
            }
        }
        self.common.reach_limit(Limit::Walks);
    }

    /// Makes one walk, from the state whose row is `next` on.
    fn one(&mut self, random: &mut Random) {
        let allowed = self.common.options.max_depth.map_or(usize::MAX, |depth| depth.saturating_sub(1));
        for steps in 0..=self.walked.walks.steps.min(allowed) {
            self.share.generated += u64::from(steps > 0);
            self.walked.longest = self.walked.longest.max(steps);
            let ways = self.visit(random);
            self.look_at_limits(steps + 1);
            if ways == 0 {
                self.walked.ended += 1;
            }
            if ways == 0 || self.is_over() {
                return;
            }
        }
    }

    /// Visits the state whose row is `next`, and draws the one after it. Tells among how many steps.
    fn visit(&mut self, random: &mut Random) -> usize {
        let (place, is_new) = self.seen.add(&self.next);
        self.expander.load_row(&self.next);
        let (mut ways, next) = (0, &mut self.next);
        let (_, quiescent) = self.expander.expand(|_, row| {
            ways += 1;
            if random.below(ways) == 0 {
                next.clear();
                next.extend_from_slice(row);
            }
        });
        if is_new {
            self.judge(place, quiescent);
        }
        ways
    }

    fn judge(&mut self, place: Place, quiescent: bool) {
        self.share.judge(&mut self.expander, &self.common.conditions.properties, 0, place, quiescent);
    }

    /// Whether a violation was found or a limit hit.
    fn is_over(&self) -> bool {
        self.common.limit().is_some() || self.share.has_violation(&self.common.conditions.properties, 0)
    }

    fn look_at_limits(&mut self, depth: usize) {
        if self.until_look == 0 {
            self.common.watch(&self.seen, &self.share, depth);
            self.until_look = STEPS_BETWEEN_LOOKS;
        }
        self.until_look -= 1;
    }

    /// The states that were seen, each in the level of the shortest run through such states.
    fn in_levels(&mut self) -> Explored {
        let mut visited = Visited::new(1, 0);
        let mut share = Share::new(&self.common.conditions, visited.begin(0));
        share.generated = self.share.generated;
        if let Some(row) = self.expander.begin() {
            visited.add(row);
        }
        for level in 0.. {
            let rows = share.levels[level]..visited.end(0);
            self.next_level(level, rows.clone(), &mut visited, &mut share);
            if visited.end(0) == rows.end {
                break;
            }
            share.levels.push(rows.end);
        }
        Explored { visited, shares: vec![share] }
    }

    fn next_level(&mut self, level: usize, mut rows: Range<Place>, visited: &mut Visited, share: &mut Share) {
        while let Some(place) = visited.next(rows.start, rows.end) {
            self.expander.load(visited, place);
            let seen = &self.seen;
            let (_, quiescent) = self.expander.expand(|_, row| {
                if seen.find(row).is_some() {
                    visited.add(row);
                }
            });
            share.judge(&mut self.expander, &self.common.conditions.properties, level, place, quiescent);
            share.watch(&mut self.expander, quiescent);
            rows.start = visited.behind(place);
        }
    }
}
