//! A leader looks around for a quorum.

use super::*;

fn careful(servers: usize) -> Cluster {
    Cluster::of(servers, Raft::check_quorum, &vec![None; servers])
}

#[test]
fn a_leader_that_hears_of_a_quorum_stays() {
    let mut three = careful(3);
    three.elect(0, &[1, 2]);
    three.timeout(0, Timer::Election);
    for _ in 0..2 {
        three.timeout(0, Timer::Heartbeat);
        three.deliver_among(&[0, 2]);
        three.lose_all();
        three.timeout(0, Timer::Election);
        assert!(leads(&three, 0, 1, &[2]));
    }
}

/// With the first look it goes on, for it has heard of the others before; not with the next.
#[test]
fn a_leader_that_is_cut_off_steps_down() {
    let mut three = careful(3);
    three.elect(0, &[1, 2]);
    three.timeout(0, Timer::Election);
    three.timeout(0, Timer::Heartbeat);
    three.lose_all();
    three.timeout(0, Timer::Election);
    assert!(!three.state(0).is_leader());
    assert_eq!(three.state(0).term(), 1);
    assert_eq!(three.timers[0], [Timer::Election].into());
    three.propose(0, 1, 10);
    assert_eq!(three.told, [(0, Indication::Refused { number: 1, reason: Refusal::NoLeader })]);
}

/// What it had appended for its application waits, and goes to the next leader.
#[test]
fn what_was_proposed_to_a_leader_that_steps_down_is_not_forgotten() {
    let mut three = careful(3);
    three.elect(0, &[1, 2]);
    three.timeout(0, Timer::Election);
    three.propose(0, 1, 10);
    three.lose_all();
    three.timeout(0, Timer::Election);
    three.elect(1, &[2]);
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told, [(0, Indication::Applied { number: 1, index: 3, output: 1 })]);
}

/// A word of an earlier term says nothing of who would follow now.
#[test]
fn only_messages_of_the_term_count() {
    let mut three = careful(3);
    three.elect(0, &[1, 2]);
    three.elect(1, &[0, 2]);
    three.timeout(1, Timer::Election);
    three.receive(0, 1, Message { term: 1, body: Body::Appended { matched: 1 } });
    three.timeout(1, Timer::Election);
    assert!(!three.state(1).is_leader());
}

#[test]
fn a_server_alone_is_a_quorum() {
    let mut one = careful(1);
    one.timeout(0, Timer::Election);
    one.timeout(0, Timer::Election);
    assert!(leads(&one, 0, 1, &[]));
}
