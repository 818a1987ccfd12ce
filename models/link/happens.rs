//! What is to happen in the systems of links, so that their properties are about something.

use super::{Linking, Traffic};
use synod::system::{System, View};

/// All `messages` of the scripts are sent, and delivered to receivers that have not crashed since.
pub fn everything_arrives<A: Linking>(system: System<A, Traffic>, messages: u8) -> System<A, Traffic> {
    system.sometimes("everything is delivered").history(move |t: &Traffic| arrived(t, messages))
}

fn arrived(traffic: &Traffic, messages: u8) -> bool {
    traffic.sent.values().sum::<u8>() == messages && traffic.delivered == traffic.sent
}

/// A message is lost before it arrives, and an acknowledgement too: with the last one nothing is in flight any more.
pub fn losses<A: Linking>(system: System<A, Traffic>) -> System<A, Traffic> {
    system
        .sometimes("a message is lost before it arrives")
        .everything(|view: View<'_, A, Traffic>| lost(view) && !view.history.is_reliable())
        .sometimes("an acknowledgement is lost")
        .everything(|view: View<'_, A, Traffic>| {
            let waits = view.processes.iter().any(|(_, process)| !process.timers.is_empty());
            lost(view) && waits && view.history.is_reliable()
        })
}

fn lost<A: Linking>(view: View<'_, A, Traffic>) -> bool {
    view.spent.losses > 0 && view.messages.count() == 0
}

/// A message arrives twice, and all `messages` are delivered.
pub fn duplications<A: Linking>(system: System<A, Traffic>, messages: u8) -> System<A, Traffic> {
    system
        .sometimes("everything is delivered, and something arrived twice")
        .everything(move |view: View<'_, A, Traffic>| view.spent.duplications > 0 && arrived(view.history, messages))
}

/// A process stops, and everything that is owed is delivered all the same.
pub fn stops<A: Linking>(system: System<A, Traffic>) -> System<A, Traffic> {
    system.sometimes("what is owed is delivered though a process has stopped").everything(
        |view: View<'_, A, Traffic>| {
            view.spent.stops > 0 && !view.history.owed.is_empty() && view.history.is_reliable()
        },
    )
}

/// A process crashes, recovers, and then everything that is owed is delivered.
pub fn recoveries<A: Linking>(system: System<A, Traffic>) -> System<A, Traffic> {
    system.sometimes("what is owed is delivered after a recovery").history(|t: &Traffic| {
        let recovered = t.recoveries.iter().any(|times| *times > 0);
        recovered && t.down.is_empty() && !t.owed.is_empty() && t.is_reliable()
    })
}

/// The network is cut, heals, and all `messages` arrive.
pub fn cuts<A: Linking>(system: System<A, Traffic>, messages: u8) -> System<A, Traffic> {
    system.sometimes("everything is delivered after a heal").everything(move |view: View<'_, A, Traffic>| {
        view.spent.cuts > 0 && view.spent.cut.is_none() && arrived(view.history, messages)
    })
}
