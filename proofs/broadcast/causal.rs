//! Causal order: that a message is delivered once all that happened before it has been, and no second time.
//!
//! Each law is a function of what it judges, which `causal/mutants.rs` applies to known-wrong functions.

use crate::choices::any_within;
use synod::broadcast::causal::{is_delivered, is_ready};
use synod::stateright::actor::Id;
use synod::time::vector::VectorClock;

#[cfg(all(test, not(kani)))]
mod mutants;

const PROCESSES: usize = 3;
/// How many messages a process broadcasts at most.
const MESSAGES: usize = 2;

type IsReady = fn(&VectorClock, &VectorClock) -> bool;
type IsDelivered = fn(Id, &VectorClock, &VectorClock) -> bool;

/// Of each process, which of its messages are in a set that has no later one without all earlier ones.
type Messages = [[bool; MESSAGES]; PROCESSES];

fn any_messages(name: &'static str) -> Messages {
    std::array::from_fn(|_| {
        let count = any_within(name, 0..=MESSAGES);
        std::array::from_fn(|number| number < count)
    })
}

fn clock(messages: &Messages) -> VectorClock {
    let count = |of_one: &[bool; MESSAGES]| of_one.iter().filter(|is_in| **is_in).count() as u64;
    VectorClock::from(Vec::from(messages.each_ref().map(count)))
}

/// A message waits if and only if some message that happened before it has not been delivered.
fn a_message_waits_for_what_happened_before_it(is_ready: IsReady) {
    let (before, delivered) = (any_messages("happened before"), any_messages("delivered"));
    let is_missing = |process: usize, number: usize| before[process][number] && !delivered[process][number];
    let waits = (0..PROCESSES).any(|process| (0..MESSAGES).any(|number| is_missing(process, number)));
    let is_ready = is_ready(&clock(&before), &clock(&delivered));
    assert!(!is_ready || !waits, "a message is delivered before one that happened before it");
    assert!(is_ready || waits, "a message waits for nothing");
}

/// Of two messages, the second of which happened after the first and nothing else besides, always one can be delivered.
fn messages_do_not_wait_for_each_other(is_ready: IsReady) {
    let delivered = any_messages("delivered");
    let sender = any_within("sender of the first", 0..=PROCESSES - 1);
    let first = clock(&delivered);
    let mut second = first.clone();
    second.tick(Id::from(sender));
    assert!(is_ready(&first, &clock(&delivered)), "a message waits for what has been delivered");
    assert!(!is_ready(&second, &clock(&delivered)), "a message is delivered before one that happened before it");
    assert!(is_ready(&second, &second), "a message waits for what has been delivered");
}

/// When a message that is ready has been delivered and counted, it is known as delivered, and others of which nothing was
/// known are not.
fn a_message_is_delivered_once(is_delivered: IsDelivered) {
    let (before, mut delivered) = (any_messages("happened before"), clock(&any_messages("delivered")));
    let sender = Id::from(any_within("sender", 0..=PROCESSES - 1));
    let message = clock(&before);
    kani::assume(is_ready(&message, &delivered));
    let counted = delivered.get(sender);
    assert_eq!(
        is_delivered(sender, &message, &delivered),
        (0..counted).any(|number| number == message.get(sender)),
        "a message is taken for another"
    );
    kani::assume(message.get(sender) == counted);
    delivered.tick(sender);
    assert!(is_delivered(sender, &message, &delivered), "a message is delivered again");
    let mut next = message;
    next.tick(sender);
    assert!(!is_delivered(sender, &next, &delivered), "a message is dropped that was not delivered");
}

#[kani::proof]
#[kani::unwind(4)]
fn a_message_waits_for_exactly_what_happened_before_it() {
    a_message_waits_for_what_happened_before_it(is_ready);
}

#[kani::proof]
#[kani::unwind(4)]
fn of_two_messages_one_does_not_wait() {
    messages_do_not_wait_for_each_other(is_ready);
}

#[kani::proof]
#[kani::unwind(4)]
fn what_comes_again_is_known() {
    a_message_is_delivered_once(is_delivered);
}
