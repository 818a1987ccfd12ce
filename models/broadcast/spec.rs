//! What the specs of broadcasts have in common: they know what the applications have asked for and seen, also of processes
//! that have stopped since.

use super::{Broadcasting, Payload};
use crate::conformance::value::*;
use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::broadcast::{Broadcast, Deliver, Message};
use synod::event::Module;
use synod::system::{Envelope, Limit, Network, Observation, ObservationOf, Process, Script, System, View};
use tla_eval::Value;

/// What the specs know of the applications.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Applications {
    /// How many requests each has made.
    asked: Vec<u16>,
    /// What each has seen delivered: the sender, and the payload. That something is delivered again is not known: the specs
    /// assume links that deliver a message once, and a network that keeps all messages in flight delivers them at will.
    delivered: Vec<BTreeSet<(Id, Payload)>>,
}

impl Applications {
    fn observe<A: Broadcasting>(&mut self, seen: &ObservationOf<A>) {
        match seen {
            Observation::Request { process, request: Broadcast(_) } => self.asked[usize::from(*process)] += 1,
            Observation::Indication { process, indication: Deliver { sender, payload } } => {
                self.delivered[usize::from(*process)].insert((*sender, *payload));
            }
            Observation::Crash { .. } | Observation::Recovery { .. } | Observation::Corruption { .. } => {}
        }
    }

    /// `asked` of the specs.
    pub(super) fn asked(&self) -> Value {
        by_process(self.asked.iter().copied().map(number))
    }

    /// `delivered` of the specs.
    pub(super) fn delivered(&self) -> Value {
        let delivery = |(sender, payload): &(Id, Payload)| tuple([process(*sender), self::payload(*payload)]);
        by_process(self.delivered.iter().map(|deliveries| set(deliveries.iter().map(delivery))))
    }
}

/// Actors on a network that keeps every message in flight, of which some may stop for good. Process p is asked for the
/// broadcasts of `scripts[p]`.
pub(super) fn system<A: Broadcasting>(actors: Vec<A>, stops: u8, scripts: &[&[Payload]]) -> System<A, Applications> {
    let network = Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited);
    let first = Applications { asked: vec![0; actors.len()], delivered: vec![BTreeSet::new(); actors.len()] };
    let system = System::new(actors).network(network).crash_stop(stops);
    let system = system.observing(first, |applications: &mut Applications, seen| applications.observe::<A>(seen));
    scripts.iter().enumerate().fold(system, |system, (process, payloads)| {
        system.script(process, Script::at_any_time(payloads.iter().copied().map(Broadcast)))
    })
}

/// The constant `Script`.
pub(super) fn script(scripts: &[&[Payload]]) -> Value {
    by_process(scripts.iter().map(|payloads| tuple(payloads.iter().copied().map(payload))))
}

/// `crashed` of the specs.
pub(super) fn crashed<A: Module, H>(view: &View<'_, A, H>) -> Value {
    let has_stopped = |(_, process): &(Id, &Process<A>)| !process.is_up();
    set(view.processes.iter().filter(has_stopped).map(|(id, _)| process(id)))
}

/// A payload of the specs.
pub(super) fn payload(payload: Payload) -> Value {
    string(["a", "b", "c", "d"][usize::from(payload) - 1])
}

/// What tells a message of a sender from all others.
pub(super) fn identity((sender, sequence): &(Id, u64)) -> Value {
    tuple([process(*sender), number(*sequence)])
}

/// `msgs` of the specs of broadcasts that relay.
pub(super) fn relayed<'a>(messages: impl Iterator<Item = &'a Envelope<Message<Payload>>>) -> Value {
    set(messages.map(|Envelope { from, to, message }| {
        record([
            ("from", process(*from)),
            ("to", process(*to)),
            ("sender", process(message.sender)),
            ("seq", number(message.sequence)),
            ("payload", payload(message.payload)),
        ])
    }))
}
