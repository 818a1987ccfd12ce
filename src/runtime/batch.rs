//! Several steps of one process, made durable at once.
//!
//! A disk takes a thousand times longer than a handler, so a driver lets the process handle everything that has arrived,
//! makes what was saved last durable, and only then releases what the steps have sent and indicated, in their order.
//!
//! **Why this is allowed.** Take a run of a batched process in which it crashes at any moment. Before the commit is durable,
//! nobody has seen anything of the batch: to everyone else it is as if the process had crashed before the first step of the
//! batch, whose inputs are lost like any message to a crashed process. After the commit, every step of the batch has
//! happened and everything it saved is durable; what has not left the process yet is lost, as messages of a crashed process may
//! be, and the application has not been told of the indications that did not leave: it merely saw less. A step of the batch may
//! save a value that a later step of the batch overwrites before anything is durable: that value never mattered, because nothing
//! that rested on it had left. So each run is one of the `System` with its crash rule, in which the steps of the batch happen
//! one after the other at the moment of the commit.

use crate::event::Module;
use crate::step::Effects;
use stateright::actor::Id;

/// What leaves a process once the batch is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departure<Wire, Indication> {
    /// A message to another process.
    Message {
        /// To whom.
        to: Id,
        /// What it says.
        message: Wire,
    },
    /// The application is told.
    Indication(Indication),
}

/// A [`Departure`] from actor `A`.
pub type DepartureOf<A> = Departure<<A as Module>::Wire, <A as Module>::Indication>;

/// The effects of steps that are to be made durable together.
#[derive(Debug)]
pub struct Batch<A: Module> {
    saved: Option<A::Storage>,
    departures: Vec<DepartureOf<A>>,
    steps: usize,
}

impl<A: Module> Default for Batch<A> {
    fn default() -> Self {
        Batch { saved: None, departures: Vec::new(), steps: 0 }
    }
}

impl<A: Module> Batch<A> {
    /// A batch without a step.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next step. Its changes to timers and choices are the driver's to apply, before this.
    pub fn add(&mut self, effects: Effects<A>) {
        self.saved = effects.saved.or(self.saved.take());
        let message = |(to, message)| Departure::Message { to, message };
        self.departures.extend(effects.sent.into_iter().map(message));
        self.departures.extend(effects.indications.into_iter().map(Departure::Indication));
        self.steps += 1;
    }

    /// How many steps it has.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// How many messages and indications leave the process once it is durable.
    pub fn departures(&self) -> usize {
        self.departures.len()
    }

    /// Whether nothing has to be made durable and nothing leaves.
    pub fn is_empty(&self) -> bool {
        self.saved.is_none() && self.departures.is_empty()
    }

    /// What has to be durable before the batch is [released](Batch::release): the last value saved in it, if any was.
    pub fn saved(&self) -> Option<&A::Storage> {
        self.saved.as_ref()
    }

    /// What leaves the process, in order, now that [`Batch::saved`] is durable. The batch is empty afterwards, and keeps its
    /// room for the next.
    pub fn release(&mut self) -> impl Iterator<Item = DepartureOf<A>> + '_ {
        self.saved = None;
        self.steps = 0;
        self.departures.drain(..)
    }
}
