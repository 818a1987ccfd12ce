//! Best-effort broadcast: the sender sends the message to everyone, and that is all.
//!
//! **Guarantees** validity, no duplication and no creation. Not agreement: a sender that crashes while it sends reaches
//! some and not others.
//!
//! **Model**: asynchronous processes that crash for good; perfect links (they lose nothing that a correct process sends
//! to a correct one, and duplicate nothing). Any number of processes may crash.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui
//! and Rodrigues (Bern 2020), §7.2.
//!
//! **Cost** of a broadcast among n processes: n-1 messages, one message delay. No state, nothing saved.

use crate::broadcast::{Broadcast, Deliver};
use crate::event::{Data, Emit, Event, processes};
use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A process that broadcasts payloads `P` by best effort.
#[derive(Clone, Debug)]
pub struct BestEffort<P> {
    processes: usize,
    payloads: PhantomData<fn() -> P>,
}

impl<P> BestEffort<P> {
    /// One of `processes` processes.
    pub fn new(processes: usize) -> Self {
        BestEffort { processes, payloads: PhantomData }
    }
}

/// What processes say to one another: a payload, broadcast by the sender of the message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Message<P>(pub P);

crate::rename! { struct Message<P>(payload) }

impl<P: Data> Actor for BestEffort<P> {
    type Msg = Event<Broadcast<P>, Deliver<P>, Message<P>>;
    type State = ();
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, _storage: &Option<()>, _out: &mut Out<Self>) {}

    fn on_msg(&self, id: Id, _state: &mut Cow<()>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Request(Broadcast(payload)) => {
                out.wire_all(processes(self.processes), &Message(payload));
            }
            Event::Wire(Message(payload)) => {
                out.indicate(id, Deliver { sender: from, payload });
            }
            Event::Indication(_) => {}
        }
    }

    fn name(&self) -> String {
        "Best-effort broadcast".to_string()
    }
}
