//! Known-wrong variants of best-effort broadcast: the library's own source with a line changed
//! (`mutants/best_effort/*.diff`), or the library's actor in a group that is larger than it knows.

use super::*;
use crate::{Mutant, broadcast};

/// A group of `$n` processes that run the mutant, and what the algorithm would guarantee.
macro_rules! wrong {
    ($mutant:ident, $n:literal) => {
        guarantees(group!($mutant, $n))
    };
}

/// The same group, of which nothing is claimed yet.
macro_rules! group {
    ($mutant:ident, $n:literal) => {
        vec![crate::mutated::best_effort::$mutant::BestEffort::<Payload>::new($n); $n]
    };
}

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "forgets_itself",
            about: "a sender sends to all others, and does not deliver its own message",
            alters: "pair",
            property: "validity",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(runs::pair(wrong!(forgets_itself, 2))),
        },
        Mutant {
            name: "forgets_the_last",
            about: "a sender knows one process too few",
            alters: "faultless",
            property: "validity",
            steps: 4,
            last: ("deliver", Some(0)),
            system: Box::new(runs::faultless(guarantees(vec![BestEffort::<Payload>::new(2); 3]))),
        },
        Mutant {
            name: "sends_twice",
            about: "a sender sends again, as if somebody removed the duplicates",
            alters: "pair",
            property: "no duplication",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(runs::pair(wrong!(sends_twice, 2))),
        },
        Mutant {
            name: "delivers_its_own_at_once",
            about: "a sender delivers its own message when it broadcasts it, and again from itself",
            alters: "pair",
            property: "no duplication",
            steps: 1,
            last: ("request", Some(0)),
            system: Box::new(runs::pair(wrong!(delivers_its_own_at_once, 2))),
        },
        Mutant {
            name: "delivers_in_its_own_name",
            about: "a process takes itself for the sender of what it delivers",
            alters: "pair",
            property: "no creation",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(runs::pair(wrong!(delivers_in_its_own_name, 2))),
        },
        Mutant {
            name: "forgets_itself_for_ever",
            about: "the same: however long one waits, it is not delivered",
            alters: "some_day",
            property: "validity some day",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(guarantees_some_day(runs::pair(broadcast::system(group!(forgets_itself, 2))))),
        },
    ]
}
