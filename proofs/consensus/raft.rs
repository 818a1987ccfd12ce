//! Raft: that quorums meet also while the membership changes, that what is committed is on a quorum, that votes are
//! counted once, that whose log is more up to date is a total preorder, and that a follower's log stays a beginning of
//! a leader's.
//!
//! Each law is a function of what it judges, which `raft/mutants.rs` applies to known-wrong functions.

use crate::choices::{any_set, any_such, any_within};
use synod::consensus::raft::log::{Conflict, Merged};
use synod::consensus::raft::{Configuration, Entry, Log, Position, Tally, committed, vote};
use synod::quorum::ProcessSet;
use synod::stateright::actor::Id;

#[cfg(all(test, not(kani)))]
mod mutants;

/// Processes of which all sets are enumerated.
const PROCESSES: usize = 4;
/// Entries that a log has at most.
const ENTRIES: usize = 3;

fn any_voters(name: &'static str) -> ProcessSet {
    any_such(|| any_set(name, PROCESSES), |voters| !voters.is_empty())
}

fn simple(voters: ProcessSet) -> Configuration {
    Configuration::new(voters).expect("there are voters")
}

fn joint(old: ProcessSet, new: ProcessSet) -> Configuration {
    simple(old).towards(simple(new)).expect("neither is joint")
}

/// Whoever decides while the voters change meets whoever decided before, whoever will afterwards, and one another.
fn old_and_new_quorums_meet(is_quorum: fn(Configuration, ProcessSet) -> bool) {
    let (old, new) = (any_voters("old voters"), any_voters("new voters"));
    let (one, other) = (any_set("one", PROCESSES), any_set("other", PROCESSES));
    let during = joint(old, new);
    let decides = is_quorum(simple(old), other) || is_quorum(during, other) || is_quorum(simple(new), other);
    assert!(
        !is_quorum(during, one) || !decides || !one.intersection(other).is_empty(),
        "two disjoint sets of servers decide"
    );
    assert!(is_quorum(during, old.union(new)), "all voters together decide nothing");
}

/// More than half, counted one by one.
fn is_most(voters: ProcessSet, such: impl Fn(usize) -> bool) -> bool {
    let voting = |process: &usize| voters.contains(Id::from(*process));
    let all = (0..PROCESSES).filter(voting).count();
    2 * (0..PROCESSES).filter(voting).filter(|process| such(*process)).count() > all
}

/// The index that is reached is one that most old and most new voters have, and of the next this is not so.
fn what_is_reached_is_on_a_quorum(reached: fn(Configuration, [u64; PROCESSES]) -> u64) {
    let (old, new) = (any_voters("old voters"), any_voters("new voters"));
    let mut indices = [0; PROCESSES];
    for index in &mut indices {
        *index = any_within("index", 0..=2) as u64;
    }
    let index = reached(joint(old, new), indices);
    let both = |index| [old, new].iter().all(|voters| is_most(*voters, |process| indices[process] >= index));
    assert!(both(index), "an index counts as reached that is not on a majority of old and new voters");
    assert!(!both(index + 1), "an index does not count as reached that is on a majority of old and new voters");
}

/// Terms of a log of all its entries, in ascending order.
fn any_terms(name: &'static str) -> [u64; ENTRIES] {
    let any = || std::array::from_fn(|_| any_within(name, 1..=2) as u64);
    any_such(any, |terms: &[u64; ENTRIES]| terms.is_sorted())
}

fn log_of(terms: &[u64]) -> Log<u8> {
    let mut log = Log::default();
    log.append(terms.iter().map(|term| Entry { term: *term, payload: 0 }).collect());
    log
}

type Committed = fn(Configuration, &Log<u8>, u64, u64, [u64; 3]) -> u64;

/// A leader of term 2 commits the last entry of its own term that most have, and nothing that only entries of an
/// earlier term speak for; what was committed stays.
fn an_entry_of_the_own_term_is_committed(committed: Committed) {
    let terms = any_terms("term");
    let matched: [u64; 3] = std::array::from_fn(|_| any_within("matched", 0..=ENTRIES) as u64);
    let before = any_within("committed", 0..=ENTRIES) as u64;
    let commit = committed(simple(ProcessSet::all(3)), &log_of(&terms), 2, before, matched);
    let on_most = |index: u64| 2 * matched.iter().filter(|matched| **matched >= index).count() > 3;
    let may_commit = |index: &u64| terms[*index as usize - 1] == 2 && on_most(*index);
    let last = (1..=ENTRIES as u64).rev().find(may_commit).unwrap_or(0);
    assert_eq!(commit, before.max(last), "not the last entry of the own term that a majority has");
}

/// A candidate wins with the votes of most voters, each counted once, and with nobody else's.
fn a_vote_counts_once(has_won: fn(Configuration, [usize; 3]) -> bool) {
    let voters = any_voters("voters");
    let votes: [usize; 3] = std::array::from_fn(|_| any_within("vote", 0..=PROCESSES));
    let won = is_most(voters, |process| votes.contains(&process));
    assert_eq!(has_won(simple(voters), votes), won, "votes were not counted one by one");
}

fn any_position() -> Position {
    Position { term: any_within("term", 0..=2) as u64, index: any_within("index", 0..=2) as u64 }
}

/// Of any two logs one is at least as up to date as the other, and of three the first as the last where it is as the
/// second, and the second as the last. A later term outweighs any length.
fn up_to_date_is_a_total_preorder(is_up_to_date: fn(Position, Position) -> bool) {
    let (a, b, c) = (any_position(), any_position(), any_position());
    assert!(is_up_to_date(a, b) || is_up_to_date(b, a), "two logs cannot be compared");
    assert!(!(is_up_to_date(a, b) && is_up_to_date(b, c)) || is_up_to_date(a, c), "the order is not transitive");
    assert!(a.term <= b.term || !is_up_to_date(b, a), "a log that ends in an earlier term is as up to date");
    assert!(
        a.term != b.term || a.index <= b.index || !is_up_to_date(b, a),
        "a shorter log of the term is as up to date"
    );
}

/// Two logs that match: they are alike up to some place, and after it have no entry with the same index and term.
struct Matching {
    follower: Log<u8>,
    leader: Log<u8>,
}

fn any_matching() -> Matching {
    let (ours, theirs) = (any_terms("the follower's term"), any_terms("the leader's term"));
    let lengths = (any_within("length", 0..=ENTRIES), any_within("length", 0..=ENTRIES));
    let both = lengths.0.min(lengths.1);
    let alike = (0..both).rev().find(|place| ours[*place] == theirs[*place]).map_or(0, |place| place + 1);
    kani::assume(ours[..alike] == theirs[..alike]);
    let log = |terms: &[u64], own: u8| {
        let payload = |place: usize| if place < alike { 0 } else { own };
        let mut log = Log::default();
        let entry = |(place, term): (usize, &u64)| Entry { term: *term, payload: payload(place) };
        log.append(terms.iter().enumerate().map(entry).collect());
        log
    };
    Matching { follower: log(&ours[..lengths.0], 1), leader: log(&theirs[..lengths.1], 2) }
}

type Merge = fn(&mut Log<u8>, Position, Vec<Entry<u8>>) -> Result<Merged, Conflict>;

/// Log matching as an inductive step: whatever of its log a leader sends, the follower's stays as it was or becomes a
/// beginning of the leader's, which matches every log that the leader's matches. What the follower acknowledges it has,
/// and what it had of the leader's log it keeps.
fn a_merge_keeps_logs_matching(merge: Merge) {
    let Matching { mut follower, leader } = any_matching();
    let before = follower.clone();
    let from = any_within("previous", 0..=ENTRIES) as u64;
    let count = any_within("entries", 0..=ENTRIES) as u64;
    kani::assume(from <= leader.last().index);
    let previous = leader.position_at(from).expect("it is in the leader's log");
    let sent: Vec<_> = leader.entries(from + 1..=from + count).cloned().collect();
    let end = from + sent.len() as u64;
    let result = merge(&mut follower, previous, sent);
    let is_beginning = follower.iter().zip(leader.iter()).filter(|(one, other)| one == other).count() == follower.len();
    assert!(follower == before || is_beginning, "the log is neither what it was nor a beginning of the leader's");
    assert!(follower.agrees_up_to(&leader) >= before.agrees_up_to(&leader), "entries of the leader's are gone");
    match result {
        Ok(merged) => {
            assert_eq!(merged.matched, end, "not what was sent is acknowledged");
            assert!(follower.agrees_up_to(&leader) >= end, "what is acknowledged is not there");
        }
        Err(_) => assert!(before.agrees_up_to(&leader) < from, "entries are refused that fit"),
    }
}

fn real_reached(configuration: Configuration, indices: [u64; PROCESSES]) -> u64 {
    configuration.reached_by_quorum(|process| indices[usize::from(process)])
}

fn real_committed(configuration: Configuration, log: &Log<u8>, term: u64, commit: u64, matched: [u64; 3]) -> u64 {
    committed(configuration, log, term, commit, |process| matched[usize::from(process)])
}

fn real_victory(configuration: Configuration, votes: [usize; 3]) -> bool {
    let mut tally = Tally::default();
    votes.into_iter().for_each(|voter| tally.count(Id::from(voter)));
    tally.has_won(configuration)
}

#[kani::proof]
#[kani::unwind(66)]
fn quorums_of_old_and_new_voters_meet() {
    old_and_new_quorums_meet(Configuration::is_quorum);
}

#[kani::proof]
#[kani::unwind(66)]
fn what_a_quorum_has_reached() {
    what_is_reached_is_on_a_quorum(real_reached);
}

#[kani::proof]
#[kani::unwind(66)]
fn what_a_leader_commits() {
    an_entry_of_the_own_term_is_committed(real_committed);
}

#[kani::proof]
#[kani::unwind(66)]
fn votes_are_counted_once() {
    a_vote_counts_once(real_victory);
}

#[kani::proof]
#[kani::unwind(4)]
fn the_relation_up_to_date_is_a_total_preorder() {
    up_to_date_is_a_total_preorder(vote::is_up_to_date);
}

#[kani::proof]
#[kani::unwind(10)]
fn logs_that_match_still_match_after_a_merge() {
    a_merge_keeps_logs_matching(Log::merge);
}
