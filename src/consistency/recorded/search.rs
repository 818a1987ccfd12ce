//! The search for an order that explains what was answered on one key.
//!
//! It follows the events, and keeps every configuration in which things may stand: what the key holds, and which of the open
//! operations have happened. An operation happens no earlier than an answer asks for it (Lowe, *Testing for linearizability*,
//! 2017: just-in-time linearization); configurations are remembered (Wing and Gong 1993, with Lowe's cache); none is left
//! when there is no explanation. What makes the usual histories cheap, each without loss of an explanation, because an
//! explanation that does otherwise can be turned into one that does so:
//!
//! - what changes nothing happens as soon as it can;
//! - of the open operations of a class the one that is answered first happens first, those that never are answered last;
//! - what nobody will ask for is overwritten as soon as there is something to overwrite it;
//! - a value that is still asked for is not given up when nothing can bring it back. Where values are unique, this leaves
//!   hardly any choice: the search is then the classic one for registers whose reads name their writes (Gibbons and Korach
//!   1997);
//! - a pending operation happens only where somebody waits for what it leaves behind, and having used fewer is better.
//!
//! An explanation is looked for among few configurations first.

use super::configuration::{Configuration, Frontier};
use super::problem::{Class, Effect, Event, Problem, UNSEEN};
use std::collections::VecDeque;

/// What the search has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Result {
    Explained,
    /// There is no explanation, and none was lost before the answer at this place.
    Unexplained(u64),
    /// There were more configurations than allowed.
    Exceeded,
}

/// How many configurations are kept at first, and then.
///
/// An explanation that is found among few is one. That there is none is certain only when none was left out.
const WIDTHS: [usize; 3] = [32, 1024, usize::MAX];

/// Searches; `allowance` says how many configurations may still be visited or compared, and is used up.
pub(super) fn search(problem: &Problem, allowance: &mut u64) -> Result {
    search_in(&WIDTHS, problem, allowance)
}

/// The same, with other widths; the last one has to be without limit.
pub(super) fn search_in(widths: &[usize], problem: &Problem, allowance: &mut u64) -> Result {
    let mut result = Result::Exceeded;
    for width in widths {
        let mut search = Search::new(problem, *width);
        result = search.run(allowance);
        if !matches!(result, Result::Unexplained(_)) || !search.is_narrowed {
            break;
        }
    }
    result
}

struct Search<'a> {
    problem: &'a Problem,
    configurations: Vec<Configuration>,
    /// How many configurations are kept, and whether any was left out.
    width: usize,
    is_narrowed: bool,
    /// The open operations, in the order of their answers.
    open: Vec<u32>,
    /// How many of the operations that are not answered yet, called or not, need a pattern …
    needed: Vec<u32>,
    /// … must not find it …
    refuted: Vec<u32>,
    /// … must not find some pattern …
    refutations: usize,
    /// … or may leave it behind; the pending ones among them.
    sources: Vec<u32>,
    /// How many pending operations, called or not, would need a pattern.
    hoped: Vec<u32>,
    /// How many pending operations of each class were called.
    available: Vec<u32>,
    /// The classes of pending operations that may leave a pattern behind.
    pending_sources: Vec<Vec<u32>>,
    /// All classes of pending operations.
    pending: Vec<u32>,
    /// The patterns that each class may leave behind.
    leaves: Vec<Vec<u32>>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, width: usize) -> Self {
        let none = || vec![0; problem.patterns];
        let mut search = Search {
            problem,
            configurations: vec![Configuration { state: problem.first, done: Vec::new(), used: Vec::new() }],
            width,
            is_narrowed: false,
            open: Vec::new(),
            needed: none(),
            refuted: none(),
            refutations: 0,
            sources: none(),
            hoped: none(),
            available: vec![0; problem.classes.len()],
            pending_sources: vec![Vec::new(); problem.patterns],
            pending: Vec::new(),
            leaves: problem.classes.iter().map(|class| leaves(problem, class)).collect(),
        };
        for event in &problem.events {
            match *event {
                Event::Call(operation) => search.count(operation, |count| *count += 1),
                Event::Pending(class) => search.expect_pending(class),
                Event::Answer(_) => {}
            }
        }
        search
    }

    fn run(&mut self, allowance: &mut u64) -> Result {
        for event in &self.problem.events {
            match *event {
                Event::Call(operation) => self.call(operation),
                Event::Pending(class) => self.available[class as usize] += 1,
                Event::Answer(operation) => {
                    if !self.answer(operation, allowance) {
                        return Result::Exceeded;
                    }
                    if self.configurations.is_empty() {
                        return Result::Unexplained(self.problem.operations[operation as usize].answered);
                    }
                }
            }
        }
        Result::Explained
    }

    fn class_of(&self, operation: u32) -> u32 {
        self.problem.operations[operation as usize].class
    }

    fn class(&self, operation: u32) -> &'a Class {
        &self.problem.classes[self.class_of(operation) as usize]
    }

    /// Counts an operation in, or out.
    fn count(&mut self, operation: u32, change: impl Fn(&mut u32)) {
        let class = self.class(operation);
        class.needs.iter().for_each(|pattern| change(&mut self.needed[*pattern as usize]));
        class.refutes.iter().for_each(|pattern| change(&mut self.refuted[*pattern as usize]));
        let mut refutations = self.refutations as u32;
        class.refutes.iter().for_each(|_| change(&mut refutations));
        self.refutations = refutations as usize;
        let class = self.class_of(operation) as usize;
        self.leaves[class].iter().for_each(|pattern| change(&mut self.sources[*pattern as usize]));
    }

    fn expect_pending(&mut self, class: u32) {
        let leaves = &self.leaves[class as usize];
        leaves.iter().for_each(|pattern| self.sources[*pattern as usize] += 1);
        self.problem.classes[class as usize].needs.iter().for_each(|pattern| self.hoped[*pattern as usize] += 1);
        if !self.pending.contains(&class) {
            self.pending.push(class);
            leaves.iter().for_each(|pattern| self.pending_sources[*pattern as usize].push(class));
        }
    }

    fn call(&mut self, operation: u32) {
        let answered = |operation: &u32| self.problem.operations[*operation as usize].answered;
        let place = self.open.partition_point(|other| answered(other) < answered(&operation));
        self.open.insert(place, operation);
        let mut configurations = std::mem::take(&mut self.configurations);
        configurations.iter_mut().for_each(|configuration| self.settle(configuration));
        self.configurations = configurations;
    }

    /// Keeps the configurations in which the operation has happened, and those that lead to one. False when the allowance is
    /// used up.
    fn answer(&mut self, operation: u32, allowance: &mut u64) -> bool {
        let (mut visited, mut explained) = (Frontier::default(), Frontier::default());
        let mut new: VecDeque<_> = std::mem::take(&mut self.configurations).into();
        while let Some(configuration) = new.pop_front() {
            let work = 1 + std::mem::take(&mut visited.compared) + std::mem::take(&mut explained.compared);
            let Some(left) = allowance.checked_sub(work) else { return false };
            *allowance = left;
            if configuration.has_done(operation) {
                let mut configuration = configuration;
                configuration.forget(operation);
                explained.insert(&configuration);
            } else {
                new.extend(self.steps(&configuration).into_iter().filter(|next| visited.insert(next)));
            }
        }
        self.open.retain(|other| *other != operation);
        self.count(operation, |count| *count -= 1);
        self.configurations = explained.into_members();
        self.is_narrowed |= self.configurations.len() > self.width;
        self.configurations.truncate(self.width);
        true
    }

    /// What may happen next.
    fn steps(&self, from: &Configuration) -> Vec<Configuration> {
        let (mut next, mut tried) = (Vec::new(), Vec::new());
        for operation in self.undone(from) {
            let class = self.class(operation);
            let kind = if self.is_lost(from, class) { None } else { Some(self.class_of(operation)) };
            if self.holds(from, class) && !class.effects.is_empty() && !tried.contains(&kind) {
                tried.push(kind);
                let done = |next: &mut Configuration| next.add_done(operation);
                next.extend(class.effects.iter().filter_map(|effect| self.after(from, class, effect, done)));
            }
        }
        for number in self.useful(from) {
            let class = &self.problem.classes[number as usize];
            if self.holds(from, class) && !tried.contains(&Some(number)) {
                let used = |next: &mut Configuration| next.add_use(number);
                next.extend(class.effects.iter().filter_map(|effect| self.after(from, class, effect, used)));
            }
        }
        next
    }

    /// The classes of pending operations that may leave behind what somebody waits for.
    fn useful(&self, from: &Configuration) -> Vec<u32> {
        let is_there = |class: &u32| self.available[*class as usize] > from.used(*class);
        if self.undone(from).any(|operation| self.class(operation).refutes.is_some()) {
            return self.pending.iter().copied().filter(is_there).collect();
        }
        let hoping = self.pending.iter().filter(|class| is_there(class));
        let hoped = hoping.filter_map(|class| self.problem.classes[*class as usize].needs);
        let waiting = self.undone(from).filter_map(|operation| self.class(operation).needs);
        let mut wanted: Vec<u32> = waiting.chain(hoped).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let sources = wanted.iter().flat_map(|pattern| &self.pending_sources[*pattern as usize]);
        let mut useful: Vec<u32> = sources.copied().filter(is_there).collect();
        useful.sort_unstable();
        useful.dedup();
        useful
    }

    /// What it leads to if an operation happens now with this effect; `note` takes note of which. Nothing if it can't, or if
    /// what is still needed would be gone for good.
    fn after(
        &self,
        from: &Configuration,
        class: &Class,
        effect: &Effect,
        note: impl FnOnce(&mut Configuration),
    ) -> Option<Configuration> {
        let mut next = from.clone();
        if let Some(version) = effect.takes {
            let version = self.problem.classes.len() as u32 + version;
            if from.used(version) > 0 {
                return None;
            }
            next.add_use(version);
        }
        note(&mut next);
        if class.needs.is_none() && !self.is_anything_refuted(from) {
            let overwritten = self.undone(from).filter(|operation| self.is_lost(from, self.class(*operation)));
            overwritten.for_each(|operation| next.add_done(operation));
        }
        next.state = effect.state;
        let gone = |pattern: &u32| !self.matches(next.state, *pattern);
        let is_missed = |pattern: &u32| self.is_needed(&next, *pattern) && !self.comes_back(&next, *pattern);
        if self.patterns(from.state).iter().any(|pattern| gone(pattern) && is_missed(pattern)) {
            return None;
        }
        self.settle(&mut next);
        Some(next)
    }

    /// Lets happen what does so without regret.
    fn settle(&self, configuration: &mut Configuration) {
        loop {
            let silent = |operation: &u32| {
                let class = self.class(*operation);
                class.effects.is_empty() && self.holds(configuration, class)
            };
            let silent: Vec<u32> = self.undone(configuration).filter(silent).collect();
            silent.into_iter().for_each(|operation| configuration.add_done(operation));
            if self.patterns(configuration.state).iter().any(|pattern| self.is_wanted(configuration, *pattern)) {
                break;
            }
            configuration.state = UNSEEN;
            if self.is_anything_refuted(configuration) {
                break;
            }
            let complete = self.undone(configuration).find(|operation| self.is_complete(configuration, *operation));
            let Some(operation) = complete else { break };
            configuration.add_done(operation);
            configuration.state = self.class(operation).effects[0].state;
        }
        if !configuration.used.is_empty() && !self.is_anything_refuted(configuration) {
            let mut used = std::mem::take(&mut configuration.used);
            used.retain(|(what, _)| {
                let leaves = self.leaves.get(*what as usize);
                leaves.is_none_or(|leaves| leaves.iter().any(|pattern| self.is_wanted(configuration, *pattern)))
            });
            configuration.used = used;
        }
    }

    /// Whether an open operation and all that will ever be seen of it can happen at once, now that the key holds what nobody
    /// asks for.
    fn is_complete(&self, from: &Configuration, operation: u32) -> bool {
        let class = self.class(operation);
        if self.is_lost(from, class) {
            return true;
        }
        let [Effect { state, takes: None }] = class.effects[..] else { return false };
        class.needs.is_none()
            && self.patterns(state).iter().all(|pattern| {
                let is_here = |other: &u32| {
                    let class = self.class(*other);
                    class.needs == Some(*pattern) && class.effects.is_empty()
                };
                let here = self.undone(from).filter(is_here).count();
                self.hoped[*pattern as usize] == 0 && self.count_needed(from, *pattern) == here
            })
    }

    /// Whether an operation may happen at any time, and nobody will ask for what it leaves behind.
    fn is_lost(&self, from: &Configuration, class: &Class) -> bool {
        class.needs.is_none()
            && class.effects.first().is_some_and(|effect| effect.takes.is_none())
            && class
                .effects
                .iter()
                .all(|effect| self.patterns(effect.state).iter().all(|pattern| !self.is_wanted(from, *pattern)))
    }

    /// The open operations that have not happened yet, in the order of their answers.
    fn undone(&self, from: &Configuration) -> impl Iterator<Item = u32> {
        self.open.iter().copied().filter(|operation| !from.has_done(*operation))
    }

    fn patterns(&self, state: u32) -> &'a [u32] {
        &self.problem.states[state as usize]
    }

    fn matches(&self, state: u32, pattern: u32) -> bool {
        self.patterns(state).contains(&pattern)
    }

    /// Whether an operation of this class may happen now, and be answered as it was.
    fn holds(&self, from: &Configuration, class: &Class) -> bool {
        class.needs.is_none_or(|pattern| self.matches(from.state, pattern))
            && class.refutes.is_none_or(|pattern| !self.matches(from.state, pattern))
    }

    /// How many operations that will be answered have done a thing.
    fn count_done(&self, from: &Configuration, is_such: impl Fn(&Class) -> bool) -> usize {
        from.done.iter().filter(|operation| is_such(self.class(**operation))).count()
    }

    fn count_needed(&self, from: &Configuration, pattern: u32) -> usize {
        self.needed[pattern as usize] as usize - self.count_done(from, |class| class.needs == Some(pattern))
    }

    fn is_needed(&self, from: &Configuration, pattern: u32) -> bool {
        self.count_needed(from, pattern) > 0
    }

    fn is_wanted(&self, from: &Configuration, pattern: u32) -> bool {
        self.is_needed(from, pattern)
            || self.hoped[pattern as usize] > 0
            || self.refuted[pattern as usize] as usize > self.count_done(from, |class| class.refutes == Some(pattern))
    }

    fn is_anything_refuted(&self, from: &Configuration) -> bool {
        self.refutations > 0 && self.refutations > self.count_done(from, |class| class.refutes.is_some())
    }

    /// Whether something that has not happened yet may leave a pattern behind.
    fn comes_back(&self, from: &Configuration, pattern: u32) -> bool {
        let leaves = |class: u32| self.leaves[class as usize].contains(&pattern);
        let done = from.done.iter().filter(|operation| leaves(self.class_of(**operation))).count();
        let classes = from.used.iter().filter(|(what, _)| (*what as usize) < self.leaves.len());
        let used: u32 = classes.filter(|(class, _)| leaves(*class)).map(|(_, count)| count).sum();
        self.sources[pattern as usize] as usize > done + used as usize
    }
}

/// The patterns that a class may leave behind, each once.
fn leaves(problem: &Problem, class: &Class) -> Vec<u32> {
    let mut leaves: Vec<u32> =
        class.effects.iter().flat_map(|effect| &problem.states[effect.state as usize]).copied().collect();
    leaves.sort_unstable();
    leaves.dedup();
    leaves
}
