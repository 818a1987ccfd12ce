//! Changes of the membership.

use super::*;
use crate::quorum::ProcessSet;

fn ids(ids: &[usize]) -> ProcessSet {
    ids.iter().map(|id| Id::from(*id)).collect()
}

fn voters(voters: &[usize]) -> Configuration {
    Configuration::new(ids(voters)).expect("there are voters")
}

/// So many servers, of which these are the first voters, and the first of them leads.
fn led(servers: usize, first: &[usize]) -> Cluster {
    let mut cluster =
        Cluster::with(servers, Raft::new(voters(first), Journal::default()).snapshots(9, 0), &vec![None; servers]);
    cluster.elect(first[0], &first[1..]);
    cluster
}

fn ask(cluster: &mut Cluster, server: usize, number: u64, configuration: Configuration) {
    cluster.request(server, Request::Reconfigure { number, configuration });
}

fn current(cluster: &Cluster, server: usize) -> Configuration {
    cluster.state(server).configurations.current()
}

fn done(number: u64) -> Indication<usize> {
    Indication::Reconfigured { number }
}

fn refused(number: u64, reason: Refusal) -> Indication<usize> {
    Indication::Refused { number, reason }
}

#[test]
fn one_server_becomes_three() {
    let mut three = led(3, &[0]);
    three.propose(0, 1, 10);
    ask(&mut three, 0, 2, voters(&[0, 1, 2]));
    assert_eq!(three.state(0).durable.log.last().index, 2, "the others are empty: not before they have caught up");
    three.deliver_all();
    assert_eq!(three.told[1..], [(0, done(2))]);
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    for server in 0..3 {
        assert_eq!(current(&three, server), voters(&[0, 1, 2]));
        assert_eq!(three.state(server).machine, Journal(vec![10]));
    }
    three.crash(0);
    three.elect(2, &[1]);
}

#[test]
fn one_of_three_is_replaced() {
    let mut four = led(4, &[0, 1, 2]);
    four.crash(2);
    ask(&mut four, 0, 1, voters(&[0, 1, 3]));
    four.deliver_all();
    assert_eq!(four.told, [(0, done(1))]);
    four.crash(1);
    four.propose(0, 2, 10);
    four.deliver_all();
    assert_eq!(four.told[1], (0, Indication::Applied { number: 2, index: 4, output: 1 }));
}

/// Rule 4: it leads, without counting itself, until it is no member any more.
#[test]
fn a_leader_that_is_removed_steps_down_when_that_is_committed() {
    let mut three = led(3, &[0, 1, 2]);
    ask(&mut three, 0, 1, voters(&[1, 2]));
    for other in [1, 2] {
        three.deliver(0, other);
        three.deliver(other, 0);
    }
    assert_eq!(current(&three, 0), voters(&[1, 2]), "in force at once");
    three.deliver_among(&[0, 1]);
    assert!(three.state(0).is_leader());
    assert!(three.told.is_empty(), "one of the two has it, and the leader does not count");
    three.deliver_all();
    assert_eq!(three.told, [(0, done(1))]);
    assert!(!three.state(0).is_leader());
    assert_eq!(three.timers[0], [Timer::Election].into());
    for server in [1, 2] {
        assert!(three.state(server).commit >= 3, "it has told them before");
    }
    three.timeout(0, Timer::Election);
    assert!(three.messages.is_empty(), "who is no voter does not stand");
}

/// Nothing is decided by new voters alone, nor by old ones alone.
#[test]
fn a_joint_configuration_needs_both_majorities() {
    for (some, who) in [(vec![0, 1], "the old voters, and one of the new"), (vec![0, 3, 4], "the new voters")] {
        let mut five = led(5, &[0, 1, 2]);
        ask(&mut five, 0, 1, voters(&[2, 3, 4]));
        for newcomer in [3, 4] {
            five.deliver_among(&[0, newcomer]);
        }
        assert!(current(&five, 0).is_joint());
        five.deliver_among(&some);
        assert_eq!(five.state(0).commit, 1, "{who}");
        five.deliver_all();
        assert_eq!(five.told, [(0, done(1))]);
    }
}

#[test]
fn an_election_in_a_joint_configuration_needs_both_majorities() {
    let mut five = led(5, &[0, 1, 2]);
    ask(&mut five, 0, 1, voters(&[3, 4]));
    five.deliver_among(&[0, 3]);
    five.deliver_among(&[0, 4]);
    five.deliver_among(&[0, 1]);
    five.crash(0);
    five.lose_all();
    assert!(current(&five, 1).is_joint());
    five.give_up(2);
    five.timeout(1, Timer::Election);
    five.deliver_among(&[1, 2]);
    assert!(matches!(five.state(1).role, Role::PreCandidate { .. }), "old voters alone");
    five.lose_all();
    [3, 4].iter().for_each(|voter| five.give_up(*voter));
    five.timeout(1, Timer::Election);
    five.deliver_all();
    for server in [3, 4] {
        assert_eq!(current(&five, server), voters(&[3, 4]), "whoever leads next goes on");
    }
    assert!(!five.state(1).is_leader());
}

/// The leader of before had asked: it is told when it hears of it.
#[test]
fn whoever_asked_is_told_also_by_the_next_leader() {
    let mut three = Cluster::of(3, Raft::check_quorum, &[None, None, None]);
    three.elect(0, &[1, 2]);
    three.timeout(0, Timer::Election);
    ask(&mut three, 0, 1, voters(&[0, 1]));
    three.deliver(0, 1);
    three.lose_all();
    three.timeout(0, Timer::Election);
    three.elect(1, &[0]);
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told, [(0, done(1))]);
}

/// What nobody else has is gone with its leader, and the configuration before is in force again.
#[test]
fn a_change_may_come_to_nothing() {
    let mut three = led(3, &[0, 1, 2]);
    ask(&mut three, 0, 1, voters(&[0]));
    assert!(current(&three, 0).is_joint());
    three.lose_all();
    three.elect(1, &[2]);
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told, [(0, refused(1, Refusal::Withdrawn))]);
    assert_eq!(current(&three, 0), voters(&[0, 1, 2]));
}

#[test]
fn newcomers_catch_up_first_and_a_change_that_waits_can_be_withdrawn() {
    let mut four = led(4, &[0, 1, 2]);
    four.crash(3);
    ask(&mut four, 0, 1, voters(&[0, 1, 3]));
    for _ in 0..3 {
        four.timeout(0, Timer::Heartbeat);
        four.deliver_all();
    }
    assert_eq!(current(&four, 0), voters(&[0, 1, 2]));
    ask(&mut four, 0, 2, voters(&[0, 1, 2]));
    assert_eq!(four.told, [(0, refused(1, Refusal::Withdrawn)), (0, done(2))]);
    four.timeout(0, Timer::Heartbeat);
    assert!(four.messages.iter().all(|(_, to, _)| *to != 3));
}

/// A leader that is deposed while newcomers catch up tells so.
#[test]
fn a_change_that_has_not_begun_goes_with_its_leader() {
    let mut four = led(4, &[0, 1, 2]);
    ask(&mut four, 0, 1, voters(&[0, 1, 3]));
    four.lose_all();
    four.elect(1, &[2]);
    four.deliver_all();
    assert_eq!(four.told, [(0, refused(1, Refusal::Withdrawn))]);
    assert!(four.state(0).reconfiguration.is_none());
}

#[test]
fn one_change_is_made_at_a_time_and_by_the_leader() {
    let mut three = led(3, &[0, 1, 2]);
    ask(&mut three, 1, 1, voters(&[0]));
    ask(&mut three, 0, 2, voters(&[0, 1]));
    ask(&mut three, 0, 3, voters(&[0]));
    let leader = Id::from(0);
    assert_eq!(three.told, [(1, refused(1, Refusal::NotLeader { leader })), (0, refused(3, Refusal::Changing))]);
    three.deliver_all();
    let joint = voters(&[0, 1]).towards(voters(&[0])).expect("neither is joint");
    ask(&mut three, 0, 4, joint);
    assert_eq!(three.told[2..], [(0, done(2)), (0, refused(4, Refusal::Changing))]);
}

/// Definition 3.13 of Rudder: who was removed and does not know it deposes nobody, and its term does not grow.
#[test]
fn who_was_removed_disturbs_nobody() {
    let mut three = led(3, &[0, 1, 2]);
    ask(&mut three, 0, 1, voters(&[0, 1]));
    three.deliver_among(&[0, 1]);
    three.lose_all();
    for _ in 0..3 {
        three.timeout(2, Timer::Election);
        three.deliver_all();
    }
    assert_eq!(three.state(2).term(), 1);
    assert!(leads(&three, 0, 1, &[1]));
}

#[test]
fn learners_learn_and_do_not_count() {
    let mut four = led(4, &[0, 1, 2]);
    let learning = Configuration::with_learners(ids(&[0, 1, 2]), ids(&[3])).expect("no voter learns");
    ask(&mut four, 0, 1, learning);
    four.deliver_all();
    four.propose(3, 5, 50);
    four.deliver_all();
    four.timeout(0, Timer::Heartbeat);
    four.deliver_all();
    assert_eq!(four.told, [(0, done(1)), (3, Indication::Applied { number: 5, index: 4, output: 1 })]);
    assert_eq!(four.state(3).machine, Journal(vec![50]));
    four.crash(1);
    four.crash(2);
    four.propose(0, 6, 60);
    four.deliver_all();
    assert_eq!(four.state(0).commit, 4);
    four.timeout(3, Timer::Election);
    assert!(!four.messages.iter().any(|(from, _, _)| *from == 3), "a learner does not stand");
}

/// In one change a learner becomes a voter, and a voter a learner.
#[test]
fn a_learner_and_a_voter_change_places() {
    let mut four = led(4, &[0, 1, 2]);
    let before = Configuration::with_learners(ids(&[0, 1, 2]), ids(&[3])).expect("no voter learns");
    let after = Configuration::with_learners(ids(&[0, 1, 3]), ids(&[2])).expect("no voter learns");
    for (number, configuration) in [(1, before), (2, after)] {
        ask(&mut four, 0, number, configuration);
        four.deliver_all();
    }
    assert_eq!(four.told, [(0, done(1)), (0, done(2))]);
    four.timeout(0, Timer::Heartbeat);
    four.deliver_all();
    assert!((0..4).all(|server| current(&four, server) == after));
}

/// Who is in the cluster is part of a snapshot, and so is known to whoever has got that, or has recovered with it.
#[test]
fn a_snapshot_says_who_is_in_the_cluster() {
    let mut four = led(4, &[0, 1, 2]);
    four.crash(2);
    ask(&mut four, 0, 1, voters(&[0, 1, 2, 3]));
    four.deliver_all();
    for number in 2..=7 {
        four.propose(0, number, number as u8);
        four.deliver_all();
    }
    assert_eq!(four.state(0).durable.log.base().index, 9);
    four.recover(2);
    for _ in 0..2 {
        four.timeout(0, Timer::Heartbeat);
        four.deliver_all();
    }
    four.crash(0);
    four.recover(0);
    for server in 0..4 {
        assert_eq!(current(&four, server), voters(&[0, 1, 2, 3]));
    }
    four.elect(2, &[1, 3]);
}

/// What was committed before the change is not lost by it.
#[test]
fn all_voters_are_exchanged_at_once() {
    let mut six = led(6, &[0, 1, 2]);
    six.propose(0, 1, 10);
    six.deliver_all();
    ask(&mut six, 0, 2, voters(&[3, 4, 5]));
    six.deliver_all();
    assert_eq!(six.told[1..], [(0, done(2))]);
    (0..3).for_each(|server| six.crash(server));
    let leader = (3..6).find(|server| six.state(*server).is_leader()).expect("one of them was told to stand");
    assert_eq!(six.state(leader).machine, Journal(vec![10]));
}
