//! What is claimed of perfect links beyond what every link promises: that they come to rest, and what bounds their memory.

use super::super::{Linking, Payload, Traffic};
use stateright::actor::{Actor, Id};
use std::collections::BTreeMap;
use synod::received::Received;
use synod::system::{Process, System, View};

/// An actor with perfect links: the library's, or a mutant of it. Tells the properties what its data mean.
pub trait Perfect: Linking + Actor<Storage = u64> {
    /// Which incarnation of its process it is.
    fn incarnation(state: &Self::State) -> u64;
    /// What a process has sent, by receiver.
    fn outgoing(state: &Self::State) -> BTreeMap<Id, Sent>;
    /// What a process has received, by sender: of which incarnation, and which numbers.
    fn incoming(state: &Self::State) -> BTreeMap<Id, (u64, Received)>;
    /// What a message says.
    fn said(message: &Self::Wire) -> Said;
}

/// What one process has sent to another.
pub struct Sent {
    /// The number of the next message.
    pub next: u64,
    /// What was not acknowledged, by number.
    pub unacknowledged: BTreeMap<u64, Payload>,
}

/// What the two ends of a link say to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// A message.
    Data {
        /// The incarnation of its sender.
        incarnation: u64,
        /// Below it, everything was acknowledged.
        base: u64,
        /// Its number.
        sequence: u64,
        /// What it says.
        payload: Payload,
    },
    /// An acknowledgement.
    Acknowledgement {
        /// The incarnation that sent what is acknowledged.
        incarnation: u64,
        /// Its number.
        sequence: u64,
    },
}

/// Tells the properties what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! perfect {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Frame, PerfectLinks, State};
            use $crate::link::Payload;
            use $crate::link::perfect::properties::{Perfect, Said, Sent};

            impl Perfect for PerfectLinks<Payload> {
                fn incarnation(state: &State<Payload>) -> u64 {
                    state.incarnation
                }

                fn outgoing(state: &State<Payload>) -> std::collections::BTreeMap<stateright::actor::Id, Sent> {
                    let sent = |outgoing: &$($module)::+::Outgoing<Payload>| Sent {
                        next: outgoing.next,
                        unacknowledged: outgoing.unacknowledged.clone(),
                    };
                    state.outgoing.iter().map(|(to, outgoing)| (*to, sent(outgoing))).collect()
                }

                fn incoming(
                    state: &State<Payload>,
                ) -> std::collections::BTreeMap<stateright::actor::Id, (u64, synod::received::Received)> {
                    let incoming = state.incoming.iter();
                    incoming.map(|(from, i)| (*from, (i.incarnation, i.received.clone()))).collect()
                }

                fn said(message: &Frame<Payload>) -> Said {
                    match *message {
                        Frame::Data { incarnation, base, sequence, message: payload } => {
                            Said::Data { incarnation, base, sequence, payload }
                        }
                        Frame::Acknowledgement { incarnation, sequence } => {
                            Said::Acknowledgement { incarnation, sequence }
                        }
                    }
                }
            }
        };
    };
}
pub(super) use perfect;

perfect!(synod::link::perfect);

/// What always holds, besides: timers run while they are needed, the numbers of incarnations, and that a window of so many
/// messages bounds what is in flight and what is remembered.
pub fn invariants<A: Perfect>(system: System<A, Traffic>, window: u64) -> System<A, Traffic> {
    system
        .always("the timer runs while something is not acknowledged, and only then")
        .processes(|p| p.iter().all(|(_, process)| waits::<A>(process) != process.timers.is_empty()))
        .always("no incarnation is used again")
        .everything(|view: View<'_, A, Traffic>| {
            let recoveries = |id: Id| u64::from(view.history.recoveries[usize::from(id)]);
            view.processes.states().all(|(id, state)| A::incarnation(state) == recoveries(id))
        })
        .always("what is in flight fits into the window")
        .messages(move |m| {
            m.iter().all(|envelope| match A::said(&envelope.message) {
                Said::Data { base, sequence, .. } => (base..base + window).contains(&sequence),
                Said::Acknowledgement { .. } => true,
            })
        })
        .always("what is remembered fits into the window")
        .processes(move |p| {
            p.states().all(|(_, state)| {
                let incoming = A::incoming(state);
                incoming.values().all(|(_, received)| received.end() <= received.first_gap() + window)
            })
        })
}

/// Whether a process waits for acknowledgements.
fn waits<A: Perfect>(process: &Process<A>) -> bool {
    process.state().is_some_and(|state| A::outgoing(state).values().any(|sent| !sent.unacknowledged.is_empty()))
}

/// Claims: in the end nobody waits for a process that is up.
pub fn rest<A: Perfect>(system: System<A, Traffic>) -> System<A, Traffic> {
    system.finally("nobody waits for a process that is up").processes(|p| {
        p.states().all(|(_, state)| {
            A::outgoing(state).iter().all(|(to, sent)| sent.unacknowledged.is_empty() || !p.get(*to).is_up())
        })
    })
}

/// Claims: what fits into the window is sent at once. On a network that keeps all messages in flight.
pub fn promptness<A: Perfect>(system: System<A, Traffic>, window: u64) -> System<A, Traffic> {
    system.always("what fits into the window is sent at once").everything(move |view: View<'_, A, Traffic>| {
        view.processes.states().all(|(from, state)| {
            A::outgoing(state).iter().all(|(to, sent)| {
                let base = sent.unacknowledged.keys().next().copied().unwrap_or(sent.next);
                let in_window = sent.unacknowledged.range(base..base + window);
                in_window.into_iter().all(|(number, _)| {
                    view.messages.iter().any(|envelope| {
                        let said = A::said(&envelope.message);
                        let is_it = matches!(said, Said::Data { incarnation, sequence, .. }
                            if (incarnation, sequence) == (A::incarnation(state), *number));
                        is_it && (envelope.from, envelope.to) == (from, *to)
                    })
                })
            })
        })
    })
}
