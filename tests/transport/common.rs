//! Nodes for the tests, and a hand that speaks the protocol byte by byte.

use std::collections::BTreeMap;
use std::time::Duration;
use synod::runtime::transport::counters::{PeerTraffic, Refusal};
use synod::runtime::transport::tcp::{Settings, Tcp};
use synod::runtime::transport::{Addresses, Counters, Identity, Letter, Outbox, Traffic, Transport};
use synod::stateright::actor::Id;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

pub const CLUSTER: &str = "dairy";

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// Settings under which tests are quick and a loaded machine is no reason to give anything up.
pub fn quick() -> Settings {
    Settings {
        keep_alive: Duration::from_millis(50),
        silence: Duration::from_secs(20),
        handshake: Duration::from_secs(20),
        stall: Duration::from_secs(20),
        backoff: Duration::from_millis(5),
        backoff_limit: Duration::from_millis(50),
        ..Settings::default()
    }
}

/// A node without an actor: the test says what it sends.
pub struct Node {
    pub id: Id,
    pub addresses: watch::Sender<Addresses>,
    pub letters: mpsc::Receiver<Letter<String>>,
    counters: std::sync::Arc<Counters>,
    pub outbox: Box<dyn Outbox<String>>,
    sent: u64,
}

impl Node {
    pub async fn start(transport: impl Transport<String>, id: usize, incarnation: u64, addresses: Addresses) -> Node {
        Self::with_inbox(transport, id, incarnation, addresses, 100_000).await
    }

    pub async fn with_inbox(
        transport: impl Transport<String>,
        id: usize,
        incarnation: u64,
        addresses: Addresses,
        room: usize,
    ) -> Node {
        let id = Id::from(id);
        let identity = Identity { cluster: CLUSTER.into(), node: id, incarnation };
        let counters = transport.counters();
        let addresses = watch::Sender::new(addresses);
        let (inbox, letters) = mpsc::channel(room);
        let outbox = transport.start(identity, addresses.subscribe(), inbox).await;
        let outbox = Box::new(outbox.expect("the transport starts"));
        Node { id, addresses, letters, counters, outbox, sent: 0 }
    }

    pub fn send(&mut self, to: usize, message: impl Into<String>) {
        self.outbox.send(Id::from(to), self.sent, message.into());
        self.sent += 1;
    }

    pub fn flush(&mut self) {
        self.outbox.flush();
    }

    /// Sends one message, until it arrives: links are fair-loss.
    pub async fn reach(&mut self, other: &mut Node, message: &str) -> Letter<String> {
        let attempts = async {
            loop {
                self.send(usize::from(other.id), message);
                self.flush();
                let arrives = async {
                    loop {
                        let letter = other.letters.recv().await.expect("the transport runs");
                        if letter.from == self.id && letter.message == message {
                            return letter;
                        }
                    }
                };
                if let Ok(letter) = timeout(Duration::from_millis(200), arrives).await {
                    return letter;
                }
            }
        };
        timeout(PATIENCE, attempts).await.expect("the message arrives")
    }

    pub async fn next(&mut self) -> Letter<String> {
        timeout(PATIENCE, self.letters.recv()).await.expect("a letter arrives").expect("the transport runs")
    }

    pub fn traffic(&self) -> Traffic {
        self.counters.snapshot()
    }

    pub fn with(&self, peer: u64) -> PeerTraffic {
        self.traffic().peers.get(&peer).cloned().unwrap_or_default()
    }

    pub fn refused(&self, why: Refusal) -> u64 {
        self.traffic().refused.get(&why).copied().unwrap_or(0)
    }
}

/// Waits until something is the case, as the counters tell.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("in vain: {what}"));
}

/// A port that is open on IPv4.
pub async fn port(settings: Settings) -> Tcp {
    Tcp::bind("127.0.0.1:0").await.expect("a port is free").with_settings(settings)
}

/// Ids from zero with their addresses.
pub fn addresses<S: ToString>(all: impl IntoIterator<Item = S>) -> Addresses {
    (0..).map(Id::from).zip(all.into_iter().map(|address| address.to_string())).collect::<BTreeMap<_, _>>()
}

/// Two nodes that know each other, and of a third that is nowhere, whose name the test can use.
pub async fn pair(settings: Settings) -> (Node, Node, std::net::SocketAddr) {
    let (zero, one) = (port(settings.clone()).await, port(settings).await);
    let target = zero.address();
    let all = addresses([zero.address(), one.address(), vacant().await]);
    (Node::start(zero, 0, 1, all.clone()).await, Node::start(one, 1, 1, all).await, target)
}

/// An address at which nobody answers.
pub async fn vacant() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    listener.local_addr().expect("it has an address")
}

/// A connection of which the test writes every byte.
pub struct Hand(pub TcpStream);

impl Hand {
    pub async fn dial(target: std::net::SocketAddr) -> Hand {
        Hand(TcpStream::connect(target).await.expect("the node listens"))
    }

    /// Says hello as this node; gives the first byte of the answer: 0 welcome, 1 refused, and the one after it.
    pub async fn hello(&mut self, from: u8, to: u8, incarnation: u8) -> (u8, u8) {
        self.0.write_all(&hello(CLUSTER, from, to, incarnation)).await.expect("the node reads");
        self.answer().await
    }

    pub async fn answer(&mut self) -> (u8, u8) {
        let mut answer = [0; 12];
        timeout(PATIENCE, self.0.read_exact(&mut answer)).await.expect("in time").expect("the node answers");
        assert_eq!(answer[..8], *b"SYNOD\n\0\x01");
        (answer[10], answer[11])
    }

    /// Waits until the node hangs up.
    pub async fn hung_up(&mut self) {
        let mut bytes = [0; 1_024];
        let reading = async { while matches!(self.0.read(&mut bytes).await, Ok(length) if length > 0) {} };
        timeout(PATIENCE, reading).await.expect("the node hangs up");
    }
}

/// What a node says that dials. All numbers are below 128, one byte each.
pub fn hello(cluster: &str, from: u8, to: u8, incarnation: u8) -> Vec<u8> {
    let length = cluster.len() as u8;
    let body = [&[length], cluster.as_bytes(), &[from, to, incarnation]].concat();
    [b"SYNOD\n\0\x01\0", &[body.len() as u8][..], &body].concat()
}

/// What a node says that is dialled.
pub fn welcome(cluster: &str, node: u8, incarnation: u8) -> Vec<u8> {
    let length = cluster.len() as u8;
    let body = [&[0, length], cluster.as_bytes(), &[node, incarnation]].concat();
    [b"SYNOD\n\0\x01\0", &[body.len() as u8][..], &body].concat()
}
