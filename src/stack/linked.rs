//! An actor whose messages are carried over perfect links.

use super::misuse::{own_indication, refuse};
use super::{Layer, Outputs, Stack};
use crate::event::{Event, Module};
use crate::link::perfect::PerfectLinks;
use crate::link::{Deliver, Send};
use crate::step::Misuse;
use stateright::actor::{Command, Id, Out};
use std::borrow::Cow;

/// Actor `A`, its messages carried over [`link::perfect`](crate::link::perfect): what they need when the network loses,
/// duplicates, or both, and the algorithm assumes links that do neither. Made by [`linked`].
///
/// What `A` says to itself stays within the step, as without links. A message that the links had not delivered when its
/// sender crashed may be lost, and one whose delivery its receiver's crash kept from being acknowledged comes again: that
/// is crash-recovery on any links.
pub type Linked<A> = Stack<OverLinks<A>, PerfectLinks<<A as Module>::Wire>>;

/// Carries an actor's messages over perfect links.
pub fn linked<A: Module>(actor: A, links: PerfectLinks<A::Wire>) -> Linked<A> {
    Stack::new(OverLinks(actor), links)
}

/// An actor as a layer on links: what it sends becomes a request to them, and what they deliver is a message to it.
#[derive(Clone, Debug)]
pub struct OverLinks<A>(A);

impl<A: Module> Layer for OverLinks<A> {
    type Request = A::Request;
    type Indication = A::Indication;
    type RequestBelow = Send<A::Wire>;
    type IndicationBelow = Deliver<A::Wire>;
    type State = A::State;
    type Storage = A::Storage;
    type Timer = A::Timer;
    type Random = A::Random;

    fn on_start(&self, me: Id, stored: Option<&A::Storage>, out: &mut Outputs<Self>) -> A::State {
        let mut commands = Out::new();
        let state = self.0.on_start(me, &stored.cloned(), &mut commands);
        put_out(me, commands, out);
        state
    }

    fn on_request(&self, me: Id, state: &mut A::State, request: A::Request, out: &mut Outputs<Self>) {
        self.handle(me, state, out, |state, out| self.0.on_msg(me, state, me, Event::Request(request), out));
    }

    fn on_indication(&self, me: Id, state: &mut A::State, delivered: Deliver<A::Wire>, out: &mut Outputs<Self>) {
        let Deliver { from, message } = delivered;
        self.handle(me, state, out, |state, out| self.0.on_msg(me, state, from, Event::Wire(message), out));
    }

    fn on_timeout(&self, me: Id, state: &mut A::State, timer: &A::Timer, out: &mut Outputs<Self>) {
        self.handle(me, state, out, |state, out| self.0.on_timeout(me, state, timer, out));
    }

    fn on_random(&self, me: Id, state: &mut A::State, value: &A::Random, out: &mut Outputs<Self>) {
        self.handle(me, state, out, |state, out| self.0.on_random(me, state, value, out));
    }

    fn name(&self) -> String {
        self.0.name()
    }
}

impl<A: Module> OverLinks<A> {
    fn handle(
        &self,
        me: Id,
        state: &mut A::State,
        out: &mut Outputs<Self>,
        handler: impl FnOnce(&mut Cow<A::State>, &mut Out<A>),
    ) {
        let mut commands = Out::new();
        let mut next = Cow::Borrowed(&*state);
        handler(&mut next, &mut commands);
        if let Cow::Owned(next) = next {
            *state = next;
        }
        put_out(me, commands, out);
    }
}

/// Puts out what an actor commands.
fn put_out<A: Module>(process: Id, commands: Out<A>, out: &mut Outputs<OverLinks<A>>) {
    for command in commands {
        match command {
            Command::Send(to, Event::Wire(message)) => out.request(Send { to, message }),
            Command::Send(to, Event::Indication(indication)) => {
                own_indication(process, to);
                out.indicate(indication);
            }
            Command::Send(_, Event::Request(_)) => refuse(Misuse::SentRequest { process }),
            Command::Save(storage) => out.save(storage),
            Command::SetTimer(timer, duration) => out.set_timer(timer, duration),
            Command::CancelTimer(timer) => out.cancel_timer(timer),
            Command::ChooseRandom(key, values) => out.choose_random(key, values),
        }
    }
}
