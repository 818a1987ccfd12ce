//! Whose proposals a log has: each once, and in the order in which they were made.
//!
//! Every process numbers its proposals. A leader appends one only if it is the next of its process after those that
//! stand in the leader's own log. So in every log the proposals of a process have all numbers from 1 on, in order;
//! whoever sends one again, and however often the network does, it is applied once. What a process proposes after
//! another proposal of its own never comes before it, whichever leaders they went to.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::collections::BTreeMap;

/// The number of a proposal among those of its process. The later of two is the larger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Turn {
    /// How often the process had been started. What an earlier incarnation had proposed and is not in the log by then,
    /// never comes.
    pub incarnation: u64,
    /// Counted from 1 within the incarnation.
    pub serial: u64,
}

crate::rename! { struct Turn { incarnation, serial } }

impl std::fmt::Debug for Turn {
    /// Both numbers, short: states are for people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.incarnation, self.serial)
    }
}

/// The last proposal of each process that stands in a log, or in the part of it that is applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sessions {
    last: BTreeMap<Id, Turn>,
}

crate::rename! { struct Sessions { last } }

impl Sessions {
    /// Adds a proposal, if it is the next of its process; tells whether it is.
    pub fn admit(&mut self, process: Id, turn: Turn) -> bool {
        let is_next = match self.last.get(&process) {
            Some(last) if last.incarnation == turn.incarnation => last.serial + 1 == turn.serial,
            Some(last) => last.incarnation < turn.incarnation && turn.serial == 1,
            None => turn.serial == 1,
        };
        if is_next {
            self.last.insert(process, turn);
        }
        is_next
    }

    /// The last proposal of a process.
    pub fn last(&self, process: Id) -> Option<Turn> {
        self.last.get(&process).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn turn(incarnation: u64, serial: u64) -> Turn {
        Turn { incarnation, serial }
    }

    #[test]
    fn a_proposal_is_admitted_once_and_in_its_turn() {
        let mut sessions = Sessions::default();
        let one = Id::from(1);
        assert!(!sessions.admit(one, turn(3, 2)));
        assert!(sessions.admit(one, turn(3, 1)));
        assert!(!sessions.admit(one, turn(3, 1)));
        assert!(!sessions.admit(one, turn(3, 3)));
        assert!(sessions.admit(one, turn(3, 2)));
        assert_eq!(sessions.last(one), Some(turn(3, 2)));
    }

    #[test]
    fn processes_do_not_wait_for_one_another() {
        let mut sessions = Sessions::default();
        assert!(sessions.admit(Id::from(0), turn(1, 1)));
        assert!(sessions.admit(Id::from(1), turn(1, 1)));
        assert_eq!(sessions.last(Id::from(2)), None);
    }

    #[test]
    fn after_a_recovery_what_was_proposed_before_comes_no_more() {
        let mut sessions = Sessions::default();
        let one = Id::from(1);
        assert!(sessions.admit(one, turn(1, 1)));
        assert!(!sessions.admit(one, turn(2, 2)));
        assert!(sessions.admit(one, turn(2, 1)));
        assert!(!sessions.admit(one, turn(1, 2)));
    }

    proptest! {
        /// Whatever arrives, however often and in whatever order: what is admitted ascends, and within an incarnation
        /// there is no gap.
        #[test]
        fn what_is_admitted_is_in_order(arrivals in proptest::collection::vec((1..4_u64, 1..4_u64), 0..40)) {
            let mut sessions = Sessions::default();
            let admitted: Vec<_> = arrivals
                .into_iter()
                .map(|(incarnation, serial)| turn(incarnation, serial))
                .filter(|turn| sessions.admit(Id::from(0), *turn))
                .collect();
            prop_assert!(admitted.first().is_none_or(|first| first.serial == 1));
            for (one, next) in admitted.iter().zip(admitted.iter().skip(1)) {
                prop_assert!(one < next);
                prop_assert_eq!(next.serial, if one.incarnation == next.incarnation { one.serial + 1 } else { 1 });
            }
        }
    }
}
