//! What the values of a system say of states that are taken for one another.

use super::{Item, Normalises, Reduction, Renames};
use crate::check::pools::Pools;
use crate::check::refused::refuse;
use crate::check::state::Numbers;
use crate::check::told::Values;
use crate::event::{Data, Module};
use crate::rename::Renaming;
use crate::system::{self, Global, NormalForm, Symmetry};

impl<A: Module, H: Data> Pools<'_, A, H> {
    /// Which states the system takes for one another.
    pub(in crate::check) fn reduction(&self) -> Reduction<'_> {
        match &self.system.reduction {
            system::Reduction::None => Reduction::None,
            system::Reduction::Symmetry(_) => Reduction::Symmetry(self),
            system::Reduction::NormalForm(_) => Reduction::NormalForm(self),
        }
    }

    fn symmetry(&self) -> &Symmetry<A, H> {
        match &self.system.reduction {
            system::Reduction::Symmetry(symmetry) => symmetry,
            _ => unreachable!("only a system with interchangeable processes is asked about them"),
        }
    }

    fn normal_form(&self) -> &NormalForm<A, H> {
        match &self.system.reduction {
            system::Reduction::NormalForm(form) => form,
            _ => unreachable!("only a system with a normal form is asked for it"),
        }
    }
}

impl<A: Module, H: Data> Renames for Pools<'_, A, H> {
    fn groups(&self) -> &[Vec<usize>] {
        &self.symmetry().groups
    }

    fn rename(&self, item: Item, to: &Renaming) -> u32 {
        let Symmetry { process, message, history, .. } = self.symmetry();
        match item {
            Item::Process(number) => self.processes.number(process(&self.processes.get(number), to)),
            Item::Message(number) => self.envelopes.number(message(&self.envelopes.get(number), to)),
            Item::History(number) => self.histories.number(history(&self.histories.get(number), to)),
        }
    }

    fn different_scripts(&self) -> Option<(usize, usize)> {
        let symmetry = self.symmetry();
        (symmetry.different_scripts)(self.system, &symmetry.groups)
    }
}

impl<A: Module, H: Data> Normalises for Pools<'_, A, H> {
    fn name(&self) -> &'static str {
        self.normal_form().name
    }

    fn normalise(&self, state: &Numbers) -> Numbers {
        let expected = state.processes.len();
        let normal = (self.normal_form().function)(self.lift_state(state));
        let found = normal.processes.len();
        if found != expected {
            let why = format!("the normal form \"{}\" has {found} processes instead of {expected}", self.name());
            refuse(why, self.state(state));
        }
        let mut form = Global { processes: Vec::new(), network: Vec::new(), history: 0, spent: state.spent };
        for process in normal.processes {
            form.processes.push(self.processes.number_shared(process));
        }
        for message in normal.network {
            form.network.push(self.envelopes.number_shared(message));
        }
        form.history = self.histories.number_shared(normal.history);
        form
    }
}
