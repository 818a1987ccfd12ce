//! What a transaction costs where nothing fails, and what single steps do: what the algorithm's own documentation says.

use super::{INTERVAL, PATIENCE, commit_of, transaction, vote};
use stateright::actor::Id;
use std::collections::BTreeMap;
use synod::commit::two_phase::{Message, State, TwoPhase};
use synod::commit::{Decision, Indication, Request, Vote};
use synod::event::processes;
use synod::received::Received;
use synod::step::{Effects, Input, InputOf, react, start};

/// What one transaction costs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cost {
    /// Messages sent.
    messages: usize,
    /// Message delays until the coordinator has decided, until everyone has, and until nothing is in flight any more.
    delays: [usize; 3],
    /// What the coordinator wrote, and what each participant did.
    writes: [usize; 2],
}

/// A group in which every message takes one delay, and every application votes yes when it is asked.
struct Group {
    states: Vec<State>,
    told: Vec<Vec<Indication>>,
    writes: Vec<usize>,
    /// Sender, receiver, message.
    in_flight: Vec<(Id, Id, Message)>,
}

fn process() -> TwoPhase {
    TwoPhase::new(PATIENCE, INTERVAL)
}

impl Group {
    fn new(n: usize) -> Self {
        let state = |id| start(&process(), id, n, &None).expect("it starts").0;
        Group {
            states: processes(n).map(state).collect(),
            told: vec![Vec::new(); n],
            writes: vec![0; n],
            in_flight: Vec::new(),
        }
    }

    fn step(&mut self, at: usize, input: InputOf<TwoPhase>) {
        let (id, n) = (Id::from(at), self.states.len());
        let (state, effects) = react(&process(), id, n, &self.states[at], input).expect("it keeps the contract");
        self.states[at] = state.unwrap_or_else(|| self.states[at].clone());
        let Effects { saved, sent, indications, .. } = effects;
        self.writes[at] += usize::from(saved.is_some());
        self.in_flight.extend(sent.into_iter().map(|(to, message)| (id, to, message)));
        self.told[at].extend(indications);
    }

    fn request(&mut self, at: usize, request: Request) {
        self.step(at, Input::Request(request));
    }

    /// Lets all messages in flight arrive, and all who are asked vote yes.
    fn deliver(&mut self) {
        for (from, to, message) in std::mem::take(&mut self.in_flight) {
            let to = usize::from(to);
            self.step(to, Input::Wire { from, message });
            if let Some(Indication::Prepare { transaction }) = self.told[to].last().copied() {
                self.request(to, vote(transaction, Vote::Yes));
            }
        }
    }

    fn decided(&self) -> usize {
        self.told.iter().filter(|told| matches!(told.last(), Some(Indication::Decided { .. }))).count()
    }

    /// Lets process 0 commit a transaction of these participants, and everyone apply the decision.
    fn commit(&mut self, number: u64, participants: impl IntoIterator<Item = usize> + Clone) -> Cost {
        self.told.iter_mut().for_each(Vec::clear);
        self.writes.fill(0);
        let mut cost = Cost::default();
        let concerned: Vec<usize> = participants.clone().into_iter().chain([0]).collect();
        self.request(0, commit_of(number, participants));
        while !self.in_flight.is_empty() {
            cost.messages += self.in_flight.len();
            cost.delays[0] += usize::from(!self.has_decided(0));
            cost.delays[1] += usize::from(self.decided() < concerned.len());
            cost.delays[2] += 1;
            self.deliver();
        }
        cost.writes = [self.writes[0], self.writes[concerned[0]]];
        let transaction = transaction(0, number);
        for process in concerned {
            let decided = Indication::Decided { transaction, decision: Decision::Commit };
            assert_eq!(self.told[process].last(), Some(&decided));
            self.request(process, Request::Applied { transaction });
        }
        cost
    }

    fn has_decided(&self, process: usize) -> bool {
        matches!(self.told[process].last(), Some(Indication::Decided { .. }))
    }
}

#[test]
fn a_transaction_costs_four_messages_for_each_participant() {
    assert_eq!(Group::new(1).commit(0, []), Cost { messages: 0, delays: [0, 0, 0], writes: [1, 1] });
    for n in 1..=6 {
        let cost = Group::new(n + 1).commit(0, 1..=n);
        assert_eq!(cost, Cost { messages: 4 * n, delays: [2, 3, 4], writes: [3, 2] });
    }
}

/// Numbers that a participant has no part in leave no gaps for ever: with each decision it learns what is over everywhere.
#[test]
fn what_is_over_is_remembered_by_one_number() {
    let mut group = Group::new(3);
    for number in 0..10 {
        let participant = if number % 2 == 0 { 1 } else { 2 };
        group.commit(number, [participant]);
    }
    for (process, known) in [(0, 10), (1, 9), (2, 10)] {
        let log = &group.states[process].log;
        let mut numbers = Received::default();
        numbers.insert_below(known);
        assert_eq!(log.over, BTreeMap::from([(Id::from(0), numbers)]));
        assert!(log.begun.is_empty() && log.joined.is_empty());
    }
}

/// To process `to` of three, from process `from`.
fn wire(group: &mut Group, from: usize, to: usize, message: Message) -> Vec<(Id, Id, Message)> {
    group.in_flight.clear();
    group.step(to, Input::Wire { from: Id::from(from), message });
    std::mem::take(&mut group.in_flight)
}

#[test]
fn a_question_is_answered_when_there_is_a_decision() {
    let mut group = Group::new(3);
    let transaction = transaction(0, 0);
    group.request(0, commit_of(0, [1, 2]));
    assert_eq!(wire(&mut group, 1, 0, Message::Ask { transaction }), []);
    wire(&mut group, 2, 0, Message::Vote { transaction, vote: Vote::No });
    let answer = Message::Decision { transaction, decision: Decision::Abort, oldest: 0 };
    assert_eq!(wire(&mut group, 1, 0, Message::Ask { transaction }), [(Id::from(0), Id::from(1), answer)]);
}

#[test]
fn an_application_is_asked_once_and_answers_once() {
    let mut group = Group::new(3);
    let transaction = transaction(0, 0);
    let prepare = Message::Prepare { transaction };
    for _ in 0..2 {
        assert_eq!(wire(&mut group, 0, 1, prepare), []);
    }
    assert_eq!(group.told[1], [Indication::Prepare { transaction }]);
    group.request(1, vote(transaction, Vote::Yes));
    assert_eq!(group.in_flight, [(Id::from(1), Id::from(0), Message::Vote { transaction, vote: Vote::Yes })]);
    group.request(1, vote(transaction, Vote::No));
    assert_eq!(group.in_flight.len(), 1);
    assert_eq!(wire(&mut group, 0, 1, prepare), []);
}
