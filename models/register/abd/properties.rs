//! What is claimed of ABD beyond the semantics of registers: what replicas keep; and that interesting things do happen.

use crate::register::{JudgeOfRegisters, Keeping, Operations, Value};
use stateright::actor::Id;
use std::collections::BTreeMap;
use synod::system::{Processes, System, View};

/// A timestamp: its number, and its writer.
pub type Timestamp = (u64, usize);

/// A version: its timestamp, and its value.
pub type Version = (Timestamp, Value);

/// An actor that runs ABD: the library's, or a mutant of it. Tells the properties what its data mean.
pub trait Abdlike: Keeping {
    /// The version that a process has stored.
    fn stored(storage: &Self::Storage) -> Option<Version>;
    /// Whether what a process believes is what it has stored.
    fn is_stored(state: &Self::State, storage: &Self::Storage) -> bool;
    /// What a message says about a version.
    fn said(message: &Self::Wire) -> Option<Said>;
}

/// What a message says about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The sender has it.
    Has(Version),
    /// The receiver is to keep it.
    Keep(Version),
    /// The sender has that of this timestamp, or a later one.
    Kept(Timestamp),
}

/// Tells the properties what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! abd {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Abd, Message, Replica, State, Timestamp, Version};
            use $crate::register::Value;
            use $crate::register::abd::properties::{self, Abdlike, Said};

            fn plain(timestamp: Timestamp) -> properties::Timestamp {
                (timestamp.number, timestamp.writer.into())
            }

            fn version(version: &Version<Value>) -> properties::Version {
                (plain(version.timestamp), version.value)
            }

            impl<Q: synod::quorum::Quorums> Abdlike for Abd<Value, Q> {
                fn stored(storage: &Replica<Value>) -> Option<properties::Version> {
                    storage.version.as_ref().map(version)
                }

                fn is_stored(state: &State<Value>, storage: &Replica<Value>) -> bool {
                    state.replica == *storage
                }

                fn said(message: &Message<Value>) -> Option<Said> {
                    match message {
                        Message::Answer { version: latest, .. } => latest.as_ref().map(|latest| Said::Has(version(latest))),
                        Message::Store { version: new } => Some(Said::Keep(version(new))),
                        Message::Stored { timestamp } => Some(Said::Kept(plain(*timestamp))),
                        Message::Ask { .. } => None,
                    }
                }
            }
        };
    };
}
pub(super) use abd;

abd!(synod::register::abd);

type Systems<A, J> = System<A, Operations<J>>;

/// Nowhere do two values have one timestamp.
pub fn one_value_for_each_timestamp<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system.always("one value for each timestamp").everything(has_one_value_for_each_timestamp)
}

/// What a process believes is stored; what it has told of is stored, or something later: replicas never go back.
pub fn replicas_never_go_back<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system
        .always("what is believed is stored")
        .processes(|p| {
            p.iter().all(|(_, process)| match (process.state(), &process.storage) {
                (Some(state), Some(storage)) => A::is_stored(state, storage),
                (state, _) => state.is_none(),
            })
        })
        .always("what was told is stored")
        .everything(|view: View<'_, A, _>| {
            view.messages.iter().all(|envelope| {
                let storage = &view.processes.get(envelope.from).storage;
                let stored = storage.as_ref().and_then(A::stored).map(|(timestamp, _)| timestamp);
                match A::said(&envelope.message) {
                    Some(Said::Has((timestamp, _)) | Said::Kept(timestamp)) => stored >= Some(timestamp),
                    Some(Said::Keep(_)) | None => true,
                }
            })
        })
}

fn has_one_value_for_each_timestamp<A: Abdlike, H>(view: View<'_, A, H>) -> bool {
    let stored = view.processes.stored().filter_map(|(_, storage)| A::stored(storage));
    let said = view.messages.iter().filter_map(|envelope| match A::said(&envelope.message) {
        Some(Said::Has(version) | Said::Keep(version)) => Some(version),
        Some(Said::Kept(_)) | None => None,
    });
    let mut values = BTreeMap::new();
    stored.chain(said).all(|(timestamp, value)| *values.entry(timestamp).or_insert(value) == value)
}

/// A read does not find a write quorum with the version that it returns, and tells it to others.
pub fn writes_back<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system.sometimes("a read writes back").messages(|m| {
        m.iter().any(|envelope| match A::said(&envelope.message) {
            Some(Said::Keep(((_, writer), _))) => envelope.from != Id::from(writer),
            _ => false,
        })
    })
}

/// A version is on its way to a replica that has a later one.
pub fn overtaking<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system.sometimes("a version is overtaken").everything(|view: View<'_, A, _>| {
        view.messages.iter().any(|envelope| {
            let storage = &view.processes.get(envelope.to).storage;
            let stored = storage.as_ref().and_then(A::stored);
            matches!(A::said(&envelope.message), Some(Said::Keep(version)) if stored > Some(version))
        })
    })
}

/// Two writers, who know nothing of one another, use the same number.
pub fn ties<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system.sometimes("timestamps of one number").processes(|p| {
        let stamps = || p.stored().filter_map(|(_, storage)| A::stored(storage)).map(|(timestamp, _)| timestamp);
        stamps().any(|(number, writer)| stamps().any(|(same, other)| same == number && other != writer))
    })
}

/// The process has the answer to its last request, which is the one of this number.
fn has_ended<A: Keeping>(processes: Processes<'_, A>, process: usize, operations: u16) -> bool {
    let process = processes.get(Id::from(process));
    process.is_up() && process.asked == operations && process.waiting.is_none()
}

/// Each of these processes has the answers to so many requests.
pub fn everything_ends<A: Keeping, J: JudgeOfRegisters, const N: usize>(
    system: Systems<A, J>,
    operations: [(usize, u16); N],
) -> Systems<A, J> {
    system
        .sometimes("every operation ends")
        .processes(move |p| operations.iter().all(|(process, operations)| has_ended(p, *process, *operations)))
}

/// A process stops for good, and another one has the answers to so many requests nevertheless.
pub fn stops<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>, process: usize, operations: u16) -> Systems<A, J> {
    system
        .sometimes("operations end though a process has stopped")
        .everything(move |view: View<'_, A, _>| view.spent.stops > 0 && has_ended(view.processes, process, operations))
}

/// Whoever has crashed has recovered, and the process has the answer to the last of so many requests.
pub fn recoveries<A: Abdlike, J: JudgeOfRegisters>(
    system: Systems<A, J>,
    process: usize,
    operations: u16,
) -> Systems<A, J> {
    system.sometimes("a recovery, and operations end").everything(move |view: View<'_, A, _>| {
        let all_are_up = view.processes.iter().all(|(_, process)| process.is_up());
        view.spent.crashes > 0 && all_are_up && has_ended(view.processes, process, operations)
    })
}

/// The writer of a value that was cut off has written another since, and somebody has the one of the two, and somebody the
/// other.
pub fn writes_again<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system.sometimes("a restarted writer writes again").everything(|view: View<'_, A, _>| {
        let stored = |value| view.processes.stored().any(|(_, s)| A::stored(s).is_some_and(|(_, v)| v == value));
        view.spent.crashes > 0 && stored(1) && stored(2) && has_ended(view.processes, 0, 2)
    })
}

/// Messages are lost, and the process has the answers to so many requests.
pub fn losses<A: Abdlike, J: JudgeOfRegisters>(
    system: Systems<A, J>,
    process: usize,
    operations: u16,
) -> Systems<A, J> {
    system
        .sometimes("operations end after a loss")
        .everything(move |view: View<'_, A, _>| view.spent.losses > 0 && has_ended(view.processes, process, operations))
}

/// The network is cut, and heals.
pub fn cuts<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>, process: usize, operations: u16) -> Systems<A, J> {
    system.sometimes("operations end on the side of the many").everything(move |view: View<'_, A, _>| {
        view.spent.cut.is_some() && has_ended(view.processes, process, operations)
    })
}

/// A request is refused, and one is not.
pub fn refusals<A: Abdlike, J: JudgeOfRegisters>(system: Systems<A, J>) -> Systems<A, J> {
    system
        .sometimes("a request is refused")
        .history(|o: &Operations<J>| o.refused)
        .sometimes("a request is granted")
        .processes(|p| p.stored().any(|(_, storage)| A::stored(storage).is_some()))
}
