//! Two-phase commit: what the votes come to.
//!
//! Each law is a function of what it judges, which `two_phase/mutants.rs` applies to known-wrong functions.

use crate::choices::any_within;
use synod::commit::two_phase::outcome;
use synod::commit::{Decision, Vote};

#[cfg(all(test, not(kani)))]
mod mutants;

const PARTICIPANTS: usize = 4;

/// The votes so far, of each participant its own or none.
type Votes = [Option<Vote>; PARTICIPANTS];

fn any_votes() -> Votes {
    let mut votes = [None; PARTICIPANTS];
    for vote in &mut votes {
        *vote = match any_within("vote", 0..=2) {
            0 => None,
            1 => Some(Vote::Yes),
            _ => Some(Vote::No),
        };
    }
    votes
}

fn count(votes: &Votes, vote: Option<Vote>) -> usize {
    let mut count = 0;
    for one in votes {
        count += usize::from(*one == vote);
    }
    count
}

/// Commit means that there are as many yeses as participants.
fn commit_takes_every_yes(outcome: fn(&[Option<Vote>]) -> Option<Decision>) {
    let votes = any_votes();
    let unanimous = count(&votes, Some(Vote::Yes)) == PARTICIPANTS;
    let commits = outcome(&votes) == Some(Decision::Commit);
    assert!(!commits || unanimous, "it is committed though somebody has not voted yes");
    assert!(commits || !unanimous, "all have voted yes, and it is not committed");
}

/// Nobody waits for the rest once somebody has said no, and nobody gives up while all may still say yes.
fn abort_takes_one_no(outcome: fn(&[Option<Vote>]) -> Option<Decision>) {
    let votes = any_votes();
    let refused = count(&votes, Some(Vote::No)) > 0;
    let aborts = outcome(&votes) == Some(Decision::Abort);
    assert!(aborts || !refused, "somebody has voted no, and it is not aborted");
    assert!(!aborts || refused, "it is aborted though nobody has voted no");
}

/// What is decided stays decided, whatever votes are still to come.
fn later_votes_change_nothing(outcome: fn(&[Option<Vote>]) -> Option<Decision>) {
    let all = any_votes();
    let come: [bool; PARTICIPANTS] = kani::any();
    let mut some = all;
    for participant in 0..PARTICIPANTS {
        if !come[participant] {
            some[participant] = None;
        }
    }
    let decided = outcome(&some);
    assert!(decided.is_none() || outcome(&all) == decided, "a vote that came later has changed the decision");
}

/// Who has voted what does not matter, nor the order.
fn participants_are_equal(outcome: fn(&[Option<Vote>]) -> Option<Decision>) {
    let votes = any_votes();
    let (one, other) = (any_within("one", 0..=PARTICIPANTS - 1), any_within("other", 0..=PARTICIPANTS - 1));
    let mut exchanged = votes;
    exchanged.swap(one, other);
    assert_eq!(outcome(&votes), outcome(&exchanged), "the vote of one participant weighs more than that of another");
}

fn real_outcome(votes: &[Option<Vote>]) -> Option<Decision> {
    outcome(votes.iter().copied())
}

#[kani::proof]
#[kani::unwind(5)]
fn it_is_committed_when_all_have_voted_yes() {
    commit_takes_every_yes(real_outcome);
}

#[kani::proof]
#[kani::unwind(5)]
fn it_is_aborted_when_one_has_voted_no() {
    abort_takes_one_no(real_outcome);
}

#[kani::proof]
#[kani::unwind(5)]
fn a_decision_is_final() {
    later_votes_change_nothing(real_outcome);
}

#[kani::proof]
#[kani::unwind(5)]
fn every_participant_has_the_same_weight() {
    participants_are_equal(real_outcome);
}
