//! Uniform reliable broadcast in the words of `tla/Uniform.tla`.

use crate::broadcast::spec::{Applications, crashed, relayed, script, system};
use crate::broadcast::{Payload, Relaying};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::mutated::uniform as wrong;
use stateright::actor::Id;
use synod::broadcast::Message;
use synod::broadcast::uniform::Uniform;
use synod::quorum::Majority;
use synod::system::View;
use tla_eval::{State, Value};

/// Uniform reliable broadcast, held against its spec.
pub fn twin() -> Twin {
    let mutant = |name, refused, instance| RefusedMutant { name, refused, instance };
    Twin {
        algorithm: "uniform",
        instance: Box::new(three_processes(vec![Uniform::new(Majority::new(3)); 3])),
        sampled: vec![Box::new(four_processes(vec![Uniform::new(Majority::new(4)); 4]))],
        mutants: vec![
            mutant(
                "delivers_at_once",
                ("request", "Broadcast"),
                Box::new(three_processes(vec![wrong::delivers_at_once::Uniform::new(Majority::new(3)); 3])),
            ),
            mutant(
                "relays_nothing",
                ("deliver", "Receive"),
                Box::new(three_processes(vec![wrong::relays_nothing::Uniform::new(Majority::new(3)); 3])),
            ),
            mutant(
                "pending_replaced",
                ("deliver", "Receive"),
                Box::new(three_processes(vec![wrong::pending_replaced::Uniform::new(Majority::new(3)); 3])),
            ),
        ],
    }
}

fn three_processes<A: Worded>(actors: Vec<A>) -> Conformance<A, Applications> {
    Conformance::new("Uniform", "MCUniformThree", system(actors, 1, &[&[1, 3], &[2], &[]]), state)
}

fn four_processes<A: Worded>(actors: Vec<A>) -> Conformance<A, Applications> {
    let scripts: [&[Payload]; 4] = [&[1, 3], &[2], &[], &[4]];
    let conformance = Conformance::new("Uniform", "MCUniformThree", system(actors, 1, &scripts), state);
    let majorities = [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]].map(|three| set(three.map(|p| process(Id::from(p)))));
    conformance.constant("N", number(4)).constant("Quorums", set(majorities)).constant("Script", script(&scripts))
}

fn state<A: Worded>(view: View<'_, A, Applications>) -> State {
    variables([
        ("msgs", relayed(view.messages.iter())),
        ("acks", by_process(view.processes.iter().map(|(_, process)| process.state().map_or(set([]), acks::<A>)))),
        ("delivered", view.history.delivered()),
        ("asked", view.history.asked()),
        ("crashed", crashed(&view)),
    ])
}

fn acks<A: Worded>(state: &A::State) -> Value {
    set(A::waiting(state).flat_map(|(message, acknowledged)| {
        acknowledged.map(|by| tuple([process(message.sender), number(message.sequence), process(by)]))
    }))
}

/// An actor whose data can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Relaying {
    /// The messages that wait for acknowledgements, each with those who have acknowledged it.
    fn waiting(state: &Self::State) -> impl Iterator<Item = (&Message<Payload>, impl Iterator<Item = Id>)>;
}

/// Says what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        impl Worded for $($module)::+::Uniform<Payload> {
            fn waiting(
                state: &$($module)::+::State<Payload>,
            ) -> impl Iterator<Item = (&Message<Payload>, impl Iterator<Item = Id>)> {
                state.pending.iter().map(|(message, acknowledged)| (message, acknowledged.iter()))
            }
        }
    };
}

worded!(synod::broadcast::uniform);
worded!(wrong::delivers_at_once);
worded!(wrong::relays_nothing);
worded!(wrong::pending_replaced);
