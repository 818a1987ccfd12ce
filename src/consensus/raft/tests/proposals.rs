//! Proposals, and what their applications are told.

use super::*;

fn applied(number: u64, index: u64, output: usize) -> Indication<usize> {
    Indication::Applied { number, index, output }
}

#[test]
fn a_server_alone_applies_at_once() {
    let mut one = Cluster::new(1);
    one.timeout(0, Timer::Election);
    one.propose(0, 7, 70);
    assert_eq!(one.told, [(0, applied(7, 2, 1))]);
}

/// Rudder, figure 2.13: the client has come to a follower, which passes its command on; the leader applies it when a
/// majority has it, and the others when they hear of that. (Index 1 is the leader's own first entry.)
#[test]
fn a_follower_passes_a_command_on() {
    let [a, b, c] = [0, 1, 2];
    let mut three = Cluster::new(3);
    three.elect(a, &[b, c]);
    three.propose(b, 5, 50);
    three.deliver_all();
    assert_eq!(three.told, [(b, applied(5, 2, 1))]);
    assert!(three.timers[b].contains(&Timer::Election) && !three.timers[b].contains(&Timer::Propose));
    three.timeout(a, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.state(c).machine, Journal(vec![50]));
    assert_eq!(three.told.len(), 1);
}

#[test]
fn without_a_leader_a_proposal_is_refused() {
    let mut three = Cluster::new(3);
    three.propose(0, 1, 10);
    assert_eq!(three.told, [(0, Indication::Refused { number: 1, reason: Refusal::NoLeader })]);
}

#[test]
fn no_more_wait_than_may() {
    let mut two = Cluster::of(2, |server| server.window(2), &[None, None]);
    two.elect(0, &[1]);
    for number in 1..=3 {
        two.propose(1, number, number as u8);
    }
    assert_eq!(two.told, [(1, Indication::Refused { number: 3, reason: Refusal::Full })]);
    two.deliver_all();
    assert_eq!(two.told[1..], [(1, applied(1, 2, 1)), (1, applied(2, 3, 2))]);
}

#[test]
fn several_commands_travel_together_and_are_answered_one_by_one() {
    for (server, messages) in [(0, 2), (1, 1)] {
        let mut three = Cluster::of(3, |server| server.flight(1), &[None, None, None]);
        three.elect(0, &[1, 2]);
        three.propose_all(server, 5, &[50, 60, 70]);
        assert_eq!(three.messages.len(), messages);
        three.deliver_all();
        assert_eq!(three.told, [(5, 2, 1), (6, 3, 2), (7, 4, 3)].map(|(n, i, o)| (server, applied(n, i, o))));
    }
}

#[test]
fn of_several_commands_all_are_refused_or_none() {
    let mut one = Cluster::of(1, |server| server.window(2), &[None]);
    let refused = |number, reason| (0, Indication::Refused { number, reason });
    one.propose_all(0, 1, &[10, 20]);
    one.timeout(0, Timer::Election);
    one.propose_all(0, 3, &[10, 20, 30]);
    let expected =
        [(1, Refusal::NoLeader), (2, Refusal::NoLeader), (3, Refusal::Full), (4, Refusal::Full), (5, Refusal::Full)];
    assert_eq!(one.told, expected.map(|(number, reason)| refused(number, reason)));
    one.propose_all(0, 6, &[]);
    one.propose_all(0, 6, &[10, 20]);
    assert_eq!(one.told[5..], [(0, applied(6, 2, 1)), (0, applied(7, 3, 2))]);
}

#[test]
fn a_proposal_that_is_lost_is_sent_again() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.propose(1, 1, 10);
    three.lose_all();
    three.timeout(1, Timer::Propose);
    three.deliver_all();
    assert_eq!(three.told, [(1, applied(1, 2, 1))]);
}

#[test]
fn a_proposal_that_comes_twice_is_applied_once() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.propose(1, 1, 10);
    let (_, _, twin) = three.messages[0].clone();
    three.deliver_all();
    three.receive(1, 0, twin);
    three.deliver_all();
    assert_eq!(three.state(0).machine, Journal(vec![10]));
}

/// The slides promise that what a process broadcasts is delivered in that order everywhere; but there a message that
/// waits for the old leader is overtaken by one that goes to the new leader. Here the second waits for its turn.
#[test]
fn proposals_of_a_process_never_overtake_one_another() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.propose(2, 1, 10);
    // It stays on the way to the old leader, while the third server hears of the new one.
    let late = three.messages.remove(0);
    three.elect(1, &[2]);
    assert!(leads(&three, 1, 2, &[2]));
    three.propose(2, 2, 20);
    three.deliver_among(&[1, 2]);
    three.receive(late.0, late.1, late.2);
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert!((0..3).all(|server| three.state(server).machine == Journal(vec![10, 20])));
    assert_eq!(three.told.iter().filter(|(server, _)| *server == 2).count(), 2);
}

/// What a leader had appended and could not commit is proposed again to the one after it.
#[test]
fn what_a_leader_has_lost_comes_again() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.propose(0, 1, 10);
    three.lose_all();
    three.elect(1, &[2]);
    three.lose_all();
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.told, [(0, applied(1, 3, 1))]);
    assert_eq!(three.state(0).machine, Journal(vec![10]));
}

/// An answer belongs to the incarnation that asked: what is applied after a crash answers nobody.
#[test]
fn a_recovered_server_is_not_answered_for_what_it_asked_before() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.propose(1, 1, 10);
    three.deliver(1, 0);
    three.crash(1);
    three.recover(1);
    three.deliver_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    three.propose(1, 1, 20);
    three.deliver_all();
    assert_eq!(three.told, [(1, applied(1, 3, 2))]);
    assert_eq!(three.state(1).machine, Journal(vec![10, 20]));
}
