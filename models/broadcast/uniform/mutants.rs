//! Known-wrong variants of uniform broadcast: the library's own source with a few lines changed
//! (`mutants/uniform/*.diff`).

use super::*;
use crate::{Mutant, broadcast};

/// A group of `$n` processes that run the mutant, and what the algorithm would guarantee.
macro_rules! wrong {
    ($mutant:ident, $n:literal) => {
        wrong!($mutant, $n, Majority::new($n))
    };
    ($mutant:ident, $n:literal, $quorums:expr) => {
        guarantees(group!($mutant, $n, $quorums))
    };
}

/// The same group, of which nothing is claimed yet.
macro_rules! group {
    ($mutant:ident, $n:literal, $quorums:expr) => {
        vec![crate::mutated::uniform::$mutant::Uniform::<Payload, _>::new($quorums); $n]
    };
}

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "relays_nothing",
            about: "only the sender sends: best effort, and nobody acknowledges",
            alters: "pair",
            property: "validity",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(pair(wrong!(relays_nothing, 2))),
        },
        Mutant {
            name: "relays_when_it_delivers",
            about: "a process relays a message only when it delivers it, so that everyone waits",
            alters: "unanimous",
            property: "validity",
            steps: 6,
            last: ("deliver", Some(2)),
            system: Box::new(faultless(wrong!(relays_when_it_delivers, 3, all_of_three()))),
        },
        Mutant {
            name: "delivers_at_once",
            about: "a process delivers a message without waiting: eager broadcast",
            alters: "two_senders",
            property: "uniform agreement",
            steps: 4,
            last: ("deliver", Some(1)),
            system: Box::new(two_senders(wrong!(delivers_at_once, 3))),
        },
        Mutant {
            name: "half",
            about: "half of the processes, rounded down, are enough",
            alters: "five",
            property: "uniform agreement",
            steps: 4,
            last: ("stop", Some(1)),
            system: Box::new(five(wrong!(half, 5))),
        },
        Mutant {
            name: "waits_for_everyone",
            about: "a process waits for the acknowledgements of all",
            alters: "two_senders",
            property: "validity",
            steps: 4,
            last: ("stop", Some(1)),
            system: Box::new(two_senders(wrong!(waits_for_everyone, 3))),
        },
        Mutant {
            name: "own_not_counted",
            about: "a process does not count that it has relayed a message itself",
            alters: "pair",
            property: "validity",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(pair(wrong!(own_not_counted, 2))),
        },
        Mutant {
            name: "counts_only_itself",
            about: "a process does not count the others, whose messages arrive",
            alters: "pair",
            property: "validity",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(pair(wrong!(counts_only_itself, 2))),
        },
        Mutant {
            name: "counts_every_copy",
            about: "a process counts acknowledgements, and not who acknowledged: a duplicate counts twice",
            alters: "five_duplicating",
            property: "uniform agreement",
            steps: 5,
            last: ("stop", Some(1)),
            system: Box::new(five_duplicating(wrong!(counts_every_copy, 5))),
        },
        Mutant {
            name: "pending_replaced",
            about: "a message that is new takes the place of those that wait, as the source reads literally",
            alters: "unanimous",
            property: "validity",
            steps: 14,
            last: ("deliver", Some(1)),
            system: Box::new(faultless(wrong!(pending_replaced, 3, all_of_three()))),
        },
        Mutant {
            name: "late_copy_is_new",
            about: "an acknowledgement that comes after the delivery is taken for a new message",
            alters: "two_senders",
            property: "no duplication",
            steps: 4,
            last: ("deliver", Some(2)),
            system: Box::new(two_senders(wrong!(late_copy_is_new, 3))),
        },
        Mutant {
            name: "acknowledgements_of_any_sender",
            about: "messages of different senders with the same number are acknowledged together",
            alters: "two_senders",
            property: "validity",
            steps: 5,
            last: ("deliver", Some(0)),
            system: Box::new(two_senders(wrong!(acknowledgements_of_any_sender, 3))),
        },
        Mutant {
            name: "relays_in_its_own_name",
            about: "a process relays a message as if it had broadcast it",
            alters: "pair",
            property: "no creation",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(pair(wrong!(relays_in_its_own_name, 2))),
        },
        Mutant {
            name: "numbers_stand_still",
            about: "a sender gives all its messages the same number",
            alters: "two_messages",
            property: "validity",
            steps: 5,
            last: ("request", Some(0)),
            system: Box::new(two_messages(wrong!(numbers_stand_still, 3))),
        },
        Mutant {
            name: "told_apart_by_payload",
            about: "messages are told apart by what they say, as the source reads literally",
            alters: "equal_payloads",
            property: "validity",
            steps: 5,
            last: ("request", Some(0)),
            system: Box::new(equal_payloads(wrong!(told_apart_by_payload, 3))),
        },
        Mutant {
            name: "delivers_at_once_for_ever",
            about: "a process delivers without waiting, and stops: however long one waits, nobody else does",
            alters: "some_day",
            property: "uniform agreement some day",
            steps: 2,
            last: ("stop", Some(0)),
            system: Box::new(broadcast::uniform_agreement_some_day(broadcasting(
                broadcast::system(group!(delivers_at_once, 3, Majority::new(3))).crash_stop(1),
                0,
                [1],
            ))),
        },
    ]
}
