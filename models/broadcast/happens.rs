//! What is to happen in the systems of broadcasts, so that their properties are about something.

use super::{Broadcasting, Deliveries, Order, Relaying};
use synod::quorum::ProcessSet;
use synod::system::{System, View};

/// All `messages` of the scripts are broadcast, and every process delivers every one.
pub fn everything_arrives<A: Broadcasting>(system: System<A, Deliveries>, messages: u8) -> System<A, Deliveries> {
    system.sometimes("everyone delivers everything").history(move |d: &Deliveries| arrived(d, messages))
}

fn arrived(deliveries: &Deliveries, messages: u8) -> bool {
    deliveries.broadcast.values().sum::<u8>() == messages
        && deliveries.delivered.iter().all(|delivered| *delivered == deliveries.broadcast)
}

/// Processes stop: a sender too, and before it has delivered its own message, which others deliver all the same.
pub fn stops<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.sometimes("a message of a sender that stopped without delivering it").history(|d: &Deliveries| {
        d.correct().any(|process| {
            d.by(process).keys().any(|message| d.crashed.contains(message.0) && !d.by(message.0).contains_key(message))
        })
    })
}

/// As many senders as may have stopped, and a correct process has the messages of all of them.
pub fn senders_stop<A: Broadcasting>(system: System<A, Deliveries>, senders: u8) -> System<A, Deliveries> {
    system.sometimes("the messages of all senders that may stop").history(move |d: &Deliveries| {
        let of_the_stopped = |process| d.by(process).keys().filter(|(sender, _)| d.crashed.contains(*sender)).count();
        d.correct().any(|process| of_the_stopped(process) == usize::from(senders))
    })
}

/// A process delivers a message while the copies that the sender and others, `stopped` in all, had sent to it before they
/// stopped are still in flight: it has it from somebody else.
pub fn relays<A: Relaying>(system: System<A, Deliveries>, stopped: usize) -> System<A, Deliveries> {
    system.sometimes("a relay stands in for who has stopped").everything(move |view: View<'_, A, Deliveries>| {
        view.messages.iter().any(|awaited| {
            let (to, message) = (awaited.to, &awaited.message);
            let copies = view.messages.iter().filter(|copy| copy.to == to && copy.message == *message);
            let senders: ProcessSet = copies.map(|copy| copy.from).collect();
            let senders = senders.intersection(view.history.crashed);
            view.history.by(to).contains_key(&(message.sender, message.payload))
                && senders.contains(message.sender)
                && senders.len() >= stopped
        })
    })
}

/// A sender stops in its broadcast, which has reached one correct process and not another.
pub fn broadcast_is_cut_off<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.sometimes("a broadcast that is cut off").history(|d: &Deliveries| {
        d.broadcast.keys().filter(|(sender, _)| d.crashed.contains(*sender)).any(|message| {
            let has_it = |process| d.by(process).contains_key(message);
            d.correct().any(has_it) && !d.correct().all(has_it)
        })
    })
}

/// A process delivers a message before its own sender does, who still lives and waits.
pub fn sender_waits<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.sometimes("a sender waits for what others have delivered").history(|d: &Deliveries| {
        d.delivered.iter().flat_map(|delivered| delivered.keys()).any(|message| {
            let sender = message.0;
            !d.crashed.contains(sender) && !d.by(sender).contains_key(message)
        })
    })
}

/// A process stops that has delivered a message, and a correct one has yet to deliver it: what uniform agreement is about.
pub fn who_delivered_stops<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.sometimes("who has delivered stops before all others have").history(|d: &Deliveries| {
        let of_the_stopped = d.crashed.iter().flat_map(|process| d.by(process).keys());
        of_the_stopped.into_iter().any(|message| d.correct().any(|process| !d.by(process).contains_key(message)))
    })
}

/// A later message of a sender is delivered before an earlier one.
pub fn overtaking<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.sometimes("a message overtakes another").history(|d: &Deliveries| !d.is_in_order())
}

/// The network is cut and heals, and all `messages` arrive.
pub fn cuts<A: Broadcasting>(system: System<A, Deliveries>, messages: u8) -> System<A, Deliveries> {
    system.sometimes("everything arrives after a heal").everything(move |view: View<'_, A, Deliveries>| {
        view.spent.cuts > 0 && view.spent.cut.is_none() && arrived(view.history, messages)
    })
}

/// A message is lost, and all `messages` arrive nevertheless.
pub fn losses<A: Broadcasting>(system: System<A, Deliveries>, messages: u8) -> System<A, Deliveries> {
    system
        .sometimes("everything arrives after a loss")
        .everything(move |view: View<'_, A, Deliveries>| view.spent.losses > 0 && arrived(view.history, messages))
}

/// A message is duplicated, and all `messages` arrive.
pub fn duplications<A: Broadcasting>(system: System<A, Deliveries>, messages: u8) -> System<A, Deliveries> {
    system
        .sometimes("everything arrives after a duplication")
        .everything(move |view: View<'_, A, Deliveries>| view.spent.duplications > 0 && arrived(view.history, messages))
}

/// A process broadcasts a message after it has delivered another's, and both are still under way to somebody.
pub fn replies<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system
        .sometimes("a message follows another's")
        .history(|d: &Deliveries| d.order.as_ref().is_some_and(Order::has_reply))
}
