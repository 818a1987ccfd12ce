//! A claim about a system in the making: named, but what it claims is still to be said.

use super::System;
use super::property::{Kind, Messages, Predicate, Processes, Property, View, everything, history, messages, processes};
use crate::event::{Data, Module};

/// What [`System::always`] and its like begin: each method says what is claimed, by what it reads of a state, and gives
/// the system back. The less a claim reads, the less often it is evaluated.
#[must_use = "a claim without a condition claims nothing"]
pub struct Claim<A: Module, H: Data> {
    system: System<A, H>,
    name: &'static str,
    /// Nothing for a cut.
    kind: Option<Kind>,
}

impl<A: Module, H: Data> Claim<A, H> {
    pub(super) fn new(system: System<A, H>, name: &'static str, kind: Option<Kind>) -> Self {
        Claim { system, name, kind }
    }

    /// Reads the history alone: the cheapest.
    pub fn history(self, test: impl Fn(&H) -> bool + Send + Sync + 'static) -> System<A, H> {
        self.that(history(test))
    }

    /// Reads the processes alone.
    pub fn processes(self, test: impl Fn(Processes<'_, A>) -> bool + Send + Sync + 'static) -> System<A, H> {
        self.that(processes(test))
    }

    /// Reads the messages in flight alone.
    pub fn messages(self, test: impl Fn(Messages<'_, A>) -> bool + Send + Sync + 'static) -> System<A, H> {
        self.that(messages(test))
    }

    /// Reads the whole state: evaluated in every state.
    pub fn everything(self, test: impl Fn(View<'_, A, H>) -> bool + Send + Sync + 'static) -> System<A, H> {
        self.that(everything(test))
    }

    /// A predicate that was made before.
    ///
    /// # Panics
    ///
    /// When the system has a property of that name already.
    pub fn that(self, predicate: Predicate<A, H>) -> System<A, H> {
        match self.kind {
            Some(kind) => self.system.property(Property::new(self.name, kind, predicate)),
            None => self.system.cut(self.name, predicate),
        }
    }
}
