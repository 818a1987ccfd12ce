//! Clients at work: each makes one request after the other, of any node, on any of sixteen keys.

use crate::history::{Done, NEVER};
use crate::http::Client;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use synod::random::Random;

pub const KEYS: usize = 16;
const CLIENTS: u64 = 4;

/// How long a client that finds nobody looks elsewhere.
const PAUSE: Duration = Duration::from_millis(2);

/// Where the nodes are; those that are down are absent.
pub type Places = Arc<Mutex<Vec<Option<SocketAddr>>>>;

/// Clients at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    started: Instant,
    clients: Vec<JoinHandle<Vec<Done>>>,
}

/// What came of it.
pub struct Worked {
    pub history: Vec<Done>,
    pub took: Duration,
}

impl Load {
    pub fn start(places: &Places, seed: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let started = Instant::now();
        let client = |number| {
            let worker = Worker {
                number,
                places: places.clone(),
                connections: places.lock().expect("nobody panics").iter().map(|_| None).collect(),
                random: Random::new(seed ^ (number + 1)),
                started,
                history: Vec::new(),
            };
            let stop = stop.clone();
            thread::spawn(move || worker.work(&stop))
        };
        Load { clients: (0..CLIENTS).map(client).collect(), stop, started }
    }

    /// Ends it, when every client has its answer or has given up.
    pub fn end(self) -> Worked {
        self.stop.store(true, Relaxed);
        let took = self.started.elapsed();
        let history = self.clients.into_iter().flat_map(|client| client.join().expect("a client does not panic"));
        Worked { history: history.collect(), took }
    }
}

impl Worked {
    /// How many operations were answered, in a second.
    pub fn rate(&self) -> f64 {
        self.history.iter().filter(|done| done.answered < NEVER).count() as f64 / self.took.as_secs_f64()
    }
}

struct Worker {
    number: u64,
    places: Places,
    connections: Vec<Option<(SocketAddr, Client)>>,
    random: Random,
    started: Instant,
    history: Vec<Done>,
}

impl Worker {
    fn work(mut self, stop: &AtomicBool) -> Vec<Done> {
        let mut number = 0;
        while !stop.load(Relaxed) {
            number += 1;
            let node = self.random.below(self.connections.len());
            if !self.is_connected(node) {
                thread::sleep(PAUSE);
                continue;
            }
            self.operate(node, number);
        }
        self.history
    }

    /// Connects where the node is now.
    fn is_connected(&mut self, node: usize) -> bool {
        let place = self.places.lock().expect("nobody panics")[node];
        let connection = self.connections[node].take().filter(|(address, _)| Some(*address) == place);
        self.connections[node] =
            connection.or_else(|| place.and_then(|place| Some((place, Client::connect(place).ok()?))));
        self.connections[node].is_some()
    }

    fn operate(&mut self, node: usize, number: u64) {
        let key = self.random.below(KEYS);
        let write = self.random.below(2) == 0;
        let path = format!("/kv/key-{key}");
        let value = format!("{}-{number}-{:0>90}", self.number, "");
        let Some((_, client)) = &mut self.connections[node] else { return };
        let called = self.started.elapsed();
        let answer = if write { client.put(&path, value.as_bytes()) } else { client.get(&path) };
        let answered = self.started.elapsed();
        let mut note = |value: Option<String>, answered| {
            self.history.push(Done { key, write, value, called, answered });
        };
        match (write, answer) {
            (true, Ok(answer)) if answer.status == 200 => note(Some(value), answered),
            (false, Ok(answer)) if answer.status == 200 => note(Some(answer.text()), answered),
            (false, Ok(answer)) if answer.status == 404 => note(None, answered),
            // Nothing was done.
            (_, Ok(answer)) if answer.status == 503 => {}
            (true, Ok(answer)) if answer.status == 504 => note(Some(value), NEVER),
            (_, Ok(answer)) => panic!("an answer that is none: {answer:?}"),
            // Whether a write was done, nobody knows.
            (write, Err(_)) => {
                if write {
                    note(Some(value), NEVER);
                }
                self.connections[node] = None;
            }
        }
    }
}
