//! A tiny actor of stateright's whose handlers a test writes where it uses them, and how its models are counted.

use stateright::actor::{Actor, ActorModel, Envelope, Id, Network, Out, model_timeout};
use stateright::{Checker, Expectation, Model};
use std::borrow::Cow;
use std::fmt::Debug;
use synod::check::{History, Report, check};

type Handler<T> = Box<dyn Fn(&mut Turn<'_>, T) + Send + Sync>;

/// An actor that does what its test says. Messages, timers and choices are small numbers; its state and its storage are
/// lists of them. Without handlers it does nothing at all.
pub struct Puppet {
    start: Handler<Vec<u8>>,
    message: Handler<(usize, u8)>,
    timeout: Handler<u8>,
    choice: Handler<u8>,
}

/// The state of a puppet.
type State = Vec<u8>;

/// A puppet in one of its handlers.
pub struct Turn<'a> {
    /// Not touched unless a handler touches it: stateright counts a step that does not as none.
    pub state: Cow<'a, State>,
    pub out: &'a mut Out<Puppet>,
}

impl Turn<'_> {
    pub fn keep(&mut self, number: u8) {
        self.state.to_mut().push(number);
    }

    pub fn send(&mut self, to: usize, message: u8) {
        self.out.send(Id::from(to), message);
    }

    pub fn arm(&mut self, timer: u8) {
        self.out.set_timer(timer, model_timeout());
    }
}

impl Puppet {
    /// An actor that does nothing.
    pub fn new() -> Self {
        Puppet {
            start: Box::new(|_, _| {}),
            message: Box::new(|_, _| {}),
            timeout: Box::new(|_, _| {}),
            choice: Box::new(|_, _| {}),
        }
    }

    /// An actor that keeps what it hears, in order.
    pub fn keeping() -> Self {
        Puppet::new().on_message(|it, _, message| it.keep(message))
    }

    /// An actor that sends these messages when it starts: to whom, and what.
    pub fn sending(letters: &'static [(usize, u8)]) -> Self {
        Puppet::new().on_start(move |it, _| letters.iter().for_each(|(to, message)| it.send(*to, *message)))
    }

    /// It starts in an empty state, with what it had saved.
    pub fn on_start(self, handler: impl Fn(&mut Turn<'_>, Vec<u8>) + Send + Sync + 'static) -> Self {
        Puppet { start: Box::new(handler), ..self }
    }

    pub fn on_message(self, handler: impl Fn(&mut Turn<'_>, usize, u8) + Send + Sync + 'static) -> Self {
        Puppet { message: Box::new(move |it, (from, message)| handler(it, from, message)), ..self }
    }

    pub fn on_timeout(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        Puppet { timeout: Box::new(handler), ..self }
    }

    pub fn on_choice(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        Puppet { choice: Box::new(handler), ..self }
    }
}

/// Runs a handler on a state; gives the new one, if the handler touched it.
fn turn<T>(handler: &Handler<T>, state: &mut Cow<'_, State>, out: &mut Out<Puppet>, input: T) {
    let mut turn = Turn { state: Cow::Borrowed(&**state), out };
    handler(&mut turn, input);
    if let Cow::Owned(new) = turn.state {
        *state = Cow::Owned(new);
    }
}

impl Actor for Puppet {
    type Msg = u8;
    type State = Vec<u8>;
    type Timer = u8;
    type Random = u8;
    type Storage = Vec<u8>;

    fn on_start(&self, _: Id, storage: &Option<Vec<u8>>, out: &mut Out<Self>) -> Vec<u8> {
        let mut state = Cow::Owned(Vec::new());
        turn(&self.start, &mut state, out, storage.clone().unwrap_or_default());
        state.into_owned()
    }

    fn on_msg(&self, _: Id, state: &mut Cow<'_, Vec<u8>>, from: Id, message: u8, out: &mut Out<Self>) {
        turn(&self.message, state, out, (from.into(), message));
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<'_, Vec<u8>>, timer: &u8, out: &mut Out<Self>) {
        turn(&self.timeout, state, out, *timer);
    }

    fn on_random(&self, _: Id, state: &mut Cow<'_, Vec<u8>>, value: &u8, out: &mut Out<Self>) {
        turn(&self.choice, state, out, *value);
    }
}

/// A model of puppets.
pub type Puppets<H = ()> = ActorModel<Puppet, (), H>;

/// A model of these puppets on a network without messages yet.
pub fn model(puppets: impl IntoIterator<Item = Puppet>, network: Network<u8>) -> Puppets {
    ActorModel::new((), ()).actors(puppets).init_network(network)
}

/// stateright's networks: a multiset, a set, channels.
pub const NETWORKS: [fn(Vec<Envelope<u8>>) -> Network<u8>; 3] = [
    |messages| Network::new_unordered_nonduplicating(messages),
    |messages| Network::new_unordered_duplicating(messages),
    |messages| Network::new_ordered(messages),
];

/// The states that stateright finds and generates, breadth first; depth first it has to find the same.
pub fn with_stateright<H: History + 'static>(model: impl Fn() -> Puppets<H>) -> (u64, u64) {
    // It explores while a property is undecided; this one always is.
    let endless = || model().property(Expectation::Always, "endless", |_, _| true).checker();
    let (bfs, dfs) = (endless().spawn_bfs().join(), endless().spawn_dfs().join());
    let counts = (bfs.unique_state_count() as u64, bfs.state_count() as u64);
    assert_eq!(counts, (dfs.unique_state_count() as u64, dfs.state_count() as u64), "depth first");
    counts
}

/// Explores a model whose states are all as wanted, with one thread, two and four: the counts are stateright's.
#[track_caller]
pub fn same<H: History + Debug + 'static>(model: impl Fn() -> Puppets<H>) -> Report {
    let (unique, generated) = with_stateright(&model);
    let model = model();
    for threads in [2, 4] {
        check(&model).threads(threads).unique_states(unique).generated_states(generated).verified();
    }
    check(&model).threads(1).unique_states(unique).generated_states(generated).verified()
}

/// As [`same`]; the states, and the steps plus one, were also counted by hand.
#[track_caller]
pub fn counted<H: History + Debug + 'static>(model: impl Fn() -> Puppets<H>, unique: u64, generated: u64) -> Report {
    let report = same(model);
    assert_eq!((report.unique, report.generated), (unique, generated), "{report}");
    report
}
