//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;

use super::*;
use synod::consensus::raft::configuration::{has_majority, reached_by_majority};

#[test]
fn a_majority_of_all_voters_together_is_not_enough() {
    assert_refuted("two disjoint sets of servers decide", || {
        old_and_new_quorums_meet(|configuration, set| has_majority(configuration.voters(), set));
    });
}

#[test]
fn half_is_not_enough() {
    assert_refuted("two disjoint sets of servers decide", || {
        old_and_new_quorums_meet(|configuration, set| {
            let voters = configuration.voters();
            2 * voters.intersection(set).len() >= voters.len()
        });
    });
}

#[test]
fn what_most_of_all_voters_have_is_not_reached() {
    assert_refuted("an index counts as reached that is not on a majority of old and new voters", || {
        what_is_reached_is_on_a_quorum(|configuration, indices| {
            reached_by_majority(configuration.voters(), |process| indices[usize::from(process)])
        });
    });
}

#[test]
fn what_everyone_has_is_not_all_that_is_reached() {
    assert_refuted("an index does not count as reached that is on a majority of old and new voters", || {
        what_is_reached_is_on_a_quorum(|configuration, indices| {
            configuration.voters().iter().map(|process| indices[usize::from(process)]).min().unwrap_or(0)
        });
    });
}

#[test]
fn an_entry_of_an_earlier_term_is_not_committed_by_counting() {
    assert_refuted("not the last entry of the own term that a majority has", || {
        an_entry_of_the_own_term_is_committed(|configuration, _, _, commit, matched| {
            commit.max(configuration.reached_by_quorum(|process| matched[usize::from(process)]))
        });
    });
}

#[test]
fn a_vote_that_comes_twice_is_one_vote() {
    assert_refuted("votes were not counted one by one", || {
        a_vote_counts_once(|configuration, votes| {
            let voters = configuration.voters();
            2 * votes.iter().filter(|voter| voters.contains(Id::from(**voter))).count() > voters.len()
        });
    });
}

#[test]
fn length_alone_does_not_tell_which_log_is_up_to_date() {
    assert_refuted("a log that ends in an earlier term is as up to date", || {
        up_to_date_is_a_total_preorder(|a, b| a.index >= b.index);
    });
}

#[test]
fn a_log_as_long_is_up_to_date() {
    assert_refuted("two logs cannot be compared", || up_to_date_is_a_total_preorder(|a, b| a > b));
}

#[test]
fn what_comes_before_must_be_there() {
    assert_refuted("what is acknowledged is not there", || {
        a_merge_keeps_logs_matching(|log, previous, entries| {
            let matched = previous.index + entries.len() as u64;
            let _ = log.merge(previous, entries);
            Ok(Merged { matched, changed_from: None })
        });
    });
}

#[test]
fn a_late_message_takes_nothing_away() {
    assert_refuted("entries of the leader's are gone", || {
        a_merge_keeps_logs_matching(|log, previous, entries| {
            if log.conflict(previous).is_none() {
                log.truncate(previous.index);
            }
            log.merge(previous, entries)
        });
    });
}
