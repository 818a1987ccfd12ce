//! The thread that makes batches durable, so that waiting for the disk holds up nobody else's task.
//!
//! A save that fails for a reason that [may pass](Store::may_pass) is tried again until it succeeds, of the same value. By then
//! the process knows more than the disk does; but nothing of it has left, and nothing leaves before it is durable, so that a disk
//! that is full for an hour is one that is slow for an hour. The other way, to start the process again with what the disk holds,
//! would be a crash: allowed too, but requests that wait would be cut off though nothing stands in their way but room.

use super::error::{Cause, Error, said};
use super::suspension::{Failing, Trouble};
use crate::event::Module;
use crate::runtime::record::Tape;
use crate::runtime::{Batch, Store};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// How long to wait before a save that has failed is tried again, the first time. It doubles each time.
const PAUSE: Duration = Duration::from_millis(50);

/// How long to wait before a save that has failed is tried again, at most; or as long as the attempt took, if that is longer.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// A store at work on a thread of its own. When this is dropped, the thread ends after the attempt that is under way.
pub(super) struct Committer<A: Module> {
    commits: mpsc::Sender<Commit<A>>,
    trouble: watch::Receiver<Trouble>,
    thread: Option<thread::JoinHandle<()>>,
    /// Never sent: dropped when the store is closed.
    closed: oneshot::Receiver<()>,
}

/// A batch that is to be made durable, and where it goes then.
struct Commit<A: Module> {
    work: Work<A>,
    durable: oneshot::Sender<Result<Work<A>, Error>>,
}

/// A batch, and the record that has to know of it before it is durable.
pub(super) type Work<A> = (Batch<A>, Option<Tape<A>>);

/// The number of this life of the process, and what it had made durable.
pub(super) type Past<A> = (u64, Option<<A as stateright::actor::Actor>::Storage>);

impl<A: Module> Committer<A> {
    /// Moves the store to a thread and counts a start of the process.
    pub async fn start(name: String, store: impl Store<A::Storage>) -> Result<(Self, Past<A>), Error> {
        let (commits, work) = mpsc::channel();
        let (started, start) = oneshot::channel();
        let (closing, closed) = oneshot::channel();
        let (tell, trouble) = watch::channel(None);
        let serve = move || {
            // In this order: whoever sees that this is dropped may open the store anew.
            let _closing: oneshot::Sender<()> = closing;
            let mut store = store;
            let past = store.start().map_err(failed);
            if started.send(past).is_ok() {
                serve(store, &work, &tell);
            }
        };
        let spawned = thread::Builder::new().name(name).spawn(serve);
        let thread = spawned.map_err(|error| Error::Store(Arc::new(error)))?;
        let mut committer = Committer { commits, trouble, thread: Some(thread), closed };
        match start.await {
            Ok(Ok(past)) => Ok((committer, past)),
            Ok(Err(error)) => committer.close().await.and(Err(error)),
            Err(_) => Err(committer.ended()),
        }
    }

    /// Whether the save that is under way has failed until now.
    pub fn trouble(&self) -> watch::Receiver<Trouble> {
        self.trouble.clone()
    }

    /// Gives the batch back once it is recorded and durable. Whoever does not wait for it has to [close](Self::close) the store.
    pub async fn commit(&mut self, work: Work<A>) -> Result<Work<A>, Error> {
        let (durable, done) = oneshot::channel();
        // When the thread is gone, `durable` is gone too.
        let _ = self.commits.send(Commit { work, durable });
        match done.await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.ended()),
        }
    }

    /// Closes the store, and waits until that is done.
    pub async fn close(self) -> Result<(), Error> {
        let Committer { commits, thread, closed, .. } = self;
        drop(commits);
        let _ = closed.await;
        thread.map_or(Ok(()), outcome)
    }

    /// Why the thread has ended though there was work to do.
    fn ended(&mut self) -> Error {
        let panicked = self.thread.take().and_then(|thread| outcome(thread).err());
        panicked.unwrap_or_else(|| Error::Panicked("the store's thread has ended before".to_string()))
    }
}

/// What became of a thread that has nothing left to do.
fn outcome(thread: thread::JoinHandle<()>) -> Result<(), Error> {
    thread.join().map_err(|panic| Error::Panicked(said(&*panic)))
}

fn serve<A: Module>(
    mut store: impl Store<A::Storage>,
    commits: &mpsc::Receiver<Commit<A>>,
    trouble: &watch::Sender<Trouble>,
) {
    for Commit { work: (batch, mut tape), durable } in commits {
        if let Some(tape) = &mut tape {
            tape.write_out();
        }
        let gone = |pause| commits.recv_timeout(pause).err() != Some(RecvTimeoutError::Timeout);
        let saved = batch.saved().map_or(Ok(()), |value| save(&mut store, value, trouble, gone));
        let failure = saved.is_err();
        if !failure {
            tracing::trace!("durable");
        }
        let _ = durable.send(saved.map(|()| (batch, tape)).map_err(Error::Store));
        if failure {
            return;
        }
    }
}

/// Saves a value, again and again if it fails for a reason that may pass, until the node is `gone` for which it is done.
fn save<S, T: Store<S>>(
    store: &mut T,
    value: &S,
    trouble: &watch::Sender<Trouble>,
    gone: impl Fn(Duration) -> bool,
) -> Result<(), Cause> {
    let mut pause = PAUSE;
    loop {
        let began = Instant::now();
        let Err(error) = store.save(value) else {
            trouble.send_if_modified(|trouble| trouble.take().is_some());
            return Ok(());
        };
        let may_pass = store.may_pass(&error);
        let cause: Cause = Arc::new(error);
        if !may_pass {
            return Err(cause);
        }
        trouble.send_modify(|trouble| *trouble = Some(Failing::again(trouble.take(), cause.clone())));
        if gone(pause.max(began.elapsed())) {
            return Err(cause);
        }
        pause = (2 * pause).min(PAUSE_MAX);
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Store(Arc::new(error))
}
