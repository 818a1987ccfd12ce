//! Properties of a system: what they claim, and what of a state they read.
//!
//! A property names what it reads, so that a checker can remember its answer: one that reads the history is evaluated
//! once for each history that occurs, not once for each state. The type of its argument sees to it that it reads no more.

use super::fault::Spent;
use super::process::{EnvelopeOf, Process};
use crate::event::Module;
use stateright::actor::Id;
use std::sync::Arc;

/// What a property claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It holds in every reachable state.
    Always,
    /// Some reachable state satisfies it: the system is not vacuous.
    Sometimes,
    /// It holds in every quiescent state (one in which no step changes anything, except faults, recoveries that nobody
    /// promised and deliveries that nobody may count on), and there is such a state.
    Finally,
    /// In every fair run it holds some day.
    Eventually,
    /// In every fair run, whenever the premise holds, it holds then or some day after.
    LeadsTo,
    /// In every fair run it holds from some day on.
    EventuallyAlways,
    /// From every reachable state, one is reachable in which it holds.
    AlwaysPossibly,
}

impl Kind {
    /// Whether it speaks of whole runs, or of what is reachable from where, and not of single states.
    pub fn is_liveness(self) -> bool {
        !matches!(self, Kind::Always | Kind::Sometimes | Kind::Finally)
    }

    /// "always", "sometimes", "finally", "eventually", "leads to", "eventually always" or "always possibly".
    pub fn name(self) -> &'static str {
        match self {
            Kind::Always => "always",
            Kind::Sometimes => "sometimes",
            Kind::Finally => "finally",
            Kind::Eventually => "eventually",
            Kind::LeadsTo => "leads to",
            Kind::EventuallyAlways => "eventually always",
            Kind::AlwaysPossibly => "always possibly",
        }
    }
}

/// What a [`Predicate`] reads of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reads {
    /// The history that the observer keeps.
    History,
    /// The processes, with their states, storage and timers.
    Processes,
    /// The messages in flight.
    Messages,
    /// All of that, and what was spent of the budgets.
    Everything,
}

/// A condition on states, together with what it reads; see [`history`], [`processes`], [`messages`], [`everything`].
pub struct Predicate<A: Module, H> {
    pub(crate) test: Test<A, H>,
}

pub(crate) enum Test<A: Module, H> {
    History(Arc<dyn Fn(&H) -> bool + Send + Sync>),
    Processes(Arc<dyn Fn(Processes<'_, A>) -> bool + Send + Sync>),
    Messages(Arc<dyn Fn(Messages<'_, A>) -> bool + Send + Sync>),
    Everything(Arc<dyn Fn(View<'_, A, H>) -> bool + Send + Sync>),
}

/// A predicate on the history alone: the cheapest.
pub fn history<A: Module, H>(test: impl Fn(&H) -> bool + Send + Sync + 'static) -> Predicate<A, H> {
    Predicate { test: Test::History(Arc::new(test)) }
}

/// A predicate on the processes alone.
///
/// Where the closure calls methods of the actor's own state, name the actor in its argument, `|p: Processes<'_, Office>|`:
/// the compiler reads the closure before it knows the system. The methods of [`Claim`](super::Claim) need no such help.
pub fn processes<A: Module, H>(test: impl Fn(Processes<'_, A>) -> bool + Send + Sync + 'static) -> Predicate<A, H> {
    Predicate { test: Test::Processes(Arc::new(test)) }
}

/// A predicate on the messages in flight alone. On naming the actor, see [`processes`].
pub fn messages<A: Module, H>(test: impl Fn(Messages<'_, A>) -> bool + Send + Sync + 'static) -> Predicate<A, H> {
    Predicate { test: Test::Messages(Arc::new(test)) }
}

/// A predicate on the whole state: evaluated in every state. On naming the actor, see [`processes`].
pub fn everything<A: Module, H>(test: impl Fn(View<'_, A, H>) -> bool + Send + Sync + 'static) -> Predicate<A, H> {
    Predicate { test: Test::Everything(Arc::new(test)) }
}

impl<A: Module, H> Predicate<A, H> {
    /// What it reads.
    pub fn reads(&self) -> Reads {
        match self.test {
            Test::History(_) => Reads::History,
            Test::Processes(_) => Reads::Processes,
            Test::Messages(_) => Reads::Messages,
            Test::Everything(_) => Reads::Everything,
        }
    }

    pub(crate) fn holds(&self, view: View<'_, A, H>) -> bool {
        match &self.test {
            Test::History(test) => test(view.history),
            Test::Processes(test) => test(view.processes),
            Test::Messages(test) => test(view.messages),
            Test::Everything(test) => test(view),
        }
    }
}

impl<A: Module, H> Clone for Predicate<A, H> {
    fn clone(&self) -> Self {
        let test = match &self.test {
            Test::History(test) => Test::History(test.clone()),
            Test::Processes(test) => Test::Processes(test.clone()),
            Test::Messages(test) => Test::Messages(test.clone()),
            Test::Everything(test) => Test::Everything(test.clone()),
        };
        Predicate { test }
    }
}

/// A named claim about a system.
pub struct Property<A: Module, H> {
    /// Its name, unique within the system.
    pub name: &'static str,
    /// What it claims.
    pub kind: Kind,
    /// Of which states.
    pub predicate: Predicate<A, H>,
    /// For [`Kind::LeadsTo`], and for no other kind: the states from which on it must hold some day.
    pub premise: Option<Predicate<A, H>>,
}

impl<A: Module, H> Property<A, H> {
    /// A claim of any kind but [`Kind::LeadsTo`].
    pub fn new(name: &'static str, kind: Kind, predicate: Predicate<A, H>) -> Self {
        Property { name, kind, predicate, premise: None }
    }

    /// The claim that `premise` leads to `conclusion`.
    pub fn leads_to(name: &'static str, premise: Predicate<A, H>, conclusion: Predicate<A, H>) -> Self {
        Property { name, kind: Kind::LeadsTo, predicate: conclusion, premise: Some(premise) }
    }
}

impl<A: Module, H> Clone for Property<A, H> {
    fn clone(&self) -> Self {
        Property { name: self.name, kind: self.kind, predicate: self.predicate.clone(), premise: self.premise.clone() }
    }
}

/// The processes of a state, by id.
pub struct Processes<'a, A: Module>(pub(crate) &'a [&'a Process<A>]);

impl<A: Module> Clone for Processes<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A: Module> Copy for Processes<'_, A> {}

impl<'a, A: Module> Processes<'a, A> {
    /// How many there are, dead ones included.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Process `id`.
    ///
    /// # Panics
    ///
    /// When there is none with this id.
    pub fn get(&self, id: Id) -> &'a Process<A> {
        self.0[usize::from(id)]
    }

    /// All of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (Id, &'a Process<A>)> + use<'a, A> {
        self.0.iter().enumerate().map(|(id, process)| (Id::from(id), *process))
    }

    /// The states of those that are up.
    pub fn states(&self) -> impl Iterator<Item = (Id, &'a A::State)> + use<'a, A> {
        self.iter().filter_map(|(id, process)| Some((id, process.state()?)))
    }

    /// What is stored, by processes up or down.
    pub fn stored(&self) -> impl Iterator<Item = (Id, &'a A::Storage)> + use<'a, A> {
        self.iter().filter_map(|(id, process)| Some((id, process.storage.as_ref()?)))
    }
}

/// The messages in flight. Equal ones stand beside one another; on a FIFO network each channel is in its order.
pub struct Messages<'a, A: Module>(pub(crate) &'a [&'a EnvelopeOf<A>]);

impl<A: Module> Clone for Messages<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A: Module> Copy for Messages<'_, A> {}

impl<'a, A: Module> Messages<'a, A> {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &'a EnvelopeOf<A>> + use<'a, A> {
        self.0.iter().copied()
    }
}

/// A whole state.
pub struct View<'a, A: Module, H> {
    /// The processes.
    pub processes: Processes<'a, A>,
    /// The messages in flight.
    pub messages: Messages<'a, A>,
    /// What the observer has kept.
    pub history: &'a H,
    /// What was spent of the budgets.
    pub spent: &'a Spent,
}

impl<A: Module, H> Clone for View<'_, A, H> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A: Module, H> Copy for View<'_, A, H> {}
