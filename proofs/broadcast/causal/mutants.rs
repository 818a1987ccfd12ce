//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;

use super::*;

const TOO_EARLY: &str = "a message is delivered before one that happened before it";

#[test]
fn nothing_is_always_ready() {
    assert_refuted(TOO_EARLY, || a_message_waits_for_what_happened_before_it(|_, _| true));
    assert_refuted("a message waits for nothing", || a_message_waits_for_what_happened_before_it(|_, _| false));
}

/// Right when one process broadcasts.
#[test]
fn one_entry_is_not_enough() {
    assert_refuted(TOO_EARLY, || {
        a_message_waits_for_what_happened_before_it(|before, delivered| {
            before.get(Id::from(0)) <= delivered.get(Id::from(0))
        });
    });
    assert_refuted(TOO_EARLY, || {
        messages_do_not_wait_for_each_other(|before, delivered| before.get(Id::from(0)) <= delivered.get(Id::from(0)));
    });
}

#[test]
fn a_message_does_not_wait_for_more_than_happened_before_it() {
    assert_refuted("a message waits for nothing", || {
        a_message_waits_for_what_happened_before_it(|before, delivered| before == delivered);
    });
    assert_refuted("a message waits for what has been delivered", || {
        messages_do_not_wait_for_each_other(|before, delivered| before.at_most(delivered) && before != delivered);
    });
}

/// Concurrent is not before.
#[test]
fn not_greater_is_not_at_most() {
    assert_refuted(TOO_EARLY, || {
        a_message_waits_for_what_happened_before_it(|before, delivered| {
            before.compare(delivered) != Some(std::cmp::Ordering::Greater)
        });
    });
}

/// As the first source has it: nothing is known as delivered.
#[test]
fn what_was_delivered_is_known() {
    assert_refuted("a message is delivered again", || {
        a_message_is_delivered_once(|sender, message, delivered| message.get(sender) + 1 < delivered.get(sender));
    });
    assert_refuted("a message is delivered again", || a_message_is_delivered_once(|_, _, _| false));
}

#[test]
fn the_next_message_is_not_known_yet() {
    assert_refuted("a message is taken for another", || {
        a_message_is_delivered_once(|sender, message, delivered| message.get(sender) <= delivered.get(sender));
    });
}
