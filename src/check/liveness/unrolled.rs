//! Ways through a graph whose states stand for others, as runs of states as they are.
//!
//! A lasso of normal forms is no circle of states as they are: what is renumbered has grown when it comes round. And a fair
//! action of a normal form (the delivery of a message, by its value) may be one action in one state and another in the
//! next. So a lasso is unrolled, and what is fair is looked at in states as they are. One lap is like the other, so a
//! few tell: an action that is neglected for ever is neglected in the second and in the third.

use super::graph::{Graph, Leg, Promise, State};
use super::steps::Next;
use super::stored::Stored;
use crate::check::hash::Set;
use crate::check::interned::NumberedStep;

/// What became of fair actions on a lap.
struct Lap {
    /// Those that were possible in every state of it; nothing before the first state.
    everywhere: Option<Set<u32>>,
    /// Those that are strongly fair and were possible in some state of it.
    somewhere: Set<u32>,
    /// Those that were taken, or can be at any time without changing anything.
    taken: Set<u32>,
}

impl Stored<'_> {
    /// The steps of the run of states as they are that goes this way.
    pub fn along(&mut self, way: &[Leg<NumberedStep>]) -> Vec<NumberedStep> {
        self.expander.begin();
        self.go_on(self.initial(), way, &mut Lap::new())
    }

    /// The steps of the run that goes along the prefix and once round the circle; nothing if going round for ever neglects
    /// a fair action.
    pub fn unrolled(
        &mut self,
        prefix: &[Leg<NumberedStep>],
        circle: &[Leg<NumberedStep>],
    ) -> Option<Vec<NumberedStep>> {
        let mut run = self.along(prefix);
        let at = prefix.last().map_or(self.initial(), |leg| leg.to);
        run.extend(self.go_on(at, circle, &mut Lap::new()));
        let [mut second, mut third] = [Lap::new(), Lap::new()];
        self.go_on(at, circle, &mut second);
        self.go_on(at, circle, &mut third);
        // Where the run comes to rest there is no step that looks at the last state.
        self.look(at, None, &mut third);
        (!second.neglects_with(&third)).then_some(run)
    }

    /// Goes a way from the current state on, which the state `at` stands for.
    fn go_on(&mut self, mut at: State, way: &[Leg<NumberedStep>], lap: &mut Lap) -> Vec<NumberedStep> {
        let mut steps = Vec::new();
        for leg in way {
            let step = self.look(at, Some(leg.to), lap).expect("what happens in a normal form happens in its states");
            self.expander.take(&step);
            steps.push(step);
            at = leg.to;
        }
        steps
    }

    /// Looks at what is possible in the current state, which `at` stands for; gives the least step that leads to `to`.
    fn look(&mut self, at: State, to: Option<State>, lap: &mut Lap) -> Option<NumberedStep> {
        let source = self.source();
        let Stored { index, expander, promises, .. } = self;
        let (mut possible, mut least): (Vec<Promise>, Option<(NumberedStep, Option<Promise>)>) = (Vec::new(), None);
        expander.every_step(promises, |step, promise, next| {
            possible.extend(promise);
            let (same, state) = match next {
                Next::Same => (true, Some(at)),
                Next::Row(row) => (false, Some(index.find(row))),
                Next::LeftOut => (false, None),
            };
            lap.taken.extend(promise.filter(|_| same).map(|promise| promise.action));
            let is_less = |least: &(NumberedStep, _)| source.compare(step, &least.0).is_lt();
            if to.is_some() && state == to && least.as_ref().is_none_or(is_less) {
                least = Some((step.clone(), promise));
            }
        });
        lap.add(&possible);
        let (step, promise) = least?;
        lap.taken.extend(promise.map(|promise| promise.action));
        Some(step)
    }
}

impl Lap {
    fn new() -> Self {
        Lap { everywhere: None, somewhere: Set::default(), taken: Set::default() }
    }

    /// Adds what is possible in a state.
    fn add(&mut self, possible: &[Promise]) {
        let actions: Set<u32> = possible.iter().map(|promise| promise.action).collect();
        self.somewhere.extend(possible.iter().filter(|promise| promise.strong).map(|promise| promise.action));
        match &mut self.everywhere {
            Some(everywhere) => everywhere.retain(|action| actions.contains(action)),
            None => self.everywhere = Some(actions),
        }
    }

    /// Whether an action is possible all along this lap and the next, or if it is strongly fair in both of them, and taken
    /// in neither.
    fn neglects_with(&self, next: &Lap) -> bool {
        let taken = |action: &u32| self.taken.contains(action) || next.taken.contains(action);
        let all_along =
            |lap: &Lap, action: &u32| lap.everywhere.as_ref().is_none_or(|everywhere| everywhere.contains(action));
        let weak = next.everywhere.iter().flatten().any(|action| all_along(self, action) && !taken(action));
        weak || next.somewhere.iter().any(|action| self.somewhere.contains(action) && !taken(action))
    }
}
