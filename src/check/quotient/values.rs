//! What the values of a system say of states that are taken for one another.

use super::{Item, Normalises, Reduction, Renames, Shows};
use crate::check::pools::Pools;
use crate::check::refused::refuse;
use crate::check::state::Numbers;
use crate::event::{Data, Module};
use crate::rename::Renaming;
use crate::system::{self, Global, NormalForm, Parts, Symmetry};

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

impl<A: Module, H: Data> Shows for Pools<'_, A, H> {
    fn show(&self, state: &Numbers) -> String {
        let state: system::State<A, H> = Global {
            processes: state.processes.iter().map(|number| self.processes.get(*number)).collect(),
            network: state.network.iter().map(|number| self.envelopes.get(*number)).collect(),
            history: self.histories.get(state.history),
            spent: state.spent,
        };
        format!("{state:?}")
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
        self.system.different_scripts(self.symmetry())
    }
}

impl<A: Module, H: Data> Normalises for Pools<'_, A, H> {
    fn name(&self) -> &'static str {
        self.normal_form().name
    }

    fn normalise(&self, state: &Numbers) -> Numbers {
        let mut parts: Parts<A, H> = Parts {
            processes: state.processes.iter().map(|number| (*self.processes.get(*number)).clone()).collect(),
            messages: state.network.iter().map(|number| (*self.envelopes.get(*number)).clone()).collect(),
            history: (*self.histories.get(state.history)).clone(),
        };
        (self.normal_form().function)(&mut parts);
        let (found, expected) = (parts.processes.len(), state.processes.len());
        if found != expected {
            let why = format!("the normal form \"{}\" has {found} processes instead of {expected}", self.name());
            refuse(why, self.show(state));
        }
        Global {
            processes: parts.processes.into_iter().map(|process| self.processes.number(process)).collect(),
            network: parts.messages.into_iter().map(|message| self.envelopes.number(message)).collect(),
            history: self.histories.number(parts.history),
            spent: state.spent,
        }
    }
}
