//! What is to happen inside the layer, so that its systems are about something.

use super::{Below, Carried, Over};
use crate::broadcast::{Deliveries, Payload};
use synod::broadcast::best_effort::BestEffort;
use synod::broadcast::eager::Eager;
use synod::broadcast::{Deliver, Message};
use synod::system::{Envelope, System, View};
use synod::time::vector::VectorClock;

/// A message waits for one that happened before it.
pub fn waits<B: Below>(system: System<Over<B>, Deliveries>) -> System<Over<B>, Deliveries> {
    system
        .sometimes("a message waits for another")
        .processes(|processes| processes.states().any(|(_, state)| !state.layer.buffer.is_empty()))
}

/// A message is released by the one that it has waited for.
///
/// Afterwards that cannot be told from their having come in order, except when the process stops before its application
/// learns of either. Then it has relayed both: had the first come first, it would have been delivered at once.
pub fn releases(system: System<Over<Eager<Carried>>, Deliveries>) -> System<Over<Eager<Carried>>, Deliveries> {
    type Seen<'a> = View<'a, Over<Eager<Carried>>, Deliveries>;
    system.sometimes("a process stops as it delivers a message and one that waited for it").everything(
        |view: Seen<'_>| {
            let is_in_vain = |relay: &&Envelope<Message<Carried>>| {
                let name = (relay.message.sender, relay.message.payload.payload);
                view.history.crashed.contains(relay.from) && !view.history.by(relay.from).contains_key(&name)
            };
            let relayed_in_vain = || view.messages.iter().filter(is_in_vain);
            relayed_in_vain().any(|first| {
                relayed_in_vain().any(|second| {
                    let [waits_for, dependencies] = [first, second].map(|relay| &relay.message.payload.dependencies);
                    first.from == second.from
                        && *waits_for == VectorClock::default()
                        && dependencies.get(first.message.sender) > 0
                })
            })
        },
    )
}

/// A message comes again to a process at which it waits, and to one that has delivered it.
pub fn comes_again(
    system: System<Over<BestEffort<Carried>>, Deliveries>,
) -> System<Over<BestEffort<Carried>>, Deliveries> {
    type Seen<'a> = View<'a, Over<BestEffort<Carried>>, Deliveries>;
    system
        .sometimes("a message comes again while it waits")
        .everything(|view: Seen<'_>| {
            view.messages.iter().any(|envelope| {
                let receiver = view.processes.get(envelope.to).state();
                let has_it = |waiting: &Deliver<Carried>| {
                    waiting.sender == envelope.from && waiting.payload == envelope.message.0
                };
                receiver.is_some_and(|state| state.layer.buffer.iter().any(has_it))
            })
        })
        .sometimes("a message comes again after it was delivered")
        .everything(|view: Seen<'_>| {
            view.messages.iter().any(|envelope| {
                let message: (_, Payload) = (envelope.from, envelope.message.0.payload);
                view.history.by(envelope.to).contains_key(&message)
            })
        })
}
