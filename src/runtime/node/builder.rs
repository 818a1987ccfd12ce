//! Puts a node together and starts it.

use super::calls::Calls;
use super::committer::Committer;
use super::config::{Config, ConfigError};
use super::error::{Error, said};
use super::handle::{Handle, Outcome, Shared};
use super::indications::Queue;
use super::meters::{Meters, TrafficMeters};
use super::peers::Peers;
use super::process::Process;
use super::run::{Progress, Run};
use super::status::Told;
use super::timers::{Durations, Override};
use super::volatile::Volatile;
use super::way::{Named, OverTcp, Way};
use crate::event::Module;
use crate::random::Random;
use crate::runtime::record::{Scribe, Tape};
use crate::runtime::transport::Identity;
use crate::runtime::{Core, Runnable, Store, Transport};
use stateright::actor::Id;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

/// How often what the transport has counted is told to the `metrics` facade.
const ROUND: Duration = Duration::from_secs(1);

/// A node that is being put together; [`Node::builder`](super::Node::builder) begins.
///
/// It needs an id and the addresses of all processes; and, if its actor saves anything, a store. What is not said is as in a
/// [`Config`] that does not mention it. Unless another transport is named, it listens at its own address and talks over TCP, in
/// the clear.
#[must_use = "a node does nothing until it is started"]
pub struct Builder<A: Module, T = OverTcp, S = Volatile> {
    actor: A,
    config: Config,
    transport: T,
    store: S,
    durations: Option<Override<A::Timer>>,
    scribe: Option<Scribe<A>>,
}

impl<A: Module> Builder<A> {
    pub(super) fn new(actor: A) -> Self {
        let config = Config::new(0, [] as [String; 0]);
        Builder { actor, config, transport: OverTcp, store: Volatile, durations: None, scribe: None }
    }
}

impl<A: Module, T, S> Builder<A, T, S> {
    /// All that a configuration says; what was said before is forgotten, but for actor, transport and store.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// The name of the cluster. Nodes of different clusters never talk.
    pub fn cluster(mut self, name: impl Into<String>) -> Self {
        self.config.cluster = name.into();
        self
    }

    /// The node's own id, its place among the addresses.
    pub fn id(mut self, id: usize) -> Self {
        self.config.id = id;
        self
    }

    /// Where each process is reached, `host:port`, in the order of their ids, this one included. One that was removed is an
    /// empty string.
    pub fn addresses(mut self, addresses: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.addresses = addresses.into_iter().map(Into::into).collect();
        self
    }

    /// How many processes there are, for transports that do not need their addresses: these are only names then.
    pub fn processes(self, n: usize) -> Self {
        self.addresses((0..n).map(|id| format!("process-{id}")))
    }

    /// How messages get to the peers, in place of TCP in the clear at the node's own address. What the configuration says about
    /// that is then forgotten.
    pub fn transport<U: Transport<A::Wire>>(self, transport: U) -> Builder<A, Named<U>, S> {
        let Builder { actor, config, store, durations, scribe, .. } = self;
        Builder { actor, config, transport: Named(transport), store, durations, scribe }
    }

    /// Where the process keeps what must survive a crash. It is used on a thread of its own.
    pub fn store<U: Store<A::Storage>>(self, store: U) -> Builder<A, T, U> {
        let Builder { actor, config, transport, durations, scribe, .. } = self;
        Builder { actor, config, transport, store, durations, scribe }
    }

    /// How many real seconds a second of the actor's timers is.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.config.timers.scale = scale;
        self
    }

    /// How long single timers last. The function is given a timer and the range of durations that it would have, scaled already,
    /// and returns the range from which one is drawn.
    pub fn durations(mut self, of: impl Fn(&A::Timer, Range<Duration>) -> Range<Duration> + Send + 'static) -> Self {
        self.durations = Some(Box::new(of));
        self
    }

    /// The seed of random choices and of the durations of timers: with the same seed they are the same, for the same events in
    /// the same order. The id of the node is mixed in, so that nodes with the same seed do not choose alike.
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = Some(seed);
        self
    }

    /// How many steps are made durable at once, at most.
    pub fn batch(mut self, steps: NonZeroUsize) -> Self {
        self.config.batch = steps;
        self
    }

    /// How many messages, requests and indications may wait; see [`Bounds`](super::Bounds).
    pub fn queues(mut self, messages: NonZeroUsize, requests: NonZeroUsize, indications: NonZeroUsize) -> Self {
        let queues = &mut self.config.queues;
        (queues.messages, queues.requests, queues.indications) = (messages, requests, indications);
        self
    }

    /// Records what goes in and out, as a [record](crate::runtime::record) of this algorithm ("paxos"), if the configuration
    /// names a folder for it.
    pub fn recorded_as(mut self, algorithm: impl Into<String>) -> Self
    where
        A: Runnable,
    {
        self.scribe = Some(Scribe::new(algorithm.into()));
        self
    }

    /// The folder of the record, if there is to be one; see [`Builder::recorded_as`].
    pub fn record_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.config.record.folder = Some(folder.into());
        self
    }
}

impl<A: Module, T: Way<A::Wire>, S: Store<A::Storage>> Builder<A, T, S> {
    /// Starts the node, on the tokio runtime of the caller, whose clock and, for TCP, sockets must be enabled: opens its port,
    /// reads its past, and starts the process with it.
    ///
    /// # Errors
    ///
    /// [`Error`] when the configuration makes no sense, the store or the transport cannot start, or the actor fails at once.
    pub async fn start(self) -> Result<Handle<A::Request, A::Indication>, Error> {
        in_runtime()?;
        let Builder { actor, config, transport, store, durations, scribe } = self;
        config.consistent()?;
        can_record(&config, scribe.is_some())?;
        let transport = transport.open(&config).await?;
        let id = Id::from(config.id);
        let (committer, (incarnation, durable)) = Committer::start(format!("synod-store-{}", config.id), store).await?;
        let identity = Identity { cluster: config.cluster.clone(), node: id, incarnation };
        let started = begin_record(&config, scribe, &identity)
            .and_then(|tape| first_step(actor, &config, tape, durations, durable));
        let process = match started {
            Ok(process) => process,
            Err(error) => return committer.close().await.and(Err(error)),
        };
        let peers = Peers::new(id, &config.addresses);
        let (letters, inbox) = mpsc::channel(bound(config.queues.messages));
        let waiting = letters.downgrade();
        let counters = transport.counters();
        let outbox = match transport.start(identity, peers.watched(), letters).await {
            Ok(outbox) => outbox,
            Err(error) => return committer.close().await.and(Err(Error::Transport(Arc::new(error)))),
        };
        let (requests, asked) = mpsc::channel(bound(config.queues.requests));
        let indications = Arc::new(Queue::new(config.queues.indications.get()));
        let (stop, stopping) = watch::channel(false);
        let told = Arc::new(Told::default());
        let trouble = committer.trouble();
        let run = Run {
            process,
            limit: config.batch.get(),
            inbox,
            requests: asked,
            members: peers.members(),
            stop: stopping,
            trouble: committer.trouble(),
            committer,
            outbox,
            counters: counters.clone(),
            indications: indications.clone(),
            calls: Calls::new(),
            acknowledgements: Vec::new(),
            progress: Progress::default(),
            told: told.clone(),
            meters: Meters::new(&config.cluster, config.id),
        };
        let span = tracing::info_span!("node", cluster = %config.cluster, id = config.id, incarnation);
        let running = tokio::spawn(run.run().instrument(span.clone()));
        let (ended, outcome) = watch::channel(None);
        let traffic = TrafficMeters::new(&config.cluster, config.id, counters.clone());
        tokio::spawn(watch_over(running, indications.clone(), traffic, ended).instrument(span));
        let shared = Shared {
            cluster: config.cluster,
            id: config.id,
            incarnation,
            requests,
            indications,
            peers,
            stop,
            outcome,
            told,
            trouble,
            counters,
            messages: Box::new(move || waiting.upgrade().map_or(0, |inbox| inbox.max_capacity() - inbox.capacity())),
        };
        Ok(Handle { shared: Arc::new(shared) })
    }
}

fn in_runtime() -> Result<(), Error> {
    tokio::runtime::Handle::try_current().map(drop).map_err(|_| Error::NoRuntime)
}

/// Whether the program can record, if it is told to.
fn can_record(config: &Config, can: bool) -> Result<(), ConfigError> {
    if can || config.record.folder.is_none() {
        return Ok(());
    }
    let reason = "this program does not say what its records are to be called (`recorded_as`)".to_string();
    Err(ConfigError::Invalid { file: None, line: None, key: Some("record.folder".to_string()), reason })
}

/// Begins the record of this life, if there is to be one.
fn begin_record<A: Module>(
    config: &Config,
    scribe: Option<Scribe<A>>,
    identity: &Identity,
) -> Result<Option<Tape<A>>, Error> {
    let (Some(folder), Some(scribe)) = (&config.record.folder, scribe) else { return Ok(None) };
    let begun = Tape::begin(scribe, folder, &config.record, identity);
    begun.map(Some).map_err(|error| Error::Record(Arc::new(error)))
}

/// Starts the process with what it had made durable.
fn first_step<A: Module>(
    actor: A,
    config: &Config,
    mut tape: Option<Tape<A>>,
    special: Option<Override<A::Timer>>,
    durable: Option<A::Storage>,
) -> Result<Process<A>, Error> {
    let processes = config.addresses.len();
    if let Some(tape) = &mut tape {
        tape.start(processes, durable.as_ref());
    }
    let start = || Core::start(actor, Id::from(config.id), processes, durable);
    let started = catch_unwind(AssertUnwindSafe(start)).map_err(|panic| Error::Panicked(said(&*panic)))??;
    let durations = Durations { scale: config.timers.scale, special };
    let seed = config.seed.unwrap_or_else(|| RandomState::new().hash_one(config.id));
    let own = seed ^ Random::new(config.id as u64).next_number();
    Ok(Process::new(started, tape, durations, Random::new(own)))
}

/// Waits for the node's task to end, however it does, and tells everyone.
async fn watch_over<I>(
    mut running: JoinHandle<Result<(), Error>>,
    indications: Arc<Queue<I>>,
    traffic: TrafficMeters,
    ended: watch::Sender<Outcome>,
) {
    tracing::info!("started");
    let closing = Closing(indications);
    let mut rounds = tokio::time::interval(ROUND);
    let ended_how = loop {
        tokio::select! {
            biased;
            how = &mut running => break how,
            _ = rounds.tick() => traffic.tell(),
        }
    };
    traffic.tell();
    let outcome = match ended_how {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => Err(Error::Panicked(said(&*panic))),
            // Tasks are cancelled only by the end of their runtime.
            Err(_) => Err(Error::RuntimeEnded),
        },
    };
    match &outcome {
        Ok(()) => tracing::info!("shut down"),
        Err(error) => tracing::error!("stopped: {error}"),
    }
    drop(closing);
    ended.send_replace(Some(outcome));
}

/// Closes the queue when the node has ended, also when that is because the runtime has.
struct Closing<I>(Arc<Queue<I>>);

impl<I> Drop for Closing<I> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The bound of a queue; one beyond what a channel can have is none.
fn bound(bound: NonZeroUsize) -> usize {
    bound.get().min(tokio::sync::Semaphore::MAX_PERMITS)
}
