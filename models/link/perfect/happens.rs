//! What is to happen in the systems of perfect links besides, so that their properties are about something.

use super::properties::{Perfect, Said, Sent};
use crate::link::Traffic;
use synod::received::Received;
use synod::system::{System, View};

/// A message waits at its sender, for the window to move.
pub fn waiting<A: Perfect>(system: System<A, Traffic>, window: u64) -> System<A, Traffic> {
    system.sometimes("a message waits for the window to move").processes(move |p| {
        let is_beyond = |sent: &Sent| {
            let mut numbers = sent.unacknowledged.keys();
            let base = numbers.next();
            base.is_some_and(|base| numbers.any(|number| *number >= base + window))
        };
        p.states().any(|(_, state)| A::outgoing(state).values().any(is_beyond))
    })
}

/// A message overtakes an earlier one of its sender. (On a FIFO network, because that one was lost.)
pub fn overtaking<A: Perfect>(system: System<A, Traffic>) -> System<A, Traffic> {
    system.sometimes("a message overtakes another").processes(|p| {
        let has_gap = |(_, received): &(u64, Received)| received.end() > received.first_gap();
        p.states().any(|(_, state)| A::incoming(state).values().any(has_gap))
    })
}

/// Whoever sends to a process that has stopped does so for ever.
pub fn in_vain<A: Perfect>(system: System<A, Traffic>) -> System<A, Traffic> {
    system.sometimes("a process sends for ever to one that has stopped").processes(|p| {
        p.states().any(|(_, state)| {
            A::outgoing(state).iter().any(|(to, sent)| !p.get(*to).is_up() && !sent.unacknowledged.is_empty())
        })
    })
}

/// The receiver recovers: it delivers once more what it had delivered, or learns from the base that it need not wait for it.
pub fn receiver_recovers<A: Perfect>(system: System<A, Traffic>) -> System<A, Traffic> {
    system
        .sometimes("a message is delivered again, in the next incarnation of its receiver")
        .history(|t: &Traffic| t.earlier.keys().any(|message| t.delivered.contains_key(message)))
        .sometimes("what an earlier incarnation has delivered is not waited for")
        .everything(|view: View<'_, A, Traffic>| {
            let has_both = |(_, received): &(u64, Received)| received.first_gap() == 2;
            let mut states = view.processes.states();
            let is_past_both = states.any(|(_, state)| A::incoming(state).values().any(has_both));
            is_past_both && view.history.delivered.len() == 1
        })
}

/// The sender, process 0, recovers: what its first incarnation has sent arrives before its second is heard of, or too late;
/// and so do acknowledgements.
pub fn sender_recovers<A: Perfect>(system: System<A, Traffic>) -> System<A, Traffic> {
    system
        .sometimes("messages of both incarnations are delivered")
        .history(|t: &Traffic| t.recoveries == [1, 0] && t.delivered.len() == 3 && t.owed.len() < 3)
        .sometimes("a message of an incarnation that is over comes too late")
        .everything(|view: View<'_, A, Traffic>| {
            let hears = |(_, state)| A::incoming(state).values().any(|(incarnation, _)| *incarnation == 1);
            let t = view.history;
            let mut cut_off = t.sent.keys().filter(|message| !t.owed.contains_key(message));
            view.processes.states().any(hears) && cut_off.any(|message| !t.delivered.contains_key(message))
        })
        .sometimes("an acknowledgement for an incarnation that is over comes too late")
        .everything(|view: View<'_, A, Traffic>| {
            let late = Said::Acknowledgement { incarnation: 0, sequence: 0 };
            let waits_for_the_same = |(_, state)| {
                A::incarnation(state) == 1
                    && A::outgoing(state).values().any(|sent| sent.unacknowledged.contains_key(&0))
            };
            view.processes.states().any(waits_for_the_same)
                && view.messages.iter().any(|envelope| A::said(&envelope.message) == late)
        })
}
