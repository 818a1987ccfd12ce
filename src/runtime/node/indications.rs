//! What the process has told the application and the application has not read yet.
//!
//! Nothing is dropped. The bound of the queue is a threshold: while it is reached, the node takes nothing in, so that the
//! queue never holds more than its bound and what one batch indicates.

use futures_core::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use tokio::sync::Notify;

/// The queue between a node and its application.
pub(super) struct Queue<I> {
    bound: usize,
    content: Mutex<Content<I>>,
    /// Tells the node that something was read.
    read: Notify,
}

struct Content<I> {
    indications: VecDeque<I>,
    closed: bool,
    /// Those who wait for an indication.
    readers: Vec<Waker>,
}

impl<I> Queue<I> {
    pub fn new(bound: usize) -> Self {
        let content = Content { indications: VecDeque::new(), closed: false, readers: Vec::new() };
        Queue { bound, content: Mutex::new(content), read: Notify::new() }
    }

    pub fn push(&self, indication: I) {
        let readers = {
            let mut content = self.content();
            content.indications.push_back(indication);
            std::mem::take(&mut content.readers)
        };
        readers.into_iter().for_each(Waker::wake);
    }

    /// Nothing will come any more; what is there can still be read.
    pub fn close(&self) {
        let readers = {
            let mut content = self.content();
            content.closed = true;
            std::mem::take(&mut content.readers)
        };
        readers.into_iter().for_each(Waker::wake);
    }

    pub fn len(&self) -> usize {
        self.content().indications.len()
    }

    /// Whether the application has to read before the node may go on.
    pub fn is_full(&self) -> bool {
        self.len() >= self.bound
    }

    /// Waits until the queue is not full.
    pub async fn room(&self) {
        while self.is_full() {
            self.read.notified().await;
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<I>> {
        let mut content = self.content();
        if let Some(indication) = content.indications.pop_front() {
            drop(content);
            self.read.notify_one();
            return Poll::Ready(Some(indication));
        }
        if content.closed {
            return Poll::Ready(None);
        }
        if !content.readers.iter().any(|reader| reader.will_wake(context.waker())) {
            content.readers.push(context.waker().clone());
        }
        Poll::Pending
    }

    fn content(&self) -> MutexGuard<'_, Content<I>> {
        // Nobody panics while holding it, but a waker's clone is foreign code.
        self.content.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// A stream of what the process tells the application, in its order.
///
/// Several streams of one node share its indications: each indication goes to one of them. The stream ends when the node has
/// stopped and everything is read. It does not keep the node running.
pub struct Indications<I> {
    pub(super) queue: Arc<Queue<I>>,
}

impl<I> Indications<I> {
    /// The next indication, or nothing when the node has stopped and everything is read. What the future takes, it returns:
    /// nothing is lost when it is dropped.
    pub async fn next(&mut self) -> Option<I> {
        std::future::poll_fn(|context| self.queue.poll(context)).await
    }

    /// The next indication, if there is one already.
    pub fn try_next(&mut self) -> Option<I> {
        match self.queue.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(indication) => indication,
            Poll::Pending => None,
        }
    }
}

impl<I> Stream for Indications<I> {
    type Item = I;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<I>> {
        self.queue.poll(context)
    }
}
