//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;

use super::*;

#[test]
fn merging_does_not_replace() {
    assert_refuted("an event is forgotten", || {
        merging_adds_what_is_known(|clock, other| clock[..other.len()].copy_from_slice(other));
    });
    assert_refuted("an event happened before another, and its clock is not smaller", || {
        clocks_tell_what_happened_before(|clock, other| clock.copy_from_slice(other), compare);
    });
}

#[test]
fn merging_does_not_add_up() {
    assert_refuted("an event is made up", || {
        merging_adds_what_is_known(|clock, other| {
            clock.iter_mut().zip(other).for_each(|(mine, theirs)| *mine += theirs)
        });
    });
}

#[test]
fn merging_does_not_take_the_smaller_one() {
    assert_refuted("an event is forgotten", || {
        merging_adds_what_is_known(|clock, other| {
            clock.iter_mut().zip(other).for_each(|(mine, theirs)| *mine = *theirs.min(mine));
        });
    });
}

#[test]
fn what_is_received_must_be_merged() {
    assert_refuted("an event happened before another, and its clock is not smaller", || {
        clocks_tell_what_happened_before(|_, _| (), compare);
    });
}

#[test]
fn the_first_entry_that_differs_does_not_decide() {
    assert_refuted("what is known besides is misjudged", || {
        at_most_means_that_nothing_is_known_besides(|left, right| left <= right);
    });
    assert_refuted("two clocks are compared wrongly", || {
        comparing_tells_who_knows_something_else(|left, right| Some(left.cmp(right)));
    });
    assert_refuted("an event has the smaller clock, and did not happen before", || {
        clocks_tell_what_happened_before(merge, |left, right| Some(left.cmp(right)));
    });
}

/// As Lamport's clocks do.
#[test]
fn the_number_of_events_does_not_decide() {
    assert_refuted("an event has the smaller clock, and did not happen before", || {
        clocks_tell_what_happened_before(merge, |left, right| {
            Some(left.iter().sum::<u64>().cmp(&right.iter().sum::<u64>()))
        });
    });
}

#[test]
fn entries_that_are_left_out_count() {
    assert_refuted("what is known besides is misjudged", || {
        at_most_means_that_nothing_is_known_besides(|left, right| left.iter().zip(right).all(|(l, r)| l <= r));
    });
}

#[test]
fn one_smaller_entry_is_not_enough() {
    assert_refuted("two clocks compare differently from both sides", || {
        clocks_are_partially_ordered(|left, right| {
            if left == right {
                Some(Ordering::Equal)
            } else if left.iter().zip(right).any(|(l, r)| l < r) {
                Some(Ordering::Less)
            } else {
                Some(Ordering::Greater)
            }
        });
    });
}

#[test]
fn less_in_the_majority_of_entries_is_no_order() {
    assert_refuted("the order of clocks is not transitive", || {
        clocks_are_partially_ordered(|left, right| {
            let smaller = left.iter().zip(right).filter(|(l, r)| l < r).count();
            let larger = left.iter().zip(right).filter(|(l, r)| l > r).count();
            Some(larger.cmp(&smaller))
        });
    });
}
