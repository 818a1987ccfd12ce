//! The register over links that lose: a process that waits for answers asks again.
//!
//! **Guarantees** what [`Abd`] does, and over fair-loss links too: every operation of a process that stays up ends, while a
//! read quorum and a write quorum stay up.
//!
//! Asking again is what the network does when it duplicates a message, which [`Abd`] stands: an answer to the same query says
//! something later, and an acknowledgement stays true. So nothing has to be remembered of what was sent, but the
//! operation itself; while a peer is down, no message to it piles up, as it would on perfect links.
//!
//! **Cost**: a timer for each operation. Where nothing is lost and answers come in time, no message more than [`Abd`].

use super::{Abd, Message, Phase, Replica, State};
use crate::event::{Data, Emit, Event};
use crate::quorum::Quorums;
use crate::register::{Indication, Request};
use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Command, Id, Out};
use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

/// How long to wait for answers before asking again, unless said otherwise.
pub const INTERVAL: Range<Duration> = Duration::from_millis(200)..Duration::from_millis(300);

/// A process of a register that asks until it is answered.
#[derive(Clone, Debug)]
pub struct Stubborn<V, Q> {
    register: Abd<V, Q>,
    interval: Range<Duration>,
}

impl<V, Q> Stubborn<V, Q> {
    /// A process of this register that asks again after [`INTERVAL`].
    pub fn new(register: Abd<V, Q>) -> Self {
        Stubborn { register, interval: INTERVAL }
    }

    /// Waits so long for answers before it asks again.
    pub fn interval(self, interval: Range<Duration>) -> Self {
        Stubborn { interval, ..self }
    }
}

/// The timer of a process that waits for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AskAgain;

impl<V: Data, Q: Quorums> Actor for Stubborn<V, Q> {
    type Msg = Event<Request<V>, Indication<V>, Message<V>>;
    type State = State<V>;
    type Storage = Replica<V>;
    type Timer = AskAgain;
    type Random = ();

    fn on_start(&self, id: Id, storage: &Option<Replica<V>>, out: &mut Out<Self>) -> State<V> {
        let mut commands = Out::new();
        let state = self.register.on_start(id, storage, &mut commands);
        put_out(commands, out);
        state
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State<V>>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let waited = state.operation.is_some();
        let mut commands = Out::new();
        self.register.on_msg(id, state, from, event, &mut commands);
        put_out(commands, out);
        match (waited, state.operation.is_some()) {
            (false, true) => out.set_timer(AskAgain, self.interval.clone()),
            (true, false) => out.cancel_timer(AskAgain),
            _ => {}
        }
    }

    fn on_timeout(&self, _id: Id, state: &mut Cow<State<V>>, _timer: &AskAgain, out: &mut Out<Self>) {
        if let Some(operation) = &state.operation {
            let (answered, message) = match &operation.phase {
                Phase::Asking { answers } => (answers.from, Message::Ask { query: state.query() }),
                Phase::Storing { version, holders } => (*holders, Message::Store { version: version.clone() }),
            };
            out.wire_all(self.register.everyone().filter(|process| !answered.contains(*process)), &message);
            out.set_timer(AskAgain, self.interval.clone());
        }
    }

    fn name(&self) -> String {
        self.register.name()
    }
}

/// Puts out what the register commands, which has no timer and makes no choice.
fn put_out<V: Data, Q: Quorums>(commands: Out<Abd<V, Q>>, out: &mut Out<Stubborn<V, Q>>) {
    for command in commands {
        match command {
            Command::Send(to, event) => out.send(to, event),
            Command::Save(storage) => out.save(storage),
            Command::SetTimer(..) | Command::CancelTimer(_) | Command::ChooseRandom(..) => {}
        }
    }
}
