//! Histories of clients of a store that is atomic: what they write down is linearizable.

use super::{Access, Expected, Outcome, Random, Record, Recorder, Ticket};

/// What clients do.
#[derive(Clone, Copy, Debug)]
pub struct Clients {
    /// How many there are, each with one operation at a time.
    pub clients: usize,
    /// On how many keys.
    pub keys: usize,
    /// How many operations they call, all together.
    pub operations: usize,
    /// Which values they write: that many, or each value once.
    pub values: Option<u8>,
    /// How many operations in a thousand end in a time-out.
    pub lost: usize,
    /// Whether they delete.
    pub deletes: bool,
    /// Whether they compare and set.
    pub compares: bool,
    /// Whether they write down versions.
    pub versions: bool,
}

type Client = Option<(u64, Ticket, Access<u64>, Option<Outcome<u64>>)>;

/// The store and its clients.
struct Simulator {
    clients: Clients,
    random: Random,
    recorder: Recorder<u64, u64>,
    store: Vec<Option<(u64, u64)>>,
    /// The last version, which is also the last value that was written once.
    last: u64,
    /// What was lost on its way, and may arrive at any time.
    adrift: Vec<(u64, Access<u64>)>,
}

/// What the clients write down when chance is decided by this seed.
pub fn simulate(clients: Clients, seed: u64) -> Vec<Record<u64, u64>> {
    let (random, recorder) = (Random::new(seed), Recorder::default());
    let store = vec![None; clients.keys];
    let mut simulator = Simulator { clients, random, recorder, store, last: 1000, adrift: Vec::new() };
    let (mut open, mut called): (Vec<Client>, usize) = ((0..clients.clients).map(|_| None).collect(), 0);
    while called < clients.operations || open.iter().any(Option::is_some) {
        let client = simulator.random.below(clients.clients);
        open[client] = match open[client].take() {
            None if called == clients.operations => None,
            None => {
                called += 1;
                Some(simulator.call(client as u64))
            }
            Some(operation) => simulator.go_on(operation),
        };
        if !simulator.adrift.is_empty() && simulator.random.below(8) == 0 {
            let place = simulator.random.below(simulator.adrift.len());
            let (key, access) = simulator.adrift.swap_remove(place);
            simulator.apply(key, &access);
        }
    }
    simulator.recorder.records()
}

impl Simulator {
    fn call(&mut self, client: u64) -> (u64, Ticket, Access<u64>, Option<Outcome<u64>>) {
        let key = self.random.below(self.clients.keys) as u64;
        let access = match self.random.below(10) {
            0 if self.clients.deletes => Access::Delete,
            1 | 2 if self.clients.compares => {
                let expected = match self.store[key as usize] {
                    None => Expected::Nothing,
                    Some((_, version)) if self.clients.versions => Expected::Version(version),
                    Some((value, _)) => Expected::Value(value),
                };
                Access::CompareAndSet { expected, new: self.value() }
            }
            0..5 => Access::Write(self.value()),
            _ => Access::Read,
        };
        (key, self.recorder.call(client, key, access.clone()), access, None)
    }

    fn value(&mut self) -> u64 {
        self.last += 1;
        self.clients.values.map_or(self.last, |values| self.random.below(values.into()) as u64)
    }

    /// An operation is lost, or takes effect, or is answered.
    fn go_on(&mut self, (key, ticket, access, outcome): (u64, Ticket, Access<u64>, Option<Outcome<u64>>)) -> Client {
        let is_lost = self.random.below(2000) < self.clients.lost;
        match outcome {
            None if is_lost => self.adrift.push((key, access)),
            _ if is_lost => {}
            Some(outcome) => self.recorder.answer(ticket, outcome),
            None => {
                let outcome = self.apply(key, &access);
                return Some((key, ticket, access, Some(outcome)));
            }
        }
        None
    }

    fn apply(&mut self, key: u64, access: &Access<u64>) -> Outcome<u64> {
        let versions = self.clients.versions;
        self.last += 1;
        let (cell, version) = (&mut self.store[key as usize], self.last);
        let holds = |expected: &Expected<u64>| match expected {
            Expected::Nothing => cell.is_none(),
            Expected::Value(value) => cell.is_some_and(|(held, _)| held == *value),
            Expected::Version(version) => cell.is_some_and(|(_, held)| held == *version),
        };
        match access {
            Access::Read => match *cell {
                None => Outcome::Nothing,
                Some((value, version)) => Outcome::Found { value, version: versions.then_some(version) },
            },
            Access::Delete => {
                *cell = None;
                Outcome::Done { version: None }
            }
            Access::CompareAndSet { expected, .. } if !holds(expected) => Outcome::Mismatch,
            Access::Write(value) | Access::CompareAndSet { new: value, .. } => {
                *cell = Some((*value, version));
                Outcome::Done { version: versions.then_some(version) }
            }
        }
    }
}
