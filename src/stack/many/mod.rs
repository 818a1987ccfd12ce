//! An instance of an actor for each key.
//!
//! **Guarantees.** Each instance behaves like a process of its actor that may crash, while nothing is lost by it, and recovers
//! when it is next heard of: what the actor guarantees when its processes crash and recover with what they have saved, the
//! instances guarantee, each for itself.
//!
//! An instance starts, with what it had saved, when something first concerns it: a request or a message. What it saves is kept
//! under its key; and when it is [at rest](Instance::is_at_rest), only that is kept. So a process with a million keys, of which
//! ten are busy, holds what the million have saved and the state of ten; and a key of which somebody only asked leaves no trace.
//!
//! **Why that is allowed.** An instance that is at rest and crashes loses nothing but its state, which is what it makes of
//! its storage when it starts. One whose process crashed starts late, like any process that is slow to recover. What reaches it
//! before is not lost, for it is started then. An actor whose instances have to do something of their own accord after a crash
//! (send again what was not acknowledged) does so no earlier than somebody speaks to them.
//!
//! **Storage.** An actor that counts its starts, to name things as no earlier incarnation has named them, would write at each
//! start. Here the process counts its own starts, which is one write, and numbers those of its instances: the pair of both
//! numbers is never given to two starts that name something. Keys share what they have saved, so that to save costs what has
//! changed; a store can write just that.
//!
//! **Cost** of a step: that of the instance, and a logarithm of the number of keys.

mod instance;
mod stored;

pub use instance::{Instance, Keyed};
pub use stored::Stored;

use super::misuse::{own_indication, refuse};
use crate::event::{Data, Emit, Event};
use crate::step::Misuse;
use stateright::actor::{Actor, Command, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// How many bits of the number of a start are counted within an incarnation of the process.
const START_BITS: u32 = 32;

/// Actor `A`, once for each key of type `K`.
///
/// # Panics
///
/// In a handler, when an instance makes a request, or addresses an indication to another process.
#[derive(Clone, Debug)]
pub struct Many<K, A> {
    actor: A,
    keys: PhantomData<fn() -> K>,
}

impl<K, A> Many<K, A> {
    /// Instances of this actor.
    pub fn new(actor: A) -> Self {
        Many { actor, keys: PhantomData }
    }
}

/// What a process knows that runs an instance for each key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State<K: Ord, I, S> {
    /// The instances that are not at rest.
    pub awake: BTreeMap<K, I>,
    /// How many numbers of starts were given in this incarnation.
    pub starts: u32,
    /// What is durable.
    pub stored: Stored<K, S>,
}

type StateOf<K, A> = State<K, <A as Actor>::State, <A as Actor>::Storage>;

impl<K: Data, A: Instance> Actor for Many<K, A> {
    type Msg = Event<Keyed<K, A::Request>, Keyed<K, A::Indication>, Keyed<K, A::Wire>>;
    type State = StateOf<K, A>;
    type Storage = Stored<K, A::Storage>;
    type Timer = Keyed<K, A::Timer>;
    type Random = Keyed<K, A::Random>;

    fn on_start(&self, _me: Id, storage: &Option<Self::Storage>, out: &mut Out<Self>) -> Self::State {
        let mut stored = storage.clone().unwrap_or_default();
        stored.incarnation += 1;
        out.save(stored.clone());
        State { awake: BTreeMap::new(), starts: 0, stored }
    }

    fn on_msg(&self, me: Id, state: &mut Cow<Self::State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let (key, event) = match event {
            Event::Request(Keyed { key, what }) => (key, Event::Request(what)),
            Event::Wire(Keyed { key, what }) => (key, Event::Wire(what)),
            Event::Indication(_) => return,
        };
        self.handle(me, state, &key, out, |instance, out| self.actor.on_msg(me, instance, from, event, out));
    }

    fn on_timeout(&self, me: Id, state: &mut Cow<Self::State>, timer: &Self::Timer, out: &mut Out<Self>) {
        let Keyed { key, what } = timer;
        self.handle(me, state, key, out, |instance, out| self.actor.on_timeout(me, instance, what, out));
    }

    fn on_random(&self, me: Id, state: &mut Cow<Self::State>, value: &Self::Random, out: &mut Out<Self>) {
        let Keyed { key, what } = value;
        self.handle(me, state, key, out, |instance, out| self.actor.on_random(me, instance, what, out));
    }

    fn name(&self) -> String {
        match self.actor.name() {
            name if name.is_empty() => name,
            name => format!("{name} for each key"),
        }
    }
}

impl<K: Data, A: Instance> Many<K, A> {
    /// Lets the instance of `key` handle something; it is started if it is at rest.
    fn handle(
        &self,
        me: Id,
        state: &mut Cow<StateOf<K, A>>,
        key: &K,
        out: &mut Out<Self>,
        handler: impl FnOnce(&mut Cow<A::State>, &mut Out<A>),
    ) {
        let mut commands = Out::new();
        let mut instance = match state.awake.get(key) {
            Some(awake) => Cow::Borrowed(awake),
            None => Cow::Owned(self.start(me, state, key, &mut commands)),
        };
        handler(&mut instance, &mut commands);
        if let Cow::Owned(instance) = instance {
            settle::<K, A>(state, key, instance, out);
        }
        put_out::<K, A>(me, state, key, commands, out);
    }

    fn start(&self, me: Id, state: &StateOf<K, A>, key: &K, out: &mut Out<A>) -> A::State {
        let lasting = state.stored.instances.get(key).map(|stored| A::Storage::clone(stored));
        let number = (state.stored.incarnation << START_BITS) | u64::from(state.starts);
        self.actor.on_start(me, &A::stored(lasting, number), out)
    }
}

/// Keeps the state of an instance that is not at rest.
fn settle<K: Data, A: Instance>(
    state: &mut Cow<StateOf<K, A>>,
    key: &K,
    instance: A::State,
    out: &mut Out<Many<K, A>>,
) {
    let was_awake = state.awake.contains_key(key);
    if A::is_at_rest(&instance) {
        if was_awake {
            state.to_mut().awake.remove(key);
        }
        return;
    }
    let state = state.to_mut();
    state.awake.insert(key.clone(), instance);
    if was_awake {
        return;
    }
    // Its start has a number that no other may have.
    match state.starts.checked_add(1) {
        Some(starts) => state.starts = starts,
        None => {
            (state.starts, state.stored.incarnation) = (0, state.stored.incarnation + 1);
            out.save(state.stored.clone());
        }
    }
}

/// Puts out what an instance commands.
fn put_out<K: Data, A: Instance>(
    me: Id,
    state: &mut Cow<StateOf<K, A>>,
    key: &K,
    commands: Out<A>,
    out: &mut Out<Many<K, A>>,
) {
    let keyed = || key.clone();
    for command in commands {
        match command {
            Command::Send(to, Event::Wire(message)) => out.wire(to, Keyed::new(keyed(), message)),
            Command::Send(to, Event::Indication(indication)) => {
                own_indication(me, to);
                out.indicate(me, Keyed::new(keyed(), indication));
            }
            Command::Send(_, Event::Request(_)) => refuse(Misuse::SentRequest { process: me }),
            Command::Save(storage) => {
                let lasting = A::lasting(storage);
                if !state.stored.holds(key, lasting.as_ref()) {
                    let state = state.to_mut();
                    state.stored.keep(key, lasting);
                    out.save(state.stored.clone());
                }
            }
            Command::SetTimer(timer, duration) => out.set_timer(Keyed::new(keyed(), timer), duration),
            Command::CancelTimer(timer) => out.cancel_timer(Keyed::new(keyed(), timer)),
            Command::ChooseRandom(name, values) => {
                let values = values.into_iter().map(|value| Keyed::new(keyed(), value)).collect();
                out.choose_random(format!("{key:?}: {name}"), values);
            }
        }
    }
}
