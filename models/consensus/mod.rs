//! What consensus promises, as properties over a history that every algorithm of the family shares.

use std::collections::BTreeSet;
use synod::consensus::{Decide, Propose};
use synod::event::Module;
use synod::quorum::ProcessSet;
use synod::system::{Observation, ObservationOf, System};

pub mod paxos;
pub mod raft;

/// The values of the systems: small numbers.
pub type Value = u8;

/// What the properties of consensus read of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decisions {
    /// Values that were proposed.
    pub proposed: BTreeSet<Value>,
    /// Values that were decided.
    pub decided: BTreeSet<Value>,
    /// Who has decided since it last started.
    pub by: ProcessSet,
    /// Whether a process has decided twice without a crash in between.
    pub twice: bool,
}

synod::rename! { struct Decisions { proposed, decided, by, twice } }

impl Decisions {
    /// Adds what an observer sees.
    pub fn observe<A>(&mut self, seen: &ObservationOf<A>)
    where
        A: Module<Request = Propose<Value>, Indication = Decide<Value>>,
    {
        match seen {
            Observation::Request { request: Propose(value), .. } => {
                self.proposed.insert(*value);
            }
            Observation::Indication { process, indication: Decide(value) } => {
                self.twice |= !self.by.insert(*process);
                self.decided.insert(*value);
            }
            Observation::Crash { process } => {
                self.by.remove(*process);
            }
            Observation::Recovery { .. } | Observation::Corruption { .. } => {}
        }
    }
}

/// Closes actors off and states what consensus promises always.
pub fn system<A>(actors: impl IntoIterator<Item = A>) -> System<A, Decisions>
where
    A: Module<Request = Propose<Value>, Indication = Decide<Value>>,
{
    System::new(actors)
        .observing(Decisions::default(), |decisions: &mut Decisions, seen| decisions.observe::<A>(seen))
        .always("agreement")
        .history(|d: &Decisions| d.decided.len() <= 1)
        .always("validity")
        .history(|d: &Decisions| d.decided.is_subset(&d.proposed))
        .always("integrity")
        .history(|d: &Decisions| !d.twice)
}
