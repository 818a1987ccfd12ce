//! Best-effort broadcast in the words of `tla/BestEffort.tla`.

use crate::broadcast::spec::{Applications, crashed, payload, script, system};
use crate::broadcast::{Broadcasting, Payload};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::mutated::best_effort as wrong;
use synod::broadcast::best_effort::BestEffort;
use synod::system::{Envelope, View};
use tla_eval::{State, Value};

/// Best-effort broadcast, held against its spec.
pub fn twin() -> Twin {
    let mutant = |name, refused, instance| RefusedMutant { name, refused, instance };
    Twin {
        algorithm: "best_effort",
        instance: Box::new(three_messages(vec![BestEffort::new(3); 3])),
        sampled: vec![Box::new(four_processes())],
        mutants: vec![
            mutant(
                "forgets_itself",
                ("request", "Broadcast"),
                Box::new(three_messages(vec![wrong::forgets_itself::BestEffort::new(3); 3])),
            ),
            mutant(
                "delivers_in_its_own_name",
                ("deliver", "Deliver"),
                Box::new(three_messages(vec![wrong::delivers_in_its_own_name::BestEffort::new(3); 3])),
            ),
        ],
    }
}

fn three_messages<A: Worded>(actors: Vec<A>) -> Conformance<A, Applications> {
    let system = system(actors, 2, &[&[1, 3], &[2], &[]]);
    Conformance::new("BestEffort", "MCBestEffort", system, state)
}

fn four_processes() -> Conformance<BestEffort<Payload>, Applications> {
    let scripts: [&[Payload]; 4] = [&[1, 3], &[2], &[], &[4]];
    let conformance =
        Conformance::new("BestEffort", "MCBestEffort", system(vec![BestEffort::new(4); 4], 2, &scripts), state);
    conformance.constant("N", number(4)).constant("Script", script(&scripts))
}

fn state<A: Worded>(view: View<'_, A, Applications>) -> State {
    variables([
        ("msgs", set(view.messages.iter().map(message::<A>))),
        ("delivered", view.history.delivered()),
        ("asked", view.history.asked()),
        ("crashed", crashed(&view)),
    ])
}

fn message<A: Worded>(envelope: &Envelope<A::Wire>) -> Value {
    record([
        ("from", process(envelope.from)),
        ("to", process(envelope.to)),
        ("payload", payload(A::payload(&envelope.message))),
    ])
}

/// An actor whose messages can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Broadcasting {
    /// What a message says.
    fn payload(message: &Self::Wire) -> Payload;
}

/// Says what the messages of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        impl Worded for $($module)::+::BestEffort<Payload> {
            fn payload(message: &$($module)::+::Message<Payload>) -> Payload {
                message.0
            }
        }
    };
}

worded!(synod::broadcast::best_effort);
worded!(wrong::forgets_itself);
worded!(wrong::delivers_in_its_own_name);
