//! Known-wrong variants of causal order: the library's own source with a few lines changed (`mutants/causal/*.diff`).

use super::*;
use crate::Mutant;

/// `$n` processes that run the mutant over a broadcast, and what the layer would guarantee.
macro_rules! wrong {
    ($mutant:ident over $below:expr, $n:literal) => {
        guarantees(vec![Stack::new(crate::mutated::causal::$mutant::Causal::<Payload>::new(), $below); $n])
    };
}

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "own_number_in_its_clock",
            about: "a sender writes a message's number into its own clock, as the second source has it",
            alters: "over_uniform_three_messages",
            property: "causal order",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(three_messages(wrong!(own_number_in_its_clock over Uniform::new(Majority::new(3)), 3), 1)),
        },
        Mutant {
            name: "without_its_own_number",
            about: "a message does not depend on what its sender has broadcast and not yet delivered",
            alters: "over_uniform_three_messages",
            property: "FIFO order",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(three_messages(wrong!(without_its_own_number over Uniform::new(Majority::new(3)), 3), 1)),
        },
        Mutant {
            name: "depends_on_its_own_alone",
            about: "a message depends on the earlier ones of its sender, and not on what its sender has delivered",
            alters: "reply",
            property: "causal order",
            steps: 4,
            last: ("deliver", Some(2)),
            system: Box::new(reply(wrong!(depends_on_its_own_alone over Eager::new(3), 3), 2)),
        },
        Mutant {
            name: "waits_for_nothing",
            about: "a message is delivered when it arrives",
            alters: "in_order",
            property: "FIFO order",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(in_order(wrong!(waits_for_nothing over BestEffort::new(2), 2))),
        },
        Mutant {
            name: "waits_for_the_sender_alone",
            about: "a message waits for the earlier ones of its sender alone: FIFO order",
            alters: "reply",
            property: "causal order",
            steps: 4,
            last: ("deliver", Some(2)),
            system: Box::new(reply(wrong!(waits_for_the_sender_alone over Eager::new(3), 3), 2)),
        },
        Mutant {
            name: "delivers_one_at_a_time",
            about: "one message is released where it must be repeated, as the second source has it",
            alters: "reply",
            property: "validity",
            steps: 5,
            last: ("deliver", Some(2)),
            system: Box::new(reply(wrong!(delivers_one_at_a_time over Eager::new(3), 3), 2)),
        },
        Mutant {
            name: "drops_what_must_wait",
            about: "a message that cannot be delivered when it arrives is dropped",
            alters: "reply",
            property: "agreement",
            steps: 5,
            last: ("deliver", Some(2)),
            system: Box::new(reply(wrong!(drops_what_must_wait over Eager::new(3), 3), 2)),
        },
        Mutant {
            name: "keeps_copies",
            about: "a message that comes again while it waits is kept, and released, twice",
            alters: "duplicating",
            property: "no duplication",
            steps: 6,
            last: ("deliver", Some(2)),
            system: Box::new(duplicating(wrong!(keeps_copies over BestEffort::new(3), 3))),
        },
        Mutant {
            name: "delivers_duplicates",
            about: "a message that comes again is delivered again, as the first source has it",
            alters: "duplicating",
            property: "no duplication",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(duplicating(wrong!(delivers_duplicates over BestEffort::new(3), 3))),
        },
        Mutant {
            name: "counts_nothing",
            about: "a process does not count what it has delivered",
            alters: "reply",
            property: "causal order",
            steps: 4,
            last: ("deliver", Some(2)),
            system: Box::new(reply(wrong!(counts_nothing over Eager::new(3), 3), 2)),
        },
        Mutant {
            name: "counts_for_itself",
            about: "a process counts what it delivers as its own",
            alters: "reply",
            property: "causal order",
            steps: 4,
            last: ("deliver", Some(2)),
            system: Box::new(reply(wrong!(counts_for_itself over Eager::new(3), 3), 2)),
        },
        Mutant {
            name: "numbers_stand_still",
            about: "a sender gives all its messages the same number",
            alters: "in_order",
            property: "causal order",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(in_order(wrong!(numbers_stand_still over BestEffort::new(2), 2))),
        },
        Mutant {
            name: "delivers_in_its_own_name",
            about: "a process delivers a message as if it had broadcast it",
            alters: "pair",
            property: "no creation",
            steps: 2,
            last: ("deliver", Some(1)),
            system: Box::new(runs::pair(wrong!(delivers_in_its_own_name over Eager::new(2), 2))),
        },
    ]
}
