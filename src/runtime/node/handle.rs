//! What an application holds of a node that runs.

use super::error::Error;
use super::indications::{Indications, Queue};
use super::peers::Peers;
use super::run::{Ask, Reply};
use super::status::{Status, Told, Waiting};
use super::suspension::{Failing, Suspension, Trouble};
use crate::runtime::transport::Counters;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use tokio::sync::{mpsc, oneshot, watch};

/// How a node has ended; nothing while it runs.
pub(super) type Outcome = Option<Result<(), Error>>;

/// A node that runs. Clones are the same node's; when the last is dropped, the node shuts down by itself, as by
/// [`Handle::shutdown`], which alone tells when that is done.
pub struct Handle<Request, Indication> {
    pub(super) shared: Arc<Shared<Request, Indication>>,
}

/// What all handles of a node share.
pub(super) struct Shared<R, I> {
    pub cluster: String,
    pub id: usize,
    pub incarnation: u64,
    pub requests: mpsc::Sender<Ask<R, I>>,
    pub indications: Arc<Queue<I>>,
    pub peers: Peers,
    pub stop: watch::Sender<bool>,
    pub outcome: watch::Receiver<Outcome>,
    pub told: Arc<Told>,
    pub trouble: watch::Receiver<Trouble>,
    pub counters: Arc<Counters>,
    /// How many messages have arrived and are not handled yet.
    pub messages: Box<dyn Fn() -> usize + Send + Sync>,
}

impl<R, I> Clone for Handle<R, I> {
    fn clone(&self) -> Self {
        Handle { shared: self.shared.clone() }
    }
}

impl<R, I> Handle<R, I> {
    /// Makes a request, and returns once its step is durable. What comes of it is indicated.
    ///
    /// While the queue of requests is full, this waits. When the future is dropped, the request may or may not be made.
    ///
    /// # Errors
    ///
    /// [`Error::Suspended`] while the store cannot save: nothing was done. Otherwise, why the node has stopped; the request may or
    /// may not have become durable, and its messages may or may not have left.
    pub async fn request(&self, request: R) -> Result<(), Error> {
        let (reply, durable) = oneshot::channel();
        self.ask(Ask { request, reply: Reply::Durable(reply) }).await?;
        match durable.await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.why().await),
        }
    }

    /// Makes a request and returns the indication that answers it: the first for which `answers` returns true, among those
    /// that the process makes in the step of the request or later. One indication answers one call, the oldest that it fits, and
    /// does not appear in [`Handle::indications`]; what answers no call does.
    ///
    /// It may take for ever. A caller who has waited long enough drops the future (`tokio::time::timeout` does): the request
    /// may or may not have been made and may still have its effects, and its answer, if there is one, goes to
    /// [`Handle::indications`], like any other. An application that makes calls only has to read that stream all the same;
    /// when it does not, the node stalls some day, and calls are answered no more until it reads.
    ///
    /// `answers` is called by the node between its steps, for each indication and each older call that is pending: it should
    /// be quick, and usually compares two numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Suspended`] while the store cannot save: nothing was done. [`Error::AnswersPanicked`] when `answers` has panicked.
    /// Otherwise, why the node has stopped; the outcome of the request is unknown then.
    pub async fn call(&self, request: R, answers: impl Fn(&R, &I) -> bool + Send + 'static) -> Result<I, Error> {
        let (answer, answered) = oneshot::channel();
        self.ask(Ask { request, reply: Reply::Answer(Box::new(answers), answer) }).await?;
        match answered.await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.why().await),
        }
    }

    async fn ask(&self, ask: Ask<R, I>) -> Result<(), Error> {
        match self.shared.requests.send(ask).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.why().await),
        }
    }

    /// The stream of what the process tells the application. Several streams share the indications.
    ///
    /// Nothing is dropped: when as many wait as the bound of the queue allows, the node takes nothing in, neither messages nor
    /// requests nor timers, says so in its [status](Handle::status), and goes on when the application reads.
    pub fn indications(&self) -> Indications<I> {
        Indications { queue: self.shared.indications.clone() }
    }

    /// How the node is doing.
    pub fn status(&self) -> Status {
        let Shared { cluster, id, incarnation, requests, indications, peers, outcome, told, .. } = &*self.shared;
        let addresses = peers.addresses().into_iter().map(|(id, address)| (usize::from(id), address));
        Status {
            cluster: cluster.clone(),
            id: *id,
            incarnation: *incarnation,
            processes: peers.processes(),
            addresses: addresses.collect(),
            stalled: told.stalled.load(Relaxed),
            suspended: self.suspended(),
            stopped: ended(outcome).map(|error| error.to_string()),
            done: told.done(),
            traffic: self.shared.counters.snapshot(),
            waiting: Waiting {
                messages: (self.shared.messages)(),
                requests: requests.max_capacity() - requests.capacity(),
                indications: indications.len(),
                calls: told.calls.load(Relaxed),
                timers: told.timers.load(Relaxed),
            },
        }
    }

    /// Why the node takes nothing in and lets nothing out at the moment, if that is because its store cannot save: it tries
    /// again by itself. Requests are refused with [`Error::Suspended`]; those that it has taken in before wait.
    pub fn suspended(&self) -> Option<Suspension> {
        if ended(&self.shared.outcome).is_some() {
            return None;
        }
        self.shared.trouble.borrow().as_ref().map(Failing::told)
    }

    /// Waits until the node is not [suspended](Handle::suspended), or has stopped.
    pub async fn resumed(&self) {
        let mut trouble = self.shared.trouble.clone();
        tokio::select! {
            _ = trouble.wait_for(Option::is_none) => {}
            _ = self.why() => {}
        }
    }

    /// Who the peers are, to be looked at and changed.
    pub fn peers(&self) -> Peers {
        self.shared.peers.clone()
    }

    /// Stops the node and returns once what it was doing is durable and sent, its store closed and its port free. Requests that
    /// it has not taken in yet are refused. Indications that are not read yet can still be read.
    ///
    /// # Errors
    ///
    /// Why the node had stopped before. [`Error::Store`] when the store cannot save at the moment: what the node was doing is
    /// lost, as in a crash.
    pub async fn shutdown(&self) -> Result<(), Error> {
        self.shared.stop.send_replace(true);
        match self.stopped().await {
            Error::ShutDown => Ok(()),
            error => Err(error),
        }
    }

    /// Waits until the node has stopped, and says why: [`Error::ShutDown`] when it was told to.
    pub async fn stopped(&self) -> Error {
        self.why().await
    }

    async fn why(&self) -> Error {
        let mut outcome = self.shared.outcome.clone();
        let _ = outcome.wait_for(Option::is_some).await;
        ended(&outcome).unwrap_or(Error::RuntimeEnded)
    }
}

/// Why a node has stopped, if it has.
fn ended(outcome: &watch::Receiver<Outcome>) -> Option<Error> {
    match &*outcome.borrow() {
        Some(Ok(())) => Some(Error::ShutDown),
        Some(Err(error)) => Some(error.clone()),
        // Nobody is left who could say.
        None if outcome.has_changed().is_err() => Some(Error::RuntimeEnded),
        None => None,
    }
}
