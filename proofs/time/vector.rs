//! Vector clocks: that merging adds what is known, that comparing tells who knows more, and that the two together tell what
//! happened before what.
//!
//! Each law is a function of what it judges, which `vector/mutants.rs` applies to known-wrong functions.

use crate::choices::any_within;
use std::cmp::Ordering;
use synod::time::vector::{at_most, compare, merge};

#[cfg(all(test, not(kani)))]
mod mutants;

const PROCESSES: usize = 3;
/// How many events of a process may be known.
const EVENTS: usize = 2;
/// How many events a run has.
const RUN: usize = 5;

type Clock = [u64; PROCESSES];
type Merge = fn(&mut [u64], &[u64]);
type AtMost = fn(&[u64], &[u64]) -> bool;
type Compare = fn(&[u64], &[u64]) -> Option<Ordering>;

fn any_clock(name: &'static str) -> Clock {
    std::array::from_fn(|_| any_within(name, 0..=EVENTS) as u64)
}

/// Whether a clock knows event number `event` of a process. The entries of processes that have done nothing may be left
/// out.
fn knows(clock: &[u64], process: usize, event: u64) -> bool {
    process < clock.len() && event < clock[process]
}

/// Whether there is an event that one clock knows and another does not.
fn knows_something_else(clock: &[u64], other: &[u64]) -> bool {
    (0..PROCESSES)
        .any(|process| (0..EVENTS as u64).any(|event| knows(clock, process, event) && !knows(other, process, event)))
}

/// A merged clock knows an event if either did.
fn merging_adds_what_is_known(merge: Merge) {
    let (clock, other) = (any_clock("clock"), any_clock("other"));
    let other = &other[..any_within("entries of the other", 0..=PROCESSES)];
    let mut merged = clock;
    merge(&mut merged, other);
    let (process, event) = (any_within("process", 0..=PROCESSES - 1), any_within("event", 0..=EVENTS) as u64);
    let known = knows(&clock, process, event) || knows(other, process, event);
    assert!(!known || knows(&merged, process, event), "an event is forgotten");
    assert!(known || !knows(&merged, process, event), "an event is made up");
}

/// A clock is at most another if there is nothing that it alone knows.
fn at_most_means_that_nothing_is_known_besides(at_most: AtMost) {
    let (left, right) = (any_clock("left"), any_clock("right"));
    let left = &left[..any_within("entries of the left", 0..=PROCESSES)];
    let right = &right[..any_within("entries of the right", 0..=PROCESSES)];
    assert_eq!(at_most(left, right), !knows_something_else(left, right), "what is known besides is misjudged");
}

/// Who knows something else is not smaller, who knows nothing else is not larger.
fn comparing_tells_who_knows_something_else(compare: Compare) {
    let (left, right) = (any_clock("left"), any_clock("right"));
    let expected = match [knows_something_else(&left, &right), knows_something_else(&right, &left)] {
        [false, false] => Some(Ordering::Equal),
        [false, true] => Some(Ordering::Less),
        [true, false] => Some(Ordering::Greater),
        [true, true] => None,
    };
    assert_eq!(compare(&left, &right), expected, "two clocks are compared wrongly");
}

/// Smaller than smaller is smaller, and who is smaller is so from both sides.
fn clocks_are_partially_ordered(compare: Compare) {
    let (a, b, c) = (any_clock("a"), any_clock("b"), any_clock("c"));
    let less = |left: &Clock, right: &Clock| compare(left, right) == Some(Ordering::Less);
    assert_eq!(
        compare(&a, &b),
        compare(&b, &a).map(Ordering::reverse),
        "two clocks compare differently from both sides"
    );
    assert!(!less(&a, &b) || !less(&b, &c) || less(&a, &c), "the order of clocks is not transitive");
}

/// In any run, of two events the one with the smaller clock happened before the other, and only then: it is on the same
/// process and earlier, or a message goes from it to the other, or there is a way from one to the other over such steps.
fn clocks_tell_what_happened_before(merge: Merge, compare: Compare) {
    let mut at = [[0; PROCESSES]; PROCESSES];
    let mut clocks = [[0; PROCESSES]; RUN];
    let mut places = [0; RUN];
    let mut before = [[false; RUN]; RUN];
    for event in 0..RUN {
        let place = any_within("process", 0..=PROCESSES - 1);
        // An earlier event whose message is received in this one, or none.
        let received = any_within("message of event (the event itself: none)", 0..=event);
        places[event] = place;
        if received < event {
            merge(&mut at[place], &clocks[received]);
        }
        at[place][place] += 1;
        clocks[event] = at[place];
        for cause in (0..event).filter(|cause| *cause == received || places[*cause] == place) {
            before[cause][event] = true;
            for earlier in before.iter_mut().take(cause) {
                earlier[event] |= earlier[cause];
            }
        }
    }
    for one in 0..RUN {
        for other in 0..RUN {
            let is_smaller = compare(&clocks[one], &clocks[other]) == Some(Ordering::Less);
            assert!(
                is_smaller || !before[one][other],
                "an event happened before another, and its clock is not smaller"
            );
            assert!(!is_smaller || before[one][other], "an event has the smaller clock, and did not happen before");
        }
    }
}

#[kani::proof]
#[kani::unwind(4)]
fn merging_clocks_adds_what_is_known() {
    merging_adds_what_is_known(merge);
}

#[kani::proof]
#[kani::unwind(4)]
fn a_clock_is_at_most_another_that_knows_all_it_knows() {
    at_most_means_that_nothing_is_known_besides(at_most);
}

#[kani::proof]
#[kani::unwind(4)]
fn comparing_clocks_tells_who_knows_more() {
    comparing_tells_who_knows_something_else(compare);
}

#[kani::proof]
#[kani::unwind(4)]
fn the_order_of_clocks_is_partial() {
    clocks_are_partially_ordered(compare);
}

#[kani::proof]
#[kani::unwind(6)]
fn events_are_ordered_as_their_clocks_are() {
    clocks_tell_what_happened_before(merge, compare);
}
