//! A network between nodes that can be cut and slowed down: connections go through threads of the test.

use crate::nodes::free_port;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often threads look whether anything has changed.
const LOOK: Duration = Duration::from_millis(10);

/// A way from one node to another.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    end: AtomicBool,
    cut: AtomicBool,
    /// How long each piece is held up, in milliseconds.
    delay: AtomicU64,
    carrying: Mutex<Vec<(TcpStream, TcpStream)>>,
}

impl Proxy {
    /// A way to whoever listens on this port.
    pub fn to(target: u16) -> Self {
        let port = free_port();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("it was free");
        listener.set_nonblocking(true).expect("a listener can be");
        let shared = Arc::new(Shared::default());
        let listening = Some(thread::spawn({
            let shared = shared.clone();
            move || listen(&listener, target, &shared)
        }));
        Proxy { port, shared, listening }
    }

    /// Ends all connections, and takes none until it is [mended](Proxy::mend).
    pub fn cut(&self) {
        self.shared.cut.store(true, Relaxed);
        for (one, other) in self.shared.carrying.lock().expect("nobody panics").drain(..) {
            let _ = one.shutdown(Shutdown::Both);
            let _ = other.shutdown(Shutdown::Both);
        }
    }

    pub fn mend(&self) {
        self.shared.cut.store(false, Relaxed);
    }

    /// Holds up each piece so long.
    pub fn delay(&self, delay: Duration) {
        self.shared.delay.store(delay.as_millis() as u64, Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.end.store(true, Relaxed);
        self.cut();
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
        self.cut();
    }
}

fn listen(listener: &TcpListener, target: u16, shared: &Arc<Shared>) {
    while !shared.end.load(Relaxed) {
        match listener.accept() {
            Ok((stream, _)) if !shared.cut.load(Relaxed) => carry(stream, target, shared),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(LOOK),
            Err(_) => thread::sleep(LOOK),
        }
    }
}

/// Carries what comes, both ways, until the connection ends or is cut.
fn carry(one: TcpStream, target: u16, shared: &Arc<Shared>) {
    let Ok(other) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)) else { return };
    let clones = || Some((one.try_clone().ok()?, other.try_clone().ok()?));
    let (Some(kept), Some(there), Some(back)) = (clones(), clones(), clones()) else { return };
    for stream in [&one, &other] {
        let _ = stream.set_nonblocking(false);
        let _ = stream.set_nodelay(true);
    }
    shared.carrying.lock().expect("nobody panics").push(kept);
    for (from, to) in [there, (back.1, back.0)] {
        let shared = shared.clone();
        thread::spawn(move || copy(from, to, &shared));
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, shared: &Shared) {
    let mut piece = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        let delay = shared.delay.load(Relaxed);
        if delay > 0 {
            thread::sleep(Duration::from_millis(delay));
        }
        if to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
