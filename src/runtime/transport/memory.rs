//! Messages within one program: for tests, and for clusters that are one process.
//!
//! As over TCP, a message is lost when its recipient is not there or has no address, the order of each pair is kept, a
//! recipient that takes nothing in makes its senders drop their oldest, and a node that is started anew takes the place
//! of its former life.

use super::counters::Line;
use super::{Addresses, Counters, Identity, Letter, Outbox, Transport};
use stateright::actor::Id;
use std::collections::{BTreeMap, VecDeque};
use std::error;
use std::fmt::{self, Display, Formatter};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

/// How many messages of one sender wait for one recipient before the oldest is dropped.
pub const QUEUE: usize = 16_384;

/// Where the nodes of one program meet.
#[derive(Debug)]
pub struct Hub<W> {
    nodes: Arc<Mutex<Nodes<W>>>,
}

/// By cluster and id.
type Nodes<W> = BTreeMap<String, BTreeMap<Id, Arc<Mailbox<W>>>>;

impl<W> Clone for Hub<W> {
    fn clone(&self) -> Self {
        Hub { nodes: self.nodes.clone() }
    }
}

impl<W> Default for Hub<W> {
    fn default() -> Self {
        Hub { nodes: Arc::default() }
    }
}

impl<W> Hub<W> {
    /// A hub without nodes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A transport for one node.
    pub fn transport(&self) -> Memory<W> {
        Memory { hub: self.clone(), counters: Arc::default(), queue: QUEUE }
    }

    fn lock(&self) -> MutexGuard<'_, Nodes<W>> {
        lock(&self.nodes)
    }
}

/// A node's way to a [`Hub`].
#[derive(Debug)]
pub struct Memory<W> {
    hub: Hub<W>,
    counters: Arc<Counters>,
    queue: usize,
}

impl<W> Memory<W> {
    /// Lets so many messages of each sender wait for this node, in place of [`QUEUE`].
    ///
    /// # Panics
    ///
    /// When it is zero.
    #[must_use]
    pub fn with_queue(mut self, messages: usize) -> Self {
        assert!(messages > 0, "a queue has room for one message at least");
        self.queue = messages;
        self
    }
}

/// The node is at the hub already, in this incarnation or a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// Who wanted to start.
    pub identity: Identity,
    /// The incarnation that is there.
    pub incarnation: u64,
}

impl Display for Taken {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (Identity { cluster, node, incarnation: mine }, there) = (&self.identity, self.incarnation);
        let node = usize::from(*node);
        write!(f, "node {node} of {cluster} is running in incarnation {there}: incarnation {mine} cannot start")
    }
}

impl error::Error for Taken {}

impl<W: Send + 'static> Transport<W> for Memory<W> {
    type Error = Taken;

    async fn start(
        self,
        identity: Identity,
        addresses: watch::Receiver<Addresses>,
        inbox: mpsc::Sender<Letter<W>>,
    ) -> Result<impl Outbox<W>, Taken> {
        let mailbox = Arc::new(Mailbox {
            incarnation: identity.incarnation,
            addresses: addresses.clone(),
            waiting: Mutex::default(),
            arrived: Notify::new(),
            queue: self.queue,
            end: CancellationToken::new(),
            counters: self.counters.clone(),
        });
        let mut nodes = self.hub.lock();
        let cluster = nodes.entry(identity.cluster.clone()).or_default();
        if let Some(there) = cluster.get(&identity.node) {
            if there.incarnation >= identity.incarnation {
                return Err(Taken { identity, incarnation: there.incarnation });
            }
            there.end.cancel();
        }
        cluster.insert(identity.node, mailbox.clone());
        drop(nodes);
        let carried = mailbox.clone();
        tokio::spawn(async move { carried.end.run_until_cancelled(carried.deliver(inbox)).await });
        Ok(MemoryOutbox { identity, hub: self.hub, addresses, counters: self.counters, mailbox })
    }

    fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }
}

/// What waits for one node.
#[derive(Debug)]
struct Mailbox<W> {
    incarnation: u64,
    addresses: watch::Receiver<Addresses>,
    waiting: Mutex<Waiting<W>>,
    arrived: Notify,
    queue: usize,
    end: CancellationToken,
    counters: Arc<Counters>,
}

/// The messages of each sender, and whose turn it was last.
#[derive(Debug)]
struct Waiting<W> {
    queues: BTreeMap<Id, VecDeque<(Letter<W>, Arc<Line>)>>,
    last: Option<Id>,
}

impl<W> Default for Waiting<W> {
    fn default() -> Self {
        Waiting { queues: BTreeMap::new(), last: None }
    }
}

impl<W> Mailbox<W> {
    /// Hands over what waits, as long as the node has room.
    async fn deliver(&self, inbox: mpsc::Sender<Letter<W>>) {
        while let Ok(place) = inbox.reserve().await {
            let letter = loop {
                let next = lock(&self.waiting).next();
                match next {
                    Some(letter) => break letter,
                    None => self.arrived.notified().await,
                }
            };
            self.counters.line(letter.from).received.add(1, 0);
            place.send(letter);
        }
    }

    /// Takes a letter, whose sender counts on `line`.
    fn put(&self, letter: Letter<W>, line: Arc<Line>) {
        let mut waiting = lock(&self.waiting);
        let queue = waiting.queues.entry(letter.from).or_default();
        if queue.len() >= self.queue {
            queue.pop_front();
            line.dropped_oldest.fetch_add(1, Relaxed);
        }
        queue.push_back((letter, line.clone()));
        line.queued.set(queue.len(), 0);
    }
}

impl<W> Waiting<W> {
    /// The oldest letter of the sender whose turn it is.
    fn next(&mut self) -> Option<Letter<W>> {
        let after = self.last.map_or(0, |last| usize::from(last) + 1);
        let turn = |(&id, queue): (&Id, &VecDeque<_>)| (!queue.is_empty()).then_some(id);
        let id = self.queues.range(Id::from(after)..).find_map(turn).or_else(|| self.queues.iter().find_map(turn))?;
        self.last = Some(id);
        let queue = self.queues.get_mut(&id)?;
        let (letter, line) = queue.pop_front()?;
        line.queued.set(queue.len(), 0);
        Some(letter)
    }
}

/// The way out within one program.
struct MemoryOutbox<W> {
    identity: Identity,
    hub: Hub<W>,
    addresses: watch::Receiver<Addresses>,
    counters: Arc<Counters>,
    mailbox: Arc<Mailbox<W>>,
}

impl<W: Send + 'static> Outbox<W> for MemoryOutbox<W> {
    fn send(&mut self, to: Id, number: u64, message: W) {
        if !self.addresses.borrow().contains_key(&to) {
            self.counters.no_address();
            return;
        }
        let Identity { cluster, node: from, incarnation } = &self.identity;
        let line = self.counters.line(to);
        let recipient = self.hub.lock().get(cluster).and_then(|nodes| nodes.get(&to)).cloned();
        let welcome = |recipient: &Arc<Mailbox<W>>| {
            !self.mailbox.end.is_cancelled() && recipient.addresses.borrow().contains_key(from)
        };
        match recipient.filter(welcome) {
            Some(recipient) => {
                line.sent.add(1, 0);
                recipient.put(Letter { from: *from, incarnation: *incarnation, number, message }, line);
                recipient.arrived.notify_one();
            }
            None => {
                line.dropped_with_connection.fetch_add(1, Relaxed);
            }
        }
    }

    fn flush(&mut self) {}
}

impl<W> Drop for MemoryOutbox<W> {
    fn drop(&mut self) {
        self.mailbox.end.cancel();
        let mut nodes = self.hub.lock();
        let Some(cluster) = nodes.get_mut(&self.identity.cluster) else { return };
        if cluster.get(&self.identity.node).is_some_and(|there| Arc::ptr_eq(there, &self.mailbox)) {
            cluster.remove(&self.identity.node);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
