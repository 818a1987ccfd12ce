//! Causal order, as a layer on any broadcast: a message that happened before another is delivered before it.
//!
//! A message happened before all that its sender broadcast later, before all that somebody broadcast who had delivered it,
//! and before what happened after those.
//!
//! **Guarantees** that every process that delivers a message has delivered all that happened before it, the earlier
//! messages of the same sender among them; and what the broadcast below guarantees of validity, no duplication, no
//! creation, agreement and uniform agreement. What the broadcast below delivers twice is delivered once.
//!
//! **Model**: that of the broadcast below, of which agreement is needed where processes crash: without it a message may
//! wait for one that never comes ([`best_effort`](crate::broadcast::best_effort) is enough where nobody crashes).
//! Processes crash for good.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.3, slide 85; lecture notes after Cachin,
//! Guerraoui and Rodrigues (Bern 2020), §§7.7 and 8.2.
//!
//! **Cost** of a broadcast: that of the broadcast below, whose messages carry one number for each process. Nothing is saved.
//! A process keeps the messages that arrived before one that happened before them, until it arrives.
//!
//! **Deviations.** Where the broadcast below delivers a message again, the first source does so too, and counts it twice;
//! here it is dropped. The second source writes the sender's own number into its own clock instead of that of the message,
//! and delivers one message that is ready where others may be ready too; here both are as in the first.

use crate::broadcast::{Broadcast, Deliver};
use crate::event::Data;
use crate::stack::{Layer, Outputs};
use crate::time::vector::VectorClock;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// Puts what a broadcast of `Clocked<P>` delivers into causal order.
///
/// A reply that overtakes its question waits for it:
///
/// ```
/// use synod::broadcast::{Broadcast, Deliver, best_effort::BestEffort, causal::Causal};
/// use synod::stack::Stack;
/// use synod::stateright::actor::Id;
/// use synod::step::{Input, react, start};
///
/// let process = Stack::new(Causal::new(), BestEffort::new(3));
/// let [alice, bob, carol] = [Id::from(0), Id::from(1), Id::from(2)];
/// let first = |id| start(&process, id, 3, &None).unwrap().0;
/// let step = |id, state: &_, input| {
///     let (after, effects) = react(&process, id, 3, state, input).unwrap();
///     (after.unwrap(), effects)
/// };
///
/// let (_, asked) = step(alice, &first(alice), Input::Request(Broadcast("What time is it?")));
/// let question = asked.sent[0].1.clone();
/// let (heard, _) = step(bob, &first(bob), Input::Wire { from: alice, message: question.clone() });
/// let (_, replied) = step(bob, &heard, Input::Request(Broadcast("Noon.")));
/// let reply = replied.sent[0].1.clone();
///
/// let (waiting, early) = step(carol, &first(carol), Input::Wire { from: bob, message: reply });
/// assert!(early.indications.is_empty());
/// let (_, late) = step(carol, &waiting, Input::Wire { from: alice, message: question });
/// let told = [Deliver { sender: alice, payload: "What time is it?" }, Deliver { sender: bob, payload: "Noon." }];
/// assert_eq!(late.indications, told);
/// ```
#[derive(Clone, Debug)]
pub struct Causal<P> {
    payloads: PhantomData<fn() -> P>,
}

impl<P> Causal<P> {
    /// The layer of one process.
    pub fn new() -> Self {
        Causal { payloads: PhantomData }
    }
}

impl<P> Default for Causal<P> {
    fn default() -> Self {
        Causal::new()
    }
}

/// What the broadcast below carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Clocked<P> {
    /// How many messages of each process happened before this one. The sender's own entry is this message's number,
    /// counted from 0.
    pub dependencies: VectorClock,
    /// What was broadcast.
    pub payload: P,
}

/// What a process knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<P> {
    /// How many messages it has broadcast.
    pub broadcast: u64,
    /// How many messages of each process it has delivered.
    pub delivered: VectorClock,
    /// Messages that have arrived and wait for what happened before them.
    pub buffer: BTreeSet<Deliver<Clocked<P>>>,
}

impl<P: Data> Layer for Causal<P> {
    type Request = Broadcast<P>;
    type Indication = Deliver<P>;
    type RequestBelow = Broadcast<Clocked<P>>;
    type IndicationBelow = Deliver<Clocked<P>>;
    type State = State<P>;
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _me: Id, _stored: Option<&()>, _out: &mut Outputs<Self>) -> State<P> {
        State { broadcast: 0, delivered: VectorClock::default(), buffer: BTreeSet::new() }
    }

    fn on_request(&self, me: Id, state: &mut State<P>, Broadcast(payload): Broadcast<P>, out: &mut Outputs<Self>) {
        let mut dependencies = state.delivered.clone();
        dependencies.set(me, state.broadcast);
        out.request(Broadcast(Clocked { dependencies, payload }));
        state.broadcast += 1;
    }

    fn on_indication(&self, _me: Id, state: &mut State<P>, message: Deliver<Clocked<P>>, out: &mut Outputs<Self>) {
        if is_delivered(message.sender, &message.payload.dependencies, &state.delivered) {
            return;
        }
        state.buffer.insert(message);
        while let Some(message) = state.take_ready() {
            let Deliver { sender, payload: Clocked { payload, .. } } = message;
            out.indicate(Deliver { sender, payload });
            state.delivered.tick(sender);
        }
    }

    fn name(&self) -> String {
        "Causal order".to_string()
    }
}

impl<P: Data> State<P> {
    /// Takes a message from the buffer that need not wait any longer.
    fn take_ready(&mut self) -> Option<Deliver<Clocked<P>>> {
        let mut waiting = self.buffer.iter();
        let message = waiting.find(|message| is_ready(&message.payload.dependencies, &self.delivered))?.clone();
        self.buffer.take(&message)
    }
}

/// Whether everything that happened before a message has been delivered: of each process as many messages as the message
/// depends on.
pub fn is_ready(dependencies: &VectorClock, delivered: &VectorClock) -> bool {
    dependencies.at_most(delivered)
}

/// Whether a message of `sender` has itself been delivered: of each sender, messages are delivered in the order of their
/// numbers.
pub fn is_delivered(sender: Id, dependencies: &VectorClock, delivered: &VectorClock) -> bool {
    dependencies.get(sender) < delivered.get(sender)
}
