//! Eager reliable broadcast in the words of `tla/Eager.tla`.

use crate::broadcast::spec::{Applications, crashed, identity, relayed, script, system};
use crate::broadcast::{Payload, Relaying};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::mutated::eager as wrong;
use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::broadcast::eager::Eager;
use synod::system::View;
use tla_eval::State;

/// Eager reliable broadcast, held against its spec.
pub fn twin() -> Twin {
    let mutant = |name, refused, instance| RefusedMutant { name, refused, instance };
    Twin {
        algorithm: "eager",
        instance: Box::new(three_messages(vec![Eager::new(3); 3])),
        sampled: vec![Box::new(four_processes())],
        mutants: vec![
            mutant(
                "relays_nothing",
                ("deliver", "Receive"),
                Box::new(three_messages(vec![wrong::relays_nothing::Eager::new(3); 3])),
            ),
            mutant(
                "relays_in_its_own_name",
                ("deliver", "Receive"),
                Box::new(three_messages(vec![wrong::relays_in_its_own_name::Eager::new(3); 3])),
            ),
            mutant(
                "delivers_only_its_own",
                ("deliver", "Receive"),
                Box::new(three_messages(vec![wrong::delivers_only_its_own::Eager::new(3); 3])),
            ),
        ],
    }
}

fn three_messages<A: Worded>(actors: Vec<A>) -> Conformance<A, Applications> {
    let system = system(actors, 2, &[&[1, 3], &[2], &[]]);
    Conformance::new("Eager", "MCEagerThree", system, state)
}

fn four_processes() -> Conformance<Eager<Payload>, Applications> {
    let scripts: [&[Payload]; 4] = [&[1, 3], &[2], &[], &[4]];
    let conformance = Conformance::new("Eager", "MCEagerThree", system(vec![Eager::new(4); 4], 2, &scripts), state);
    conformance.constant("N", number(4)).constant("Script", script(&scripts))
}

fn state<A: Worded>(view: View<'_, A, Applications>) -> State {
    // Whatever a process has seen was sent by somebody.
    let messages: BTreeSet<_> = view.messages.iter().map(|m| (m.message.sender, m.message.sequence)).collect();
    let seen = |state| set(messages.iter().filter(|message| A::has_seen(state, **message)).map(identity));
    variables([
        ("msgs", relayed(view.messages.iter())),
        ("seen", by_process(view.processes.iter().map(|(_, process)| process.state().map_or(set([]), seen)))),
        ("delivered", view.history.delivered()),
        ("asked", view.history.asked()),
        ("crashed", crashed(&view)),
    ])
}

/// An actor whose data can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Relaying {
    /// Whether a process remembers that it has received a message.
    fn has_seen(state: &Self::State, message: (Id, u64)) -> bool;
}

/// Says what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        impl Worded for $($module)::+::Eager<Payload> {
            fn has_seen(state: &$($module)::+::State, (sender, sequence): (Id, u64)) -> bool {
                state.delivered.get(&sender).is_some_and(|received| received.contains(sequence))
            }
        }
    };
}

worded!(synod::broadcast::eager);
worded!(wrong::relays_nothing);
worded!(wrong::relays_in_its_own_name);
worded!(wrong::delivers_only_its_own);
