//! The loop of a node: wait for something to do, do all that there is, make it durable, release it.
//!
//! One task runs it, so nothing here is shared but what [`Told`] tells. It waits for the disk with the steps of one batch in
//! hand and takes none meanwhile: what arrives then makes the next batch, which is the larger the slower the disk is.

use super::calls::{Answer, Answers, Calls};
use super::committer::{Committer, Work};
use super::error::Error;
use super::indications::Queue;
use super::meters::Meters;
use super::peers::Members;
use super::process::Process;
use super::status::Told;
use super::suspension::{self, Suspended, Trouble};
use crate::event::Module;
use crate::runtime::transport::{Counters, Letter, Outbox};
use crate::runtime::{Batch, Departure};
use crate::step::{Input, Misuse};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How long a transport may take to let go of its resources.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long messages may take to leave when the node shuts down.
const LINGER: Duration = Duration::from_secs(1);

/// A request, and who waits for what.
pub(super) struct Ask<R, I> {
    pub request: R,
    pub reply: Reply<R, I>,
}

/// What the maker of a request waits for.
pub(super) enum Reply<R, I> {
    /// For its step to be durable.
    Durable(oneshot::Sender<Result<(), Error>>),
    /// For the indication that answers it.
    Answer(Answers<R, I>, Answer<I>),
}

impl<R, I> Reply<R, I> {
    /// Whether nobody waits any more.
    fn is_closed(&self) -> bool {
        match self {
            Reply::Durable(reply) => reply.is_closed(),
            Reply::Answer(_, answer) => answer.is_closed(),
        }
    }

    /// Tells that nothing was done. Nobody may wait any more.
    fn refuse(self, why: Error) {
        match self {
            Reply::Durable(reply) => _ = reply.send(Err(why)),
            Reply::Answer(_, answer) => _ = answer.send(Err(why)),
        }
    }
}

/// Everything a node consists of while it runs.
pub(super) struct Run<A: Module, O> {
    pub process: Process<A>,
    /// How many steps a batch has at most, or one more.
    pub limit: usize,
    pub inbox: mpsc::Receiver<Letter<A::Wire>>,
    pub requests: mpsc::Receiver<Ask<A::Request, A::Indication>>,
    pub members: watch::Receiver<Members>,
    /// Says true, or is closed, when the node is to stop.
    pub stop: watch::Receiver<bool>,
    pub committer: Committer<A>,
    pub trouble: watch::Receiver<Trouble>,
    pub outbox: O,
    pub counters: Arc<Counters>,
    pub indications: Arc<Queue<A::Indication>>,
    pub calls: Calls<A::Request, A::Indication>,
    /// Those who are told once the batch is durable.
    pub acknowledgements: Vec<oneshot::Sender<Result<(), Error>>>,
    pub progress: Progress,
    pub told: Arc<Told>,
    pub meters: Meters,
}

/// How far the node has come in this life.
#[derive(Default)]
pub(super) struct Progress {
    /// The number of the next message that leaves.
    sent: u64,
    /// The number of the next indication that leaves.
    indicated: u64,
}

/// What a node has waited for.
enum Woken<A: Module> {
    Letter(Letter<A::Wire>),
    Ask(Ask<A::Request, A::Indication>),
    /// A timer or a choice is due.
    Due,
    Stop,
}

impl<A: Module, O: Outbox<A::Wire>> Run<A, O> {
    /// Runs until it is told to stop, and closes everything; an error stops it as a crash would.
    pub async fn run(mut self) -> Result<(), Error> {
        let outcome = self.go_on().await;
        if outcome.is_ok() && timeout(LINGER, all_sent(&self.counters)).await.is_err() {
            tracing::warn!("messages that peers did not take within {LINGER:?} are lost");
        }
        if let (Ok(()), Some(tape)) = (&outcome, self.process.tape.take()) {
            tape.end();
        }
        let closed = self.close().await;
        outcome.and(closed)
    }

    async fn go_on(&mut self) -> Result<(), Error> {
        // The start of the process was its first step.
        self.commit().await?;
        loop {
            let woken = self.wait().await?;
            if matches!(woken, Woken::Stop) {
                return Ok(());
            }
            let started = Instant::now();
            self.handle(woken, started)?;
            let steps = self.process.batch.steps();
            if steps > 0 {
                self.meters.step.record(started.elapsed().as_secs_f64() / steps as f64);
            }
            self.commit().await?;
        }
    }

    /// Waits for something to do.
    async fn wait(&mut self) -> Result<Woken<A>, Error> {
        if self.indications.is_full() && self.stall().await {
            return Ok(Woken::Stop);
        }
        // Those that did not fit into the batch before.
        if !self.process.core.choices().is_empty() {
            return Ok(if *self.stop.borrow() { Woken::Stop } else { Woken::Due });
        }
        let deadline = self.process.deadline();
        tokio::select! {
            biased;
            () = stopped(&mut self.stop) => Ok(Woken::Stop),
            letter = self.inbox.recv() => letter.map(Woken::Letter).ok_or(Error::TransportEnded),
            ask = self.requests.recv() => Ok(ask.map_or(Woken::Stop, Woken::Ask)),
            () = async { sleep_until(deadline.expect("polled only if there is one")).await }, if deadline.is_some() => {
                Ok(Woken::Due)
            }
        }
    }

    /// Waits for the application to read its indications; returns whether the node is to stop instead.
    async fn stall(&mut self) -> bool {
        tracing::warn!("the application does not read its indications: the node takes nothing in until it does");
        self.told.stalled.store(true, Relaxed);
        self.meters.stalled.set(1.0);
        let stop = tokio::select! {
            biased;
            () = stopped(&mut self.stop) => true,
            () = self.indications.room() => false,
        };
        self.told.stalled.store(false, Relaxed);
        self.meters.stalled.set(0.0);
        stop
    }

    /// Handles what has woken the node and all that is there besides, up to the limit of a batch: in turns a timer, a request
    /// and a message, so that none of the three can keep the others waiting.
    fn handle(&mut self, woken: Woken<A>, now: Instant) -> Result<(), Error> {
        if self.members.has_changed().unwrap_or(false) {
            let processes = self.members.borrow_and_update().processes();
            self.process.admit(processes);
        }
        match woken {
            Woken::Letter(letter) => self.letter(letter)?,
            Woken::Ask(ask) => self.ask(ask)?,
            Woken::Due | Woken::Stop => {}
        }
        let mut idle = false;
        while !idle && self.process.batch.steps() < self.limit {
            self.process.choose(self.limit)?;
            idle = !self.process.fire(now)?;
            if let Ok(ask) = self.requests.try_recv() {
                self.process.choose(self.limit)?;
                self.ask(ask)?;
                idle = false;
            }
            if let Ok(letter) = self.inbox.try_recv() {
                self.process.choose(self.limit)?;
                self.letter(letter)?;
                idle = false;
            }
        }
        Ok(())
    }

    fn letter(&mut self, letter: Letter<A::Wire>) -> Result<(), Misuse> {
        let from = letter.from;
        if from == self.process.core.id() || !self.members.borrow().contains(from) {
            self.told.refused.fetch_add(1, Relaxed);
            self.meters.refused.increment(1);
            return Ok(());
        }
        self.told.received.fetch_add(1, Relaxed);
        self.meters.received.increment(1);
        self.process.receive(letter)
    }

    /// Makes a request, unless nobody waits for it any more.
    fn ask(&mut self, ask: Ask<A::Request, A::Indication>) -> Result<(), Misuse> {
        let Ask { request, reply } = ask;
        if reply.is_closed() {
            return Ok(());
        }
        self.meters.requests.increment(1);
        match reply {
            Reply::Durable(reply) => self.acknowledgements.push(reply),
            Reply::Answer(answers, answer) => {
                let since = self.process.indications();
                self.calls.add(request.clone(), answers, answer, since);
            }
        }
        self.process.react(Input::Request(request))
    }

    /// Makes the batch durable, and only then lets out what it has sent, indicated and acknowledged.
    async fn commit(&mut self) -> Result<(), Error> {
        let Process { batch, tape, .. } = &mut self.process;
        let steps = batch.steps() as u64;
        let saves = batch.saved().is_some();
        // What nobody can see is recorded with the next that somebody can.
        let mut recording = tape.take_if(|tape| !batch.is_empty() || tape.is_long());
        if let Some(tape) = &mut recording {
            tape.commit();
        }
        if saves || recording.is_some() {
            let started = Instant::now();
            let work = (std::mem::replace(batch, Batch::new()), recording);
            let (batch, recorded) = self.durable(work).await?;
            self.process.batch = batch;
            self.process.tape = recorded.or(self.process.tape.take());
            if saves {
                self.meters.commit.record(started.elapsed().as_secs_f64());
                self.told.commits.fetch_add(1, Relaxed);
            }
        }
        tracing::trace!("releases");
        self.release();
        if steps > 0 {
            self.told.steps.fetch_add(steps, Relaxed);
            self.told.batches.fetch_add(1, Relaxed);
            self.meters.steps.increment(steps);
            self.meters.batches.increment(1);
        }
        self.tell();
        Ok(())
    }

    /// Waits until the work is durable. While it cannot be saved, requests are refused, and the node can be stopped.
    async fn durable(&mut self, work: Work<A>) -> Result<Work<A>, Error> {
        let Run { committer, trouble, requests, stop, meters, .. } = self;
        tokio::select! {
            biased;
            outcome = committer.commit(work) => outcome,
            error = refuse(trouble, requests, stop, meters) => Err(error),
        }
    }

    fn release(&mut self) {
        let (sent, indicated) = (self.progress.sent, self.progress.indicated);
        for departure in self.process.batch.release() {
            match departure {
                Departure::Message { to, message } => {
                    self.outbox.send(to, self.progress.sent, message);
                    self.progress.sent += 1;
                }
                Departure::Indication(indication) => {
                    if let Some(indication) = self.calls.offer(self.progress.indicated, indication) {
                        self.indications.push(indication);
                    }
                    self.progress.indicated += 1;
                }
            }
        }
        if self.progress.sent > sent {
            self.outbox.flush();
        }
        for reply in self.acknowledgements.drain(..) {
            // Nobody may wait any more.
            let _ = reply.send(Ok(()));
        }
        self.meters.sent.increment(self.progress.sent - sent);
        self.meters.indications.increment(self.progress.indicated - indicated);
    }

    fn tell(&self) {
        let (timers, calls) = (self.process.timers(), self.calls.len());
        self.told.sent.store(self.progress.sent, Relaxed);
        self.told.timers.store(timers, Relaxed);
        self.told.calls.store(calls, Relaxed);
        self.meters.timers.set(timers as f64);
        self.meters.messages_waiting.set(self.inbox.len() as f64);
        self.meters.requests_waiting.set(self.requests.len() as f64);
        self.meters.indications_waiting.set(self.indications.len() as f64);
    }

    /// Closes the store and waits until the transport has let go of what it held.
    async fn close(self) -> Result<(), Error> {
        let Run { outbox, mut inbox, committer, .. } = self;
        drop(outbox);
        let closed = committer.close().await;
        let gone = async { while inbox.recv().await.is_some() {} };
        if timeout(FAREWELL, gone).await.is_err() {
            tracing::warn!("the transport has not ended within {FAREWELL:?}");
        }
        closed
    }
}

/// Once the node is suspended, refuses requests until it is not, or is to stop: only then this returns, with the reason.
async fn refuse<R, I>(
    trouble: &mut watch::Receiver<Trouble>,
    requests: &mut mpsc::Receiver<Ask<R, I>>,
    stop: &mut watch::Receiver<bool>,
    meters: &Meters,
) -> Error {
    let mut suspended = None;
    loop {
        let cause = suspension::failing(trouble).await;
        let _ = suspended.get_or_insert_with(|| Suspended::new(meters, &cause));
        tokio::select! {
            biased;
            () = stopped(stop) => return Error::Store(cause),
            _ = trouble.changed() => {}
            ask = requests.recv() => match ask {
                Some(Ask { reply, .. }) => reply.refuse(Error::Suspended(cause)),
                None => return Error::Store(cause),
            }
        }
    }
}

/// Waits until nothing waits for a peer that is connected.
async fn all_sent(counters: &Counters) {
    while counters.snapshot().peers.values().any(|peer| peer.connected && peer.queued.messages > 0) {
        sleep(Duration::from_millis(1)).await;
    }
}

/// Waits until the node is to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // When it is closed, every handle is gone.
    let _ = stop.wait_for(|stop| *stop).await;
}
