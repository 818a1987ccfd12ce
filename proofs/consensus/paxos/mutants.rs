//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;

use super::*;

#[test]
fn a_proposer_must_not_prefer_its_own_value() {
    assert_refuted("a smaller ballot may still succeed with another value", || {
        the_ballots_below_are_harmless(|own, _| *own);
    });
}

#[test]
fn the_first_vote_is_not_the_one_to_take() {
    assert_refuted("a smaller ballot may still succeed with another value", || {
        the_ballots_below_are_harmless(|own, answers| {
            let first = answers.iter().flatten().min_by_key(|vote| vote.ballot);
            first.map_or(*own, |vote| vote.value)
        });
    });
}

#[test]
fn the_first_answer_is_not_the_one_to_take() {
    assert_refuted("a smaller ballot may still succeed with another value", || {
        the_ballots_below_are_harmless(|own, answers| answers.iter().flatten().next().map_or(*own, |vote| vote.value));
    });
}

#[test]
fn a_proposer_may_not_always_take_the_same_value() {
    assert_refuted("a proposer that is free did not take its own value", || a_free_proposer_has_its_way(|_, _| 0));
    assert_refuted("a value came from nowhere", || nothing_is_invented(|_, _| 0));
}

#[test]
fn the_round_alone_does_not_order_ballots() {
    assert_refuted("two ballots are not ordered, or both ways", || {
        ballots_are_totally_ordered(|a, b| a.round < b.round);
    });
}

#[test]
fn less_or_equal_is_not_less() {
    assert_refuted("two ballots are not ordered, or both ways", || ballots_are_totally_ordered(|a, b| a <= b));
}

#[test]
fn the_round_that_was_promised_is_not_free() {
    assert_refuted("a new ballot is not above what was promised", || {
        a_new_ballot_is_new(|promised, owner| promised.map_or(Ballot { round: 1, owner }, |b| Ballot { owner, ..b }));
    });
}

#[test]
fn ballots_are_not_shared() {
    assert_refuted("two processes started the same ballot", || {
        a_new_ballot_is_new(|promised, _| Ballot::after(promised, Id::from(0)));
    });
}

#[test]
fn a_process_starts_only_its_own_ballots() {
    assert_refuted("a process started another's ballot", || {
        a_new_ballot_is_new(|promised, owner| Ballot::after(promised, Id::from((usize::from(owner) + 1) % 3)));
    });
}
