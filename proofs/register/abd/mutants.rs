//! Known-wrong functions, each of which a law refuses.

use kani::stand_in::assert_refuted;

use super::*;
use synod::quorum::ProcessSet;

#[test]
fn the_number_alone_does_not_order_timestamps() {
    assert_refuted("two timestamps are not ordered, or both ways", || {
        timestamps_are_totally_ordered(|a, b| a.number < b.number);
    });
}

#[test]
fn a_later_writer_does_not_make_up_for_an_earlier_number() {
    assert_refuted("the order of timestamps is not transitive", || {
        // Writers first, but not between the first and the last number.
        timestamps_are_totally_ordered(|a, b| {
            let order = (a.writer, a.number) < (b.writer, b.number);
            if a.number.abs_diff(b.number) == 2 { (a.number, a.writer) < (b.number, b.writer) } else { order }
        });
    });
}

#[test]
fn the_latest_timestamp_is_not_free() {
    assert_refuted("a new timestamp is not later than what is known", || {
        a_new_timestamp_is_new(|latest, writer| Timestamp { number: latest.map_or(1, |known| known.number), writer });
    });
}

#[test]
fn timestamps_are_not_shared() {
    assert_refuted("two writers used the same timestamp", || {
        a_new_timestamp_is_new(|latest, _| Timestamp::after(latest, Id::from(0)));
    });
}

#[test]
fn a_process_uses_only_its_own_timestamps() {
    assert_refuted("a process used another's timestamp", || {
        a_new_timestamp_is_new(|latest, writer| Timestamp::after(latest, Id::from((usize::from(writer) + 1) % 3)));
    });
}

#[test]
fn the_last_answer_is_not_the_one_to_take() {
    assert_refuted("somebody answered with a later version", || {
        answers_come_to_the_latest_version(|answers, process, version| {
            if answers.latest != version {
                (answers.latest, answers.holders) = (None, ProcessSet::new());
            }
            answers.add(process, version);
        });
    });
}

#[test]
fn who_had_an_older_version_does_not_hold_the_latest() {
    assert_refuted("the holders are not those who answered with the latest version", || {
        answers_come_to_the_latest_version(|answers, process, version| {
            let holders = answers.holders;
            answers.add(process, version);
            answers.holders = answers.holders.union(holders);
        });
    });
}

#[test]
fn who_has_the_same_version_holds_it_too() {
    assert_refuted("the holders are not those who answered with the latest version", || {
        answers_come_to_the_latest_version(|answers, process, version| {
            let holders = answers.holders;
            answers.add(process, version);
            if holders.is_subset(answers.holders) && !holders.is_empty() {
                answers.holders = holders;
            }
        });
    });
}

#[test]
fn to_have_nothing_is_an_answer() {
    assert_refuted("who has answered is not who is counted", || {
        answers_come_to_the_latest_version(|answers, process, version| {
            if version.is_some() {
                answers.add(process, version);
            }
        });
    });
}

#[test]
fn a_writer_must_not_go_by_itself() {
    assert_refuted("a write came before what had ended", || {
        a_write_comes_after_what_has_ended(|_, writer| Timestamp::after(None, writer), Answers::add);
    });
    assert_refuted("a write came before what had ended", || {
        a_write_comes_after_what_has_ended(Timestamp::after, |answers, process, version| {
            if answers.from.is_empty() {
                answers.add(process, version);
            }
        });
    });
}

#[test]
fn a_replica_must_not_keep_whatever_comes_last() {
    assert_refuted("a replica went back", || {
        a_replica_keeps_the_latest(|replica, version| {
            let changed = replica.timestamp() != Some(version.timestamp);
            replica.version = Some(version);
            changed
        });
    });
}

#[test]
fn a_replica_must_not_keep_what_came_first() {
    assert_refuted("a replica missed a later version", || {
        a_replica_keeps_the_latest(|replica, version| replica.version.is_none() && replica.adopt(version));
    });
}

#[test]
fn an_equal_version_is_nothing_new() {
    assert_refuted("a replica does not know whether it has changed", || {
        a_replica_keeps_the_latest(|replica, version| {
            let newer = Some(version.timestamp) >= replica.timestamp();
            replica.adopt(version);
            newer
        });
    });
}
