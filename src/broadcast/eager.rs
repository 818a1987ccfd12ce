//! Eager reliable broadcast: who receives a message for the first time sends it to everyone.
//!
//! **Guarantees** validity, no duplication, no creation, and agreement among correct processes. Not uniform agreement: a
//! process may deliver a message and crash before any of its relays has arrived.
//!
//! **Model**: asynchronous processes that crash for good; perfect links (they lose nothing that a correct process sends
//! to a correct one, and duplicate nothing; duplicates would do no harm). Any number of processes may crash.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui
//! and Rodrigues (Bern 2020), §7.5.
//!
//! **Cost** of a broadcast among n processes: n(n-1) messages, one message delay where nothing fails. Nothing is saved.
//!
//! **Deviations.** The source tells messages apart by themselves; here the sender numbers them. In the source the sender
//! sends each message to all twice, once for the broadcast and once for receiving it from itself; here its broadcast is
//! its own first receipt.

use crate::broadcast::{Broadcast, Deliver, Message};
use crate::event::{Data, Emit, Event, others};
use crate::received::Received;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A process that broadcasts payloads `P` reliably, by relaying eagerly.
#[derive(Clone, Debug)]
pub struct Eager<P> {
    processes: usize,
    payloads: PhantomData<fn() -> P>,
}

impl<P> Eager<P> {
    /// One of `processes` processes.
    pub fn new(processes: usize) -> Self {
        Eager { processes, payloads: PhantomData }
    }
}

/// What a process knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct State {
    /// How many messages it has broadcast.
    pub broadcast: u64,
    /// Which messages it has delivered, by sender.
    pub delivered: BTreeMap<Id, Received>,
}

crate::rename! { struct State { broadcast, delivered } }

impl<P: Data> Actor for Eager<P> {
    type Msg = Event<Broadcast<P>, Deliver<P>, Message<P>>;
    type State = State;
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, _storage: &Option<()>, _out: &mut Out<Self>) -> State {
        State::default()
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State>, _from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(Broadcast(payload)) => {
                let message = Message { sender: id, sequence: state.broadcast, payload };
                state.broadcast += 1;
                self.receive(id, state, message, out);
            }
            Event::Wire(message) => self.receive(id, state, message, out),
            Event::Indication(_) => {}
        }
    }

    fn name(&self) -> String {
        "Eager reliable broadcast".to_string()
    }
}

impl<P: Data> Eager<P> {
    /// Relays and delivers a message that is new.
    fn receive(&self, id: Id, state: &mut State, message: Message<P>, out: &mut Out<Self>) {
        let Message { sender, sequence, .. } = message;
        if !state.delivered.entry(sender).or_default().insert(sequence) {
            return;
        }
        out.wire_all(others(self.processes, id), &message);
        out.indicate(id, Deliver { sender, payload: message.payload });
    }
}
