//! What broadcast promises, as properties over a history that every algorithm of the family shares.

use stateright::actor::Id;
use std::collections::BTreeMap;
use synod::broadcast::{Broadcast, Deliver, Message};
use synod::event::{Module, processes};
use synod::quorum::ProcessSet;
use synod::system::{Observation, ObservationOf, Script, System};

pub mod best_effort;
pub mod causal;
#[cfg(test)]
mod cost;
pub mod eager;
mod happens;
mod order;
mod runs;
mod spec;
pub mod uniform;

pub use order::Order;

/// The payloads of the systems: small numbers.
pub type Payload = u8;

/// Messages, each given by its sender and its payload, and how many there are of each: a sender may broadcast a payload
/// twice, and then it is to be delivered twice.
pub type Messages = BTreeMap<(Id, Payload), u8>;

/// An actor that broadcasts: one of the library's, or a mutant of it.
pub trait Broadcasting: Module<Request = Broadcast<Payload>, Indication = Deliver<Payload>> {}
impl<A: Module<Request = Broadcast<Payload>, Indication = Deliver<Payload>>> Broadcasting for A {}

/// An actor that broadcasts, and relays what others broadcast.
pub trait Relaying: Broadcasting + Module<Wire = Message<Payload>> {}
impl<A: Broadcasting + Module<Wire = Message<Payload>>> Relaying for A {}

/// What the properties of broadcast read of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deliveries {
    /// What was broadcast.
    pub broadcast: Messages,
    /// What each process has delivered, by its id.
    pub delivered: Vec<Messages>,
    /// Who has crashed: the others are correct so far.
    pub crashed: ProcessSet,
    /// What happened before what, where causal order is claimed.
    pub order: Option<Order>,
}

synod::rename! { struct Deliveries { broadcast, delivered: indexed, crashed, order } }

impl Deliveries {
    /// Of a group of `processes`, before anything happens.
    pub fn among(processes: usize) -> Self {
        Deliveries {
            broadcast: Messages::new(),
            delivered: vec![Messages::new(); processes],
            crashed: ProcessSet::new(),
            order: None,
        }
    }

    /// Adds what an observer sees.
    pub fn observe<A: Broadcasting>(&mut self, seen: &ObservationOf<A>) {
        match seen {
            Observation::Request { process, request: Broadcast(payload) } => {
                let message = (*process, *payload);
                if let Some(order) = &mut self.order {
                    let own = self.broadcast.keys().filter(|(sender, _)| sender == process);
                    order.broadcast(own.chain(self.delivered[usize::from(*process)].keys()), message);
                }
                *self.broadcast.entry(message).or_default() += 1;
            }
            Observation::Indication { process, indication: Deliver { sender, payload } } => {
                let message = (*sender, *payload);
                let delivered = &mut self.delivered[usize::from(*process)];
                if let Some(order) = &mut self.order {
                    order.deliver(delivered, message);
                }
                *delivered.entry(message).or_default() += 1;
            }
            Observation::Crash { process } => {
                self.crashed.insert(*process);
            }
            Observation::Recovery { .. } | Observation::Corruption { .. } => {}
        }
        let correct = self.correct();
        if let Some(order) = &mut self.order {
            order.forget(correct.map(|process| &self.delivered[usize::from(process)]));
        }
    }

    /// What a process has delivered.
    pub fn by(&self, process: Id) -> &Messages {
        &self.delivered[usize::from(process)]
    }

    /// The processes that have not crashed. In a quiescent state they are the correct ones of a run that ends there.
    pub fn correct(&self) -> impl Iterator<Item = Id> + Clone + use<> {
        let crashed = self.crashed;
        processes(self.delivered.len()).filter(move |process| !crashed.contains(*process))
    }

    /// Whether every correct process has delivered all of `messages`.
    fn delivered_by_the_correct(&self, messages: &Messages) -> bool {
        self.correct().all(|process| contains(self.by(process), messages))
    }

    fn is_valid(&self) -> bool {
        let from = |sender| self.broadcast.iter().filter(move |((by, _), _)| *by == sender);
        let messages = |sender| from(sender).map(|(message, copies)| (*message, *copies)).collect();
        self.correct().all(|sender| self.delivered_by_the_correct(&messages(sender)))
    }

    fn is_without_duplicates(&self) -> bool {
        let broadcast = |message| self.broadcast.get(message).copied().unwrap_or(0);
        // What nobody broadcast is another property's concern; once is no duplicate.
        self.delivered.iter().flatten().all(|(message, copies)| *copies <= broadcast(message).max(1))
    }

    fn is_without_creation(&self) -> bool {
        self.delivered.iter().flatten().all(|(message, _)| self.broadcast.contains_key(message))
    }

    fn is_agreed(&self) -> bool {
        self.correct().all(|process| self.delivered_by_the_correct(self.by(process)))
    }

    fn is_uniformly_agreed(&self) -> bool {
        self.delivered.iter().all(|messages| self.delivered_by_the_correct(messages))
    }

    /// Whether no process has delivered a message before an earlier one of the same sender. The payloads of each script
    /// grow.
    fn is_in_order(&self) -> bool {
        let earlier = |(sender, payload): (Id, Payload)| {
            self.broadcast.keys().filter(move |(by, other)| *by == sender && *other < payload)
        };
        self.delivered.iter().all(|delivered| {
            delivered.keys().all(|later| earlier(*later).all(|message| delivered.contains_key(message)))
        })
    }
}

/// Whether `some` are among `all`.
fn contains(all: &Messages, some: &Messages) -> bool {
    some.iter().all(|(message, copies)| all.get(message) >= Some(copies))
}

/// Closes actors off and states what every broadcast promises always: no message is delivered twice, and none that was
/// not broadcast.
pub fn system<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    observed(Deliveries::among(actors.len()), actors)
}

/// The same, and that who delivers a message has delivered all that happened before it.
pub fn ordered_system<A: Broadcasting>(actors: Vec<A>) -> System<A, Deliveries> {
    let first = Deliveries { order: Some(Order::default()), ..Deliveries::among(actors.len()) };
    let in_order = |deliveries: &Deliveries| deliveries.order.as_ref().is_some_and(Order::is_kept);
    fifo_order(observed(first, actors).always("causal order").history(in_order))
}

fn observed<A: Broadcasting>(first: Deliveries, actors: Vec<A>) -> System<A, Deliveries> {
    System::new(actors)
        .observing(first, |deliveries: &mut Deliveries, seen| deliveries.observe::<A>(seen))
        .always("no duplication")
        .history(Deliveries::is_without_duplicates)
        .always("no creation")
        .history(Deliveries::is_without_creation)
}

/// Claims: what a correct process broadcasts, every correct process delivers.
pub fn validity<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.finally("validity").history(Deliveries::is_valid)
}

/// Claims: what one correct process delivers, every correct process delivers.
pub fn agreement<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.finally("agreement").history(Deliveries::is_agreed)
}

/// Claims: what any process delivers, one that crashes later too, every correct process delivers.
pub fn uniform_agreement<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.finally("uniform agreement").history(Deliveries::is_uniformly_agreed)
}

/// Claims validity of whole runs: from some day on, whatever correct processes have broadcast, every correct process has
/// delivered.
pub fn validity_some_day<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.eventually_always("validity some day").history(Deliveries::is_valid)
}

/// Claims agreement of whole runs.
pub fn agreement_some_day<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.eventually_always("agreement some day").history(Deliveries::is_agreed)
}

/// Claims uniform agreement of whole runs.
pub fn uniform_agreement_some_day<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.eventually_always("uniform agreement some day").history(Deliveries::is_uniformly_agreed)
}

/// Claims that in every run each of these processes stops, or broadcasts so many messages, which are delivered by all that
/// are correct: that messages are delivered, and not merely that none is missing.
pub fn everything_arrives_some_day<A: Broadcasting>(
    system: System<A, Deliveries>,
    senders: impl IntoIterator<Item = (usize, u8)>,
) -> System<A, Deliveries> {
    let senders: Vec<(Id, u8)> = senders.into_iter().map(|(sender, messages)| (Id::from(sender), messages)).collect();
    system.eventually("everything arrives some day").history(move |deliveries: &Deliveries| {
        let by = |id: Id| deliveries.broadcast.iter().filter(move |((sender, _), _)| *sender == id);
        let broadcast = |id: Id| by(id).map(|(_, copies)| copies).sum::<u8>();
        let done = |(id, messages): &(Id, u8)| deliveries.crashed.contains(*id) || broadcast(*id) == *messages;
        senders.iter().all(done) && deliveries.is_valid()
    })
}

/// Claims: what a process broadcasts later, nobody delivers earlier.
pub fn fifo_order<A: Broadcasting>(system: System<A, Deliveries>) -> System<A, Deliveries> {
    system.always("FIFO order").history(Deliveries::is_in_order)
}

/// The process broadcasts these payloads, in this order, each at any time.
pub fn broadcasting<A: Broadcasting>(
    system: System<A, Deliveries>,
    process: usize,
    payloads: impl IntoIterator<Item = Payload>,
) -> System<A, Deliveries> {
    system.script(process, Script::at_any_time(payloads.into_iter().map(Broadcast)))
}
