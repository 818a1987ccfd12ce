//! A tiny actor whose handlers a test writes where it uses them, and how its systems are counted.

// Each test takes of it what it needs.
#![allow(dead_code)]

pub mod found;

use stateright::actor::{Actor, Id, Out};
use stateright::{Checker, Model};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::time::Duration;
use synod::check::{Report, check};
use synod::event::{Data, Emit, Event, Module};
use synod::system::{self, Messages, NO_PANIC, Predicate, Processes, System, View};

type Handler<T> = Box<dyn Fn(&mut Turn<'_>, T) + Send + Sync>;

/// A process that does what its test says. Requests, indications, messages, timers and choices are small numbers; its
/// state and its storage are lists of them. Without handlers it does nothing at all.
pub struct Toy {
    start: Handler<Option<Vec<u8>>>,
    request: Handler<u8>,
    message: Handler<(usize, u8)>,
    timeout: Handler<u8>,
    choice: Handler<u8>,
}

/// A toy in one of its handlers.
pub struct Turn<'a> {
    /// Its id.
    pub me: usize,
    /// Its state.
    pub state: &'a mut Vec<u8>,
    /// What it has put out so far.
    pub out: &'a mut Out<Toy>,
}

impl Toy {
    /// A process that does nothing.
    pub fn new() -> Self {
        Toy {
            start: Box::new(|_, _| {}),
            request: Box::new(|_, _| {}),
            message: Box::new(|_, _| {}),
            timeout: Box::new(|_, _| {}),
            choice: Box::new(|_, _| {}),
        }
    }

    /// A process that keeps the messages it receives, in order.
    pub fn keeping() -> Self {
        Toy::new().on_message(|it, _, message| it.state.push(message))
    }

    /// A process that keeps which messages it has received, and ignores the others.
    pub fn keeping_each_once() -> Self {
        Toy::new().on_message(|it, _, message| it.keep_once(message))
    }

    /// A process that sends these messages when it starts: to whom, and what.
    pub fn sending(letters: impl IntoIterator<Item = (usize, u8)>) -> Self {
        let letters: Vec<_> = letters.into_iter().collect();
        Toy::new().on_start(move |it, _| letters.iter().for_each(|(to, message)| it.send(*to, *message)))
    }

    /// A process that arms these timers when it starts, each to fire after so many seconds, and keeps which have fired,
    /// in order.
    pub fn with_timers(timers: impl IntoIterator<Item = (u8, Range<u64>)>) -> Self {
        let timers: Vec<_> = timers.into_iter().collect();
        Toy::new()
            .on_start(move |it, _| timers.iter().for_each(|(timer, seconds)| it.arm(*timer, seconds.clone())))
            .on_timeout(|it, timer| it.state.push(timer))
    }

    /// It starts, or restarts with what it had saved. Its state is what this makes of an empty list.
    pub fn on_start(self, handler: impl Fn(&mut Turn<'_>, Option<Vec<u8>>) + Send + Sync + 'static) -> Self {
        Toy { start: Box::new(handler), ..self }
    }

    /// Its application asks for something.
    pub fn on_request(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        Toy { request: Box::new(handler), ..self }
    }

    /// A message arrives: from whom, and what.
    pub fn on_message(self, handler: impl Fn(&mut Turn<'_>, usize, u8) + Send + Sync + 'static) -> Self {
        Toy { message: Box::new(move |it, (from, message)| handler(it, from, message)), ..self }
    }

    /// A timer fires.
    pub fn on_timeout(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        Toy { timeout: Box::new(handler), ..self }
    }

    /// A choice has fallen.
    pub fn on_choice(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        Toy { choice: Box::new(handler), ..self }
    }
}

impl Turn<'_> {
    pub fn send(&mut self, to: usize, message: u8) {
        self.out.wire(Id::from(to), message);
    }

    pub fn indicate(&mut self, indication: u8) {
        self.out.indicate(Id::from(self.me), indication);
    }

    pub fn save(&mut self, storage: &[u8]) {
        self.out.save(storage.to_vec());
    }

    /// Arms a timer, to fire after so many seconds.
    pub fn arm(&mut self, timer: u8, seconds: Range<u64>) {
        self.out.set_timer(timer, Duration::from_secs(seconds.start)..Duration::from_secs(seconds.end));
    }

    pub fn keep_once(&mut self, number: u8) {
        if let Err(place) = self.state.binary_search(&number) {
            self.state.insert(place, number);
        }
    }
}

impl Actor for Toy {
    type Msg = Event<u8, u8, u8>;
    type State = Vec<u8>;
    type Storage = Vec<u8>;
    type Timer = u8;
    type Random = u8;

    fn on_start(&self, id: Id, storage: &Option<Vec<u8>>, out: &mut Out<Self>) -> Vec<u8> {
        let mut state = Vec::new();
        (self.start)(&mut Turn { me: id.into(), state: &mut state, out }, storage.clone());
        state
    }

    // The state is always written back, whether it has changed or not: what counts must be its value.
    fn on_msg(&self, id: Id, state: &mut Cow<Vec<u8>>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let mut turn = Turn { me: id.into(), state: state.to_mut(), out };
        match event {
            Event::Request(request) => (self.request)(&mut turn, request),
            Event::Wire(message) => (self.message)(&mut turn, (from.into(), message)),
            Event::Indication(_) => unreachable!("an indication leaves the process"),
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<Vec<u8>>, timer: &u8, out: &mut Out<Self>) {
        (self.timeout)(&mut Turn { me: id.into(), state: state.to_mut(), out }, *timer);
    }

    fn on_random(&self, id: Id, state: &mut Cow<Vec<u8>>, value: &u8, out: &mut Out<Self>) {
        (self.choice)(&mut Turn { me: id.into(), state: state.to_mut(), out }, *value);
    }
}

/// A predicate on the processes. (As [`system::processes`], but known to be about toys, so that nobody has to say it.)
pub fn processes<H>(test: impl Fn(Processes<'_, Toy>) -> bool + Send + Sync + 'static) -> Predicate<Toy, H> {
    system::processes(test)
}

/// A predicate on the messages in flight, likewise.
pub fn messages<H>(test: impl Fn(Messages<'_, Toy>) -> bool + Send + Sync + 'static) -> Predicate<Toy, H> {
    system::messages(test)
}

/// A predicate on the whole state, likewise.
pub fn everything<H>(test: impl Fn(View<'_, Toy, H>) -> bool + Send + Sync + 'static) -> Predicate<Toy, H> {
    system::everything(test)
}

/// Process `id` is up, in this state.
pub fn is_in<H>(id: usize, state: impl Into<Vec<u8>>) -> Predicate<Toy, H> {
    let state = state.into();
    processes(move |p| p.get(Id::from(id)).state() == Some(&state))
}

/// Verifies a system whose states, and whose steps plus one, were counted by hand. The engine has to agree with one thread
/// and with three, and so has stateright's breadth-first checker.
#[track_caller]
pub fn counted<A: Module, H: Data>(system: &System<A, H>, unique: u64, generated: u64) -> Report {
    let stateright = with_stateright(system);
    assert!(
        stateright == (unique, generated),
        "expected {:?}, but stateright counts {stateright:?}",
        (unique, generated)
    );
    check(system).threads(3).unique_states(unique).generated_states(generated).verified();
    check(system).threads(1).unique_states(unique).generated_states(generated).verified()
}

/// The states that stateright's breadth-first checker finds and generates.
pub fn with_stateright<A: Module, H: Data>(system: &System<A, H>) -> (u64, u64) {
    // It stops as soon as every property is decided; this one never is.
    let endless = system.clone().sometimes("never").that(system::everything(|_| false));
    let checker = endless.checker().spawn_bfs().join();
    (checker.unique_state_count() as u64, checker.state_count() as u64)
}

/// The run that violates "no panic" ends in a state that tells `what`.
#[track_caller]
pub fn ends_with(report: &Report, what: &str) {
    let trace = report.property(NO_PANIC).trace.as_ref().expect("the run that violates it");
    let words: Vec<_> = trace.state.split_whitespace().collect();
    assert!(words.join(" ").contains(what), "{}", trace.state);
}

/// Keeps all that is hashed: equal records, equal hashes, whatever the hasher.
#[derive(Default)]
struct Record(Vec<u8>);

impl Hasher for Record {
    fn finish(&self) -> u64 {
        unreachable!("the record is read, not a digest of it")
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

/// All that a hasher is told of a value.
pub fn record(value: &impl Hash) -> Vec<u8> {
    let mut record = Record::default();
    value.hash(&mut record);
    record.0
}
