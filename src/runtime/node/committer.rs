//! The thread that makes batches durable, so that waiting for the disk holds up nobody else's task.

use super::error::{Error, said};
use crate::event::Module;
use crate::runtime::record::Tape;
use crate::runtime::{Batch, Store};
use std::sync::{Arc, mpsc};
use std::thread;
use tokio::sync::oneshot;

/// A store at work on a thread of its own. When this is dropped, the thread ends after the commit that is under way.
pub(super) struct Committer<A: Module> {
    commits: mpsc::Sender<Commit<A>>,
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
        let serve = move || {
            // In this order: whoever sees that this is dropped may open the store anew.
            let _closing: oneshot::Sender<()> = closing;
            let mut store = store;
            let past = store.start().map_err(failed);
            if started.send(past).is_ok() {
                serve(store, work);
            }
        };
        let spawned = thread::Builder::new().name(name).spawn(serve);
        let thread = spawned.map_err(|error| Error::Store(Arc::new(error)))?;
        let mut committer = Committer { commits, thread: Some(thread), closed };
        match start.await {
            Ok(Ok(past)) => Ok((committer, past)),
            Ok(Err(error)) => committer.close().await.and(Err(error)),
            Err(_) => Err(committer.ended()),
        }
    }

    /// Gives the batch back once it is recorded and durable.
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
        let Committer { commits, thread, closed } = self;
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

fn serve<A: Module>(mut store: impl Store<A::Storage>, work: mpsc::Receiver<Commit<A>>) {
    for Commit { work: (batch, mut tape), durable } in work {
        if let Some(tape) = &mut tape {
            tape.write_out();
        }
        let saved = batch.saved().map_or(Ok(()), |value| store.save(value));
        let failure = saved.is_err();
        if !failure {
            tracing::trace!("durable");
        }
        let _ = durable.send(saved.map(|()| (batch, tape)).map_err(failed));
        if failure {
            return;
        }
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Store(Arc::new(error))
}
