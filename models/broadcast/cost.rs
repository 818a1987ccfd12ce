//! What a broadcast costs where nothing fails: the figures that the algorithms' own documentation gives.

use super::{Broadcasting, Payload};
use stateright::actor::Id;
use std::collections::BTreeMap;
use synod::broadcast::best_effort::BestEffort;
use synod::broadcast::causal::Causal;
use synod::broadcast::eager::Eager;
use synod::broadcast::uniform::{State, Uniform};
use synod::broadcast::{Broadcast, Deliver};
use synod::event::processes;
use synod::quorum::Majority;
use synod::received::Received;
use synod::stack::Stack;
use synod::step::{Effects, Input, InputOf, react, start};
use synod::time::vector::VectorClock;

/// What one broadcast costs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cost {
    /// Messages sent.
    messages: usize,
    /// Message delays until everyone has delivered.
    delays: usize,
}

/// A group in which every message takes one delay.
struct Group<A: Broadcasting> {
    actors: Vec<A>,
    states: Vec<A::State>,
    delivered: Vec<Vec<Deliver<Payload>>>,
    /// Sender, receiver, message.
    in_flight: Vec<(Id, Id, A::Wire)>,
}

impl<A: Broadcasting> Group<A> {
    fn new(actors: Vec<A>) -> Self {
        let n = actors.len();
        let state = |id| start(&actors[usize::from(id)], id, n, &None).expect("it starts").0;
        Group {
            states: processes(n).map(state).collect(),
            delivered: vec![Vec::new(); n],
            in_flight: Vec::new(),
            actors,
        }
    }

    fn step(&mut self, id: Id, input: InputOf<A>) {
        let (n, at) = (self.actors.len(), usize::from(id));
        let (state, effects) = react(&self.actors[at], id, n, &self.states[at], input).expect("it keeps the contract");
        self.states[at] = state.unwrap_or_else(|| self.states[at].clone());
        let Effects { saved, sent, changes, indications } = effects;
        assert!(saved.is_none() && changes.is_empty(), "a broadcast needs neither storage nor timers");
        self.in_flight.extend(sent.into_iter().map(|(to, message)| (id, to, message)));
        self.delivered[at].extend(indications);
    }

    /// Lets process 0 broadcast, and all messages arrive.
    fn broadcast(&mut self, payload: Payload) -> Cost {
        self.delivered.iter_mut().for_each(Vec::clear);
        let mut cost = Cost::default();
        let message = Deliver { sender: Id::from(0), payload };
        self.step(Id::from(0), Input::Request(Broadcast(payload)));
        while !self.in_flight.is_empty() {
            cost.delays += usize::from(self.delivered.iter().any(Vec::is_empty));
            cost.messages += self.in_flight.len();
            assert!(cost.messages <= self.actors.len().pow(2), "at most one message from each process to each");
            for (from, to, message) in std::mem::take(&mut self.in_flight) {
                self.step(to, Input::Wire { from, message });
            }
        }
        assert!(self.delivered.iter().all(|delivered| *delivered == [message.clone()]), "everyone delivers once");
        cost
    }
}

#[test]
fn best_effort_sends_one_message_to_each_other_process() {
    assert_eq!(Group::new(vec![BestEffort::new(1)]).broadcast(1), Cost { messages: 0, delays: 0 });
    for n in 2..=7 {
        let cost = Group::new(vec![BestEffort::new(n); n]).broadcast(1);
        assert_eq!(cost, Cost { messages: n - 1, delays: 1 });
    }
}

#[test]
fn eager_sends_one_message_from_each_process_to_each_other() {
    assert_eq!(Group::new(vec![Eager::new(1)]).broadcast(1), Cost { messages: 0, delays: 0 });
    for n in 2..=7 {
        let cost = Group::new(vec![Eager::new(n); n]).broadcast(1);
        assert_eq!(cost, Cost { messages: n * (n - 1), delays: 1 });
    }
}

#[test]
fn uniform_sends_as_much_as_eager_and_waits_for_a_second_delay() {
    assert_eq!(Group::new(vec![Uniform::new(Majority::new(1))]).broadcast(1), Cost { messages: 0, delays: 0 });
    for n in 2..=7 {
        let cost = Group::new(vec![Uniform::new(Majority::new(n)); n]).broadcast(1);
        assert_eq!(cost, Cost { messages: n * (n - 1), delays: 2 });
    }
}

/// The first `broadcasts` messages of process 0, each of which has been delivered.
fn delivered(broadcasts: u64) -> BTreeMap<Id, Received> {
    let mut received = Received::default();
    (0..broadcasts).for_each(|sequence| assert!(received.insert(sequence)));
    BTreeMap::from([(Id::from(0), received)])
}

/// What has arrived without a gap is one number, so a sender that lives costs its receivers no memory.
#[test]
fn eager_remembers_a_sender_by_one_number() {
    let mut group = Group::new(vec![Eager::new(3); 3]);
    for _ in 0..4 {
        group.broadcast(1);
    }
    assert!(group.states.iter().all(|state| state.delivered == delivered(4)));
}

/// Of a message that has been delivered nothing is kept, and what everyone says of it afterwards leaves no trace.
#[test]
fn uniform_keeps_what_waits_and_remembers_a_sender_by_one_number() {
    let mut group = Group::new(vec![Uniform::new(Majority::new(5)); 5]);
    for _ in 0..4 {
        group.broadcast(1);
    }
    for (id, state) in processes(5).zip(group.states) {
        let broadcast = if id == Id::from(0) { 4 } else { 0 };
        assert_eq!(state, State { broadcast, pending: BTreeMap::new(), delivered: delivered(4) });
    }
}

#[test]
fn causal_order_costs_no_messages() {
    for n in 2..=7 {
        let cost = Group::new(vec![Stack::new(Causal::new(), BestEffort::new(n)); n]).broadcast(1);
        assert_eq!(cost, Cost { messages: n - 1, delays: 1 });
        let cost = Group::new(vec![Stack::new(Causal::new(), Eager::new(n)); n]).broadcast(1);
        assert_eq!(cost, Cost { messages: n * (n - 1), delays: 1 });
    }
}

/// What has been delivered is one number, and a message carries one for each process that has broadcast.
#[test]
fn causal_order_remembers_a_sender_by_one_number() {
    let mut group = Group::new(vec![Stack::new(Causal::new(), BestEffort::new(3)); 3]);
    for _ in 0..4 {
        group.broadcast(1);
    }
    assert!(group.states.iter().all(|state| state.layer.delivered == VectorClock::from(vec![4])));
    assert!(group.states.iter().all(|state| state.layer.buffer.is_empty()));
    group.step(Id::from(1), Input::Request(Broadcast(1)));
    let carried: Vec<_> = group.in_flight.iter().map(|(_, _, message)| &message.0.dependencies).collect();
    assert_eq!(carried, [&VectorClock::from(vec![4]); 2]);
    assert_eq!(group.states[1].layer.delivered, VectorClock::from(vec![4, 1]));
}
