//! Servers with which something is wrong: the library's, of which what comes in, what comes out and what it knows in
//! between is tampered with. So their data are those of the library, and whatever judges a server judges them.

use super::{Journal, Known, Server};
use std::borrow::Cow;
use synod::consensus::raft::{DurableOf, Indication, MessageOf, Raft, Request, Timer};
use synod::event::Event;
use synod::stateright::actor::{Actor, Command, Id, Out};

/// What a step puts out.
pub type Effect = Command<Event<Request<u8>, Indication<usize>, MessageOf<Journal>>, Timer, (), DurableOf<Journal>>;

/// What is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Tamper {
    /// A message arrives: what becomes of it, and of the server that it finds.
    pub arrives: fn(&mut Known, Id, &mut MessageOf<Journal>),
    /// A step ends that began in the first of these states: what becomes of the second, and of what the step puts out.
    pub ends: fn(Id, &Known, &mut Known, &mut Vec<Effect>),
}

impl Tamper {
    /// Nothing is wrong.
    pub const NONE: Tamper = Tamper { arrives: |_, _, _| {}, ends: |_, _, _, _| {} };
}

/// A server with which something is wrong.
#[derive(Clone, Debug)]
pub struct Tampered {
    server: Server,
    tamper: Tamper,
}

/// Servers with all of which this is wrong.
pub fn tampered(servers: Vec<Server>, tamper: Tamper) -> Vec<Tampered> {
    servers.into_iter().map(|server| Tampered { server, tamper }).collect()
}

impl Tampered {
    fn step(
        &self,
        id: Id,
        state: &mut Cow<Known>,
        out: &mut Out<Self>,
        step: impl FnOnce(&mut Cow<Known>, &mut Out<Raft<Journal>>),
    ) {
        let before = state.clone().into_owned();
        let mut effects = Out::new();
        step(state, &mut effects);
        let mut effects: Vec<Effect> = effects.into_iter().collect();
        (self.tamper.ends)(id, &before, state.to_mut(), &mut effects);
        out.append(&mut effects.into_iter().collect::<Out<Self>>());
    }
}

impl Actor for Tampered {
    type Msg = Event<Request<u8>, Indication<usize>, MessageOf<Journal>>;
    type State = Known;
    type Storage = DurableOf<Journal>;
    type Timer = Timer;
    type Random = ();

    fn on_start(&self, id: Id, storage: &Option<DurableOf<Journal>>, out: &mut Out<Self>) -> Known {
        let mut effects = Out::new();
        let state = self.server.on_start(id, storage, &mut effects);
        out.append(&mut effects);
        state
    }

    fn on_msg(&self, id: Id, state: &mut Cow<Known>, from: Id, mut event: Self::Msg, out: &mut Out<Self>) {
        self.step(id, state, out, |state, out| {
            if let Event::Wire(message) = &mut event {
                (self.tamper.arrives)(state.to_mut(), from, message);
            }
            self.server.on_msg(id, state, from, event, out);
        });
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<Known>, timer: &Timer, out: &mut Out<Self>) {
        self.step(id, state, out, |state, out| self.server.on_timeout(id, state, timer, out));
    }
}
