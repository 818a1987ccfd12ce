//! What an actor exchanges with the world: requests, indications and wire messages.
//!
//! The three kinds are the "request" and "indication" events of Cachin, Guerraoui and Rodrigues, and the messages between
//! processes. An algorithm's actor has `type Msg = Event<Request, Indication, Wire>`; nothing else connects it with its
//! surroundings, so the same actor can be checked, explored and run.

use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Id, Out};
use std::fmt::Debug;
use std::hash::Hash;

/// A message of an actor.
///
/// Only [`Event::Wire`] crosses the network, so that no peer can forge a request or an indication.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Event<Request, Indication, Wire> {
    /// From the application above the process, to that process.
    Request(Request),
    /// From the process to the application above it; the actor sends it to its own id.
    Indication(Indication),
    /// From process to process. One to oneself is handled within the same step.
    Wire(Wire),
}

/// Plain data: what a checker can compare, order, hash and show. Implemented for every type that qualifies.
pub trait Data: Clone + Debug + Ord + Hash + Send + Sync + 'static {}
impl<T: Clone + Debug + Ord + Hash + Send + Sync + 'static> Data for T {}

/// An actor that follows the contract of this library: its messages are [`Event`]s, and all it consists of is [`Data`].
///
/// Nobody implements this by hand: every [`Actor`] with `type Msg = Event<…>` and ordered data is a `Module`.
///
/// The contract, in short: a handler's outputs depend on its arguments alone; what must survive a crash is saved, and
/// whoever runs the actor makes it durable before anything that the same step sends or indicates leaves the process;
/// ids are 0 … n-1; requests come from the process's own id.
pub trait Module:
    Actor<
        Msg = Event<Self::Request, Self::Indication, Self::Wire>,
        State: Data,
        Storage: Data,
        Timer: Data,
        Random: Data,
    > + Send
    + Sync
    + 'static
{
    /// What the application asks of the process.
    type Request: Data;
    /// What the process tells the application.
    type Indication: Data;
    /// What processes say to one another.
    type Wire: Data;
}

impl<A, R: Data, I: Data, W: Data> Module for A
where
    A: Actor<Msg = Event<R, I, W>, State: Data, Storage: Data, Timer: Data, Random: Data> + Send + Sync + 'static,
{
    type Request = R;
    type Indication = I;
    type Wire = W;
}

/// Short forms of `out.send(…, Event::…)`, so that a handler reads like its textbook.
pub trait Emit<A: Module> {
    /// Sends `message` to process `to`.
    fn wire(&mut self, to: Id, message: A::Wire);
    /// Sends `message` to each of `all`, oneself included where `all` includes it.
    fn wire_all(&mut self, all: impl IntoIterator<Item = Id>, message: &A::Wire);
    /// Tells the application above process `me`.
    fn indicate(&mut self, me: Id, indication: A::Indication);
}

impl<A: Module> Emit<A> for Out<A> {
    fn wire(&mut self, to: Id, message: A::Wire) {
        self.send(to, Event::Wire(message));
    }

    fn wire_all(&mut self, all: impl IntoIterator<Item = Id>, message: &A::Wire) {
        for to in all {
            self.wire(to, message.clone());
        }
    }

    fn indicate(&mut self, me: Id, indication: A::Indication) {
        self.send(me, Event::Indication(indication));
    }
}

/// All ids of a system of `n` processes, in order.
pub fn processes(n: usize) -> impl DoubleEndedIterator<Item = Id> + Clone {
    (0..n).map(Id::from)
}

/// All ids of a system of `n` processes but `me`, in order.
pub fn others(n: usize, me: Id) -> impl DoubleEndedIterator<Item = Id> + Clone {
    processes(n).filter(move |id| *id != me)
}
