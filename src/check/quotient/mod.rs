//! States that are taken for one another, so that the search meets one of each class: those that differ by the names of
//! interchangeable processes, or those that have the same normal form.
//!
//! `classes` and `normal` find the state that stands for a class, exactly: two states of one class give the same. That
//! states of one class have the same future is the system's claim. `guard` tests it at every state that the search meets,
//! and ends the check when it is false.

mod classes;
mod guard;
mod normal;
mod parts;
mod permutation;
mod values;

use super::Conditions;
use super::interned::{Interned, Source};
use super::judge::Judge;
use super::state::Numbers;
use super::told::Values;
use crate::rename::Renaming;
use crate::system::{Kind, Rules};
use classes::Classes;
use guard::Guard;
use normal::NormalForms;

/// What a system says of states that are taken for one another.
pub(super) enum Reduction<'a> {
    /// Each state stands for itself.
    None,
    /// States that differ by the names of interchangeable processes are one.
    Symmetry(&'a dyn Renames),
    /// States with the same normal form are one.
    NormalForm(&'a dyn Normalises),
}

/// Who can rename processes in values, given by their numbers.
pub(super) trait Renames: Values {
    /// The groups of interchangeable processes: disjoint, the members in order.
    fn groups(&self) -> &[Vec<usize>];
    /// The number of the value with other names.
    fn rename(&self, item: Item, to: &Renaming) -> u32;
    /// Two interchangeable processes whose scripts differ.
    fn different_scripts(&self) -> Option<(usize, usize)>;
}

/// Who can bring a state into its normal form.
pub(super) trait Normalises: Values {
    /// What the normal form is called.
    fn name(&self) -> &'static str;
    /// The normal form. The messages are in no order, except within the channels of a FIFO network.
    fn normalise(&self, state: &Numbers) -> Numbers;
}

/// A value that occurs in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Process(u32),
    Message(u32),
    History(u32),
}

impl Reduction<'_> {
    /// How the system itself contradicts it, if it does, in one line that says what to change.
    pub fn contradiction(&self, conditions: &Conditions) -> Option<String> {
        let Reduction::Symmetry(renames) = self else { return None };
        if let Some((one, other)) = renames.different_scripts() {
            return Some(format!("processes {one} and {other} are not interchangeable: the scripts tell them apart"));
        }
        let is_fair = |kind: &Kind| kind.is_liveness() && *kind != Kind::AlwaysPossibly;
        let why = "what holds in fair runs cannot be checked with interchangeable processes: what is fair to one of them \
                   does not survive renaming";
        conditions.properties.iter().any(is_fair).then(|| why.to_string())
    }

    /// How many processes are interchangeable with another.
    pub fn interchangeable(&self) -> usize {
        match self {
            Reduction::Symmetry(renames) => renames.groups().iter().map(Vec::len).sum(),
            _ => 0,
        }
    }
}

/// One thread's way of finding the state that stands for a class, with its guard.
pub(super) struct Quotient<'a> {
    classes: Kinds<'a>,
    guard: Guard<'a>,
}

enum Kinds<'a> {
    Symmetry(Classes<'a>),
    NormalForms(NormalForms<'a>),
}

/// What the guard needs of the search to look at states of its own.
pub(super) struct Ground<'g, 's> {
    pub rules: &'s Rules,
    pub cells: &'g mut Interned<'s>,
    pub judge: &'g mut Judge,
}

impl<'a> Quotient<'a> {
    /// The quotient that a source asks for, if it does.
    pub fn new(source: &'a dyn Source) -> Option<Self> {
        let classes = match source.reduction() {
            Reduction::None => return None,
            Reduction::Symmetry(renames) => Kinds::Symmetry(Classes::new(source.rules(), renames)),
            Reduction::NormalForm(normalises) => Kinds::NormalForms(NormalForms::new(source.rules(), normalises)),
        };
        Some(Quotient { classes, guard: Guard::new(source) })
    }

    /// Replaces a state by the one that stands for its class.
    pub fn represent(&mut self, cells: &mut Interned<'_>, state: &mut Numbers) {
        match &mut self.classes {
            Kinds::Symmetry(classes) => {
                classes.represent(cells, state);
            }
            Kinds::NormalForms(forms) => forms.represent(cells, state),
        }
    }

    /// Tests what is claimed of a state that stands for its class, when the search meets it. Gives how many states it
    /// stands for, where they can be counted. Refuses the system when the claim is false.
    pub fn watch(&mut self, ground: &mut Ground<'_, 'a>, state: &Numbers, quiescent: bool) -> Option<u128> {
        match &mut self.classes {
            Kinds::Symmetry(classes) => {
                self.guard.images(classes, ground, state, quiescent);
                Some(classes.represent(ground.cells, &mut state.clone()))
            }
            Kinds::NormalForms(forms) => {
                self.guard.originals(forms, ground);
                None
            }
        }
    }
}
