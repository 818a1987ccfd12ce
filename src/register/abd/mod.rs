//! The register of Attiya, Bar-Noy and Dolev (ABD), over quorum configurations.
//!
//! **Guarantees** that reads and writes are atomic ([`Abd::one_writer`], [`Abd::many_writers`]) or regular ([`Abd::regular`]),
//! whatever happens; and that every operation of a process that stays up ends, while a read quorum and a write quorum stay up
//! and their messages arrive. An operation that a crash cuts off is not answered; a write among them may take effect later
//! or never.
//!
//! **Model**: asynchronous processes that crash for good, with perfect links, or that crash and recover with what they saved.
//! Messages may be duplicated and reordered, but not forged; a lost one can keep an operation from ending, so over fair-loss
//! links it runs as [`Linked`](crate::stack::Linked) or [`Stubborn`]. With majorities, fewer than half of the processes may be down; no register
//! survives more.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 7.2; lecture notes after Cachin, Guerraoui and
//! Rodrigues (Bern 2020), §§5.2, 5.4, 5.6; Lynch, MIT 6.852 (2009), class 23, for quorum configurations and the bound; Attiya,
//! Bar-Noy and Dolev, *Sharing Memory Robustly in Message-Passing Systems* (1995). Every process is replica and client.
//!
//! **Cost** among n processes, where nothing fails (a round trip is a message to each other process and an answer):
//!
//! | operation | round trips | messages |
//! | --- | --- | --- |
//! | write, one writer | 1 | 2(n-1) |
//! | write, many writers | 2 | 4(n-1) |
//! | read, atomic | 1 or 2 | 2(n-1), and 2 for each other process that is told of the version |
//! | read, regular | 1 | 2(n-1) |
//!
//! A read tells nobody, and takes one round trip, if a write quorum answers with the latest version, or nothing is written yet.
//! Otherwise it tells all that did not answer with it, itself included; and if it is the last that a write quorum needs, as
//! always with majorities of three, it does not wait for the others.
//!
//! One storage write at each process for each version that is new to it, and one for each start.
//!
//! **Deviations.** The notes let a replica acknowledge what a read writes back only if it is newer than what it has; then the
//! read waits for ever for a replica that has heard of it from somebody else. Here, as in the notes' own write, a replica always
//! acknowledges. The sources leave open what a process must not forget: its version is saved before it is told, and no query is
//! named like one from before a crash. An acknowledgement names the version alone, as in the notes, because it stays true. As
//! in Kleppmann's text, a read writes back only to those that did not answer with the latest version. A write that asks for the
//! latest timestamp is told the value too, which it does not need. A process handles one operation at a time, and refuses a
//! request that comes too early: to wait is up to the application, which alone knows how long a queue it wants.

mod answers;
mod instance;
mod operation;
mod replica;
pub mod stubborn;
#[cfg(test)]
mod tests;
mod version;

pub use answers::Answers;
pub use operation::{Operation, Phase, Query};
pub use replica::Replica;
pub use stubborn::Stubborn;
pub use version::{Timestamp, Version, timestamp};

use crate::event::{Data, Emit, Event, processes};
use crate::quorum::{ProcessSet, Quorums};
use crate::register::{Indication, Refusal, Request};
use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::marker::PhantomData;

/// A process that keeps a register for values `V` over the quorum system `Q`.
#[derive(Clone, Debug)]
pub struct Abd<V, Q> {
    quorums: Q,
    /// None: everyone may write.
    writer: Option<Id>,
    reads: Reads,
    values: PhantomData<fn() -> V>,
}

/// What a read guarantees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// It returns the latest version that it finds.
    Regular,
    /// It sees to it that no later read finds an earlier one.
    Atomic,
}

impl<V, Q: Quorums> Abd<V, Q> {
    /// A process of an atomic register that `writer` alone may write, which therefore knows the latest timestamp: it writes in
    /// one round trip.
    ///
    /// # Panics
    ///
    /// When there is no such process among those that `quorums` is about.
    pub fn one_writer(quorums: Q, writer: Id) -> Self {
        Self::new(quorums, Some(writer), Reads::Atomic)
    }

    /// A process of an atomic register that everyone may write.
    pub fn many_writers(quorums: Q) -> Self {
        Self::new(quorums, None, Reads::Atomic)
    }

    /// A process of a regular register that `writer` alone may write: a read returns after one round trip, and may return an
    /// older value than a read before it while a write is under way.
    ///
    /// # Panics
    ///
    /// When there is no such process among those that `quorums` is about.
    pub fn regular(quorums: Q, writer: Id) -> Self {
        Self::new(quorums, Some(writer), Reads::Regular)
    }

    /// All processes of a register are made alike.
    fn new(quorums: Q, writer: Option<Id>, reads: Reads) -> Self {
        let known = writer.is_none_or(|writer| usize::from(writer) < quorums.processes());
        assert!(known, "the writer is not among the {} processes of the register", quorums.processes());
        Abd { quorums, writer, reads, values: PhantomData }
    }
}

/// What processes say to one another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message<V> {
    /// To all: which version do you have?
    Ask {
        /// The name of the question.
        query: Query,
    },
    /// The answer.
    Answer {
        /// To which question.
        query: Query,
        /// The latest version that the sender has heard of.
        version: Option<Version<V>>,
    },
    /// To those that may not have it: keep this version, unless you have a later one.
    Store {
        /// Which version.
        version: Version<V>,
    },
    /// The answer: the sender has this version, or a later one, and will not lose it. That stays true, so it does not matter
    /// which operation, or which incarnation of the receiver, it was sent to.
    Stored {
        /// The timestamp of the version.
        timestamp: Timestamp,
    },
}

crate::rename! { enum Message<V> { Ask { query }, Answer { query, version }, Store { version }, Stored { timestamp } } }

/// What a process knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<V> {
    /// Always equal to what is saved.
    pub replica: Replica<V>,
    /// How many queries it has made since it started.
    pub queries: u64,
    /// What it does for its application.
    pub operation: Option<Operation<V>>,
}

crate::rename! { struct State<V> { replica, queries, operation } }

impl<V> State<V> {
    /// The name of its last query.
    fn query(&self) -> Query {
        Query { incarnation: self.replica.incarnation, number: self.queries }
    }
}

impl<V: Data, Q: Quorums> Actor for Abd<V, Q> {
    type Msg = Event<Request<V>, Indication<V>, Message<V>>;
    type State = State<V>;
    type Storage = Replica<V>;
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, storage: &Option<Replica<V>>, out: &mut Out<Self>) -> State<V> {
        let mut replica = storage.clone().unwrap_or_default();
        replica.incarnation += 1;
        out.save(replica.clone());
        State { replica, queries: 0, operation: None }
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State<V>>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(request) => self.begin(id, state, request, out),
            Event::Wire(Message::Ask { query }) => self.answer(state, from, query, out),
            Event::Wire(Message::Answer { query, version }) => self.collect(id, state, from, query, version, out),
            Event::Wire(Message::Store { version }) => self.store(state, from, version, out),
            Event::Wire(Message::Stored { timestamp }) => self.count(id, state, from, timestamp, out),
            Event::Indication(_) => {}
        }
    }

    fn name(&self) -> String {
        "ABD".to_string()
    }
}

impl<V: Data, Q: Quorums> Abd<V, Q> {
    fn everyone(&self) -> impl Iterator<Item = Id> + use<V, Q> {
        processes(self.quorums.processes())
    }

    /// An operation begins: the only writer writes, everyone else asks for the latest version first.
    fn begin(&self, id: Id, state: &mut State<V>, request: Request<V>, out: &mut Out<Self>) {
        let number = request.number();
        match &request {
            _ if state.operation.is_some() => out.indicate(id, Indication::Refused { number, reason: Refusal::Busy }),
            Request::Write { value, .. } => match self.writer {
                None => self.ask(state, request, out),
                Some(writer) if writer == id => {
                    let version = next_version(state.replica.timestamp(), id, value.clone());
                    self.spread(state, request, version, ProcessSet::new(), out);
                }
                Some(_) => out.indicate(id, Indication::Refused { number, reason: Refusal::NotTheWriter }),
            },
            Request::Read { .. } => self.ask(state, request, out),
        }
    }

    /// Phase 1 begins: asks everyone for the latest version.
    fn ask(&self, state: &mut State<V>, request: Request<V>, out: &mut Out<Self>) {
        state.queries += 1;
        state.operation = Some(Operation { request, phase: Phase::Asking { answers: Answers::default() } });
        out.wire_all(self.everyone(), &Message::Ask { query: state.query() });
    }

    /// Phase 1, replica: tells its version, which is saved.
    fn answer(&self, state: &State<V>, from: Id, query: Query, out: &mut Out<Self>) {
        out.wire(from, Message::Answer { query, version: state.replica.version.clone() });
    }

    /// Phase 1 ends: with the answers of a read quorum, the latest version is known.
    fn collect(
        &self,
        id: Id,
        state: &mut State<V>,
        from: Id,
        query: Query,
        version: Option<Version<V>>,
        out: &mut Out<Self>,
    ) {
        if query != state.query() {
            return;
        }
        let Some(Operation { request, phase: Phase::Asking { answers } }) = &mut state.operation else {
            return;
        };
        answers.add(from, version);
        if !self.quorums.is_read_quorum(answers.from) {
            return;
        }
        let (request, answers) = (request.clone(), answers.clone());
        match (&request, answers.latest) {
            (Request::Write { value, .. }, latest) => {
                let version = next_version(timestamp(&latest), id, value.clone());
                self.spread(state, request, version, ProcessSet::new(), out);
            }
            (Request::Read { .. }, Some(latest))
                if self.reads == Reads::Atomic && !self.quorums.is_write_quorum(answers.holders) =>
            {
                self.spread(state, request, latest, answers.holders, out);
            }
            // Everyone holds at least nothing.
            (Request::Read { .. }, latest) => self.end(id, state, request, latest, out),
        }
    }

    /// Phase 2 begins: sends a version to all but those that are known to hold it.
    ///
    /// A process that writes is among those told, and keeps the new version, durably, before anyone else hears of it. So a
    /// crash cannot make it use a timestamp again: it writes after that of its own replica, which, where it asks first, is
    /// among the answers.
    fn spread(
        &self,
        state: &mut State<V>,
        request: Request<V>,
        version: Version<V>,
        holders: ProcessSet,
        out: &mut Out<Self>,
    ) {
        let lacking = self.everyone().filter(|process| !holders.contains(*process));
        out.wire_all(lacking, &Message::Store { version: version.clone() });
        state.operation = Some(Operation { request, phase: Phase::Storing { version, holders } });
    }

    /// Phase 2, replica: keeps a version if it is newer, and acknowledges it in any case.
    fn store(&self, state: &mut State<V>, from: Id, version: Version<V>, out: &mut Out<Self>) {
        let timestamp = version.timestamp;
        if state.replica.adopt(version) {
            out.save(state.replica.clone());
        }
        out.wire(from, Message::Stored { timestamp });
    }

    /// Phase 2 ends: when a write quorum holds the version, no later operation can miss it.
    fn count(&self, id: Id, state: &mut State<V>, from: Id, timestamp: Timestamp, out: &mut Out<Self>) {
        let Some(Operation { request, phase: Phase::Storing { version, holders } }) = &mut state.operation else {
            return;
        };
        if timestamp != version.timestamp {
            return;
        }
        holders.insert(from);
        if self.quorums.is_write_quorum(*holders) {
            let (request, version) = (request.clone(), version.clone());
            self.end(id, state, request, Some(version), out);
        }
    }

    /// An operation ends, and the application is told.
    fn end(&self, id: Id, state: &mut State<V>, request: Request<V>, found: Option<Version<V>>, out: &mut Out<Self>) {
        state.operation = None;
        let value = found.map(|version| version.value);
        out.indicate(
            id,
            match request {
                Request::Read { number } => Indication::Value { number, value },
                Request::Write { number, .. } => Indication::Written { number },
            },
        );
    }
}

/// The version that `writer` creates, knowing of `latest`.
fn next_version<V>(latest: Option<Timestamp>, writer: Id, value: V) -> Version<V> {
    Version { timestamp: Timestamp::after(latest, writer), value }
}
