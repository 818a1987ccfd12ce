//! A [`System`] as a [`stateright::Model`]: for stateright's own checkers, and for its Explorer.

use super::format;
use super::plain::{self, Action, Plain, State};
use super::process::Life;
use super::property::{Kind, Messages, Processes, View};
use super::{System, diagram};
use crate::event::{Data, Module};
use stateright::{Model, Path};
use std::fmt::Write;

/// The name of the property that every system has: no handler, observer or property panics.
pub const NO_PANIC: &str = "no panic";

/// How many properties stateright can be told of: it takes function pointers, and each needs one of its own.
const PROPERTIES_MAX: usize = 32;

type Condition<A, H> = fn(&System<A, H>, &State<A, H>) -> bool;

macro_rules! conditions {
    ($($index:literal)*) => { [$(|system, state| system.as_stated(&system.properties[$index], state)),*] };
}

impl<A: Module, H: Data> System<A, H> {
    const CONDITIONS: [Condition<A, H>; PROPERTIES_MAX] = conditions!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    );

    /// Calls `look` with the parts of a state.
    pub fn view<T>(&self, state: &State<A, H>, look: impl FnOnce(View<'_, A, H>) -> T) -> T {
        let processes: Vec<_> = state.processes.iter().map(|process| &**process).collect();
        let messages: Vec<_> = state.network.iter().map(|envelope| &**envelope).collect();
        look(View {
            processes: Processes(&processes),
            messages: Messages(&messages),
            history: &state.history,
            spent: &state.spent,
        })
    }

    /// A property as stateright is told of it: `finally` speaks of quiescent states alone.
    fn as_stated(&self, property: &super::Property<A, H>, state: &State<A, H>) -> bool {
        self.view(state, |view| property.predicate.holds(view))
            || (property.kind == Kind::Finally && !self.rules.quiescent(&mut Plain(self), state))
    }

    /// Whether something has panicked.
    #[cfg(feature = "runtime")]
    pub(crate) fn has_panicked(&self, state: &State<A, H>) -> bool {
        Self::panicked(state)
    }

    fn panicked(state: &State<A, H>) -> bool {
        let panicked = |life: &Life<A::State>| matches!(life, Life::Panicked(_));
        state.spent.observer_panicked || state.processes.iter().any(|process| panicked(&process.life))
    }

    /// The verdict of each property at a state, a line each.
    fn verdicts(&self, state: &State<A, H>) -> String {
        let mut lines = String::new();
        let quiescent = self.rules.quiescent(&mut Plain(self), state);
        for property in &self.properties {
            let holds = self.view(state, |view| property.predicate.holds(view));
            let verdict = match (property.kind, holds) {
                (Kind::Sometimes, true) => "reached here",
                (_, true) => "holds here",
                (Kind::Always, false) => "VIOLATED here",
                (Kind::Finally, false) if quiescent => "VIOLATED here: nothing more has to happen",
                (Kind::Finally, false) => "not yet",
                (_, false) => "not here",
            };
            let _ = writeln!(lines, "{} {}: {verdict}", property.kind.name(), property.name);
        }
        if Self::panicked(state) {
            let _ = writeln!(lines, "always {NO_PANIC}: VIOLATED here");
        }
        lines
    }
}

impl<A: Module, H: Data> Model for System<A, H> {
    type State = State<A, H>;
    type Action = Action<A>;

    fn init_states(&self) -> Vec<Self::State> {
        assert_eq!(self.rules.contradiction(), None, "the system contradicts itself");
        vec![self.rules.initial(&mut Plain(self))]
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Self::Action>) {
        let mut steps = Vec::new();
        self.rules.enabled(&mut Plain(self), state, &mut steps);
        actions.extend(steps.into_iter().map(|enabled| enabled.step));
    }

    fn next_state(&self, last_state: &Self::State, action: Self::Action) -> Option<Self::State> {
        let mut next = last_state.clone();
        self.rules.perform(&mut Plain(self), &mut next, &action);
        Some(next)
    }

    /// The properties in their order, and last the one that nothing panics.
    ///
    /// Of liveness properties it is not told: it could not judge them where runs go in circles.
    ///
    /// To stateright `finally` is an `always` that speaks of quiescent states. It judges states one by one, so unlike the
    /// engine it cannot tell that there is no quiescent state at all.
    ///
    /// # Panics
    ///
    /// With more than 32 properties.
    fn properties(&self) -> Vec<stateright::Property<Self>> {
        assert!(
            self.properties.len() <= PROPERTIES_MAX,
            "stateright can be told of at most {PROPERTIES_MAX} properties"
        );
        let mut properties: Vec<_> = self
            .properties
            .iter()
            .zip(Self::CONDITIONS)
            .filter(|(property, _)| !property.kind.is_liveness())
            .map(|(property, condition)| match property.kind {
                Kind::Sometimes => stateright::Property::sometimes(property.name, condition),
                _ => stateright::Property::always(property.name, condition),
            })
            .collect();
        properties.push(stateright::Property::always(NO_PANIC, |_, state| !Self::panicked(state)));
        properties
    }

    fn within_boundary(&self, state: &Self::State) -> bool {
        self.view(state, |view| self.cuts.iter().all(|(_, cut)| cut.holds(view)))
    }

    fn format_action(&self, action: &Self::Action) -> String {
        let action = plain::in_words::<A>(action);
        let text = format!("{}: {}", format::kind(&action), format::sentence(&action));
        format::wrapped(&text, 4)
    }

    fn format_step(&self, last_state: &Self::State, action: Self::Action) -> Option<String> {
        let next = self.next_state(last_state, action)?;
        Some(format!("{next:?}\n\n{}", self.verdicts(&next)))
    }

    /// The verdict of each property at the state shown, and the space-time diagram of the way to it, as HTML.
    fn as_svg(&self, path: Path<Self::State, Self::Action>) -> Option<String> {
        let steps: Vec<_> = path.clone().into_actions();
        let verdicts = self.verdicts(path.last_state());
        Some(diagram::with_verdicts(&self.trace(&steps), &verdicts))
    }
}
