//! Perfect links, over links that lose, duplicate and reorder: what is sent is sent again until it is acknowledged, and
//! what arrives again is dropped.
//!
//! **Guarantees.** Reliable delivery: what a correct process sends to a correct process is delivered. No duplication: a
//! message is delivered at most once in an incarnation of its receiver. No creation. Not order: messages may overtake
//! one another.
//!
//! **Model**: asynchronous processes, crash-stop or crash-recovery; fair-loss links: they may lose, duplicate and reorder,
//! but of a message that is sent again and again some copy arrives. What a process had sent and was not acknowledged when
//! it crashed may be lost. What it had delivered and not acknowledged, or what the network had copied, may be delivered
//! once more in its next incarnation. A message in whose delivery its receiver crashed may have been acknowledged though
//! the application was not told of it. (A layer on the links handles the delivery within the same step: what it saves is
//! durable before the acknowledgement leaves.)
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 2.3; lecture notes after Cachin, Guerraoui
//! and Rodrigues (Bern 2020), §2.3.
//!
//! **Cost** of a message where nothing is lost: two messages (itself and the acknowledgement), one message delay. One
//! write of a number whenever a process starts, and no other.
//!
//! **Bounds.** For each peer at most a window of messages is in flight, so a receiver remembers at most so many beyond
//! the first gap. What is sent to a peer beyond the window waits at the sender. What is sent to a peer that never
//! acknowledges is kept for ever: no process can know that another will not come back.
//!
//! **Deviations.** The sources remember every message for ever, to recognise it when it comes again, and say nothing of
//! recovery. Here each message carries the sender's incarnation, a sequence number, and the number below which all was
//! acknowledged; a receiver forgets what is below that, and all of an incarnation when the next one speaks.

use crate::event::{Data, Emit, Event};
use crate::link::{Deliver, Send};
use incoming::Arrival;
use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Range;
use std::time::Duration;

mod incoming;
mod outgoing;
#[cfg(test)]
mod tests;

pub use incoming::Incoming;
pub use outgoing::Outgoing;

/// How many messages may be on the way to one peer, unless said otherwise.
pub const WINDOW: u64 = 1024;
/// How long to wait for acknowledgements before sending again, unless said otherwise.
pub const INTERVAL: Range<Duration> = Duration::from_millis(100)..Duration::from_millis(200);

/// A process's ends of its links to all others, for messages `M`.
#[derive(Clone, Debug)]
pub struct PerfectLinks<M> {
    window: u64,
    interval: Range<Duration>,
    messages: PhantomData<fn() -> M>,
}

impl<M> PerfectLinks<M> {
    /// Links with a window of [`WINDOW`] messages, which are sent again after [`INTERVAL`].
    pub fn new() -> Self {
        PerfectLinks { window: WINDOW, interval: INTERVAL, messages: PhantomData }
    }

    /// At most `messages` are on the way to one peer at a time. The two ends of a link should agree on it: a receiver with
    /// a smaller window makes its sender send again what did not fit.
    ///
    /// # Panics
    ///
    /// When that is none.
    pub fn window(self, messages: u64) -> Self {
        assert!(messages > 0, "a link with a window of no messages carries nothing");
        PerfectLinks { window: messages, ..self }
    }

    /// Waits so long for acknowledgements before it sends again.
    pub fn interval(self, interval: Range<Duration>) -> Self {
        PerfectLinks { interval, ..self }
    }
}

impl<M> Default for PerfectLinks<M> {
    fn default() -> Self {
        PerfectLinks::new()
    }
}

/// What the two ends of a link say to one another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Frame<M> {
    /// A message.
    Data {
        /// How often its sender had been restarted when it sent it.
        incarnation: u64,
        /// Everything that the incarnation sent on this link with a smaller number has been acknowledged.
        base: u64,
        /// Which message of the incarnation on this link it is, counted from 0.
        sequence: u64,
        /// The message.
        message: M,
    },
    /// A message has arrived.
    Acknowledgement {
        /// The incarnation that sent it.
        incarnation: u64,
        /// Its number.
        sequence: u64,
    },
}

/// The timer of a process that waits for acknowledgements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Retransmit;

/// What a process knows of its links.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<M> {
    /// How often the process has been restarted.
    pub incarnation: u64,
    /// What it has sent, by receiver.
    pub outgoing: BTreeMap<Id, Outgoing<M>>,
    /// What it has received, by sender.
    pub incoming: BTreeMap<Id, Incoming>,
}

impl<M: Data> Actor for PerfectLinks<M> {
    type Msg = Event<Send<M>, Deliver<M>, Frame<M>>;
    type State = State<M>;
    /// The incarnation.
    type Storage = u64;
    type Timer = Retransmit;
    type Random = ();

    fn on_start(&self, _id: Id, storage: &Option<u64>, out: &mut Out<Self>) -> State<M> {
        // Durable before anything is sent, so no other incarnation ever sends under this number.
        let incarnation = storage.map_or(0, |last| last + 1);
        out.save(incarnation);
        State { incarnation, outgoing: BTreeMap::new(), incoming: BTreeMap::new() }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State<M>>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(Send { to, message }) if to == id => {
                out.indicate(id, Deliver { from: id, message });
            }
            Event::Request(Send { to, message }) => self.send(state, to, message, out),
            Event::Wire(Frame::Data { incarnation, base, sequence, message }) => {
                let incoming = state.incoming.entry(from).or_default();
                let arrival = incoming.receive(incarnation, base, sequence, self.window);
                // Each time it arrives: the last acknowledgement may have been lost.
                if arrival != Arrival::Untimely {
                    out.wire(from, Frame::Acknowledgement { incarnation, sequence });
                }
                if arrival == Arrival::New {
                    out.indicate(id, Deliver { from, message });
                }
            }
            Event::Wire(Frame::Acknowledgement { incarnation, sequence }) => {
                if incarnation == state.incarnation {
                    self.acknowledge(state, from, sequence, out);
                }
            }
            Event::Indication(_) => {}
        }
    }

    fn on_timeout(&self, _id: Id, state: &mut Cow<State<M>>, _timer: &Retransmit, out: &mut Out<Self>) {
        for (to, outgoing) in &state.outgoing {
            transmit(state.incarnation, *to, outgoing, outgoing.on_the_way(self.window), out);
        }
        out.set_timer(Retransmit, self.interval.clone());
    }

    fn name(&self) -> String {
        "Perfect links".to_string()
    }
}

impl<M: Data> PerfectLinks<M> {
    fn send(&self, state: &mut State<M>, to: Id, message: M, out: &mut Out<Self>) {
        // A timer that runs already must not start anew: a busy sender would never send again.
        if state.is_idle() {
            out.set_timer(Retransmit, self.interval.clone());
        }
        self.change(state, to, |outgoing| outgoing.add(message), out);
    }

    fn acknowledge(&self, state: &mut State<M>, by: Id, sequence: u64, out: &mut Out<Self>) {
        self.change(state, by, |outgoing| outgoing.acknowledge(sequence), out);
        if state.is_idle() {
            out.cancel_timer(Retransmit);
        }
    }

    /// Changes the sending end of a link, and sends what is new within its window.
    fn change(&self, state: &mut State<M>, to: Id, change: impl FnOnce(&mut Outgoing<M>), out: &mut Out<Self>) {
        let outgoing = state.outgoing.entry(to).or_default();
        let sent = outgoing.end(self.window);
        change(outgoing);
        transmit(state.incarnation, to, outgoing, sent..outgoing.end(self.window), out);
    }
}

impl<M> State<M> {
    /// Whether everything was acknowledged.
    fn is_idle(&self) -> bool {
        self.outgoing.values().all(Outgoing::is_acknowledged)
    }
}

/// Sends those of a link's messages that have these numbers.
fn transmit<M: Data>(
    incarnation: u64,
    to: Id,
    outgoing: &Outgoing<M>,
    numbers: Range<u64>,
    out: &mut Out<PerfectLinks<M>>,
) {
    let base = outgoing.base();
    for (sequence, message) in outgoing.numbered(numbers) {
        out.wire(to, Frame::Data { incarnation, base, sequence, message: message.clone() });
    }
}
