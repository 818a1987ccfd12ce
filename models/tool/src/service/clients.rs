//! Those whom a node serves: each waits at the [`Desk`] until the node has answered, or for as long as clients wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use synod::quorum::majority;
use synod::runtime::Handle;
use synod::runtime::transport::Counters;
use synod::service::key_value::{Desk, Indication, Key, Operation, Outcome, Request, Ticket, Withdrawn};
use synod::stateright::actor::Id;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout_at};

/// How often to look whether a majority is back.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// How many operations may be under way; further ones are turned away.
const PENDING_MAX: usize = 4096;

/// Why a client is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was done.
    NothingDone(&'static str),
    /// It may have been done, or be done later, or never.
    Unknown,
}

/// The clients of a node.
pub struct Clients {
    /// The node.
    pub node: Handle<Request, Indication>,
    /// What its transport counts.
    pub counters: Arc<Counters>,
    desk: Mutex<Desk<oneshot::Sender<Outcome>>>,
    timeout: Duration,
    majority: usize,
}

impl Clients {
    /// Serves clients through this node until it stops.
    pub fn new(node: Handle<Request, Indication>, counters: Arc<Counters>, timeout: Duration) -> Arc<Self> {
        let status = node.status();
        let desk = Mutex::new(Desk::new(Id::from(status.id), status.incarnation));
        let majority = majority(status.processes);
        let clients = Arc::new(Clients { node, counters, desk, timeout, majority });
        tokio::spawn(clients.clone().dispatch());
        clients
    }

    /// Performs an operation.
    pub async fn perform(self: &Arc<Self>, key: Key, operation: Operation) -> Result<Outcome, Failure> {
        let deadline = Instant::now() + self.timeout;
        while !self.reaches_majority() {
            if Instant::now() + LOOK_AGAIN > deadline {
                return Err(Failure::NothingDone("no majority of the nodes can be reached"));
            }
            sleep(LOOK_AGAIN).await;
        }
        let (tell, told) = oneshot::channel();
        let waiting = self.submit(key, operation, tell)?;
        let answer = tokio::select! {
            answer = timeout_at(deadline, told) => answer.ok().and_then(Result::ok),
            _ = self.node.stopped() => None,
        };
        match answer {
            Some(outcome) => Ok(outcome),
            None => Err(match waiting.leave() {
                Withdrawn::WithoutEffect => Failure::NothingDone("no majority of the nodes has answered in time"),
                Withdrawn::Unknown => Failure::Unknown,
            }),
        }
    }

    fn submit(
        self: &Arc<Self>,
        key: Key,
        operation: Operation,
        caller: oneshot::Sender<Outcome>,
    ) -> Result<Waiting, Failure> {
        let (ticket, request) = {
            let mut desk = self.desk();
            if desk.pending() >= PENDING_MAX {
                return Err(Failure::NothingDone("too many requests are under way"));
            }
            desk.submit(key, operation, caller)
        };
        self.ask(request);
        Ok(Waiting { clients: self.clone(), ticket: Some(ticket) })
    }

    /// Whether enough nodes can be reached for an operation to end, this one included.
    pub fn reaches_majority(&self) -> bool {
        self.counters.reached() + 1 >= self.majority
    }

    /// How many operations wait for their answer.
    pub fn pending(&self) -> usize {
        self.desk().pending()
    }

    /// Tells the clients what the node indicates.
    async fn dispatch(self: Arc<Self>) {
        let mut indications = self.node.indications();
        while let Some(indication) = indications.next().await {
            let (answers, next) = self.desk().take(indication);
            self.ask(next);
            for answer in answers {
                // The client may have left.
                let _ = answer.caller.send(answer.outcome);
            }
        }
    }

    /// Makes a request of the node, in a task of its own: a client who leaves must not take it back.
    fn ask(&self, request: Option<Request>) {
        if let Some(request) = request {
            let node = self.node.clone();
            // A node that has stopped answers nobody, and everybody who waits looks after that.
            tokio::spawn(async move { node.request(request).await });
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk<oneshot::Sender<Outcome>>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client in line, who leaves it when this is dropped: connections end at any time.
struct Waiting {
    clients: Arc<Clients>,
    ticket: Option<Ticket>,
}

impl Waiting {
    fn leave(mut self) -> Withdrawn {
        self.ticket.take().map_or(Withdrawn::Unknown, |ticket| self.clients.desk().withdraw(&ticket))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.clients.desk().withdraw(&ticket);
        }
    }
}
