//! Clients at work: each makes one request after the other, of any node, on any of sixteen keys, and all is written down.

use crate::http::{Answer, Client};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use synod::consistency::linearizable;
use synod::consistency::recorded::{self, Access, Judgement, Outcome};
use synod::random::Random;

pub const KEYS: usize = 16;
const CLIENTS: u64 = 8;

/// How long a client that finds nobody waits before it looks elsewhere.
const PAUSE: Duration = Duration::from_millis(2);

/// Where the nodes are; those that are down are absent.
pub type Places = Arc<Mutex<Vec<Option<SocketAddr>>>>;

/// Keys by number, values, and the versions that the store gives them.
type Recorder = recorded::Recorder<usize, String, String>;

/// Clients at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    started: Instant,
    recorder: Arc<Mutex<Recorder>>,
    clients: Vec<JoinHandle<()>>,
}

/// What came of it.
pub struct Worked {
    /// Why what the clients have seen cannot be explained, if it cannot.
    pub objection: Option<String>,
    /// How many operations may have had an effect.
    pub operations: usize,
    /// How many were answered, in a second.
    pub rate: f64,
    pub took: Duration,
}

impl Load {
    pub fn start(places: &Places, seed: u64) -> Self {
        let (stop, recorder) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Recorder::default())));
        let client = |number| {
            let worker = Worker {
                number,
                places: places.clone(),
                connections: locked(places).iter().map(|_| None).collect(),
                random: Random::new(seed ^ (number + 1)),
                recorder: recorder.clone(),
            };
            let stop = stop.clone();
            thread::spawn(move || worker.work(&stop))
        };
        Load { clients: (0..CLIENTS).map(client).collect(), stop, started: Instant::now(), recorder }
    }

    /// Ends it, when every client has its answer or has given up, and judges what they have seen.
    pub fn end(self) -> Worked {
        self.stop.store(true, Relaxed);
        let took = self.started.elapsed();
        self.clients.into_iter().for_each(|client| client.join().expect("a client does not panic"));
        let records = locked(&self.recorder).records();
        let answered = records.iter().filter(|record| record.answered.is_some()).count();
        let objection = match linearizable(&records).expect("records of operations") {
            Judgement::Linearizable => None,
            Judgement::Violated(violation) => Some(violation.explain(&records)),
            other => Some(format!("{other:?}")),
        };
        Worked { objection, operations: records.len(), rate: answered as f64 / took.as_secs_f64(), took }
    }
}

pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nobody panics while holding it")
}

struct Worker {
    number: u64,
    places: Places,
    connections: Vec<Option<(SocketAddr, Client)>>,
    random: Random,
    recorder: Arc<Mutex<Recorder>>,
}

impl Worker {
    fn work(mut self, stop: &AtomicBool) {
        let mut number = 0;
        while !stop.load(Relaxed) {
            number += 1;
            let node = self.random.below(self.connections.len());
            match self.connect(node) {
                Some(connection) => self.operate(node, connection, number),
                None => thread::sleep(PAUSE),
            }
        }
    }

    /// Connects where the node is now.
    fn connect(&mut self, node: usize) -> Option<(SocketAddr, Client)> {
        let place = locked(&self.places)[node]?;
        let connection = self.connections[node].take().filter(|(address, _)| *address == place);
        connection.or_else(|| Some((place, Client::connect(place).ok()?)))
    }

    fn operate(&mut self, node: usize, (place, mut client): (SocketAddr, Client), number: u64) {
        let key = self.random.below(KEYS);
        let value = format!("{}-{number}-{:0>90}", self.number, "");
        let (method, access, body) = match self.random.below(10) {
            0..5 => ("GET", Access::Read, ""),
            5..9 => ("PUT", Access::Write(value.clone()), value.as_str()),
            _ => ("DELETE", Access::Delete, ""),
        };
        let ticket = locked(&self.recorder).call(self.number, key, access);
        let answer = client.ask(method, &format!("/kv/key-{key}"), &[], body.as_bytes());
        if answer.is_ok() {
            self.connections[node] = Some((place, client));
        }
        match outcome(method, answer) {
            Told::Outcome(outcome) => locked(&self.recorder).answer(ticket, outcome),
            Told::NothingDone => locked(&self.recorder).refuse(ticket),
            Told::Unknown => {}
        }
    }
}

/// What a client learns.
enum Told {
    Outcome(Outcome<String, String>),
    NothingDone,
    Unknown,
}

fn outcome(method: &str, answer: io::Result<Answer>) -> Told {
    let Ok(answer) = answer else { return Told::Unknown };
    let version = answer.headers.get("etag").cloned();
    match (method, answer.status) {
        ("GET", 200) => Told::Outcome(Outcome::Found { value: answer.text(), version }),
        ("GET", 404) => Told::Outcome(Outcome::Nothing),
        ("PUT", 200) => Told::Outcome(Outcome::Done { version }),
        ("DELETE", 200) => Told::Outcome(Outcome::Done { version: None }),
        (_, 503) => Told::NothingDone,
        ("PUT" | "DELETE", 504) => Told::Unknown,
        _ => panic!("{method} was answered in a way that it never is: {answer:?}"),
    }
}
