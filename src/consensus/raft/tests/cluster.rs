//! A few servers, their timers and the messages between them, all in the hands of a test.

use super::*;
use crate::quorum::ProcessSet;
use crate::step::{Change as TimerChange, Effects, Input, react, start};
use std::collections::BTreeSet;

/// A machine that keeps the commands that it was given, and answers how many they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Journal(pub Vec<u8>);

impl StateMachine for Journal {
    type Command = u8;
    type Output = usize;
    type Part = u8;

    fn apply(&mut self, command: &u8) -> usize {
        self.0.push(*command);
        self.0.len()
    }

    fn snapshot(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn restore<'p>(&mut self, parts: impl Iterator<Item = &'p u8>) {
        self.0 = parts.copied().collect();
    }
}

pub struct Cluster {
    actors: Vec<Raft<Journal>>,
    /// None: down.
    states: Vec<Option<StateOf<Journal>>>,
    pub stored: Vec<Option<DurableOf<Journal>>>,
    pub timers: Vec<BTreeSet<Timer>>,
    /// Messages in flight, the oldest first: from, to, what.
    pub messages: Vec<(usize, usize, MessageOf<Journal>)>,
    /// What applications were told.
    pub told: Vec<(usize, Indication<usize>)>,
}

impl Cluster {
    /// So many voters, which start with empty logs.
    pub fn new(servers: usize) -> Self {
        Cluster::of(servers, |server| server, &vec![None; servers])
    }

    /// So many voters, made like that, which recover with what they had stored.
    pub fn of(servers: usize, make: fn(Raft<Journal>) -> Raft<Journal>, stored: &[Option<DurableOf<Journal>>]) -> Self {
        let configuration = Configuration::new(ProcessSet::all(servers)).expect("there are voters");
        Cluster::with(servers, make(Raft::new(configuration, Journal::default())), stored)
    }

    /// So many servers like this one, which recover with what they had stored.
    pub fn with(servers: usize, server: Raft<Journal>, stored: &[Option<DurableOf<Journal>>]) -> Self {
        let mut cluster = Cluster {
            actors: vec![server; servers],
            states: vec![None; servers],
            stored: stored.to_vec(),
            timers: vec![BTreeSet::new(); servers],
            messages: Vec::new(),
            told: Vec::new(),
        };
        (0..servers).for_each(|server| cluster.recover(server));
        cluster
    }

    pub fn state(&self, server: usize) -> &StateOf<Journal> {
        self.states[server].as_ref().expect("the server is up")
    }

    pub fn crash(&mut self, server: usize) {
        self.states[server] = None;
        self.timers[server].clear();
    }

    pub fn recover(&mut self, server: usize) {
        let (state, effects) = start(&self.actors[server], Id::from(server), self.actors.len(), &self.stored[server])
            .expect("servers keep to the contract");
        self.states[server] = Some(state);
        self.put_out(server, effects);
    }

    /// The timer fires, which is armed.
    pub fn timeout(&mut self, server: usize, timer: Timer) {
        assert!(self.timers[server].remove(&timer), "{timer:?} of {server} is not armed");
        self.step(server, Input::Timeout(timer));
    }

    /// Its election timer fires, and what it asks the others is lost.
    pub fn give_up(&mut self, server: usize) {
        let before = self.messages.len();
        self.timeout(server, Timer::Election);
        self.messages.truncate(before);
    }

    pub fn propose(&mut self, server: usize, number: u64, command: u8) {
        self.request(server, Request::Propose { number, command });
    }

    /// Several commands at once, of which the first has this number.
    pub fn propose_all(&mut self, server: usize, number: u64, commands: &[u8]) {
        self.step(server, Input::Request(Request::ProposeAll { number, commands: commands.to_vec() }));
    }

    /// Delivers all messages between these servers, and all that come of them, the oldest first. The others stay in
    /// flight.
    pub fn deliver_among(&mut self, servers: &[usize]) {
        while let Some(place) =
            self.messages.iter().position(|(from, to, _)| servers.contains(from) && servers.contains(to))
        {
            let (from, to, message) = self.messages.remove(place);
            self.receive(from, to, message);
        }
    }

    pub fn deliver_all(&mut self) {
        self.deliver_among(&Vec::from_iter(0..self.actors.len()));
    }

    /// Messages from one server to another arrive, those that are in flight now; returns what they said.
    pub fn deliver(&mut self, from: usize, to: usize) -> Vec<BodyOf<Journal>> {
        let (now, rest) = self.messages.drain(..).partition(|(f, t, _)| (*f, *t) == (from, to));
        self.messages = rest;
        let arriving: Vec<(usize, usize, MessageOf<Journal>)> = now;
        let bodies = arriving.iter().map(|(_, _, message)| message.body.clone()).collect();
        arriving.into_iter().for_each(|(from, to, message)| self.receive(from, to, message));
        bodies
    }

    /// All messages in flight are lost.
    pub fn lose_all(&mut self) {
        self.messages.clear();
    }

    /// A message arrives, which is not taken out of flight. Who is down does not hear it.
    pub fn receive(&mut self, from: usize, to: usize, message: MessageOf<Journal>) {
        if self.states[to].is_some() {
            self.step(to, Input::Wire { from: Id::from(from), message });
        }
    }

    /// A server is elected by these others, who have waited too long for the leader before.
    pub fn elect(&mut self, server: usize, by: &[usize]) {
        for voter in by.iter().filter(|voter| self.state(**voter).leader.is_some()).copied().collect::<Vec<_>>() {
            self.give_up(voter);
        }
        self.timeout(server, Timer::Election);
        let group: Vec<usize> = by.iter().copied().chain([server]).collect();
        self.deliver_among(&group);
        assert!(self.state(server).is_leader(), "{server} was not elected");
    }

    pub fn read(&mut self, server: usize, number: u64) {
        self.request(server, Request::Read { number, query: 0 });
    }

    pub fn request(&mut self, server: usize, request: Request<u8>) {
        self.step(server, Input::Request(request));
    }

    fn step(&mut self, server: usize, input: Input<Request<u8>, MessageOf<Journal>, Timer, ()>) {
        let (state, effects) =
            react(&self.actors[server], Id::from(server), self.actors.len(), self.state(server), input)
                .expect("servers keep to the contract");
        if let Some(state) = state {
            self.states[server] = Some(state);
        }
        self.put_out(server, effects);
    }

    fn put_out(&mut self, server: usize, effects: Effects<Raft<Journal>>) {
        if let Some(saved) = effects.saved {
            self.stored[server] = Some(saved);
        }
        assert_eq!(self.stored[server].as_ref(), Some(&self.state(server).durable), "what is durable is saved");
        for change in effects.changes {
            match change {
                TimerChange::SetTimer(timer, _) => _ = self.timers[server].insert(timer),
                TimerChange::CancelTimer(timer) => _ = self.timers[server].remove(&timer),
                TimerChange::Choose(..) => unreachable!("Raft chooses nothing"),
            }
        }
        self.messages.extend(effects.sent.into_iter().map(|(to, message)| (server, to.into(), message)));
        self.told.extend(effects.indications.into_iter().map(|indication| (server, indication)));
    }
}

/// What a server had stored that was in this term and whose log has entries of these terms. An entry's command is its
/// index.
pub fn crashed_log(term: u64, terms: &[u64]) -> Option<DurableOf<Journal>> {
    let turn = |serial| Turn { incarnation: 1, serial };
    let operation = |index: u64| Operation::Apply(index as u8);
    let proposal = |index| Proposal { process: Id::from(9), turn: turn(index), operation: operation(index) };
    let entry = |(index, term): (u64, &u64)| Entry { term: *term, payload: Payload::Command(proposal(index)) };
    let mut log = Log::default();
    log.append((1..).zip(terms).map(entry).collect());
    Some(Durable { incarnation: 1, ballot: Ballot { term, vote: None }, snapshot: None, log })
}

/// The terms of the entries of a server's log.
pub fn log_of(cluster: &Cluster, server: usize) -> Vec<u64> {
    cluster.state(server).durable.log.iter().map(|entry| entry.term).collect()
}

/// Whether a server leads this term, and these follow it.
pub fn leads(cluster: &Cluster, server: usize, term: u64, followers: &[usize]) -> bool {
    let leader = cluster.state(server);
    let follows = |follower: &usize| cluster.state(*follower).leader == Some(Id::from(server));
    leader.is_leader() && leader.term() == term && followers.iter().all(follows)
}
