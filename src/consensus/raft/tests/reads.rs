//! Reads without an entry in the log. The machine answers how many commands it would have with one more.

use super::*;

fn answered(number: u64, output: usize) -> Indication<usize> {
    Indication::Answered { number, output }
}

fn elected() -> Cluster {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three
}

#[test]
fn a_server_alone_reads_at_once() {
    let mut one = Cluster::new(1);
    one.timeout(0, Timer::Election);
    one.propose(0, 1, 10);
    one.read(0, 2);
    assert_eq!(one.told[1..], [(0, answered(2, 2))]);
    assert_eq!(one.state(0).machine, Journal(vec![10]), "a read changes nothing");
}

#[test]
fn a_leader_asks_a_quorum_before_it_answers() {
    let mut three = elected();
    three.read(0, 1);
    assert!(three.told.is_empty());
    three.deliver(0, 2);
    assert_eq!(three.deliver(2, 0), [Body::Confirmed { round: 1 }]);
    assert_eq!(three.told, [(0, answered(1, 1))]);
    assert_eq!(log_of(&three, 0).len(), 1);
}

/// Rudder §2.3.5: before an entry of its own term is committed, a leader may not know of what is.
#[test]
fn a_read_waits_for_an_entry_of_the_term() {
    let mut three = Cluster::of(3, |server| server, &[crashed_log(1, &[1]), crashed_log(1, &[1]), None]);
    three.timeout(0, Timer::Election);
    for _ in 0..2 {
        three.deliver(0, 1);
        three.deliver(1, 0);
    }
    assert!(three.state(0).is_leader());
    three.read(0, 1);
    assert!(!three.messages.iter().any(|(_, _, message)| matches!(message.body, Body::Confirm { .. })));
    three.deliver_all();
    assert_eq!(three.told, [(0, answered(1, 2))]);
}

/// The one that was deposed without knowing it is told so by whoever it asks to confirm; then it asks the new leader.
#[test]
fn a_leader_that_was_deposed_answers_nothing_old() {
    let mut three = elected();
    three.elect(1, &[2]);
    three.propose(1, 1, 10);
    three.deliver_among(&[1, 2]);
    three.lose_all();
    assert!(three.state(0).is_leader());
    three.read(0, 2);
    three.deliver_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told.len(), 1, "nobody of a later term confirms");
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told[1..], [(0, answered(2, 2))]);
}

/// What is answered by a follower is at least what was committed when it was asked for.
#[test]
fn a_follower_reads_when_it_has_applied_enough() {
    let mut three = elected();
    three.propose(0, 1, 10);
    three.deliver_among(&[0, 1]);
    three.lose_all();
    assert_eq!(three.state(2).machine, Journal(vec![]));
    three.read(2, 2);
    three.deliver(2, 0);
    three.deliver_among(&[0, 1]);
    let told = Body::MayRead { turn: Turn { incarnation: 1, serial: 1 }, index: 2 };
    assert!(three.deliver(0, 2).contains(&told));
    assert_eq!(three.told.len(), 1, "the follower lacks the entry");
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told[1..], [(2, answered(2, 2))]);
    assert!(!three.timers[2].contains(&Timer::Read));
}

#[test]
fn a_question_or_a_round_that_is_lost_comes_again() {
    let mut three = elected();
    three.read(2, 1);
    three.lose_all();
    three.timeout(2, Timer::Read);
    three.deliver(2, 0);
    three.lose_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told, [(2, answered(1, 1))]);
}

/// A round that began before a read was asked for says nothing of it.
#[test]
fn whoever_asks_during_a_round_waits_for_the_next() {
    let mut three = elected();
    three.read(0, 1);
    three.deliver(0, 1);
    three.read(0, 2);
    three.deliver(1, 0);
    assert_eq!(three.told, [(0, answered(1, 1))]);
    three.deliver_all();
    assert_eq!(three.told[1..], [(0, answered(2, 1))]);
}

/// An old answer, of an incarnation before, answers nobody.
#[test]
fn an_answer_belongs_to_the_incarnation_that_asked() {
    let mut three = elected();
    three.read(2, 1);
    three.deliver(2, 0);
    three.crash(2);
    three.recover(2);
    three.deliver_all();
    assert!(three.told.is_empty());
}

#[test]
fn reads_are_refused_without_a_leader_and_beyond_the_window() {
    let mut two = Cluster::of(2, |server| server.window(1), &[None, None]);
    two.read(0, 1);
    two.elect(0, &[1]);
    two.read(0, 2);
    two.read(0, 3);
    let refused = |number, reason| (0, Indication::Refused { number, reason });
    assert_eq!(two.told, [refused(1, Refusal::NoLeader), refused(3, Refusal::Full)]);
}
