//! Classes of states that have the same normal form.

use super::Normalises;
use super::classes::sort_messages;
use crate::check::interned::Interned;
use crate::check::state::Numbers;
use crate::system::Rules;
use std::collections::HashSet;

/// One thread's way of finding normal forms.
pub(super) struct NormalForms<'a> {
    pub normalises: &'a dyn Normalises,
    fifo: bool,
    set: bool,
    /// The states met that differ from their normal forms, to be looked at by the guard: each once.
    met: HashSet<Numbers>,
    /// Those of them that the guard has not looked at.
    unwatched: Vec<Numbers>,
}

impl<'a> NormalForms<'a> {
    pub fn new(rules: &Rules, normalises: &'a dyn Normalises) -> Self {
        let (fifo, set) = (rules.network.is_fifo(), rules.network.is_set());
        NormalForms { normalises, fifo, set, met: HashSet::new(), unwatched: Vec::new() }
    }

    /// Replaces a state by its normal form.
    pub fn represent(&mut self, cells: &mut Interned<'_>, state: &mut Numbers) {
        let form = self.form(cells, state);
        if form != *state {
            let original = std::mem::replace(state, form);
            if self.met.insert(original.clone()) {
                self.unwatched.push(original);
            }
        }
    }

    /// The normal form of a state.
    pub fn form(&self, cells: &mut Interned<'_>, state: &Numbers) -> Numbers {
        let mut form = self.normalises.normalise(state);
        sort_messages(&mut form.network, self.fifo, cells);
        if self.set {
            form.network.dedup();
        }
        form
    }

    /// A state that was met, differs from its normal form, and was not given before.
    pub fn next_unwatched(&mut self) -> Option<Numbers> {
        self.unwatched.pop()
    }
}
