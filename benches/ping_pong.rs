//! Messages per second between two nodes on loopback, beside `stateright::actor::spawn`: the same actors, the same encoding of
//! messages, the same number of messages on their way. `cargo bench -p synod-benches --bench ping_pong`.
//!
//! stateright's runs over UDP, each message in a packet and each packet a call of the kernel; ours over TCP, whatever is
//! waiting in one write. Neither stores anything.

#[path = "volley.rs"]
mod volley;

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use synod::runtime::Node;
use synod::runtime::transport::tcp::Tcp;
use synod::stateright::actor::{Id, spawn};
use volley::Volley;

/// How long each side is measured, after a start of a quarter of that.
const SPAN: Duration = Duration::from_secs(4);

/// Messages per second, once it has got going.
fn rate(returned: &AtomicU64) -> f64 {
    std::thread::sleep(SPAN / 4);
    let (before, started) = (returned.load(Ordering::Relaxed), Instant::now());
    std::thread::sleep(SPAN);
    (returned.load(Ordering::Relaxed) - before) as f64 / started.elapsed().as_secs_f64()
}

fn nodes(balls: u64) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("there are threads");
    let returned = Arc::<AtomicU64>::default();
    let handles = runtime.block_on(async {
        let ports = [Tcp::bind("127.0.0.1:0").await, Tcp::bind("127.0.0.1:0").await].map(|tcp| tcp.expect("a port"));
        let addresses = [ports[0].address().to_string(), ports[1].address().to_string()];
        let mut handles = Vec::new();
        for (id, port) in ports.into_iter().enumerate() {
            let serves = (id == 0).then_some((Id::from(1), balls));
            let actor = Volley { serves, returned: returned.clone() };
            let node = Node::builder(actor).id(id).addresses(addresses.clone()).transport(port);
            handles.push(node.start().await.expect("a node starts"));
        }
        handles
    });
    let rate = rate(&returned);
    runtime.block_on(async {
        for handle in handles {
            handle.shutdown().await.expect("a node ends");
        }
    });
    rate
}

/// Never ends: the program does.
fn spawned(balls: u64) -> f64 {
    let returned = Arc::<AtomicU64>::default();
    let port = || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = socket.local_addr().expect("it has an address").port();
        Id::from(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
    };
    let (one, other) = (port(), port());
    // Who serves starts last, so that the other is there.
    for (id, serves) in [(other, None), (one, Some((other, balls)))] {
        let actor = Volley { serves, returned: returned.clone() };
        std::thread::spawn(move || {
            spawn(
                postcard::to_stdvec,
                |bytes| postcard::from_bytes(bytes),
                |()| Ok(Vec::new()),
                |_| Ok(()),
                vec![(id, actor)],
            )
        });
        std::thread::sleep(Duration::from_millis(200));
    }
    rate(&returned)
}

fn main() {
    println!("{:>8}{:>16}{:>16}{:>8}", "balls", "nodes, msg/s", "spawn, msg/s", "ratio");
    let arguments: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let balls = arguments.first().copied();
    // What is spawned never ends, so each number of balls is a program of its own.
    let Some(balls) = balls else {
        for balls in ["1", "16", "64", "512"] {
            let program = std::env::current_exe().expect("this program");
            let status = std::process::Command::new(program).arg(balls).status().expect("it runs");
            assert!(status.success(), "with {balls} balls it failed");
        }
        return;
    };
    let nodes = nodes(balls);
    let spawned = spawned(balls);
    println!("{balls:>8}{nodes:>16.0}{spawned:>16.0}{:>8.1}", nodes / spawned);
    std::process::exit(0);
}
