//! Clients at work: each connection makes one request after the other, and each request is timed.

use crate::Error;
use crate::client::Connection;
use crate::cluster::Cluster;
use crate::side::{Operation, Side, VALUE};
use fastrand::Rng;
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a connection waits that has found nobody.
const PAUSE: Duration = Duration::from_millis(10);

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub operation: Operation,
    pub connections: usize,
    pub keys: usize,
    /// Counted from 0.
    pub round: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Load {
    /// From the first request to the last answer.
    pub took: Duration,
    /// How long each operation took that was answered.
    pub latencies: Vec<Duration>,
    pub errors: usize,
    pub first_error: Option<String>,
}

/// Gives each key a value, and makes sure that another node has it.
pub async fn fill(cluster: &Cluster, keys: usize) -> Result<(), Error> {
    let side = cluster.side;
    let mut connections = Vec::new();
    for address in &cluster.addresses {
        connections.push(Connection::open(*address).await?);
    }
    let mut random = Rng::with_seed(0);
    for number in 0..keys {
        let (key, value) = (key(number), value(&mut random));
        let count = connections.len();
        let (status, body) = connections[number % count].ask(side.put(&key, &value)).await?;
        if !side.answers(Operation::Put, status, &body) {
            return Err(format!("{side} does not write: {}", excerpt(&body)).into());
        }
        let (_, body) = connections[(number + 1) % count].ask(side.get(&key)).await?;
        if side.value(&body).as_ref() != Some(&value) {
            return Err(format!("{side} does not give back what was written: {}", excerpt(&body)).into());
        }
    }
    Ok(())
}

/// Works according to plan for so long; requests that are under way then are answered.
pub async fn run(cluster: &Cluster, plan: Plan, span: Duration) -> Result<Load, Error> {
    let started = Instant::now();
    let mut workers = Vec::new();
    for number in 0..plan.connections {
        let address = cluster.addresses[(number + plan.round) % cluster.addresses.len()];
        let worker = Worker {
            side: cluster.side,
            address,
            connection: Some(Connection::open(address).await?),
            random: Rng::with_seed((plan.round * plan.connections + number) as u64),
            load: Load::default(),
        };
        workers.push(tokio::spawn(worker.work(plan, started + span)));
    }
    let mut load = Load::default();
    for worker in workers {
        load.add(worker.await?);
    }
    Ok(Load { took: started.elapsed(), ..load })
}

impl Load {
    fn add(&mut self, mut other: Load) {
        self.latencies.append(&mut other.latencies);
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

struct Worker {
    side: Side,
    address: SocketAddr,
    connection: Option<Connection>,
    random: Rng,
    load: Load,
}

impl Worker {
    async fn work(mut self, plan: Plan, until: Instant) -> Load {
        while Instant::now() < until {
            let request = self.request(plan);
            let began = Instant::now();
            match self.operate(plan.operation, request).await {
                Ok(()) => self.load.latencies.push(began.elapsed()),
                Err(error) => {
                    self.load.errors += 1;
                    self.load.first_error.get_or_insert(error.to_string());
                }
            }
        }
        self.load
    }

    fn request(&mut self, plan: Plan) -> Request<Full<Bytes>> {
        let key = key(self.random.usize(..plan.keys));
        match plan.operation {
            Operation::Put => self.side.put(&key, &value(&mut self.random)),
            Operation::Get => self.side.get(&key),
        }
    }

    async fn operate(&mut self, operation: Operation, request: Request<Full<Bytes>>) -> Result<(), Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                sleep(PAUSE).await;
                Connection::open(self.address).await?
            }
        };
        let (status, body) = connection.ask(request).await?;
        self.connection = Some(connection);
        if self.side.answers(operation, status, &body) {
            return Ok(());
        }
        Err(format!("{status} {}", excerpt(&body)).into())
    }
}

fn key(number: usize) -> String {
    format!("key-{number:06}")
}

fn value(random: &mut Rng) -> Vec<u8> {
    (0..VALUE).map(|_| random.alphanumeric() as u8).collect()
}

/// The beginning of an answer, in one line.
fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(200)]).replace('\n', " ")
}
