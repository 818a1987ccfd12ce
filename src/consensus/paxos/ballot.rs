//! Ballots, and votes for them.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::fmt;

/// A ballot: an attempt to reach consensus. Ballots are totally ordered, first by round, then by owner, and each process
/// has its own, so no two processes ever start the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// Counted from 1.
    pub round: u64,
    /// The process that may start it.
    pub owner: Id,
}

crate::rename! { struct Ballot { round, owner } }

impl Ballot {
    /// The least ballot of `owner` in a round after that of `promised`.
    ///
    /// # Panics
    ///
    /// After 2⁶⁴-1 rounds.
    pub fn after(promised: Option<Ballot>, owner: Id) -> Ballot {
        let round = promised.map_or(0, |ballot| ballot.round);
        let round = round.checked_add(1).expect("2^64 rounds of ballots are beyond any run");
        Ballot { round, owner }
    }
}

impl fmt::Debug for Ballot {
    /// Round and owner, short: states are for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:?}", self.round, self.owner)
    }
}

/// A vote for a ballot, which has a value by then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Vote<V> {
    /// The ballot.
    pub ballot: Ballot,
    /// Its value.
    pub value: V,
}

crate::rename! { struct Vote<V> { ballot, value } }
