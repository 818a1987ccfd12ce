//! The algorithms on hand-made graphs, held against the definitions themselves.
//!
//! A run is fair by what it does for ever: the states that it visits again and again, and the steps that it takes between
//! them. In a small graph all sets of states can be tried.

use super::bits::Bits;
use super::graph::{Graph, Leg, Promise, State};
use super::question::{self, Lasso, Question};
use std::cmp::Ordering;

/// A step: what it is called, the fair action it takes, and where it leads unless that is left out.
type Arrow = (u32, Option<Promise>, Option<State>);

#[derive(Clone, Debug)]
struct Sketch {
    initial: State,
    steps: Vec<Vec<Arrow>>,
    successors: Vec<Vec<State>>,
}

impl Sketch {
    fn new(initial: State, steps: Vec<Vec<Arrow>>) -> Self {
        let successors = |arrows: &Vec<Arrow>| arrows.iter().filter_map(|(_, _, to)| *to).collect();
        Sketch { initial, successors: steps.iter().map(successors).collect(), steps }
    }

    fn promises(&self, state: State) -> impl Iterator<Item = Promise> + '_ {
        self.steps[state as usize].iter().filter_map(|(_, promise, _)| *promise)
    }

    /// The states to which ways lead from these, within a region.
    fn reach(&self, from: &[State], region: &Bits) -> Vec<State> {
        let mut reached: Vec<State> = from.iter().copied().filter(|state| region.has(*state)).collect();
        let mut place = 0;
        while place < reached.len() {
            for next in &self.successors[reached[place] as usize] {
                if region.has(*next) && !reached.contains(next) {
                    reached.push(*next);
                }
            }
            place += 1;
        }
        reached
    }
}

impl Graph for Sketch {
    type Step = u32;

    fn count(&self) -> usize {
        self.steps.len()
    }

    fn initial(&self) -> State {
        self.initial
    }

    fn successors(&self, state: State) -> &[State] {
        &self.successors[state as usize]
    }

    fn steps(&mut self, state: State, found: &mut dyn FnMut(&u32, Option<Promise>, Option<State>)) {
        self.steps[state as usize].iter().for_each(|(step, promise, to)| found(step, *promise, *to));
    }

    fn may_stay(&self, state: State) -> bool {
        let steps = &self.steps[state as usize];
        let stays = |promise| steps.iter().any(|(_, other, to)| *other == Some(promise) && *to == Some(state));
        self.promises(state).all(stays)
    }

    fn compare(&self, one: &u32, other: &u32) -> Ordering {
        one.cmp(other)
    }

    fn is_given_up(&self) -> bool {
        false
    }
}

/// Whether a run is fair that visits these states and takes these actions again and again: the definition.
fn is_fair(graph: &Sketch, states: &[State], taken: &[Promise]) -> bool {
    let possible = |promise: &Promise, state: &State| graph.promises(*state).any(|other| other == *promise);
    states.iter().flat_map(|state| graph.promises(*state)).all(|promise| {
        let neglected = promise.strong || states.iter().all(|state| possible(&promise, state));
        taken.contains(&promise) || !neglected
    })
}

/// All that a run can do for ever, found by trying: the states of each set that some fair run visits again and again.
fn fair_sets(graph: &Sketch, region: &Bits, required: Option<&Bits>) -> Vec<Vec<State>> {
    let count = graph.count() as u32;
    let sets = (1_u32..1 << count).map(|set| (0..count).filter(|state| set >> state & 1 == 1).collect::<Vec<_>>());
    let fair = |set: &Vec<State>| {
        let mut inside = Bits::none(graph.count());
        inside.extend(set.iter().copied());
        let connected = set.iter().all(|state| graph.reach(&[*state], &inside).len() == set.len());
        let steps = set.iter().flat_map(|state| &graph.steps[*state as usize]);
        let taken: Vec<Promise> = steps
            .filter(|(_, _, to)| to.is_some_and(|to| inside.has(to)))
            .filter_map(|(_, promise, _)| *promise)
            .collect();
        let required = required.is_none_or(|required| set.iter().any(|state| required.has(*state)));
        set.iter().all(|state| region.has(*state)) && connected && required && is_fair(graph, set, &taken)
    };
    sets.filter(fair).collect()
}

/// The length of the shortest prefix after which a fair run stays in the region, by the definition: none when there is no
/// such run.
fn shortest_prefix(graph: &Sketch, question: &Question) -> Option<usize> {
    let fair: Vec<State> = fair_sets(graph, &question.region, question.required.as_ref()).concat();
    // Ways of each length: the state where they are, and whether they have been roused.
    let initial = graph.initial;
    let mut ends = vec![(initial, question.triggers.has(initial))];
    if question.anywhere_before {
        ends.push((initial, false));
    }
    for length in 0..=2 * graph.count() {
        if ends.iter().any(|(state, roused)| *roused && fair.contains(state)) {
            return Some(length);
        }
        let mut next = Vec::new();
        for (state, roused) in ends {
            for to in graph.successors(state) {
                match roused {
                    true if question.region.has(*to) => next.push((*to, true)),
                    false if question.anywhere_before => next.extend([(*to, false), (*to, question.triggers.has(*to))]),
                    _ => {}
                }
            }
        }
        next.sort_unstable();
        next.dedup();
        ends = next;
    }
    None
}

/// Walks along a way; gives the states on it.
fn walk(graph: &Sketch, from: State, way: &[Leg<u32>]) -> Vec<State> {
    let mut states = vec![from];
    for Leg { step, promise, to } in way {
        let here = &graph.steps[*states.last().unwrap() as usize];
        assert!(here.contains(&(*step, *promise, Some(*to))), "no such step");
        states.push(*to);
    }
    states
}

/// A lasso is a run, answers its question, and is fair.
fn answers(graph: &Sketch, question: &Question, lasso: &Lasso<u32>) {
    let prefix = walk(graph, graph.initial, &lasso.prefix);
    let entry = *prefix.last().unwrap();
    let circle = walk(graph, entry, &lasso.circle);
    assert_eq!(circle.last(), Some(&entry), "the circle is closed");
    let stays = |states: &[State]| states.iter().all(|state| question.region.has(*state));
    let begins = |place: &usize| question.triggers.has(prefix[*place]) && stays(&prefix[*place..]);
    let before = if question.anywhere_before { prefix.len() } else { 1 };
    assert!((0..before).any(|place| begins(&place)) && stays(&circle));
    let taken: Vec<Promise> = lasso.circle.iter().filter_map(|leg| leg.promise).collect();
    assert!(is_fair(graph, &circle, &taken), "the circle is fair");
    assert!(question.required.as_ref().is_none_or(|required| circle.iter().any(|state| required.has(*state))));
}

/// The answer to a question is that of the definition.
fn judged(graph: &mut Sketch, question: &Question) -> Option<Lasso<u32>> {
    let lasso = question::fair_run(graph, question);
    let shortest = shortest_prefix(graph, question);
    assert_eq!(lasso.is_some(), shortest.is_some(), "{graph:?}");
    lasso.inspect(|lasso| {
        assert!(lasso.prefix.len() >= shortest.unwrap());
        answers(graph, question, lasso);
    })
}

/// Puts every kind of question about these states to a graph; gives the answers.
fn judge_all(graph: &mut Sketch, holds: &Bits, premise: &Bits) -> [Option<Lasso<u32>>; 3] {
    let questions = [
        question::eventually(graph, holds),
        question::leads_to(graph, premise, holds),
        question::eventually_always(graph, holds),
    ];
    let out_of_reach: Vec<State> = question::hopeless(graph, holds).iter().collect();
    let all = Bits::all(graph.count());
    let hopeless = |state: &State| !graph.reach(&[*state], &all).iter().any(|reached| holds.has(*reached));
    assert_eq!(out_of_reach, (0..graph.count() as State).filter(hopeless).collect::<Vec<_>>());
    questions.map(|question| judged(graph, &question))
}

fn set(count: usize, bits: u64) -> Bits {
    let mut set = Bits::none(count);
    set.extend((0..count as State).filter(|state| bits >> state & 1 == 1));
    set
}

const WEAK: Option<Promise> = Some(Promise { action: 0, strong: false, by_data: false });
const STRONG: Option<Promise> = Some(Promise { action: 1, strong: true, by_data: false });

fn is_reachable_throughout(graph: &Sketch) -> bool {
    graph.reach(&[graph.initial], &Bits::all(graph.count())).len() == graph.count()
}

#[test]
fn all_graphs_of_three_states_with_a_weak_and_a_strong_action() {
    // Between any two states (and from each to itself) there is no step, one that is weakly fair, or one that is strongly fair.
    let mut verdicts = [0; 6];
    for number in 0..3_usize.pow(9) {
        let arrow = |place: usize| [None, Some(WEAK), Some(STRONG)][number / 3_usize.pow(place as u32) % 3];
        let arrows = |from: usize| {
            let to = |to: usize| Some((to as u32, arrow(from * 3 + to)?, Some(to as State)));
            (0..3).filter_map(to).collect()
        };
        let mut graph = Sketch::new(0, (0..3).map(arrows).collect());
        if !is_reachable_throughout(&graph) {
            continue;
        }
        for holds in 0..8 {
            let answers = judge_all(&mut graph, &set(3, holds), &set(3, 0b010));
            for (kind, answer) in answers.iter().enumerate() {
                verdicts[2 * kind + usize::from(answer.is_some())] += 1;
            }
        }
    }
    // Of each kind, some were violated and some were not.
    assert!(verdicts.iter().all(|count| *count > 1000), "{verdicts:?}");
}

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most
    }

    /// A graph of up to seven states, with up to four fair actions, in which every state is reachable. Some steps are left
    /// out, and some pairs of states have several steps.
    fn graph(&mut self) -> Sketch {
        let count = 1 + self.below(7) as usize;
        let strong: Vec<bool> = (0..4).map(|_| self.below(2) == 0).collect();
        let mut steps: Vec<Vec<Arrow>> = vec![Vec::new(); count];
        let mut name = 0;
        let mut add = |dice: &mut Dice, from: usize, to: Option<State>| {
            let action = dice.below(6) as usize;
            let promise =
                strong.get(action).map(|strong| Promise { action: action as u32, strong: *strong, by_data: false });
            steps[from].push((name, promise, to));
            name += 1;
        };
        for state in 1..count {
            let from = self.below(state as u64) as usize;
            add(self, from, Some(state as State));
        }
        for _ in 0..self.below(2 * count as u64 + 1) {
            let from = self.below(count as u64) as usize;
            let to = (self.below(12) > 0).then(|| self.below(count as u64) as State);
            add(self, from, to);
        }
        Sketch::new(0, steps)
    }
}

/// The same graph, its states and actions numbered otherwise.
fn renumbered(graph: &Sketch, dice: &mut Dice) -> (Sketch, Vec<State>) {
    let count = graph.count();
    let mut numbers: Vec<State> = (0..count as State).collect();
    for place in (1..count).rev() {
        numbers.swap(place, dice.below(place as u64 + 1) as usize);
    }
    let mut steps = vec![Vec::new(); count];
    for (state, arrows) in graph.steps.iter().enumerate() {
        let other = |promise: Promise| Promise { action: 100 - promise.action, ..promise };
        let renumber = |(name, promise, to): &Arrow| (*name, promise.map(other), to.map(|to| numbers[to as usize]));
        // The order in which steps are found does not count either.
        steps[numbers[state] as usize] = arrows.iter().rev().map(renumber).collect();
    }
    (Sketch::new(numbers[graph.initial as usize], steps), numbers)
}

#[test]
fn random_graphs_whatever_the_numbers_of_their_states() {
    let mut dice = Dice(0x5EED_1234_ABCD_0001);
    let mut verdicts = [0; 6];
    let mut longest = 0;
    for _ in 0..20_000 {
        let mut graph = dice.graph();
        let count = graph.count();
        let (holds, premise) = (set(count, dice.below(1 << count)), set(count, dice.below(1 << count)));
        let answers = judge_all(&mut graph, &holds, &premise);
        let (mut other, numbers) = renumbered(&graph, &mut dice);
        let mapped = |states: &Bits| {
            let mut mapped = Bits::none(count);
            mapped.extend(states.iter().map(|state| numbers[state as usize]));
            mapped
        };
        let others = judge_all(&mut other, &mapped(&holds), &mapped(&premise));
        let names = |answer: &Option<Lasso<u32>>| {
            let names = |way: &[Leg<u32>]| way.iter().map(|leg| leg.step).collect::<Vec<_>>();
            answer.as_ref().map(|lasso| (names(&lasso.prefix), names(&lasso.circle)))
        };
        for (kind, (one, other)) in answers.iter().zip(&others).enumerate() {
            assert_eq!(names(one), names(other), "{graph:?}");
            verdicts[2 * kind + usize::from(one.is_some())] += 1;
            longest = longest.max(one.as_ref().map_or(0, |lasso| lasso.circle.len()));
        }
    }
    assert!(verdicts.iter().all(|count| *count > 1000) && longest >= 6, "{verdicts:?}, {longest}");
}

#[test]
fn strong_fairness_takes_states_away_until_what_is_left_is_fair() {
    // 0 ⇄ 1 ⇄ 2, and a strongly fair step leads from 2 to 3, another from 1 to 3. Going in circles through 2 is unfair, so 2
    // is avoided; then going through 1 is; what is left is 0, where the run may stay.
    let strong = |action| Some(Promise { action, strong: true, by_data: false });
    let steps = vec![
        vec![(0, None, Some(1))],
        vec![(1, None, Some(0)), (2, None, Some(2)), (3, strong(1), Some(3))],
        vec![(4, None, Some(1)), (5, strong(2), Some(3))],
        vec![],
    ];
    let mut graph = Sketch::new(0, steps.clone());
    let lasso = judge_all(&mut graph, &set(4, 0b1000), &set(4, 0))[0].clone().expect("it may stay in 0");
    assert!(lasso.prefix.is_empty() && lasso.circle.is_empty());
    // If it has to leave 0, it has nowhere to stay.
    let mut leaving = steps;
    leaving[0] = vec![(0, WEAK, Some(1))];
    assert_eq!(judge_all(&mut Sketch::new(0, leaving), &set(4, 0b1000), &set(4, 0))[0], None);
}

#[test]
fn a_deep_graph_needs_no_deep_stack() {
    // A ring of 300,000 states: one component, and one circle through all of it that takes the only fair step.
    let count = 300_000;
    let step = |state: u32| vec![(state, if state + 1 == count { WEAK } else { None }, Some((state + 1) % count))];
    let mut graph = Sketch::new(0, (0..count).map(step).collect());
    let nowhere = Bits::none(count as usize);
    let question = question::eventually(&graph, &nowhere);
    let lasso = question::fair_run(&mut graph, &question);
    // The run may stay where nothing fair is possible: in the first state.
    assert_eq!(lasso, Some(Lasso { prefix: vec![], circle: vec![] }));
    let mut rare = Bits::none(count as usize);
    rare.insert(count - 1);
    let question = question::eventually_always(&graph, &rare.complement(count as usize));
    let lasso = question::fair_run(&mut graph, &question).expect("it comes by the last state again and again");
    assert_eq!((lasso.prefix.len(), lasso.circle.len()), (0, count as usize));
}
