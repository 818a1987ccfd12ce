//! All that one process has, and what travels between processes.

use super::few::Few;
use super::timing::Due;
use crate::event::Module;
use stateright::actor::{Actor, Id};
use std::collections::BTreeMap;

/// A message in flight.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<W> {
    /// Who sent it.
    pub from: Id,
    /// To whom.
    pub to: Id,
    /// What it says.
    pub message: W,
}

/// Whether a process lives, and its volatile state while it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Life<S> {
    /// It runs, in this state.
    Up(S),
    /// It crashed, and may recover.
    Down,
    /// It crashed for good.
    Stopped,
    /// It is Byzantine: it says what it likes, whatever it hears.
    Byzantine,
    /// A handler panicked, with this message. The check reports it as a violation.
    Panicked(String),
}

/// All that one process has, as data: see [`Process`] for the process of an actor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell<S, D, T, X> {
    /// Whether it lives, and its state.
    pub life: Life<S>,
    /// What is durable: it survives a crash.
    pub storage: Option<D>,
    /// The timers that are armed.
    pub timers: Few<T, Due>,
    /// How often each timer has fired, where firings are limited.
    pub fired: Few<T, u8>,
    /// Random choices that are pending: by key, the values, in order.
    pub choices: BTreeMap<String, Vec<X>>,
    /// How many requests of its script have been made.
    pub asked: u16,
    /// While the next request waits for the answer to the last one: which of those at its place that one was.
    pub waiting: Option<usize>,
}

/// A process of actor `A`.
pub type Process<A> = Cell<<A as Actor>::State, <A as Actor>::Storage, <A as Actor>::Timer, <A as Actor>::Random>;

/// A message in flight between processes of actor `A`.
pub type EnvelopeOf<A> = Envelope<<A as Module>::Wire>;

impl<S, D, T: Ord, X> Cell<S, D, T, X> {
    /// The state, while the process is up.
    pub fn state(&self) -> Option<&S> {
        match &self.life {
            Life::Up(state) => Some(state),
            _ => None,
        }
    }

    /// Whether the process is up.
    pub fn is_up(&self) -> bool {
        matches!(self.life, Life::Up(_))
    }

    /// A process that is not there yet: it has nothing but what was stored.
    pub(crate) fn unborn(storage: Option<D>) -> Self {
        Cell {
            life: Life::Down,
            storage,
            timers: Few::new(),
            fired: Few::new(),
            choices: BTreeMap::new(),
            asked: 0,
            waiting: None,
        }
    }
}
