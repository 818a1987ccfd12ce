//! A ballot, as the process sees it that conducts it.

use super::ballot::{Ballot, Vote};
use crate::quorum::ProcessSet;
use stateright::actor::Id;
use std::collections::BTreeMap;

/// A ballot under way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proposal<V> {
    /// The ballot.
    pub ballot: Ballot,
    /// The value that the process would like to have decided.
    pub value: V,
    /// How far it has got.
    pub phase: Phase<V>,
}

crate::rename! { struct Proposal<V> { ballot, value, phase } }

/// How far a ballot has got.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase<V> {
    /// Phase 1: the ballot has no value yet.
    Preparing {
        /// The last votes of those who have answered.
        answers: BTreeMap<Id, Option<Vote<V>>>,
    },
    /// Phase 2: the ballot has a value.
    Voting {
        /// Its value.
        value: V,
        /// Who has voted for it.
        votes: ProcessSet,
    },
}

crate::rename! { enum Phase<V> { Preparing { answers }, Voting { value, votes } } }

impl<V> Phase<V> {
    pub(super) fn voting(value: V) -> Self {
        Phase::Voting { value, votes: ProcessSet::new() }
    }
}

impl<V> Proposal<V> {
    pub(super) fn new(ballot: Ballot, value: V) -> Self {
        Proposal { ballot, value, phase: Phase::Preparing { answers: BTreeMap::new() } }
    }
}

/// The value of a ballot: that of the largest-numbered vote among the answers of a read quorum, or the proposer's own
/// where nobody has voted.
///
/// It keeps the source's condition (\*\*\*): either every smaller ballot is dead, or some smaller ballot has this value
/// and every ballot in between is dead. Cost: one pass over the answers.
pub fn choose<'a, V: Clone + 'a>(own: &V, answers: impl IntoIterator<Item = &'a Option<Vote<V>>>) -> V {
    let last = answers.into_iter().flatten().max_by_key(|vote| vote.ballot);
    last.map_or(own, |vote| &vote.value).clone()
}
