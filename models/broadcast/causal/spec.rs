//! Causal order over eager reliable broadcast in the words of `tla/Causal.tla`.

use super::{Carried, Over, over};
use crate::broadcast::spec::{Applications, crashed, payload, script, system};
use crate::broadcast::{Broadcasting, Payload};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::mutated::causal as wrong;
use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::broadcast::eager::Eager;
use synod::stack::Stack;
use synod::system::View;
use synod::time::vector::VectorClock;
use tla_eval::{State, Value};

/// Three processes that run the mutant over eager broadcast.
macro_rules! wrong_over_eager {
    ($mutant:ident) => {
        vec![Stack::new(wrong::$mutant::Causal::<Payload>::new(), Eager::new(3)); 3]
    };
}
/// Causal order over eager broadcast, held against its spec: a step of the stack, layer and broadcast together, is a step
/// of the spec.
pub fn twin() -> Twin {
    Twin {
        algorithm: "causal",
        instance: Box::new(three_messages(over(Eager::new(3), 3))),
        sampled: vec![Box::new(four_processes())],
        mutants: vec![
            RefusedMutant {
                name: "depends_on_its_own_alone",
                refused: ("request", "Broadcast"),
                instance: Box::new(three_messages(wrong_over_eager!(depends_on_its_own_alone))),
            },
            RefusedMutant {
                name: "waits_for_the_sender_alone",
                refused: ("deliver", "Receive"),
                instance: Box::new(three_messages(wrong_over_eager!(waits_for_the_sender_alone))),
            },
            RefusedMutant {
                name: "delivers_one_at_a_time",
                refused: ("deliver", "ReceiveAndCrash"),
                instance: Box::new(three_messages(wrong_over_eager!(delivers_one_at_a_time))),
            },
        ],
    }
}

fn three_messages<A: Worded>(actors: Vec<A>) -> Conformance<A, Applications> {
    let system = system(actors, 2, &[&[1, 3], &[2], &[]]);
    Conformance::new("Causal", "MCCausalThree", system, state)
}

fn four_processes() -> Conformance<Over<Eager<Carried>>, Applications> {
    let scripts: [&[Payload]; 4] = [&[1, 3], &[2], &[], &[4]];
    let conformance = Conformance::new("Causal", "MCCausalThree", system(over(Eager::new(4), 4), 2, &scripts), state);
    conformance.constant("N", number(4)).constant("Script", script(&scripts))
}

/// A message, whoever has sent it on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content {
    sender: Id,
    dependencies: VectorClock,
    payload: Payload,
}

impl Content {
    /// What tells it from all others: its sender, and its number.
    fn identity(&self) -> (Id, u64) {
        (self.sender, self.dependencies.get(self.sender))
    }

    fn fields(&self, processes: usize) -> [(&'static str, Value); 3] {
        let entries = (0..processes).map(|process| number(self.dependencies.get(Id::from(process))));
        [("sender", process(self.sender)), ("deps", by_process(entries)), ("payload", payload(self.payload))]
    }
}

fn state<A: Worded>(view: View<'_, A, Applications>) -> State {
    let n = view.processes.count();
    // Whatever a process has received was sent by somebody.
    let contents: BTreeSet<Content> = view.messages.iter().map(|envelope| A::content(&envelope.message)).collect();
    let received = |state| {
        set(contents.iter().filter(|content| A::has_received(state, content)).map(|content| record(content.fields(n))))
    };
    let message = |(from, to, content): (Id, Id, Content)| {
        let [sender, deps, payload] = content.fields(n);
        record([("from", process(from)), ("to", process(to)), sender, deps, payload])
    };
    let sent = view.messages.iter().map(|envelope| (envelope.from, envelope.to, A::content(&envelope.message)));
    variables([
        ("msgs", set(sent.map(message))),
        ("received", by_process(view.processes.iter().map(|(_, process)| process.state().map_or(set([]), received)))),
        ("delivered", view.history.delivered()),
        ("asked", view.history.asked()),
        ("crashed", crashed(&view)),
        ("before", before(&contents)),
    ])
}

/// What the clocks say of what happened before what: the spec knows it otherwise.
fn before(contents: &BTreeSet<Content>) -> Value {
    let name = |content: &Content| tuple([process(content.sender), payload(content.payload)]);
    set(contents.iter().flat_map(|later| {
        let is_earlier = |earlier: &&Content| {
            let (sender, number) = earlier.identity();
            number < later.dependencies.get(sender)
        };
        contents.iter().filter(is_earlier).map(move |earlier| tuple([name(earlier), name(later)]))
    }))
}

/// An actor whose data can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Broadcasting {
    /// A message, whoever sent it on.
    fn content(message: &Self::Wire) -> Content;
    /// Whether the layer of a process has delivered a message, or keeps it until it can.
    fn has_received(state: &Self::State, message: &Content) -> bool;
}

/// Says what the data of `$module`'s layer mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        impl Worded for Stack<$($module)::+::Causal<Payload>, Eager<$($module)::+::Clocked<Payload>>> {
            fn content(message: &Self::Wire) -> Content {
                let $($module)::+::Clocked { dependencies, payload } = &message.payload;
                Content { sender: message.sender, dependencies: dependencies.clone(), payload: *payload }
            }

            fn has_received(state: &Self::State, message: &Content) -> bool {
                let (sender, number) = message.identity();
                let is_it = |payload: &$($module)::+::Clocked<Payload>| {
                    (&payload.dependencies, payload.payload) == (&message.dependencies, message.payload)
                };
                number < state.layer.delivered.get(sender)
                    || state.layer.buffer.iter().any(|waiting| waiting.sender == sender && is_it(&waiting.payload))
            }
        }
    };
}

worded!(synod::broadcast::causal);
worded!(wrong::depends_on_its_own_alone);
worded!(wrong::waits_for_the_sender_alone);
worded!(wrong::delivers_one_at_a_time);
