//! What an operation costs where nothing fails: the figures that the algorithm's own documentation gives.

use super::{owned, shared};
use crate::register::Value;
use stateright::actor::{Actor, Id};
use synod::event::processes;
use synod::quorum::{Majority, ProcessSet, Quorums, ReadWrite, majority};
use synod::register::abd::{Abd, Message};
use synod::register::{Indication, Request};
use synod::step::{Input, InputOf, react, start};

/// What an operation costs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cost {
    /// Messages between processes.
    messages: usize,
    /// Round trips until the application is told.
    round_trips: usize,
    /// Storage writes.
    saves: usize,
}

/// A group in which every message takes one delay.
struct Group<Q: Quorums> {
    actors: Vec<Abd<Value, Q>>,
    states: Vec<<Abd<Value, Q> as Actor>::State>,
    /// Sender, receiver, message.
    in_flight: Vec<(Id, Id, Message<Value>)>,
    told: Vec<Indication<Value>>,
    saves: usize,
}

impl<Q: Quorums> Group<Q> {
    fn new(actors: Vec<Abd<Value, Q>>) -> Self {
        let n = actors.len();
        let begin = |id| start(&actors[usize::from(id)], id, n, &None).expect("it starts");
        let (states, effects): (_, Vec<_>) = processes(n).map(begin).unzip();
        assert!(effects.iter().all(|effects| effects.saved.is_some()), "one storage write for each start");
        Group { actors, states, in_flight: Vec::new(), told: Vec::new(), saves: 0 }
    }

    fn step(&mut self, id: Id, input: InputOf<Abd<Value, Q>>) {
        let (n, at) = (self.actors.len(), usize::from(id));
        let (state, effects) = react(&self.actors[at], id, n, &self.states[at], input).expect("it keeps the contract");
        self.states[at] = state.unwrap_or_else(|| self.states[at].clone());
        self.saves += usize::from(effects.saved.is_some());
        self.in_flight.extend(effects.sent.into_iter().map(|(to, message)| (id, to, message)));
        self.told.extend(effects.indications);
    }

    /// Lets a process do what its application asks for, and all messages arrive that are sent to processes within `reach`.
    fn operate(&mut self, id: usize, request: Request<Value>, reach: ProcessSet) -> (Indication<Value>, Cost) {
        let mut cost = Cost::default();
        let mut delays = 0;
        self.saves = 0;
        self.step(Id::from(id), Input::Request(request.clone()));
        while !self.in_flight.is_empty() {
            delays += usize::from(self.told.is_empty());
            cost.messages += self.in_flight.len();
            for (from, to, message) in std::mem::take(&mut self.in_flight) {
                if reach.contains(to) {
                    self.step(to, Input::Wire { from, message });
                }
            }
        }
        assert_eq!(delays % 2, 0, "a message to ask and one to answer");
        (cost.round_trips, cost.saves) = (delays / 2, self.saves);
        let answer = self.told.pop().expect("an answer");
        assert!(self.told.is_empty() && request.is_answered_by(&answer), "one answer, and to this request");
        (answer, cost)
    }

    fn write(&mut self, id: usize, number: u64, reach: ProcessSet) -> Cost {
        let (answer, cost) = self.operate(id, Request::Write { number, value: number as Value }, reach);
        assert_eq!(answer, Indication::Written { number });
        cost
    }

    fn read(&mut self, id: usize, number: u64, value: Option<Value>) -> Cost {
        let (answer, cost) = self.operate(id, Request::Read { number }, ProcessSet::all(self.actors.len()));
        assert_eq!(answer, Indication::Value { number, value });
        cost
    }
}

#[test]
fn the_only_writer_takes_one_round_trip_and_others_two() {
    for n in 2..=7 {
        let all = ProcessSet::all(n);
        let cost = Group::new(owned(Majority::new(n))).write(0, 1, all);
        assert_eq!(cost, Cost { messages: 2 * (n - 1), round_trips: 1, saves: n });
        let cost = Group::new(shared(Majority::new(n))).write(n - 1, 1, all);
        assert_eq!(cost, Cost { messages: 4 * (n - 1), round_trips: 2, saves: n });
    }
}

#[test]
fn a_read_takes_one_round_trip_where_the_answers_agree() {
    for n in 2..=7 {
        let one_round_trip = || Cost { messages: 2 * (n - 1), round_trips: 1, saves: 0 };
        let mut group = Group::new(owned(Majority::new(n)));
        assert_eq!(group.read(n - 1, 1, None), one_round_trip());
        group.write(0, 1, ProcessSet::all(n));
        assert_eq!(group.read(n - 1, 2, Some(1)), one_round_trip());
    }
}

/// One process alone answers a read, and all have to hold what it returns. As long as nothing is written they do.
#[test]
fn a_read_of_nothing_takes_one_round_trip_over_every_quorum_system() {
    for n in 2..=7 {
        let quorums = ReadWrite::read_one_write_all(n).expect("some processes");
        let cost = Group::new(owned(quorums)).read(1, 1, None);
        assert_eq!(cost, Cost { messages: 2 * (n - 1), round_trips: 0, saves: 0 });
    }
}

/// The write reaches the least majority, to which the reader does not belong. It hears of it from all members but one, and
/// with itself that is a write quorum; but it does not know yet of the others.
#[test]
fn a_reader_that_was_the_last_to_hear_of_a_version_takes_one_round_trip() {
    for n in 3..=7 {
        let mut group = Group::new(owned(Majority::new(n)));
        group.write(0, 1, ProcessSet::all(majority(n)));
        let (told, unaware) = (n - 1 - (majority(n) - 1), n - majority(n));
        let messages = 2 * (n - 1) + 2 * told;
        assert_eq!(group.read(n - 1, 1, Some(1)), Cost { messages, round_trips: 1, saves: unaware });
    }
}

/// The writer alone holds the version that it writes, and its messages are lost. Of three processes, the reader and the writer
/// are a majority.
#[test]
fn a_read_of_what_few_hold_takes_two_round_trips() {
    for n in 3..=7 {
        let mut group = Group::new(owned(Majority::new(n)));
        group.step(Id::from(0), Input::Request(Request::Write { number: 1, value: 1 }));
        group.in_flight.clear();
        let round_trips = if n == 3 { 1 } else { 2 };
        let messages = 2 * (n - 1) + 2 * (n - 2);
        assert_eq!(group.read(n - 1, 1, Some(1)), Cost { messages, round_trips, saves: n - 1 });
    }
}

#[test]
fn a_regular_read_never_writes_back() {
    for n in 3..=7 {
        let mut group = Group::new(vec![Abd::regular(Majority::new(n), Id::from(0)); n]);
        group.write(0, 1, ProcessSet::all(majority(n)));
        assert_eq!(group.read(n - 1, 1, Some(1)), Cost { messages: 2 * (n - 1), round_trips: 1, saves: 0 });
    }
}
