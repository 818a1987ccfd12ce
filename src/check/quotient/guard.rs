//! The guard: tests that states that are taken for one another are judged alike, and that the same may happen in them.

use super::classes::Classes;
use super::normal::NormalForms;
use super::permutation::{Draws, Permutation};
use super::{Ground, Values};
use crate::check::Conditions;
use crate::check::interned::Source;
use crate::check::refused::refuse;
use crate::check::state::{Numbers, panicked};
use crate::system::{Kind, Spent};
use std::collections::HashSet;

/// Up to so many interchangeable processes all images of a state are judged.
const ALL_IMAGES_MAX: usize = 4;

/// What tells two states apart.
struct Difference {
    /// In a few words.
    why: String,
    /// What shows it, in several lines; empty where that is all.
    shown: String,
}

impl Difference {
    fn of(why: impl Into<String>) -> Self {
        Difference { why: why.into(), shown: String::new() }
    }

    fn shown(why: &str, shown: String) -> Self {
        Difference { why: why.to_string(), shown }
    }
}

/// One thread's guard.
pub(super) struct Guard<'a> {
    source: &'a dyn Source,
    conditions: Conditions,
    draws: Draws,
    /// All permutations, where there are few: found when they are first needed.
    all: Vec<Permutation>,
}

impl<'a> Guard<'a> {
    pub fn new(source: &'a dyn Source) -> Self {
        Guard { source, conditions: source.conditions(), draws: Draws::new(), all: Vec::new() }
    }

    /// Compares a state with its images under permutations of interchangeable processes. Refuses the system when something
    /// tells them apart.
    pub fn images(&mut self, classes: &mut Classes<'_>, ground: &mut Ground<'_, '_>, state: &Numbers, quiescent: bool) {
        let drawn = classes.members.draw(&mut self.draws);
        let few = classes.members.count() <= ALL_IMAGES_MAX;
        if few && self.all.is_empty() {
            self.all = classes.members.all();
        }
        for to in if few { &self.all[..] } else { std::slice::from_ref(&drawn) } {
            let image = classes.image(ground.cells, state, to);
            if let Some(difference) = self.judged_differently(ground, state, &image, quiescent) {
                not_interchangeable(classes, state, to, difference);
            }
        }
        let steps = futures(ground, state).into_iter();
        let expected = steps.map(|next| next.map(|next| classes.image(ground.cells, &next, &drawn))).collect();
        let image = classes.image(ground.cells, state, &drawn);
        if let Some(difference) = different(expected, futures(ground, &image), classes.renames) {
            not_interchangeable(classes, state, &drawn, difference);
        }
    }

    /// Compares the states that were met with their normal forms. Refuses the system when something tells them apart, or the
    /// normal form of a normal form is another one.
    pub fn originals(&mut self, forms: &mut NormalForms<'_>, ground: &mut Ground<'_, '_>) {
        while let Some(original) = forms.next_unwatched() {
            let form = forms.form(ground.cells, &original);
            let again = forms.form(ground.cells, &form);
            if again != form {
                let why = "the normal form of its normal form is another one";
                not_normal(forms, &original, Difference::shown(why, forms.normalises.state(&again)));
            }
            let quiescent = ground.rules.quiescent(ground.cells, &original);
            if let Some(difference) = self.judged_differently(ground, &original, &form, quiescent) {
                not_normal(forms, &original, difference);
            }
            // Several steps that lead to one state may be one step in the normal form.
            let mut futures_of = |state: &Numbers| {
                let steps = futures(ground, state).into_iter();
                let forms = steps.map(|next| next.map(|next| forms.form(ground.cells, &next)));
                forms.collect::<HashSet<_>>().into_iter().collect()
            };
            let (expected, found) = (futures_of(&original), futures_of(&form));
            if let Some(difference) = different(expected, found, forms.normalises) {
                not_normal(forms, &original, difference);
            }
        }
    }

    /// What is judged of one of two states and not of the other.
    fn judged_differently(
        &self,
        ground: &mut Ground<'_, '_>,
        state: &Numbers,
        other: &Numbers,
        quiescent: bool,
    ) -> Option<Difference> {
        let Conditions { names, properties, reads, .. } = &self.conditions;
        for index in 0..reads.len() {
            // `finally` says nothing of other states, and may panic in them.
            if properties.get(index) == Some(&Kind::Finally) && !quiescent {
                continue;
            }
            let mut holds = |state| ground.judge.holds(index, self.source, state).ok();
            if holds(state) != holds(other) {
                let name = names.get(index).map_or("a cut or a premise".to_string(), |name| format!("\"{name}\""));
                return Some(Difference::of(format!("{name} tells them apart")));
            }
        }
        let is_quiescent = properties.contains(&Kind::Finally) && ground.rules.quiescent(ground.cells, other);
        let differs = properties.contains(&Kind::Finally) && is_quiescent != quiescent;
        differs.then(|| Difference::of("one of them is quiescent"))
    }
}

/// The states that steps from a state lead to, one for each step; nothing for one in which something has panicked: the
/// message of a panic may well name processes.
fn futures(ground: &mut Ground<'_, '_>, state: &Numbers) -> Vec<Option<Numbers>> {
    let mut steps = Vec::new();
    ground.rules.enabled(ground.cells, state, &mut steps);
    let next = |step| {
        let mut next = state.clone();
        ground.rules.perform_enabled(ground.cells, &mut next, step);
        (!panicked(ground.cells, &next)).then_some(next)
    };
    steps.iter().map(next).collect()
}

/// Which state is among `expected` and not among `found`, or the other way round.
fn different(
    expected: Vec<Option<Numbers>>,
    found: Vec<Option<Numbers>>,
    values: &(impl Values + ?Sized),
) -> Option<Difference> {
    let [expected, found] = [expected, found].map(|mut states| {
        states.sort_by(|one, other| one.as_ref().map(order).cmp(&other.as_ref().map(order)));
        states
    });
    let place = (0..expected.len().max(found.len())).find(|place| expected.get(*place) != found.get(*place))?;
    let (expected, found) = (expected.get(place), found.get(place));
    let only = if expected.is_some() { expected } else { found }.and_then(Option::as_ref);
    let shown = only.map_or("a panic".to_string(), |state| values.state(state));
    let shown = format!("after one of them this may happen, and not after the other:\n{shown}");
    Some(Difference::shown("not the same may happen", shown))
}

fn order(state: &Numbers) -> (&[u32], &[u32], u32, Spent) {
    (&state.processes, &state.network, state.history, state.spent)
}

fn not_interchangeable(classes: &Classes<'_>, state: &Numbers, to: &Permutation, difference: Difference) -> ! {
    let (groups, renaming) = (classes.renames.groups(), classes.members.show(to));
    let Difference { why, shown } = difference;
    refuse(
        format!(
            "the processes {groups:?} are not interchangeable: of a state and the one with {renaming} renamed, {why}"
        ),
        format!("the state:\n{}\n{shown}", classes.renames.state(state)),
    );
}

fn not_normal(forms: &NormalForms<'_>, state: &Numbers, difference: Difference) -> ! {
    let Difference { why, shown } = difference;
    refuse(
        format!("the normal form \"{}\" is wrong: of a state and its normal form, {why}", forms.normalises.name()),
        format!("the state:\n{}\n{shown}", forms.normalises.state(state)),
    );
}
