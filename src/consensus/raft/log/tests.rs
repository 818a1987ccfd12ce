use super::*;
use proptest::prelude::*;

/// A log as everyone would write it down.
#[derive(Clone, Debug, Default, PartialEq)]
struct Plain {
    base: Position,
    entries: Vec<Entry<u8>>,
}

#[derive(Clone, Debug)]
enum Change {
    /// Entries whose terms grow by so much each.
    Append(Vec<(u64, u8)>),
    /// Takes away so many.
    Truncate(usize),
    /// Forgets so many.
    Compact(usize),
    /// Continues from an older copy, this many changes ago.
    Return(usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let entries = proptest::collection::vec((0..2_u64, 0..3_u8), 0..5);
    let change = prop_oneof![
        6 => entries.prop_map(Change::Append),
        2 => (0..6_usize).prop_map(Change::Truncate),
        1 => (0..6_usize).prop_map(Change::Compact),
        1 => (0..8_usize).prop_map(Change::Return),
    ];
    proptest::collection::vec(change, 0..40)
}

impl Plain {
    fn change(&mut self, log: &mut Log<u8>, change: &Change) {
        let last = log.last();
        match change {
            Change::Append(entries) => {
                let mut term = last.term;
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(more, payload)| {
                        term += more;
                        Entry { term, payload: *payload }
                    })
                    .collect();
                log.append(entries.clone());
                self.entries.extend(entries);
            }
            Change::Truncate(count) => {
                let kept = self.entries.len().saturating_sub(*count);
                log.truncate(self.base.index + kept as u64);
                self.entries.truncate(kept);
            }
            Change::Compact(count) => {
                let gone = self.entries.len().min(*count);
                let index = self.base.index + gone as u64;
                log.compact(index);
                let term = self.entries.drain(..gone).next_back().map_or(self.base.term, |entry| entry.term);
                self.base = Position { term, index };
            }
            Change::Return(_) => {}
        }
    }
}

/// Both kinds of log after each change.
fn histories(changes: &[Change]) -> Vec<(Log<u8>, Plain)> {
    let mut versions = vec![(Log::default(), Plain::default())];
    for change in changes {
        let back = if let Change::Return(back) = change { *back } else { 0 };
        let (mut log, mut plain) = versions[versions.len().saturating_sub(back + 1)].clone();
        plain.change(&mut log, change);
        versions.push((log, plain));
    }
    versions
}

fn log(terms: &[u64]) -> Log<u8> {
    let mut log = Log::default();
    log.append(terms.iter().map(|term| Entry { term: *term, payload: *term as u8 }).collect());
    log
}

fn position(term: u64, index: u64) -> Position {
    Position { term, index }
}

#[test]
fn prints_its_entries_on_one_line() {
    let mut some = log(&[1, 1, 2]);
    assert_eq!(format!("{some:#?}"), "[1:1, 1:1, 2:2]");
    some.compact(2);
    assert_eq!(format!("{some:?}"), "1.2… [2:2]");
}

#[test]
fn a_long_log_is_dropped_without_a_deep_stack() {
    let mut long = Log::default();
    for _ in 0..1_000_000 {
        long.append(vec![Entry { term: 1, payload: () }]);
    }
    let copy = long.clone();
    long.append(vec![Entry { term: 1, payload: () }]);
    drop(long);
    assert_eq!(copy.len(), 1_000_000);
}

/// The figure about conflicts in Rudder §2.3.2, read as terms: a follower that has other entries than the leader names
/// the first of their term.
#[test]
fn a_conflict_names_the_term_that_is_there_and_where_it_begins() {
    let follower = log(&[1, 2, 2, 2, 3]);
    assert_eq!(follower.conflict(position(3, 4)), Some(Conflict::Other { term: 2, first: 2 }));
    assert_eq!(follower.conflict(position(4, 7)), Some(Conflict::Missing { last: 5 }));
    assert_eq!(follower.conflict(position(2, 3)), None);
    assert_eq!(follower.conflict(Position::default()), None);
}

#[test]
fn a_leader_skips_a_term_that_it_does_not_have() {
    let leader = log(&[1, 1, 1, 4, 4, 4, 5, 5]);
    assert_eq!(leader.retreat(7, Conflict::Missing { last: 4 }), 4);
    assert_eq!(leader.retreat(7, Conflict::Other { term: 4, first: 4 }), 6);
    assert_eq!(leader.retreat(7, Conflict::Other { term: 2, first: 3 }), 2);
    assert_eq!(leader.retreat(7, Conflict::Other { term: 3, first: 6 }), 3);
    assert_eq!(leader.retreat(1, Conflict::Other { term: 9, first: 1 }), 0);
}

#[test]
fn what_is_forgotten_agrees_with_every_leader() {
    let mut follower = log(&[1, 1, 2]);
    follower.compact(2);
    assert_eq!(follower.conflict(position(1, 1)), None);
    let sent = log(&[1, 1, 2, 2]).entries(2..=4).cloned().collect();
    assert_eq!(follower.merge(position(1, 1), sent), Ok(Merged { matched: 4, changed_from: Some(4) }));
    assert_eq!(follower.iter().map(|entry| entry.term).collect::<Vec<_>>(), [2, 2]);
}

#[test]
#[should_panic(expected = "the terms of a log never decrease")]
fn terms_never_decrease() {
    log(&[2, 1]);
}

#[test]
fn a_stored_log_whose_terms_decrease_is_refused() {
    let stored = r#"[{"term":0,"index":0},[{"term":2,"payload":0},{"term":1,"payload":0}]]"#;
    let error = serde_json::from_str::<Log<u8>>(stored).unwrap_err();
    assert!(error.to_string().starts_with("the terms of a log never decrease"), "{error}");
}

proptest! {
    #[test]
    fn it_holds_what_was_appended_and_not_taken_away(changes in changes()) {
        for (log, plain) in histories(&changes) {
            prop_assert_eq!(log.base(), plain.base);
            prop_assert_eq!(log.len(), plain.entries.len());
            prop_assert!(log.iter().eq(&plain.entries));
            let indices = || (plain.base.index + 1..).take(plain.entries.len());
            for (index, entry) in indices().zip(&plain.entries) {
                prop_assert_eq!(log.get(index), Some(entry));
            }
            prop_assert_eq!(log.get(plain.base.index), None);
            prop_assert_eq!(log.get(log.last().index + 1), None);
            for first in indices() {
                let rest = plain.entries.iter().skip((first - plain.base.index - 1) as usize);
                prop_assert!(log.entries(first..=first + 2).eq(rest.take(3)));
            }
        }
    }

    /// However two logs have come about: they agree, and are ordered, by what they hold.
    #[test]
    fn logs_are_compared_by_what_they_hold(changes in changes()) {
        let versions = histories(&changes);
        for (one, plain) in &versions {
            for (other, other_plain) in versions.iter().step_by(3) {
                prop_assert_eq!(one == other, plain == other_plain);
                prop_assert_eq!(one.cmp(other).is_eq(), plain == other_plain);
                let first = one.base().index.max(other.base().index) + 1;
                let agree = (first..=one.last().index.min(other.last().index)).take_while(|index| one.get(*index) == other.get(*index)).count() as u64;
                prop_assert_eq!(one.agrees_up_to(other), first - 1 + agree);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again(changes in changes()) {
        let (log, _) = histories(&changes).pop().expect("the first version");
        let written = serde_json::to_string(&log).expect("a log can be written");
        prop_assert_eq!(serde_json::from_str::<Log<u8>>(&written).expect("and read"), log);
    }

    /// A leader's log and a follower's are versions of logs that match; after a merge the follower has what the leader
    /// sent, and more only where the two agreed anyway.
    #[test]
    fn a_merge_makes_logs_agree(ours in terms(), theirs in terms(), from in 0..8_usize, count in 0..8_usize) {
        let (mut follower, leader) = matching(&ours, &theirs);
        let before = follower.clone();
        let from = from.min(leader.len()) as u64;
        let sent: Vec<_> = leader.entries(from + 1..=from + count as u64).cloned().collect();
        let end = from + sent.len() as u64;
        let previous = leader.position_at(from).expect("it is the leader's");
        match follower.merge(previous, sent) {
            Ok(merged) => {
                prop_assert_eq!(merged.matched, end);
                prop_assert!(follower.agrees_up_to(&leader) >= end);
                prop_assert_eq!(merged.changed_from.is_some(), follower != before);
                if before.agrees_up_to(&leader) >= end {
                    prop_assert_eq!(follower, before);
                } else {
                    prop_assert_eq!(follower.last().index, end);
                }
            }
            Err(_) => {
                prop_assert_eq!(&follower, &before);
                prop_assert!(before.agrees_up_to(&leader) < from);
            }
        }
    }

    /// A leader that heeds the hint never skips an entry on which the logs agree, and always comes nearer to it.
    #[test]
    fn a_hint_leads_to_where_logs_agree(ours in terms(), theirs in terms(), from in 1..8_u64) {
        let (follower, leader) = matching(&ours, &theirs);
        let from = from.min(leader.last().index);
        let previous = leader.position_at(from).expect("it is the leader's");
        if let Some(conflict) = follower.conflict(previous) {
            let agreeing = leader.retreat(from, conflict);
            prop_assert!(agreeing < from);
            prop_assert!(agreeing >= follower.agrees_up_to(&leader));
        }
    }
}

/// Terms of a log, in order.
fn terms() -> impl Strategy<Value = Vec<u64>> {
    proptest::collection::vec(1..4_u64, 0..7).prop_map(|mut terms| {
        terms.sort_unstable();
        terms
    })
}

/// Two logs that match: where both have an entry of the same term at the same index, they agree up to there. (Before
/// the last such index the second takes the first one's terms.)
fn matching(ours: &[u64], theirs: &[u64]) -> (Log<u8>, Log<u8>) {
    let common = (0..ours.len().min(theirs.len())).rev().find(|place| ours[*place] == theirs[*place]);
    let common = common.map_or(0, |place| place + 1);
    let theirs: Vec<_> = ours[..common].iter().chain(&theirs[common..]).copied().collect();
    (log(ours), log(&theirs))
}
