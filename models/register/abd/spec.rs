//! ABD in the words of `tla/Abd.tla`.

use super::properties::{Abdlike, Timestamp, Version};
use super::{any_network, owned, shared};
use crate::conformance::value::*;
use crate::conformance::{Conformance, RefusedMutant, Twin};
use crate::mutated::abd as wrong;
use crate::register::{Keeping, Value, numbered};
use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::consistency::Operation::{self, Read, Write};
use synod::quorum::{Majority, ProcessSet};
use synod::register::{Indication, Request};
use synod::system::{Envelope, Observation, ObservationOf, Process, Script, System, View};
use tla_eval::{State, Value as Spec};

/// ABD, held against its spec.
pub fn twin() -> Twin {
    let owner = Id::from(0);
    Twin {
        algorithm: "abd",
        instance: Box::new(write_and_read(owned(Majority::new(3)))),
        sampled: vec![
            Box::new(operating("MCAbdWritesAgain", owned(Majority::new(3)), &[&[Write(1), Write(2)], &[Read], &[]], 1)),
            Box::new(operating(
                "MCAbdManyWriters",
                shared(Majority::new(3)),
                &[&[Write(1)], &[Write(2), Read], &[]],
                2,
            )),
            Box::new(operating("MCAbdRegular", super::regular(), &[&[Write(1)], &[Read], &[Read]], 2)),
        ],
        mutants: vec![
            RefusedMutant {
                name: "version_not_saved",
                refused: ("request", "Begin"),
                instance: Box::new(write_and_read(vec![
                    wrong::version_not_saved::Abd::one_writer(
                        Majority::new(3),
                        owner
                    );
                    3
                ])),
            },
            RefusedMutant {
                name: "reads_without_writing_back",
                refused: ("deliver", "Collect"),
                instance: Box::new(write_and_read(vec![
                    wrong::reads_without_writing_back::Abd::one_writer(
                        Majority::new(3),
                        owner
                    );
                    3
                ])),
            },
        ],
    }
}

/// What the spec knows of the applications.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Applications {
    /// The operations that have ended, and found or wrote a value.
    ended: BTreeSet<Ended>,
    /// Each of them.
    clients: Vec<Client>,
}

/// An operation that has ended: "read" or "write", and its value.
type Ended = (&'static str, Value);

/// What the spec knows of an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Client {
    /// What had ended when it made its last request.
    floor: BTreeSet<Ended>,
    /// What it has asked to write, until it is told that this has ended.
    writes: Option<Value>,
    /// What its last request has returned.
    result: Option<Option<Value>>,
}

impl Applications {
    fn observe<A: Keeping>(&mut self, seen: &ObservationOf<A>) {
        match seen {
            Observation::Request { process, request } => {
                let writes = match request {
                    Request::Read { .. } => None,
                    Request::Write { value, .. } => Some(*value),
                };
                self.clients[usize::from(*process)] = Client { floor: self.ended.clone(), writes, result: None };
            }
            Observation::Indication { process, indication } => {
                let client = &mut self.clients[usize::from(*process)];
                let (kind, value) = match indication {
                    Indication::Value { value, .. } => ("read", *value),
                    Indication::Written { .. } => ("write", client.writes.take()),
                    Indication::Refused { .. } => return,
                };
                client.result = Some(value);
                self.ended.extend(value.map(|value| (kind, value)));
            }
            Observation::Crash { process } => self.clients[usize::from(*process)] = Client::default(),
            Observation::Recovery { .. } | Observation::Corruption { .. } => {}
        }
    }
}

/// Process p does what `scripts[p]` says; so many crashes befall whom they like.
fn operating<A: Worded>(
    config: &'static str,
    actors: Vec<A>,
    scripts: &[&[Operation<Value>]],
    crashes: u8,
) -> Conformance<A, Applications> {
    let first = Applications { ended: BTreeSet::new(), clients: vec![Client::default(); actors.len()] };
    let system = System::new(actors).network(any_network()).crash_recovery(crashes);
    let system = system.observing(first, |applications: &mut Applications, seen| applications.observe::<A>(seen));
    let system = scripts.iter().enumerate().fold(system, |system, (process, operations)| {
        system.script(process, Script::in_turn(numbered(operations), Request::is_answered_by))
    });
    let conformance = Conformance::new("Abd", config, system, state);
    conformance.constant("Script", script(scripts)).constant("MaxCrashes", number(crashes))
}

/// The constant `Script`.
fn script(scripts: &[&[Operation<Value>]]) -> Spec {
    let request = |operation: &Operation<Value>| match operation {
        Read => string("Read"),
        Write(written) => value(Some(*written)),
    };
    by_process(scripts.iter().map(|operations| tuple(operations.iter().map(request))))
}

fn write_and_read<A: Worded>(actors: Vec<A>) -> Conformance<A, Applications> {
    operating("MCAbd", actors, &[&[Write(1)], &[Read], &[]], 1)
}

/// What is durable is mapped from the storage, so that what is believed and not saved counts as nothing.
fn state<A: Worded>(view: View<'_, A, Applications>) -> State {
    let n = view.processes.count();
    let processes = || view.processes.iter().map(|(_, process)| process);
    let stored = |process: &Process<A>| process.storage.as_ref().and_then(A::stored);
    let operation = |process: &Process<A>| process.state().and_then(A::conducted).unwrap_or_default();
    let clients = || view.history.clients.iter();
    variables([
        ("version", by_process(processes().map(|process| version(stored(process), n)))),
        ("incarnation", by_process(processes().map(|process| number(incarnation::<A>(process))))),
        ("queries", by_process(processes().map(|process| number(process.state().map_or(0, A::queries))))),
        ("operation", by_process(processes().map(|process| operation(process).in_words(n)))),
        ("msgs", set(view.messages.iter().map(|envelope| message::<A>(envelope, n)))),
        ("asked", by_process(processes().map(|process| number(process.asked)))),
        ("crashes", number(view.spent.crashes)),
        ("ended", ended(&view.history.ended)),
        ("floor", by_process(clients().map(|client| ended(&client.floor)))),
        ("result", by_process(clients().map(|client| tuple(client.result.map(value))))),
    ])
}

/// A process that is down is for the spec one that has started again and does nothing yet.
fn incarnation<A: Worded>(process: &Process<A>) -> u64 {
    let stored = process.storage.as_ref().map_or(0, A::incarnation);
    if process.is_up() { stored } else { stored + 1 }
}

/// Timestamps of the spec are numbers in the same order.
fn stamp((number, writer): Timestamp, n: usize) -> Spec {
    self::number((number as usize - 1) * n + writer + 1)
}

fn value(value: Option<Value>) -> Spec {
    string(value.map_or("None", |value| ["a", "b"][usize::from(value) - 1]))
}

fn version(version: Option<Version>, n: usize) -> Spec {
    let stamp = version.map_or(number(0), |(timestamp, _)| stamp(timestamp, n));
    record([("stamp", stamp), ("value", value(version.map(|(_, value)| value)))])
}

fn ended(ended: &BTreeSet<Ended>) -> Spec {
    set(ended.iter().map(|(kind, written)| tuple([string(kind), value(Some(*written))])))
}

/// The operation that a process conducts, if any.
#[derive(Default)]
pub struct Conducted {
    /// What it was asked for, and in which phase it is.
    phase: Option<(Request<Value>, &'static str)>,
    /// Phase 1: who has answered.
    from: ProcessSet,
    /// Phase 1: the latest version so far; phase 2: the version of the operation.
    latest: Option<Version>,
    /// Who holds it.
    holders: ProcessSet,
}

impl Conducted {
    fn in_words(self, n: usize) -> Spec {
        let request = match &self.phase {
            None => string("None"),
            Some((Request::Read { .. }, _)) => string("Read"),
            Some((Request::Write { value: written, .. }, _)) => value(Some(*written)),
        };
        record([
            ("phase", string(self.phase.map_or("none", |(_, phase)| phase))),
            ("request", request),
            ("from", set(self.from.iter().map(process))),
            ("latest", version(self.latest, n)),
            ("holders", set(self.holders.iter().map(process))),
        ])
    }
}

/// The name of a query: the incarnation, and the number since.
pub type Query = (u64, u64);

/// A message, in data that are the same for all actors.
pub enum Says {
    /// An ask message.
    Ask(Query),
    /// An answer message.
    Answer(Query, Option<Version>),
    /// A store message.
    Store(Version),
    /// A stored message.
    Stored(Timestamp),
}

fn message<A: Worded>(envelope: &Envelope<A::Wire>, n: usize) -> Spec {
    let ends = |kind| [("type", string(kind)), ("from", process(envelope.from)), ("to", process(envelope.to))];
    let with = |kind, what, that| {
        let [kind, from, to] = ends(kind);
        [kind, from, to, (what, that)]
    };
    let query = |(incarnation, query): Query| tuple([number(incarnation), number(query)]);
    match A::says(&envelope.message) {
        Says::Ask(asked) => record(with("ask", "query", query(asked))),
        Says::Answer(asked, latest) => {
            let [kind, from, to, asked] = with("answer", "query", query(asked));
            record([kind, from, to, asked, ("version", version(latest, n))])
        }
        Says::Store(new) => record(with("store", "version", version(Some(new), n))),
        Says::Stored(timestamp) => record(with("stored", "stamp", stamp(timestamp, n))),
    }
}

/// An actor that runs ABD, whose data can be put into the words of the spec: the library's, or a mutant of it.
pub trait Worded: Abdlike {
    /// How often a process has started.
    fn incarnation(storage: &Self::Storage) -> u64;
    /// How many queries it has made since.
    fn queries(state: &Self::State) -> u64;
    /// The operation that it conducts.
    fn conducted(state: &Self::State) -> Option<Conducted>;
    /// What a message says.
    fn says(message: &Self::Wire) -> Says;
}

/// Says what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! worded {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Abd, Message, Phase, Query, Replica, State, Timestamp, Version};

            fn stamp(timestamp: Timestamp) -> super::properties::Timestamp {
                (timestamp.number, timestamp.writer.into())
            }

            fn version(version: &Version<Value>) -> super::properties::Version {
                (stamp(version.timestamp), version.value)
            }

            fn query(query: Query) -> super::spec::Query {
                (query.incarnation, query.number)
            }

            impl<Q: synod::quorum::Quorums> Worded for Abd<Value, Q> {
                fn incarnation(storage: &Replica<Value>) -> u64 {
                    storage.incarnation
                }

                fn queries(state: &State<Value>) -> u64 {
                    state.queries
                }

                fn conducted(state: &State<Value>) -> Option<Conducted> {
                    let operation = state.operation.as_ref()?;
                    let request = operation.request.clone();
                    Some(match &operation.phase {
                        Phase::Asking { answers } => Conducted {
                            phase: Some((request, "asking")),
                            from: answers.from,
                            latest: answers.latest.as_ref().map(version),
                            holders: answers.holders,
                        },
                        Phase::Storing { version: stored, holders } => Conducted {
                            phase: Some((request, "storing")),
                            from: ProcessSet::new(),
                            latest: Some(version(stored)),
                            holders: *holders,
                        },
                    })
                }

                fn says(message: &Message<Value>) -> Says {
                    match message {
                        Message::Ask { query: asked } => Says::Ask(query(*asked)),
                        Message::Answer { query: asked, version: latest } => {
                            Says::Answer(query(*asked), latest.as_ref().map(version))
                        }
                        Message::Store { version: new } => Says::Store(version(new)),
                        Message::Stored { timestamp } => Says::Stored(stamp(*timestamp)),
                    }
                }
            }
        };
    };
}

worded!(synod::register::abd);
worded!(wrong::version_not_saved);
worded!(wrong::reads_without_writing_back);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::Manifest;

    /// Being a quorum by itself, a process writes and reads in one step each, and may die in it.
    #[test]
    fn a_process_alone_conforms() {
        let report = operating("MCAbdOne", shared(Majority::new(1)), &[&[Write(1), Read]], 1).explore();
        report.is_not_refused();
        assert_eq!(Some(report.mapped), Manifest::read().run("MCAbdOne").distinct);
    }
}
