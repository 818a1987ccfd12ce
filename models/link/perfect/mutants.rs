//! Known-wrong variants of perfect links: the library's own source with a line changed (`mutants/perfect/*.diff`).

use super::properties::perfect;
use super::*;
use crate::Mutant;

perfect!(crate::mutated::perfect::never_sends_again);
perfect!(crate::mutated::perfect::sends_again_to_one);
perfect!(crate::mutated::perfect::sends_again_beyond_the_window);
perfect!(crate::mutated::perfect::timer_never_armed);
perfect!(crate::mutated::perfect::timer_fires_once);
perfect!(crate::mutated::perfect::timer_never_cancelled);
perfect!(crate::mutated::perfect::timer_cancelled_too_early);
perfect!(crate::mutated::perfect::acknowledges_without_delivering);
perfect!(crate::mutated::perfect::delivers_every_copy);
perfect!(crate::mutated::perfect::acknowledges_once);
perfect!(crate::mutated::perfect::acknowledges_what_it_drops);
perfect!(crate::mutated::perfect::acknowledgement_of_any_incarnation);
perfect!(crate::mutated::perfect::incarnation_not_saved);
perfect!(crate::mutated::perfect::incarnations_that_are_over_heard);
perfect!(crate::mutated::perfect::incarnations_not_told_apart);
perfect!(crate::mutated::perfect::base_ignored);
perfect!(crate::mutated::perfect::base_too_high);
perfect!(crate::mutated::perfect::sender_without_window);
perfect!(crate::mutated::perfect::receiver_without_window);
perfect!(crate::mutated::perfect::waits_for_the_timer);
perfect!(crate::mutated::perfect::number_stands_still);

/// An end of links with a window of `$window` messages that runs the mutant.
macro_rules! wrong {
    ($mutant:ident, $window:literal) => {
        crate::mutated::perfect::$mutant::PerfectLinks::<Payload>::new().window($window)
    };
}

pub(super) fn mutants() -> Vec<Mutant> {
    vec![
        Mutant {
            name: "never_sends_again",
            about: "a message is sent once, and never again",
            alters: "lossy",
            property: "reliable delivery",
            steps: 2,
            last: ("lose", None),
            system: Box::new(lossy([wrong!(never_sends_again, 1), wrong!(never_sends_again, 1)])),
        },
        Mutant {
            name: "sends_again_to_one",
            about: "only what is sent to the first of its peers is sent again",
            alters: "stops",
            property: "reliable delivery",
            steps: 3,
            last: ("request", Some(0)),
            system: Box::new(stops(vec![wrong!(sends_again_to_one, 2); 3])),
        },
        Mutant {
            name: "sends_again_beyond_the_window",
            about: "what waits for the window to move is sent with the rest when the timer fires",
            alters: "window_of_one",
            property: "what is in flight fits into the window",
            steps: 3,
            last: ("timeout", Some(0)),
            system: Box::new(window_of_one([
                wrong!(sends_again_beyond_the_window, 1),
                wrong!(sends_again_beyond_the_window, 1),
            ])),
        },
        Mutant {
            name: "timer_never_armed",
            about: "a sender does not arm its timer",
            alters: "lossy",
            property: "the timer runs while something is not acknowledged, and only then",
            steps: 1,
            last: ("request", Some(0)),
            system: Box::new(lossy([wrong!(timer_never_armed, 1), wrong!(timer_never_armed, 1)])),
        },
        Mutant {
            name: "timer_fires_once",
            about: "a timer that has fired is not armed again",
            alters: "lossy",
            property: "the timer runs while something is not acknowledged, and only then",
            steps: 2,
            last: ("timeout", Some(0)),
            system: Box::new(lossy([wrong!(timer_fires_once, 1), wrong!(timer_fires_once, 1)])),
        },
        Mutant {
            name: "timer_never_cancelled",
            about: "a timer runs on when everything was acknowledged",
            alters: "lossy",
            property: "the timer runs while something is not acknowledged, and only then",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(lossy([wrong!(timer_never_cancelled, 1), wrong!(timer_never_cancelled, 1)])),
        },
        Mutant {
            name: "timer_cancelled_too_early",
            about: "any acknowledgement cancels the timer",
            alters: "window_of_two",
            property: "the timer runs while something is not acknowledged, and only then",
            steps: 4,
            last: ("deliver", Some(0)),
            system: Box::new(window_of_two([
                wrong!(timer_cancelled_too_early, 2),
                wrong!(timer_cancelled_too_early, 2),
            ])),
        },
        Mutant {
            name: "acknowledges_without_delivering",
            about: "a message is acknowledged and not delivered",
            alters: "lossy",
            property: "reliable delivery",
            steps: 3,
            last: ("deliver", Some(0)),
            system: Box::new(lossy([
                wrong!(acknowledges_without_delivering, 1),
                wrong!(acknowledges_without_delivering, 1),
            ])),
        },
        Mutant {
            name: "delivers_every_copy",
            about: "a message is delivered each time it arrives",
            alters: "duplicating",
            property: "no duplication",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(duplicating([wrong!(delivers_every_copy, 1), wrong!(delivers_every_copy, 1)])),
        },
        Mutant {
            name: "acknowledges_once",
            about: "a message that comes again is not acknowledged again",
            alters: "lossy",
            property: "nobody waits for a process that is up",
            steps: 4,
            last: ("lose", None),
            system: Box::new(lossy([wrong!(acknowledges_once, 1), wrong!(acknowledges_once, 1)])),
        },
        Mutant {
            name: "acknowledges_what_it_drops",
            about: "a message that does not fit into the window is acknowledged and dropped",
            alters: "narrow_receiver",
            property: "reliable delivery",
            steps: 9,
            last: ("deliver", Some(0)),
            system: Box::new(narrow_receiver([
                wrong!(acknowledges_what_it_drops, 2),
                wrong!(acknowledges_what_it_drops, 1),
            ])),
        },
        Mutant {
            name: "acknowledgement_of_any_incarnation",
            about: "an acknowledgement for an earlier incarnation's message is taken for one of the present",
            alters: "sender_recovers",
            property: "reliable delivery",
            steps: 6,
            last: ("deliver", Some(0)),
            system: Box::new(sender_recovers([
                wrong!(acknowledgement_of_any_incarnation, 2),
                wrong!(acknowledgement_of_any_incarnation, 2),
            ])),
        },
        Mutant {
            name: "incarnation_not_saved",
            about: "the number of the incarnation is not saved, and used again",
            alters: "sender_recovers",
            property: "no incarnation is used again",
            steps: 2,
            last: ("recover", Some(0)),
            system: Box::new(sender_recovers([wrong!(incarnation_not_saved, 2), wrong!(incarnation_not_saved, 2)])),
        },
        Mutant {
            name: "incarnations_that_are_over_heard",
            about: "a message of an incarnation that is over is taken for one of the present",
            alters: "sender_recovers",
            property: "no duplication",
            steps: 8,
            last: ("deliver", Some(1)),
            system: Box::new(sender_recovers([
                wrong!(incarnations_that_are_over_heard, 2),
                wrong!(incarnations_that_are_over_heard, 2),
            ])),
        },
        Mutant {
            name: "incarnations_not_told_apart",
            about: "a new incarnation's messages are taken for those of the one before",
            alters: "sender_recovers",
            property: "reliable delivery",
            steps: 7,
            last: ("deliver", Some(0)),
            system: Box::new(sender_recovers([
                wrong!(incarnations_not_told_apart, 2),
                wrong!(incarnations_not_told_apart, 2),
            ])),
        },
        Mutant {
            name: "base_ignored",
            about: "a restarted receiver waits for what it has acknowledged before",
            alters: "receiver_recovers",
            property: "reliable delivery",
            steps: 6,
            last: ("deliver", Some(1)),
            system: Box::new(receiver_recovers([wrong!(base_ignored, 1), wrong!(base_ignored, 1)])),
        },
        Mutant {
            name: "base_too_high",
            about: "what is on the way is said to be acknowledged",
            alters: "window_of_two",
            property: "what is in flight fits into the window",
            steps: 1,
            last: ("request", Some(0)),
            system: Box::new(window_of_two([wrong!(base_too_high, 2), wrong!(base_too_high, 2)])),
        },
        Mutant {
            name: "sender_without_window",
            about: "everything is sent at once",
            alters: "window_of_one",
            property: "what is in flight fits into the window",
            steps: 2,
            last: ("request", Some(0)),
            system: Box::new(window_of_one([wrong!(sender_without_window, 1), wrong!(sender_without_window, 1)])),
        },
        Mutant {
            name: "receiver_without_window",
            about: "a receiver remembers whatever arrives",
            alters: "narrow_receiver",
            property: "nothing is remembered beyond a gap",
            steps: 3,
            last: ("deliver", Some(1)),
            system: Box::new(narrow_receiver([wrong!(receiver_without_window, 2), wrong!(receiver_without_window, 1)])),
        },
        Mutant {
            name: "waits_for_the_timer",
            about: "what has waited for the window to move waits for the timer, too",
            alters: "window_of_two",
            property: "what fits into the window is sent at once",
            steps: 5,
            last: ("deliver", Some(0)),
            system: Box::new(window_of_two([wrong!(waits_for_the_timer, 2), wrong!(waits_for_the_timer, 2)])),
        },
        Mutant {
            name: "number_stands_still",
            about: "the number of the next message stands still, so that no message ever fits into the window",
            alters: "equal_messages",
            property: "reliable delivery",
            steps: 2,
            last: ("request", Some(0)),
            system: Box::new(equal_messages([wrong!(number_stands_still, 2), wrong!(number_stands_still, 2)])),
        },
    ]
}
