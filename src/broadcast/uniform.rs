//! Uniform reliable broadcast: who receives a message for the first time sends it to everyone, and delivers it once it
//! knows that a majority has done so.
//!
//! **Guarantees** validity, no duplication, no creation, and uniform agreement: what any process delivers, be it one that
//! crashes right afterwards, every correct process delivers. Of those that have sent the message on, one is correct, and
//! what a correct process sends to everyone arrives. On FIFO links the messages of a sender are delivered in its order.
//!
//! **Model**: asynchronous processes, of which a minority crashes for good; perfect links (they lose nothing that a
//! correct process sends to a correct one, and duplicate nothing; duplicates would do no harm). With any other quorum
//! system, the correct processes have to hold a read quorum, which has a process in common with those that
//! acknowledged, and a write quorum, without which nothing is delivered.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3; lecture notes after Cachin, Guerraoui
//! and Rodrigues (Bern 2020), §7.6.
//!
//! **Cost** of a broadcast among n processes: n(n-1) messages; where nothing fails, two message delays (one, where the
//! sender and one more are a quorum, for all but the sender). Nothing is saved. What a process keeps of a message, its
//! payload included, it keeps until it delivers it; later acknowledgements find it delivered.
//!
//! **Deviations.** The source tells messages apart by themselves; here the sender numbers them. The source keeps each
//! message, and who acknowledged it, for ever. It assigns the set of pending messages anew when it receives one; here, as
//! it must be, the message is added.

use crate::broadcast::{Broadcast, Deliver, Message};
use crate::event::{Data, Emit, Event, others};
use crate::quorum::{Majority, ProcessSet, Quorums};
use crate::received::Received;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A process that broadcasts payloads `P` uniformly, and delivers what a write quorum of `Q` has acknowledged.
#[derive(Clone, Debug)]
pub struct Uniform<P, Q = Majority> {
    quorums: Q,
    payloads: PhantomData<fn() -> P>,
}

impl<P, Q: Quorums> Uniform<P, Q> {
    /// One of the processes of `quorums`.
    pub fn new(quorums: Q) -> Self {
        Uniform { quorums, payloads: PhantomData }
    }
}

/// What a process knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<P> {
    /// How many messages it has broadcast.
    pub broadcast: u64,
    /// The messages that it has sent to everyone and not delivered yet, each with those of whom it knows that they have
    /// sent it to everyone too.
    pub pending: BTreeMap<Message<P>, ProcessSet>,
    /// Which messages it has delivered, by sender.
    pub delivered: BTreeMap<Id, Received>,
}

crate::rename! { struct State<P> { broadcast, pending, delivered } }

impl<P: Data, Q: Quorums> Actor for Uniform<P, Q> {
    type Msg = Event<Broadcast<P>, Deliver<P>, Message<P>>;
    type State = State<P>;
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, _storage: &Option<()>, _out: &mut Out<Self>) -> State<P> {
        State { broadcast: 0, pending: BTreeMap::new(), delivered: BTreeMap::new() }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State<P>>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(Broadcast(payload)) => {
                let message = Message { sender: id, sequence: state.broadcast, payload };
                state.broadcast += 1;
                self.receive(id, state, id, message, out);
            }
            Event::Wire(message) => self.receive(id, state, from, message, out),
            Event::Indication(_) => {}
        }
    }

    fn name(&self) -> String {
        "Uniform reliable broadcast".to_string()
    }
}

impl<P: Data, Q: Quorums> Uniform<P, Q> {
    /// Relays a message that is new, and delivers it when enough processes, `from` among them, have acknowledged it: to
    /// relay is to acknowledge.
    fn receive(&self, id: Id, state: &mut State<P>, from: Id, message: Message<P>, out: &mut Out<Self>) {
        let Message { sender, sequence, .. } = message;
        let delivered = state.delivered.entry(sender).or_default();
        if delivered.contains(sequence) {
            return;
        }
        let acknowledged = state.pending.entry(message.clone()).or_insert_with(|| {
            out.wire_all(others(self.quorums.processes(), id), &message);
            ProcessSet::from_iter([id])
        });
        acknowledged.insert(from);
        if self.quorums.is_write_quorum(*acknowledged) {
            state.pending.remove(&message);
            delivered.insert(sequence);
            out.indicate(id, Deliver { sender, payload: message.payload });
        }
    }
}
