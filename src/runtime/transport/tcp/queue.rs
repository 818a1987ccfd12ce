//! What waits for a peer: whole frames, bounded in number and in bytes.
//!
//! Where there is no room, the oldest are dropped: a peer that is slow or away costs no more memory than the bounds, and what it
//! gets when it is back is the newest. Frames lie one behind the other, so that many leave in one write.

use super::frame::CHUNK;
use crate::runtime::transport::counters::Line;
use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
        self.line.dropped_oldest.fetch_add(dropped as u64, Relaxed);
        dropped
    }

    /// What was appended so far is to leave.
    pub(super) fn flush(&self) {
        self.flushed.notify_one();
    }

    /// Waits until something is to leave.
    pub(super) async fn ready(&self) {
        while self.lock().lengths.is_empty() {
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
        if waiting.bytes.is_empty() && waiting.bytes.capacity() > 16 * CHUNK {
            *waiting = Waiting::default();
        }
        self.count(&waiting);
        messages
    }

    /// Drops everything: the peer is no longer one.
    pub(super) fn clear(&self) {
        let mut waiting = self.lock();
        *waiting = Waiting::default();
        self.count(&waiting);
    }

    fn count(&self, waiting: &Waiting) {
        self.line.queued.set(waiting.lengths.len(), waiting.bytes.len());
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
