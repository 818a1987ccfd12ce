//! What waits for a peer: whole frames, bounded in number and in bytes.
//!
//! Where there is no room, the oldest are dropped: a peer that is slow or away costs no more memory than the bounds, and what it
//! gets when it is back is the newest. Frames lie one behind the other, so that many leave in one write.
//!
//! While the task that keeps the connection has nothing to write, it lends the connection to the queue, and what is flushed is
//! handed to the operating system at once, by whoever flushes: a task that is to be woken for each message costs as much as the
//! message. What the system does not take at once is left to the task. Only one of the two has the connection, and frames leave
//! the queue in its hands alone, so their order is that in which they were appended.

use super::frame::CHUNK;
use crate::runtime::transport::counters::Line;
use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::Notify;

/// Frames on their way to one peer.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    flushed: Notify,
    messages: usize,
    bytes: usize,
    line: Arc<Line>,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: VecDeque<u8>,
    lengths: VecDeque<u32>,
    /// The connection, while nobody writes on it.
    lent: Option<OwnedWriteHalf>,
    /// What is left of a frame that is half written on it.
    cut: Option<Cut>,
}

/// A frame of which the operating system has taken a part.
#[derive(Debug)]
pub(super) struct Cut {
    /// What it has not taken.
    pub(super) rest: Vec<u8>,
    /// How long the whole is.
    pub(super) length: usize,
}

impl Queue {
    /// An empty queue for up to so many messages and bytes, counted on `line`.
    pub(super) fn new(messages: usize, bytes: usize, line: Arc<Line>) -> Self {
        Queue { waiting: Mutex::default(), flushed: Notify::new(), messages, bytes, line }
    }

    /// Appends a frame, which fits into an empty queue, and gives how many were dropped for it. A queue that has enough for a
    /// write does not wait for [`Queue::flush`].
    pub(super) fn push(&self, frame: &[u8]) -> usize {
        let mut waiting = self.lock();
        let mut dropped = 0;
        while waiting.lengths.len() >= self.messages || waiting.bytes.len() + frame.len() > self.bytes {
            let Some(length) = waiting.lengths.pop_front() else { break };
            waiting.bytes.drain(..length as usize);
            dropped += 1;
        }
        let before = waiting.bytes.len();
        waiting.bytes.extend(frame);
        waiting.lengths.push_back(frame.len() as u32);
        self.count(&waiting);
        if before < CHUNK && waiting.bytes.len() >= CHUNK {
            self.flushed.notify_one();
        }
        if dropped > 0 {
            self.line.dropped_oldest.fetch_add(dropped as u64, Relaxed);
        }
        dropped
    }

    /// What was appended so far is to leave. Never waits.
    pub(super) fn flush(&self) {
        let mut waiting = self.lock();
        waiting.hand_over(&self.line);
        self.count(&waiting);
        if !waiting.is_empty() {
            drop(waiting);
            self.flushed.notify_one();
        }
    }

    /// Lends a connection, on which nobody writes until it is [taken back](Queue::take_back).
    pub(super) fn lend(&self, connection: OwnedWriteHalf) {
        self.lock().lent = Some(connection);
    }

    /// Takes the connection back, if one was lent, with what has to be written on it before anything else.
    pub(super) fn take_back(&self) -> (Option<OwnedWriteHalf>, Option<Cut>) {
        let mut waiting = self.lock();
        (waiting.lent.take(), waiting.cut.take())
    }

    /// Waits until something is to leave that was not handed over at once.
    pub(super) async fn ready(&self) {
        while self.lock().is_empty() {
            self.flushed.notified().await;
        }
    }

    /// Moves the oldest frames, up to [`CHUNK`] bytes but at least one if there is one, to the end of `buffer`; gives how many.
    pub(super) fn take(&self, buffer: &mut Vec<u8>) -> usize {
        let mut waiting = self.lock();
        let (mut messages, mut bytes) = (0, 0);
        for &length in &waiting.lengths {
            if messages > 0 && bytes + length as usize > CHUNK {
                break;
            }
            messages += 1;
            bytes += length as usize;
        }
        let (front, back) = waiting.bytes.as_slices();
        let from_front = bytes.min(front.len());
        buffer.extend_from_slice(&front[..from_front]);
        buffer.extend_from_slice(&back[..bytes - from_front]);
        waiting.bytes.drain(..bytes);
        waiting.lengths.drain(..messages);
        waiting.shrink();
        self.count(&waiting);
        messages
    }

    /// Drops everything: the peer is no longer one.
    pub(super) fn clear(&self) {
        let mut waiting = self.lock();
        (waiting.bytes, waiting.lengths) = Default::default();
        self.count(&waiting);
    }

    fn count(&self, waiting: &Waiting) {
        self.line.queued.set(waiting.lengths.len(), waiting.bytes.len());
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.lengths.is_empty() && self.cut.is_none()
    }

    /// Hands over what the operating system takes at once, if nobody else writes.
    fn hand_over(&mut self, line: &Line) {
        while self.cut.is_none()
            && let Some(connection) = &self.lent
            && !self.lengths.is_empty()
            // An error is met again by the task that keeps the connection.
            && let Ok(written @ 1..) = connection.try_write(self.bytes.as_slices().0)
        {
            self.handed_over(written, line);
        }
        self.shrink();
    }

    /// The oldest of these bytes are with the operating system.
    fn handed_over(&mut self, written: usize, line: &Line) {
        self.bytes.drain(..written);
        let (mut messages, mut bytes) = (0, 0);
        while let Some(&length) = self.lengths.front()
            && bytes < written
        {
            let length = length as usize;
            self.lengths.pop_front();
            if bytes + length > written {
                let rest = self.bytes.drain(..bytes + length - written).collect();
                self.cut = Some(Cut { rest, length });
                break;
            }
            (messages, bytes) = (messages + 1, bytes + length);
        }
        line.sent.add(messages, bytes);
    }

    /// Gives back what much has taken that is gone.
    fn shrink(&mut self) {
        if self.bytes.is_empty() && self.bytes.capacity() > 16 * CHUNK {
            (self.bytes, self.lengths) = Default::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpSocket, TcpStream};

    fn taken(queue: &Queue) -> (usize, Vec<u8>) {
        let mut buffer = Vec::new();
        (queue.take(&mut buffer), buffer)
    }

    #[test]
    fn the_oldest_is_dropped_by_number_and_by_bytes() {
        let line = Arc::new(Line::default());
        let queue = Queue::new(3, 10, line.clone());
        let dropped: Vec<_> = ["a", "b", "c", "d", "eeeeee", "fff"].map(|frame| queue.push(frame.as_bytes())).into();
        assert_eq!(dropped, [0, 0, 0, 1, 1, 1]);
        assert_eq!(taken(&queue), (3, b"deeeeeefff".to_vec()));
        assert_eq!(line.dropped_oldest.load(Relaxed), 3);
        assert_eq!(taken(&queue), (0, Vec::new()));
    }

    #[test]
    fn a_write_has_whole_frames_in_order_and_one_at_least() {
        let queue = Queue::new(10, 10 * CHUNK, Arc::default());
        let frames = [vec![1; CHUNK + 1], vec![2; CHUNK / 2], vec![3; CHUNK / 2], vec![4; 1]];
        for frame in &frames {
            queue.push(frame);
        }
        let lengths: Vec<_> = (0..4).map(|_| taken(&queue)).map(|(messages, bytes)| (messages, bytes.len())).collect();
        assert_eq!(lengths, [(1, CHUNK + 1), (2, CHUNK), (1, 1), (0, 0)]);
    }

    /// Both ends of a connection on which little fits, whatever the system is set to.
    async fn connection() -> (OwnedWriteHalf, TcpStream) {
        let socket = || {
            let socket = TcpSocket::new_v4().expect("there is a socket");
            socket.set_send_buffer_size(1 << 16).expect("it can be small");
            socket.set_recv_buffer_size(1 << 16).expect("it can be small");
            socket
        };
        let port = socket();
        port.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
        let port = port.listen(1).expect("it can listen");
        let dialled = socket().connect(port.local_addr().expect("it has one")).await.expect("it listens");
        (dialled.into_split().1, port.accept().await.expect("somebody has dialled").0)
    }

    #[tokio::test]
    async fn what_is_flushed_leaves_at_once_while_the_connection_is_lent() {
        let line = Arc::new(Line::default());
        let queue = Queue::new(10, 10 * CHUNK, line.clone());
        let (writing, mut other) = connection().await;
        queue.push(b"be");
        queue.flush();
        queue.lend(writing);
        queue.push(b"fore");
        queue.flush();
        let mut read = [0; 6];
        other.read_exact(&mut read).await.expect("they are there");
        assert_eq!(&read, b"before");
        let (connection, cut) = queue.take_back();
        assert!(connection.is_some() && cut.is_none());
        queue.push(b"later");
        queue.flush();
        assert_eq!(taken(&queue), (1, b"later".to_vec()));
        assert!(queue.take_back().0.is_none());
    }

    /// Whatever the system takes of it, what was handed over and what is left are the whole, in order.
    #[tokio::test]
    async fn a_frame_that_is_cut_off_goes_on_where_it_was_cut() {
        let line = Arc::new(Line::default());
        let queue = Queue::new(10_000, 256 << 20, line.clone());
        let (writing, mut other) = connection().await;
        queue.lend(writing);
        let frames: Vec<Vec<u8>> = (0..50).map(|number| vec![number; 100_003]).collect();
        let (mut cuts, mut all) = (0, Vec::new());
        for frame in &frames {
            queue.push(frame);
            queue.flush();
        }
        let (Some(mut writing), mut cut) = queue.take_back() else { panic!("it was lent") };
        let carries = async {
            loop {
                if let Some(Cut { rest, length }) = cut.take() {
                    assert!(length == 100_003 && !rest.is_empty() && rest.len() < length);
                    writing.write_all(&rest).await.expect("the other side reads");
                    cuts += 1;
                }
                let mut buffer = Vec::new();
                if queue.take(&mut buffer) == 0 {
                    break;
                }
                writing.write_all(&buffer).await.expect("the other side reads");
            }
            drop(writing);
        };
        let reads = async { other.read_to_end(&mut all).await.expect("the other side writes") };
        tokio::join!(carries, reads);
        assert!(cuts == 1 && all == frames.concat(), "{cuts} cuts, {} bytes", all.len());
    }
}
