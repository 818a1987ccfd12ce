//! Known-wrong variants of eager broadcast: the library's own source with a few lines changed (`mutants/eager/*.diff`).

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
        vec![crate::mutated::eager::$mutant::Eager::<Payload>::new($n); $n]
    };
}

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "relays_nothing",
            about: "only the sender sends: best effort",
            alters: "two_messages",
            property: "agreement",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(runs::two_messages(wrong!(relays_nothing, 3), 2)),
        },
        Mutant {
            name: "relays_to_one",
            about: "a process relays a message to one other instead of all",
            alters: "relays",
            property: "agreement",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(relays(wrong!(relays_to_one, 4), 3)),
        },
        Mutant {
            name: "delivers_every_copy",
            about: "a process relays a message once, but delivers each copy",
            alters: "pair",
            property: "no duplication",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(runs::pair(wrong!(delivers_every_copy, 2))),
        },
        Mutant {
            name: "forgets_its_own",
            about: "a sender does not remember its own message, which comes back from a relay",
            alters: "pair",
            property: "no duplication",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(runs::pair(wrong!(forgets_its_own, 2))),
        },
        Mutant {
            name: "delivers_only_its_own",
            about: "a process relays what it receives, and does not deliver it",
            alters: "pair",
            property: "validity",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(runs::pair(wrong!(delivers_only_its_own, 2))),
        },
        Mutant {
            name: "never_delivers_its_own",
            about: "a sender does not deliver its own message",
            alters: "pair",
            property: "validity",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(runs::pair(wrong!(never_delivers_its_own, 2))),
        },
        Mutant {
            name: "relays_in_its_own_name",
            about: "a process relays a message as if it had broadcast it",
            alters: "pair",
            property: "no creation",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(runs::pair(wrong!(relays_in_its_own_name, 2))),
        },
        Mutant {
            name: "numbers_stand_still",
            about: "a sender gives all its messages the same number",
            alters: "two_messages",
            property: "validity",
            steps: 4,
            last: ("request", Some(0)),
            system: Box::new(runs::two_messages(wrong!(numbers_stand_still, 3), 2)),
        },
        Mutant {
            name: "numbers_without_senders",
            about: "messages of different senders with the same number are taken for one",
            alters: "two_senders",
            property: "validity",
            steps: 3,
            last: ("request", Some(1)),
            system: Box::new(runs::two_senders(wrong!(numbers_without_senders, 3), 2)),
        },
        Mutant {
            name: "only_the_highest_number",
            about: "a process remembers the highest number only, and drops a message that was overtaken",
            alters: "two_messages",
            property: "validity",
            steps: 4,
            last: ("deliver", Some(2)),
            system: Box::new(runs::two_messages(wrong!(only_the_highest_number, 3), 2)),
        },
        Mutant {
            name: "told_apart_by_payload",
            about: "messages are told apart by what they say, as the source reads literally",
            alters: "equal_payloads",
            property: "validity",
            steps: 4,
            last: ("request", Some(0)),
            system: Box::new(runs::equal_payloads(wrong!(told_apart_by_payload, 3))),
        },
        Mutant {
            name: "relays_nothing_for_ever",
            about: "only the sender sends: however long one waits, correct processes differ",
            alters: "some_day",
            property: "agreement some day",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(broadcast::agreement_some_day(runs::two_messages(
                broadcast::system(group!(relays_nothing, 3)),
                2,
            ))),
        },
        Mutant {
            name: "never_delivers_its_own_for_ever",
            about: "a sender does not deliver its own message, however long one waits",
            alters: "some_day",
            property: "everything arrives some day",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(broadcast::everything_arrives_some_day(
                runs::pair(broadcast::system(group!(never_delivers_its_own, 2))),
                [(0, 1)],
            )),
        },
    ]
}
