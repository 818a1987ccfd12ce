//! The way in: connections are accepted, asked who they are, and read for as long as the node has room for what they bring.

use super::channel::{Channel, Proof, Stream};
use super::dial::{Ended, write};
use super::frame::{self, Frames, HEADER, SIGN_OF_LIFE};
use super::half_open::HalfOpen;
use super::handshake::{self, Failure, Hello, number};
use super::peers::{Holds, Peer, Shared};
use crate::runtime::transport::Letter;
use crate::runtime::transport::counters::{Refusal, worth_telling};
use serde::de::DeserializeOwned;
use stateright::actor::Id;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long to wait when the operating system cannot accept a connection, for want of descriptors mostly.
const BREATH: Duration = Duration::from_millis(100);

/// Accepts connections until the transport ends. The port is free before the inbox is let go of, by which a node sees that.
pub(super) async fn accept<W>(shared: Arc<Shared>, inbox: mpsc::Sender<Letter<W>>, listener: TcpListener)
where
    W: DeserializeOwned + Send + 'static,
{
    let half_open = Arc::new(HalfOpen::new(shared.settings.half_open));
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                tokio::spawn(receive(shared.clone(), stream, address, half_open.clone(), inbox.clone()));
            }
            Err(error) => {
                let times = shared.counters.failed_accept();
                if worth_telling(times) {
                    tracing::error!(node = shared.identity.number(), times, "cannot accept a connection: {error}");
                }
                sleep(BREATH).await;
            }
        }
    }
}

/// Serves one connection from beginning to end.
async fn receive<W: DeserializeOwned + Send>(
    shared: Arc<Shared>,
    stream: TcpStream,
    address: SocketAddr,
    half_open: Arc<HalfOpen>,
    inbox: mpsc::Sender<Letter<W>>,
) {
    let greeted = greet(&shared, stream, address, half_open);
    if let Some(Some(Met { stream, sender, end })) = shared.end.run_until_cancelled(greeted).await {
        // Cancelled with the transport, too.
        end.run_until_cancelled(serve(&shared, stream, sender, address, inbox)).await;
    }
}

/// Finds out who is there, in time; nobody, if it is nobody who is welcome.
async fn greet(shared: &Shared, stream: TcpStream, address: SocketAddr, half_open: Arc<HalfOpen>) -> Option<Met> {
    let (pass, crowded) = half_open.enter();
    let met = tokio::select! {
        met = timeout(shared.settings.handshake, meet(shared, stream)) => {
            met.unwrap_or(Err(Failure::Refused(Refusal::Slow)))
        }
        () = crowded.cancelled() => Err(Failure::Refused(Refusal::Crowded)),
    };
    drop(pass);
    match met {
        Ok(met) => return Some(met),
        Err(Failure::Refused(why)) => shared.refuse(address, why),
        Err(failure) => {
            tracing::debug!(node = shared.identity.number(), %address, "the handshake broke: {failure}");
        }
    }
    None
}

/// A connection whose other side is a peer.
struct Met {
    stream: Box<dyn Stream>,
    sender: Sender,
    /// Cancelled when a newer connection takes its place, or the peer is removed.
    end: CancellationToken,
}

/// Whose messages come in.
struct Sender {
    peer: Arc<Peer>,
    incarnation: u64,
}

/// Finds out who is there, and answers.
async fn meet(shared: &Shared, stream: TcpStream) -> Result<Met, Failure> {
    stream.set_nodelay(true)?;
    let Channel { mut stream, proof } = shared.protection.accept(stream).await?;
    let known = match handshake::listen(&mut stream, &shared.identity).await {
        Ok(hello) => recognise(shared, &hello, &proof),
        Err(failure) => Err(failure),
    };
    match known {
        Ok((sender, end)) => {
            handshake::welcome(&mut stream, &shared.identity).await?;
            Ok(Met { stream, sender, end })
        }
        Err(Failure::Refused(why)) => {
            // Who is refused may have gone already.
            let _ = handshake::refuse(&mut stream, why).await;
            Err(Failure::Refused(why))
        }
        Err(failure) => Err(failure),
    }
}

/// Whether the other side is a peer, in its latest incarnation.
fn recognise(shared: &Shared, hello: &Hello, proof: &Proof) -> Result<(Sender, CancellationToken), Failure> {
    let id = usize::try_from(hello.from).map(Id::from).map_err(|_| Failure::Refused(Refusal::Stranger))?;
    if !proof.allows(&shared.identity, id) {
        return Err(Failure::Refused(Refusal::Identity));
    }
    let peer = shared.peer(id).ok_or(Failure::Refused(Refusal::Stranger))?;
    let end = peer.replace(shared, hello.incarnation).ok_or(Failure::Refused(Refusal::Incarnation))?;
    Ok((Sender { peer, incarnation: hello.incarnation }, end))
}

/// Takes messages in until the connection ends.
async fn serve<W: DeserializeOwned + Send>(
    shared: &Shared,
    stream: Box<dyn Stream>,
    sender: Sender,
    address: SocketAddr,
    inbox: mpsc::Sender<Letter<W>>,
) {
    let (node, peer) = (shared.identity.number(), &sender.peer);
    let _turn = peer.turn.lock().await;
    let _heard = Holds::new(&peer.line.heard);
    tracing::info!(node, peer = number(peer.id), incarnation = sender.incarnation, %address, "the peer has connected");
    let (reader, mut writer) = stream.halves();
    let ended = tokio::select! {
        ended = take_in(shared, &sender, reader, inbox) => ended,
        ended = give_signs(shared, writer.waiting()) => ended,
    };
    if let Ended::Refused(why) = ended {
        shared.refuse(format_args!("node {} at {address}", number(peer.id)), why);
    }
    tracing::info!(node, peer = number(peer.id), %address, "the peer's connection has ended: {ended}");
}

/// Hands messages to the node. Reads only when everything read before has found room there.
async fn take_in<W: DeserializeOwned + Send>(
    shared: &Shared,
    sender: &Sender,
    mut reader: impl AsyncRead + Unpin,
    inbox: mpsc::Sender<Letter<W>>,
) -> Ended {
    let mut frames = Frames::new(shared.settings.frame_limit);
    let (from, incarnation) = (sender.peer.id, sender.incarnation);
    let silence = shared.settings.silence;
    let mut patience = pin!(sleep(silence));
    loop {
        loop {
            let frame = match frames.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(_) => return Ended::Refused(Refusal::Oversized),
            };
            if frame.is_empty() {
                continue;
            }
            let Ok((number, message)) = frame::decode(frame) else { return Ended::Refused(Refusal::Malformed) };
            let bytes = HEADER + frame.len();
            let Ok(place) = inbox.reserve().await else { return Ended::Closed };
            place.send(Letter { from, incarnation, number, message });
            sender.peer.line.received.add(1, bytes);
        }
        let since = Instant::now();
        loop {
            tokio::select! {
                biased;
                read = reader.read_buf(frames.room()) => match read {
                    Err(error) => return Ended::Broken(error),
                    Ok(0) => return Ended::Closed,
                    Ok(_) => break,
                },
                // One clock for all reads: to wind one up for each would cost more than the read. It may have been wound up for
                // an earlier one.
                () = &mut patience => match since + silence {
                    late if late <= Instant::now() => return Ended::Refused(Refusal::Silent),
                    late => patience.as_mut().reset(late),
                }
            }
        }
    }
}

/// Lets the other side know that this one lives, also while the node takes nothing in.
async fn give_signs(shared: &Shared, writer: &mut (dyn AsyncWrite + Send + Unpin)) -> Ended {
    let mut beat = interval(shared.settings.keep_alive);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        if let Err(ended) = write(writer, &SIGN_OF_LIFE, shared.settings.stall).await {
            return ended;
        }
    }
}
