//! Clients that do not do their part are cut off, and harm nobody.

use crate::http::Client;
use crate::nodes::{Nodes, tail};
use crate::until;
use rustix::process::Signal;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How many connections there may be.
const PLACES: usize = 4;

/// A node whose clients have few places and little time.
fn strict() -> (Nodes, SocketAddr) {
    let mut nodes = Nodes::configured(1, |_| format!("connections = {PLACES}\npatience = 0.5\n"));
    let address = nodes.addresses()[0];
    (nodes, address)
}

/// A connection on which this was said.
fn said(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
    stream.write_all(bytes).expect("there is room on the way");
    stream
}

/// What a node says until it hangs up.
fn heard(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the node has not hung up: {error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn those_who_take_all_places_and_say_nothing_lose_them() {
    let (_nodes, address) = strict();
    let half = b"GET /healthz HTTP/1.1\r\nHost: no";
    let mut loris: Vec<_> = (0..3 * PLACES).map(|place| said(address, &half[..half.len() * (place % 2)])).collect();
    let answer = Client::connect(address).and_then(|mut client| client.get("/healthz")).expect("there is a place");
    assert_eq!(answer.status, 200);
    for stream in &mut loris {
        assert_eq!(heard(stream), "");
    }
}

#[test]
fn a_body_that_comes_drop_by_drop_is_refused() {
    let (_nodes, address) = strict();
    let mut stream = said(address, b"PUT /kv/milk HTTP/1.1\r\nHost: node\r\nContent-Length: 100000\r\n\r\n");
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a time");
    let mut answer = [0; 12];
    until("the node answers", || {
        // The node may have hung up by now.
        let _ = stream.write_all(b"x");
        match stream.read_exact(&mut answer) {
            Ok(()) => Some(()),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
                None
            }
        }
    });
    assert_eq!(&answer, b"HTTP/1.1 408");
    let mut client = Client::connect(address).expect("there is a place");
    assert_eq!(client.get("/kv/milk").expect("an answer").status, 404, "nothing was done");
}

#[test]
fn whoever_does_not_take_answers_is_cut_off() {
    let (_nodes, address) = strict();
    let mut client = Client::connect(address).expect("it serves");
    assert_eq!(client.put("/kv/large", &vec![b'x'; 1 << 20]).expect("an answer").status, 200);
    let mut greedy = said(address, b"");
    greedy.set_write_timeout(Some(Duration::from_millis(20))).expect("a time");
    until("the node hangs up", || match greedy.write(b"GET /kv/large HTTP/1.1\r\nHost: node\r\n\r\n") {
        Ok(_) => None,
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
        Err(_) => Some(()),
    });
    let mut other = Client::connect(address).expect("it serves");
    assert_eq!(other.get("/healthz").expect("an answer").status, 200);
}

#[test]
fn the_end_does_not_wait_for_clients_that_dawdle() {
    let mut nodes = Nodes::configured(1, |_| "patience = 3600.0\n".to_string());
    let address = nodes.addresses()[0];
    let mut idle = said(address, b"");
    let mut half = said(address, b"PUT /kv/milk HTTP/1.1\r\nHost: node\r\nContent-Length: 100\r\n\r\nhalf");
    let mut done = Client::connect(address).expect("it serves");
    assert_eq!(done.put("/kv/milk", b"1").expect("an answer").status, 200);
    let started = Instant::now();
    nodes.node(0).signal(Signal::TERM);
    assert_eq!(nodes.node(0).ended().code(), Some(0), "{}", tail(&nodes.log(0)));
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_eq!((heard(&mut idle), heard(&mut half)), (String::new(), String::new()));
}
