//! What is to happen inside the layer, so that its systems are about something.

use super::{Carried, Over};
use crate::broadcast::{Deliveries, Payload};
use synod::broadcast::best_effort::BestEffort;
use synod::broadcast::eager::Eager;
use synod::broadcast::{Broadcast, Deliver};
use synod::event::Module;
use synod::system::{System, View};
use synod::time::vector::VectorClock;

/// A message waits for one that happened before it.
pub fn waits<B>(system: System<Over<B>, Deliveries>) -> System<Over<B>, Deliveries>
where
    B: Module<Request = Broadcast<Carried>, Indication = Deliver<Carried>>,
{
    system
        .sometimes("a message waits for another")
        .processes(|processes| processes.states().any(|(_, state)| !state.layer.buffer.is_empty()))
}

/// A message is released by the one that it has waited for.
///
/// Afterwards that cannot be told from their having come in order, except when the process stops before its application
/// learns of either. Then it has relayed both: had the first come first, it would have been delivered at once.
pub fn releases(system: System<Over<Eager<Carried>>, Deliveries>) -> System<Over<Eager<Carried>>, Deliveries> {
    system.sometimes("a process stops as it delivers a message and one that waited for it").everything(
        |view: View<'_, Over<Eager<Carried>>, Deliveries>| {
            let relayed_in_vain = || {
                view.messages.iter().filter(|envelope| {
                    let (message, delivered) = (&envelope.message, view.history.by(envelope.from));
                    view.history.crashed.contains(envelope.from)
                        && !delivered.contains_key(&(message.sender, message.payload.payload))
                })
            };
            relayed_in_vain().any(|first| {
                let waited_for_nothing = first.message.payload.dependencies == VectorClock::default();
                let waits_for_it = |dependencies: &VectorClock| dependencies.get(first.message.sender) > 0;
                waited_for_nothing
                    && relayed_in_vain()
                        .any(|second| second.from == first.from && waits_for_it(&second.message.payload.dependencies))
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
