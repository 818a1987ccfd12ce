//! stateright's own models, unchanged: [`check`](super::check()) takes an [`ActorModel`] where `.checker().spawn_bfs()`
//! stood.
//!
//! ```
//! use stateright::Expectation;
//! use stateright::actor::{Actor, ActorModel, Id, Network, Out};
//! use std::borrow::Cow;
//! use synod::check::check;
//! # use synod::stateright;
//!
//! /// Counts what it hears. The first one says something to the second, twice.
//! struct Counter;
//!
//! impl Actor for Counter {
//!     type Msg = char;
//!     type State = u8;
//!     type Timer = ();
//!     type Random = ();
//!     type Storage = ();
//!
//!     fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> u8 {
//!         if id == Id::from(0) {
//!             out.send(Id::from(1), 'a');
//!             out.send(Id::from(1), 'b');
//!         }
//!         0
//!     }
//!
//!     fn on_msg(&self, _: Id, heard: &mut Cow<u8>, _: Id, _: char, _: &mut Out<Self>) {
//!         *heard.to_mut() += 1;
//!     }
//! }
//!
//! let model = ActorModel::new((), ())
//!     .actors([Counter, Counter])
//!     .init_network(Network::new_unordered_nonduplicating([]))
//!     .property(Expectation::Always, "at most two", |_, state| *state.actor_states[1] <= 2);
//! // Nothing, `a`, `b`, or both have arrived.
//! check(&model).unique_states(4).verified();
//! ```
//!
//! # What is the same, and what is not
//!
//! The steps are those of `ActorModel`, one by one: what its `actions` offers and its `next_state` performs. So the counts
//! are stateright's, unless its hash takes different states for equal ones (two actors of which either has a timer armed,
//! for one): here states are equal when they are equal.
//!
//! A verdict means what it means for a [`System`](crate::system::System). A search cut short proves nothing; a handler,
//! hook or property that panics violates "no panic", by a shortest run.
//!
//! `Eventually` is judged on the graph of all states, so cycles and joins are no exceptions: it is violated by a run that
//! ends where it does not hold yet, or goes round for ever. A run goes on while it can, and nothing more is promised of it:
//! where messages may arrive again and again, or actors crash and recover again and again, such a run goes on, too.
//!
//! # What it costs
//!
//! Handlers and hooks run once for each local step, not once for each state. Properties are functions of the whole state,
//! so each is evaluated in every state, which has to be rebuilt for it; [`Check::reads`] spares most of that.

mod cell;
mod desks;
mod models;
mod network;
mod reads;
mod rebuilt;
mod trace;

use super::Inside;
use super::subject::Subject;
use models::Models;
use stateright::actor::{Actor, ActorModel};
use std::fmt::Debug;
use std::hash::Hash;

#[cfg(doc)]
use super::Check;

/// An actor whose models can be explored by several threads. Nobody has to implement this: whatever fits, is one.
pub trait Shareable:
    Actor<
        Msg: Ord + Send + Sync,
        Timer: Ord + Send + Sync,
        Random: Send + Sync,
        State: Send + Sync,
        Storage: Send + Sync,
    > + Send
    + Sync
{
}

impl<A> Shareable for A
where
    A: Actor + Send + Sync,
    A::Msg: Ord + Send + Sync,
    A::Timer: Ord + Send + Sync,
    A::Random: Send + Sync,
    A::State: Send + Sync,
    A::Storage: Send + Sync,
{
}

/// A history that several threads can keep and compare. Nobody has to implement this: whatever fits, is one.
pub trait History: Clone + Debug + Hash + PartialEq + Send + Sync {}

impl<H: Clone + Debug + Hash + PartialEq + Send + Sync> History for H {}

impl<A: Shareable, C: Clone + Sync, H: History> Subject for ActorModel<A, C, H> {
    fn inside(&self) -> Inside<'_> {
        Inside(Box::new(Models::new(self)))
    }
}
