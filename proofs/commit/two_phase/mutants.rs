//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;

use super::*;

/// Decides on the number of yeses and noes.
fn by_count(votes: &[Option<Vote>], commit: fn(usize, usize) -> bool, abort: fn(usize) -> bool) -> Option<Decision> {
    let cast = |vote| votes.iter().filter(|one| **one == Some(vote)).count();
    let (yes, no) = (cast(Vote::Yes), cast(Vote::No));
    match (commit(yes, no), abort(no)) {
        (true, _) => Some(Decision::Commit),
        (false, true) => Some(Decision::Abort),
        (false, false) => None,
    }
}

#[test]
fn a_majority_does_not_commit() {
    assert_refuted("it is committed though somebody has not voted yes", || {
        commit_takes_every_yes(|votes| by_count(votes, |yes, _| yes > PARTICIPANTS / 2, |no| no > 0));
    });
}

#[test]
fn who_is_silent_does_not_agree() {
    assert_refuted("it is committed though somebody has not voted yes", || {
        commit_takes_every_yes(|votes| by_count(votes, |_, no| no == 0, |no| no > 0));
    });
}

#[test]
fn unanimity_is_enough() {
    assert_refuted("all have voted yes, and it is not committed", || {
        commit_takes_every_yes(|votes| by_count(votes, |_, _| false, |no| no > 0));
    });
}

#[test]
fn a_no_is_not_outvoted() {
    assert_refuted("somebody has voted no, and it is not aborted", || {
        abort_takes_one_no(|votes| by_count(votes, |yes, _| yes == PARTICIPANTS, |no| no > PARTICIPANTS / 2));
    });
}

#[test]
fn to_wait_is_not_to_abort() {
    assert_refuted("it is aborted though nobody has voted no", || {
        abort_takes_one_no(|votes| by_count(votes, |yes, _| yes == PARTICIPANTS, |_| true));
    });
}

#[test]
fn the_votes_so_far_are_not_all_votes() {
    assert_refuted("a vote that came later has changed the decision", || {
        later_votes_change_nothing(|votes| by_count(votes, |yes, no| yes > 0 && no == 0, |no| no > 0));
    });
}

#[test]
fn the_first_participant_does_not_decide() {
    assert_refuted("the vote of one participant weighs more than that of another", || {
        participants_are_equal(|votes| {
            votes[0].map(|vote| if vote == Vote::Yes { Decision::Commit } else { Decision::Abort })
        });
    });
}
