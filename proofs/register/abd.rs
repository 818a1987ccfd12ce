//! ABD: that timestamps are totally ordered and each is used by one writer, that answers come to the latest version and to
//! those who have it, that a write comes after everything that has ended, and that a replica never goes back.
//!
//! Each law is a function of what it judges, which `abd/mutants.rs` applies to known-wrong functions.

use crate::choices::any_within;
use synod::register::abd::{Answers, Replica, Timestamp, Version};
use synod::stateright::actor::Id;

#[cfg(all(test, not(kani)))]
mod mutants;

const REPLICAS: usize = 3;
const NUMBERS: usize = 3;

fn any_timestamp(name: &'static str) -> Timestamp {
    Timestamp { number: any_within(name, 1..=NUMBERS) as u64, writer: Id::from(any_within("writer", 0..=REPLICAS - 1)) }
}

fn any_latest(name: &'static str) -> Option<Timestamp> {
    if kani::any() { Some(any_timestamp(name)) } else { None }
}

/// A version that was written at some time; its value is of no account.
fn version(timestamp: Option<Timestamp>) -> Option<Version<()>> {
    timestamp.map(|timestamp| Version { timestamp, value: () })
}

/// Exactly one of "less", "equal", "greater" holds of two timestamps, and "less" is transitive.
fn timestamps_are_totally_ordered(less: fn(&Timestamp, &Timestamp) -> bool) {
    let (a, b, c) = (any_timestamp("first"), any_timestamp("second"), any_timestamp("third"));
    let equal = a.number == b.number && a.writer == b.writer;
    let holding = [less(&a, &b), equal, less(&b, &a)].iter().filter(|holds| **holds).count();
    assert_eq!(holding, 1, "two timestamps are not ordered, or both ways");
    assert!(!(less(&a, &b) && less(&b, &c)) || less(&a, &c), "the order of timestamps is not transitive");
}

/// A new timestamp is later than what the writer knows of, and nobody else's, whatever they know of.
fn a_new_timestamp_is_new(after: fn(Option<Timestamp>, Id) -> Timestamp) {
    let (known, others) = (any_latest("known"), any_latest("known to another"));
    let (one, other) = (Id::from(any_within("one", 0..=2)), Id::from(any_within("other", 0..=2)));
    let timestamp = after(known, one);
    assert!(Some(timestamp) > known, "a new timestamp is not later than what is known");
    assert_eq!(timestamp.writer, one, "a process used another's timestamp");
    assert!(one == other || after(others, other) != timestamp, "two writers used the same timestamp");
}

/// What answers come to.
struct Found {
    latest: Option<Timestamp>,
    from: [bool; REPLICAS],
    holders: [bool; REPLICAS],
}

/// The answers of some replicas, in the order of their numbers or against it, each with what it has.
fn answers_of(
    asked: &[bool; REPLICAS],
    have: &[Option<Timestamp>; REPLICAS],
    backward: bool,
    add: fn(&mut Answers<()>, Id, Option<Version<()>>),
) -> Found {
    let mut answers = Answers::default();
    for turn in 0..REPLICAS {
        let replica = if backward { REPLICAS - 1 - turn } else { turn };
        if asked[replica] {
            add(&mut answers, Id::from(replica), version(have[replica]));
        }
    }
    let mut found = Found {
        latest: answers.latest.map(|version| version.timestamp),
        from: [false; REPLICAS],
        holders: [false; REPLICAS],
    };
    for replica in 0..REPLICAS {
        found.from[replica] = answers.from.contains(Id::from(replica));
        found.holders[replica] = answers.holders.contains(Id::from(replica));
    }
    found
}

fn any_replicas() -> [Option<Timestamp>; REPLICAS] {
    [any_latest("first replica's"), any_latest("second replica's"), any_latest("third replica's")]
}

/// Nobody who has answered has anything later, the holders are those who have it, and nobody counts who has not answered. In
/// whichever order the answers came.
fn answers_come_to_the_latest_version(add: fn(&mut Answers<()>, Id, Option<Version<()>>)) {
    let (asked, have) = (kani::any(), any_replicas());
    let found = answers_of(&asked, &have, kani::any(), add);
    for replica in 0..REPLICAS {
        assert_eq!(found.from[replica], asked[replica], "who has answered is not who is counted");
        assert!(!asked[replica] || have[replica] <= found.latest, "somebody answered with a later version");
        let holds = asked[replica] && have[replica] == found.latest;
        assert_eq!(found.holders[replica], holds, "the holders are not those who answered with the latest version");
    }
}

/// What a majority holds when a write begins, the write comes after: it asks another majority, and takes the next timestamp.
fn a_write_comes_after_what_has_ended(
    after: fn(Option<Timestamp>, Id) -> Timestamp,
    add: fn(&mut Answers<()>, Id, Option<Version<()>>),
) {
    let have = any_replicas();
    let silent = any_within("silent", 0..=REPLICAS - 1);
    let mut asked = [true; REPLICAS];
    asked[silent] = false;
    let found = answers_of(&asked, &have, kani::any(), add);
    let written = after(found.latest, Id::from(any_within("writer", 0..=REPLICAS - 1)));
    for ended in have.iter().flatten() {
        let holders = have.iter().filter(|version| **version >= Some(*ended)).count();
        assert!(holders <= REPLICAS / 2 || written > *ended, "a write came before what had ended");
    }
}

/// A replica that hears of two versions ends up with the later of all that it knows, whichever came first, and says each time
/// whether it has changed.
fn a_replica_keeps_the_latest(adopt: fn(&mut Replica<()>, Version<()>) -> bool) {
    let (first, second) = (any_timestamp("first"), any_timestamp("second"));
    let mut replica = Replica { incarnation: 1, version: version(any_latest("the replica's own")) };
    for heard in [first, second] {
        let before = replica.timestamp();
        let said = adopt(&mut replica, Version { timestamp: heard, value: () });
        assert!(replica.timestamp() >= before, "a replica went back");
        assert!(replica.timestamp() >= Some(heard), "a replica missed a later version");
        assert!([before, Some(heard)].contains(&replica.timestamp()), "a version came from nowhere");
        assert_eq!(said, replica.timestamp() != before, "a replica does not know whether it has changed");
    }
    assert_eq!(replica.incarnation, 1, "a version is no start");
}

#[kani::proof]
#[kani::unwind(4)]
fn the_order_of_timestamps_is_total() {
    timestamps_are_totally_ordered(|a, b| a < b);
}

#[kani::proof]
#[kani::unwind(4)]
fn a_timestamp_is_never_used_twice() {
    a_new_timestamp_is_new(Timestamp::after);
}

#[kani::proof]
#[kani::unwind(4)]
fn the_latest_version_is_found_among_the_answers() {
    answers_come_to_the_latest_version(Answers::add);
}

#[kani::proof]
#[kani::unwind(4)]
fn writes_come_after_what_has_ended() {
    a_write_comes_after_what_has_ended(Timestamp::after, Answers::add);
}

#[kani::proof]
#[kani::unwind(4)]
fn replicas_keep_the_latest() {
    a_replica_keeps_the_latest(Replica::adopt);
}
