//! Votes, and whether they are enough.

use super::configuration::Configuration;
use super::entry::Position;
use crate::quorum::ProcessSet;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;

/// What a process has promised: in which term it is, and whom it has voted for there.
///
/// Invariants: the term never decreases; a vote is not changed within a term. Both hold across crashes, because every
/// change is saved before it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// The last term that the process has heard of.
    pub term: u64,
    /// The candidate that it has voted for in this term.
    pub vote: Option<Id>,
}

crate::rename! { struct Ballot { term, vote } }

/// Whether a process whose log ends at `last` may vote for a candidate whose log ends at `candidate`: only if that one
/// is at least as up to date. So whoever wins has every entry that may be committed.
pub fn is_up_to_date(candidate: Position, last: Position) -> bool {
    candidate >= last
}

/// Whether a process that stands at `ballot` in the candidate's term, and whose log ends at `last`, grants it its vote.
pub fn grants(ballot: Ballot, last: Position, candidate: Id, end: Position) -> bool {
    ballot.vote.is_none_or(|other| other == candidate) && is_up_to_date(end, last)
}

/// The votes that a candidate was granted. Silence is a refusal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tally {
    granted: ProcessSet,
}

crate::rename! { struct Tally { granted } }

impl Tally {
    /// That of a candidate which votes for itself.
    pub fn of(candidate: Id) -> Self {
        Tally { granted: [candidate].into_iter().collect() }
    }

    /// Counts a vote; one that is counted already makes no difference.
    pub fn count(&mut self, voter: Id) {
        self.granted.insert(voter);
    }

    /// Who has granted theirs.
    pub fn granted(self) -> ProcessSet {
        self.granted
    }

    /// Whether they are enough.
    pub fn has_won(self, configuration: Configuration) -> bool {
        configuration.is_quorum(self.granted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(id: usize) -> Id {
        Id::from(id)
    }

    #[test]
    fn a_vote_is_given_once_and_may_be_repeated() {
        let end = Position { term: 1, index: 1 };
        let free = Ballot { term: 2, vote: None };
        let given = Ballot { term: 2, vote: Some(id(1)) };
        assert!(grants(free, end, id(1), end));
        assert!(grants(given, end, id(1), end));
        assert!(!grants(given, end, id(2), end));
    }

    #[test]
    fn of_two_logs_the_last_term_counts_before_the_length() {
        let at = |term, index| Position { term, index };
        assert!(is_up_to_date(at(2, 1), at(1, 9)));
        assert!(!is_up_to_date(at(1, 9), at(2, 1)));
        assert!(is_up_to_date(at(2, 3), at(2, 3)));
        assert!(!is_up_to_date(at(2, 2), at(2, 3)));
        assert!(is_up_to_date(Position::default(), Position::default()));
    }

    #[test]
    fn the_same_vote_twice_is_one_vote() {
        let three = Configuration::new(ProcessSet::all(3)).unwrap();
        let mut tally = Tally::default();
        for _ in 0..3 {
            tally.count(id(1));
            tally.count(id(3));
            assert!(!tally.has_won(three));
        }
        tally.count(id(2));
        assert!(tally.has_won(three));
    }

    fn position() -> impl Strategy<Value = Position> {
        (0..4_u64, 0..4_u64).prop_map(|(term, index)| Position { term, index })
    }

    proptest! {
        #[test]
        fn being_up_to_date_is_a_total_preorder(a in position(), b in position(), c in position()) {
            prop_assert!(is_up_to_date(a, b) || is_up_to_date(b, a));
            prop_assert!(!is_up_to_date(a, b) || !is_up_to_date(b, c) || is_up_to_date(a, c));
        }
    }
}
