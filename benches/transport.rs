//! How many small messages a transport carries: one way as fast as it goes, and back and forth with 64 on their way.
//!
//! Two nodes without actors in one program, over loopback; `cargo bench -p synod-benches --bench transport [SECONDS]`.

use std::time::{Duration, Instant};
use synod::runtime::transport::memory::Hub;
use synod::runtime::transport::tcp::Tcp;
use synod::runtime::transport::{Addresses, Identity, Letter, Outbox, Transport};
use synod::stateright::actor::Id;
use tokio::sync::{mpsc, watch};

/// What a message says: 16 bytes, no more than a vote.
type Message = (u64, u64);

/// How many messages are on their way at a time, back and forth.
const WINDOW: u64 = 64;

type Outlet = Box<dyn Outbox<Message>>;
type Inlet = mpsc::Receiver<Letter<Message>>;

async fn node(transport: impl Transport<Message>, id: usize, addresses: &watch::Sender<Addresses>) -> (Outlet, Inlet) {
    let identity = Identity { cluster: "bench".into(), node: Id::from(id), incarnation: 1 };
    let (inbox, letters) = mpsc::channel(4_096);
    let outbox = transport.start(identity, addresses.subscribe(), inbox).await.expect("the transport starts");
    (Box::new(outbox), letters)
}

/// Sends from 0 to 1 for so long; gives what has arrived per second. No more is on its way than the queue holds.
async fn one_way((mut outbox, _zero): (Outlet, Inlet), (_one, mut letters): (Outlet, Inlet), span: Duration) -> f64 {
    let (taken, mut progress) = watch::channel(0_u64);
    let reader = tokio::spawn(async move {
        let mut many = Vec::new();
        let mut count = 0;
        while letters.recv_many(&mut many, 1_000).await > 0 {
            count += many.drain(..).count() as u64;
            taken.send_replace(count);
        }
    });
    let (started, mut sent) = (Instant::now(), 0);
    while started.elapsed() < span {
        for _ in 0..100 {
            outbox.send(Id::from(1), sent, (sent, sent));
            sent += 1;
        }
        outbox.flush();
        let near = |count: &u64| sent - *count < 8_000;
        let _ = progress.wait_for(near).await.expect("the reader reads");
    }
    let rate = *progress.borrow() as f64 / started.elapsed().as_secs_f64();
    reader.abort();
    rate
}

/// Sends back what comes, all that has arrived at a time.
async fn echo(mut outbox: Outlet, mut letters: Inlet) {
    let mut many = Vec::new();
    let mut number = 0;
    while letters.recv_many(&mut many, 1_000).await > 0 {
        for letter in many.drain(..) {
            outbox.send(letter.from, number, letter.message);
            number += 1;
        }
        outbox.flush();
    }
}

/// Sends back and forth for so long; gives the messages per second, both ways counted.
async fn back_and_forth((mut outbox, mut letters): (Outlet, Inlet), other: (Outlet, Inlet), span: Duration) -> f64 {
    let echo = tokio::spawn(echo(other.0, other.1));
    for number in 0..WINDOW {
        outbox.send(Id::from(1), number, (number, number));
    }
    outbox.flush();
    let (started, mut arrived) = (Instant::now(), 0_u64);
    let mut many = Vec::new();
    while started.elapsed() < span && letters.recv_many(&mut many, 1_000).await > 0 {
        for letter in many.drain(..) {
            arrived += 1;
            outbox.send(Id::from(1), WINDOW + arrived, letter.message);
        }
        outbox.flush();
    }
    echo.abort();
    2.0 * arrived as f64 / started.elapsed().as_secs_f64()
}

async fn over_tcp() -> [(Outlet, Inlet); 2] {
    let zero = Tcp::bind("127.0.0.1:0").await.expect("a port is free");
    let one = Tcp::bind("127.0.0.1:0").await.expect("a port is free");
    let all = [zero.address(), one.address()].map(|address| address.to_string());
    let addresses = watch::Sender::new((0..).map(Id::from).zip(all).collect());
    [node(zero, 0, &addresses).await, node(one, 1, &addresses).await]
}

async fn in_memory() -> [(Outlet, Inlet); 2] {
    let hub = Hub::new();
    let addresses = watch::Sender::new((0..).map(Id::from).zip(["here", "here"].map(str::to_owned)).collect());
    [node(hub.transport(), 0, &addresses).await, node(hub.transport(), 1, &addresses).await]
}

fn main() {
    let seconds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(3.0);
    let span = Duration::from_secs_f64(seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be made");
    runtime.block_on(async {
        for way in ["tcp", "memory"] {
            let nodes = async || if way == "tcp" { over_tcp().await } else { in_memory().await };
            let [zero, one] = nodes().await;
            println!("{way}, one way: {:.0} messages per second", one_way(zero, one, span).await);
            let [zero, one] = nodes().await;
            println!("{way}, back and forth: {:.0} messages per second", back_and_forth(zero, one, span).await);
        }
    });
}
