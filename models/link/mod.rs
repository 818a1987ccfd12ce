//! What links promise, as properties over a history that every algorithm of the family shares.

use stateright::actor::Id;
use std::collections::BTreeMap;
use synod::event::Module;
use synod::link::{Deliver, Send};
use synod::quorum::ProcessSet;
use synod::system::{Observation, ObservationOf, Script, System};

mod happens;
pub mod perfect;

/// What is sent in the systems: small numbers.
pub type Payload = u8;

/// Messages, each given by its sender, its receiver and its payload, and how many there are of each: a payload may be sent
/// twice, and then it is to be delivered twice.
pub type Messages = BTreeMap<(Id, Id, Payload), u8>;

/// An actor that is one end of links: the library's, or a mutant of it.
pub trait Linking: Module<Request = Send<Payload>, Indication = Deliver<Payload>> {}
impl<A: Module<Request = Send<Payload>, Indication = Deliver<Payload>>> Linking for A {}

/// What the properties of links read of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traffic {
    /// What was sent.
    pub sent: Messages,
    /// What has to be delivered: what was sent since sender and receiver last crashed, if they ever did.
    pub owed: Messages,
    /// What was delivered in the present incarnation of its receiver.
    pub delivered: Messages,
    /// What was delivered in earlier incarnations of its receiver.
    pub earlier: Messages,
    /// Who is down, or has stopped.
    pub down: ProcessSet,
    /// How often each process has recovered.
    pub recoveries: Vec<u8>,
}

impl Traffic {
    /// Among so many processes, before anything happens.
    pub fn among(processes: usize) -> Self {
        Traffic {
            sent: Messages::new(),
            owed: Messages::new(),
            delivered: Messages::new(),
            earlier: Messages::new(),
            down: ProcessSet::new(),
            recoveries: vec![0; processes],
        }
    }

    /// Adds what an observer sees.
    pub fn observe<A: Linking>(&mut self, seen: &ObservationOf<A>) {
        match seen {
            Observation::Request { process, request: Send { to, message } } => {
                *self.sent.entry((*process, *to, *message)).or_default() += 1;
                *self.owed.entry((*process, *to, *message)).or_default() += 1;
            }
            Observation::Indication { process, indication: Deliver { from, message } } => {
                *self.delivered.entry((*from, *process, *message)).or_default() += 1;
            }
            Observation::Crash { process } => self.crash(*process),
            Observation::Recovery { process } => {
                self.down.remove(*process);
                self.recoveries[usize::from(*process)] += 1;
            }
            Observation::Corruption { .. } => {}
        }
    }

    fn crash(&mut self, process: Id) {
        self.down.insert(process);
        self.owed.retain(|(from, to, _), _| *from != process && *to != process);
        let delivered = std::mem::take(&mut self.delivered).into_iter();
        let (over, current): (Messages, Messages) = delivered.partition(|((_, to, _), _)| *to == process);
        self.delivered = current;
        for (message, copies) in over {
            *self.earlier.entry(message).or_default() += copies;
        }
    }

    /// Whether everything that is owed was delivered, except to those who are down.
    fn is_reliable(&self) -> bool {
        let due = self.owed.iter().filter(|((_, to, _), _)| !self.down.contains(*to));
        due.into_iter().all(|(message, copies)| self.delivered.get(message) >= Some(copies))
    }

    fn is_without_duplicates(&self) -> bool {
        let sent = |message| self.sent.get(message).copied().unwrap_or(0);
        // What nobody sent is another property's concern; once is no duplicate.
        self.delivered.iter().all(|(message, copies)| *copies <= sent(message).max(1))
    }

    fn is_without_creation(&self) -> bool {
        self.delivered.keys().all(|message| self.sent.contains_key(message))
    }

    /// How often a message was delivered in all.
    fn deliveries(&self, message: &(Id, Id, Payload)) -> u8 {
        [&self.delivered, &self.earlier].iter().filter_map(|delivered| delivered.get(message)).sum()
    }
}

/// Closes actors off and states what every link promises always: no message is delivered twice in an incarnation of its
/// receiver, and none that was not sent.
pub fn system<A: Linking>(actors: impl IntoIterator<Item = A>) -> System<A, Traffic> {
    let actors: Vec<A> = actors.into_iter().collect();
    let first = Traffic::among(actors.len());
    System::new(actors)
        .observing(first, |traffic: &mut Traffic, seen| traffic.observe::<A>(seen))
        .always("no duplication")
        .history(Traffic::is_without_duplicates)
        .always("no creation")
        .history(Traffic::is_without_creation)
}

/// Claims: what a process sends to another is delivered, unless one of the two crashes afterwards.
pub fn reliable_delivery<A: Linking>(system: System<A, Traffic>) -> System<A, Traffic> {
    system.finally("reliable delivery").history(Traffic::is_reliable)
}

/// The process sends these messages, each given by its receiver and its payload, in this order, each at any time.
pub fn sending<A: Linking>(
    system: System<A, Traffic>,
    process: usize,
    messages: impl IntoIterator<Item = (usize, Payload)>,
) -> System<A, Traffic> {
    let request = |(to, message)| Send { to: Id::from(to), message };
    system.script(process, Script::at_any_time(messages.into_iter().map(request)))
}
