//! The way out: one connection to each peer, made again whenever it breaks.
//!
//! Only the node that dials sends messages on a connection; the other direction has signs of life alone. So two nodes have two
//! connections, each made by the node that has something to say. That costs a second socket for each pair, and spares them
//! deciding whose connection stays when both dial at once; a node that takes nothing in holds up only what goes to it, not its own
//! acknowledgements; and each direction breaks and comes back by itself.

use super::backoff::Backoff;
use super::channel::{Stream, Writer};
use super::frame::{CHUNK, SIGN_OF_LIFE};
use super::handshake::{self, Failure, number};
use super::peers::{Holds, Peer, Shared};
use super::queue::Cut;
use crate::runtime::transport::counters::{Refusal, worth_telling};
use std::io;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// The other side has closed it.
    Closed,
    /// It broke.
    Broken(io::Error),
    /// We gave it up.
    Refused(Refusal),
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Ended::Broken(error)
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ended::Closed => f.write_str("the peer has closed it"),
            Ended::Broken(error) => write!(f, "{error}"),
            Ended::Refused(why) => write!(f, "given up: {why}"),
        }
    }
}

/// Keeps a connection to the peer, for ever.
pub(super) async fn keep_connected(shared: &Shared, peer: &Peer) {
    let settings = &shared.settings;
    let seed = [shared.identity.node, peer.id].map(number);
    let seed = seed[0] << 32 ^ seed[1] << 16 ^ shared.identity.incarnation;
    let mut backoff = Backoff::new(settings.backoff, settings.backoff_limit, seed);
    let mut address = peer.address.subscribe();
    let mut failures = 0;
    loop {
        let target = address.borrow_and_update().clone();
        let stays = tokio::select! {
            connected = connect(shared, peer, &target) => match connected {
                Ok(stream) => {
                    let since = Instant::now();
                    failures = 0;
                    let moved = serve(shared, peer, stream, &target, &mut address).await;
                    // Who takes connections only to break them is not dialled more often than who takes none.
                    if since.elapsed() > settings.backoff_limit {
                        backoff.reset();
                    }
                    !moved
                }
                Err(failure) => {
                    failures += 1;
                    failed(shared, peer, &target, failures, &failure);
                    true
                }
            },
            _ = address.changed() => false,
        };
        if !stays {
            backoff.reset();
            continue;
        }
        tokio::select! {
            () = sleep(backoff.pause()) => {}
            () = peer.restarted.notified() => backoff.reset(),
            _ = address.changed() => backoff.reset(),
        }
    }
}

fn failed(shared: &Shared, peer: &Peer, target: &str, failures: u64, failure: &Failure) {
    peer.line.failed_dials.fetch_add(1, Relaxed);
    if let Failure::Refused(why) = failure {
        shared.refuse(format_args!("node {} at {target}", number(peer.id)), *why);
    }
    if worth_telling(failures) {
        tracing::warn!(
            node = shared.identity.number(),
            peer = number(peer.id),
            target,
            failures,
            "cannot connect: {failure}"
        );
    }
}

/// Connects to the first address behind the name at which the peer answers.
async fn connect(shared: &Shared, peer: &Peer, target: &str) -> Result<Box<dyn Stream>, Failure> {
    let late = |_| Failure::from(io::Error::new(io::ErrorKind::TimedOut, "the peer does not answer in time"));
    let patience = shared.settings.handshake;
    let addresses = timeout(patience, tokio::net::lookup_host(target)).await.map_err(late)??;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address").into();
    for address in addresses {
        let attempt = async { greet(shared, peer, TcpStream::connect(address).await?).await };
        match timeout(patience, attempt).await.map_err(late).and_then(|answered| answered) {
            Ok(stream) => return Ok(stream),
            Err(failure) => last = failure,
        }
    }
    Err(last)
}

async fn greet(shared: &Shared, peer: &Peer, stream: TcpStream) -> Result<Box<dyn Stream>, Failure> {
    stream.set_nodelay(true)?;
    let mut channel = shared.protection.connect(stream, &shared.identity, peer.id).await?;
    let incarnation = handshake::present(&mut channel.stream, &shared.identity, peer.id).await?;
    if !shared.is_current(peer, incarnation) {
        return Err(Failure::Refused(Refusal::Incarnation));
    }
    Ok(channel.stream)
}

/// Sends what waits for the peer until the connection ends, or the peer has moved, which it gives.
async fn serve(
    shared: &Shared,
    peer: &Peer,
    stream: Box<dyn Stream>,
    target: &str,
    address: &mut tokio::sync::watch::Receiver<String>,
) -> bool {
    let node = shared.identity.number();
    let _connected = Holds::new(&peer.line.connected);
    peer.line.connections.fetch_add(1, Relaxed);
    tracing::info!(node, peer = number(peer.id), target, "connected");
    let (reader, writer) = stream.halves();
    let ended = tokio::select! {
        ended = carry(shared, writer, Flight { peer, messages: 0 }) => ended,
        ended = attend(reader, shared.settings.silence) => ended,
        _ = address.changed() => {
            tracing::info!(node, peer = number(peer.id), "the peer has moved");
            return true;
        }
    };
    if let Ended::Refused(why) = ended {
        shared.refuse(format_args!("node {} at {target}", number(peer.id)), why);
    }
    tracing::info!(node, peer = number(peer.id), target, "connection lost: {ended}");
    false
}

/// Messages that were taken from the queue and are not with the operating system yet. They are lost with the connection.
struct Flight<'a> {
    peer: &'a Peer,
    messages: usize,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let (_, cut) = self.peer.queue.take_back();
        let lost = self.messages as u64 + u64::from(cut.is_some());
        self.peer.line.dropped_with_connection.fetch_add(lost, Relaxed);
    }
}

/// Writes what waits and is not handed over at once, many messages at a time, and signs of life.
async fn carry(shared: &Shared, mut writer: Writer, mut flight: Flight<'_>) -> Ended {
    let (peer, stall) = (flight.peer, shared.settings.stall);
    let mut beat = interval(shared.settings.keep_alive);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut buffer = Vec::with_capacity(CHUNK);
    loop {
        let lent = lend(peer, writer);
        let sign: &[u8] = tokio::select! {
            biased;
            () = peer.queue.ready() => &[],
            _ = beat.tick() => &SIGN_OF_LIFE,
        };
        let (taken_back, cut) = peer.queue.take_back();
        let Some(back) = lent.or(taken_back.map(Writer::Clear)) else { return Ended::Closed };
        writer = back;
        if let Some(Cut { rest, length }) = cut {
            flight.messages = 1;
            if let Err(ended) = write(writer.waiting(), &rest, stall).await {
                return ended;
            }
            peer.line.sent.add(std::mem::take(&mut flight.messages), length);
        }
        buffer.clear();
        flight.messages = peer.queue.take(&mut buffer);
        let length = buffer.len();
        buffer.extend_from_slice(sign);
        if let Err(ended) = write(writer.waiting(), &buffer, stall).await {
            return ended;
        }
        if flight.messages > 0 {
            peer.line.sent.add(std::mem::take(&mut flight.messages), length);
        }
        if buffer.capacity() > 4 * CHUNK {
            buffer = Vec::with_capacity(CHUNK);
        }
    }
}

/// Lends the connection to the queue, where that can use it; gives it back where it cannot.
fn lend(peer: &Peer, writer: Writer) -> Option<Writer> {
    match writer {
        Writer::Clear(connection) => {
            peer.queue.lend(connection);
            None
        }
        #[cfg(feature = "tls")]
        Writer::Secured(_) => Some(writer),
    }
}

/// Writes all of it, as long as the other side takes a byte from time to time.
pub(super) async fn write(
    writer: &mut (impl AsyncWrite + Unpin + ?Sized),
    mut bytes: &[u8],
    stall: Duration,
) -> Result<(), Ended> {
    let stalled = |_| Ended::Refused(Refusal::Stalled);
    while !bytes.is_empty() {
        match timeout(stall, writer.write(bytes)).await.map_err(stalled)?? {
            0 => return Err(Ended::Closed),
            written => bytes = &bytes[written..],
        }
    }
    Ok(timeout(stall, writer.flush()).await.map_err(stalled)??)
}

/// Sees to it that the other side lives.
async fn attend(mut reader: impl AsyncRead + Unpin, silence: Duration) -> Ended {
    let mut signs = [0; 64];
    loop {
        match timeout(silence, reader.read(&mut signs)).await {
            Err(_) => return Ended::Refused(Refusal::Silent),
            Ok(Err(error)) => return Ended::Broken(error),
            Ok(Ok(0)) => return Ended::Closed,
            Ok(Ok(length)) if signs[..length].iter().any(|&byte| byte != 0) => {
                return Ended::Refused(Refusal::Malformed);
            }
            Ok(Ok(_)) => {}
        }
    }
}
