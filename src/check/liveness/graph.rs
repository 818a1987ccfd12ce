//! What the judgement of liveness asks of a graph of states, wherever it comes from.

use std::cmp::Ordering;

/// A state, by its number: from zero on, without gaps.
pub(super) type State = u32;

/// A fair action that a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) struct Promise {
    /// The number of the action.
    pub action: u32,
    /// Whether it happens again and again already when it is possible again and again (strong fairness), and not only
    /// when it stays possible (weak fairness). The same for all steps that take the action.
    pub strong: bool,
    /// Whether data tell the action from others (which message, which timer), and not only who takes it.
    pub by_data: bool,
}

/// A step as a part of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leg<S> {
    pub step: S,
    /// The fair action that it takes.
    pub promise: Option<Promise>,
    /// Where it leads.
    pub to: State,
}

/// States and steps. All states are reachable from the first, and in every state nothing may happen for ever, unless
/// fairness forbids it.
pub(super) trait Graph {
    type Step: Clone;

    /// How many states there are.
    fn count(&self) -> usize;
    /// The state in which every run begins.
    fn initial(&self) -> State;
    /// The states to which steps lead: those that are not left out. Steps that change nothing may be missing here.
    fn successors(&self, state: State) -> &[State];
    /// Each step of a state, with the fair action that it takes, and where it leads unless that is left out.
    fn steps(&mut self, state: State, found: &mut dyn FnMut(&Self::Step, Option<Promise>, Option<State>));
    /// Whether a run may stay in a state for ever: each fair action that is possible there changes nothing.
    fn may_stay(&self, state: State) -> bool;
    /// An order of steps that does not depend on how states and actions are numbered. Steps of one state differ in it.
    fn compare(&self, one: &Self::Step, other: &Self::Step) -> Ordering;
    /// Whether a limit has been hit: then the judgement is in vain, and may end with any answer.
    fn is_given_up(&self) -> bool;
}
