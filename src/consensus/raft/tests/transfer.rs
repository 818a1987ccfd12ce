//! Leadership is handed over.

use super::*;
use crate::quorum::ProcessSet;

fn transfer(cluster: &mut Cluster, server: usize, number: u64, to: usize) {
    cluster.request(server, Request::Transfer { number, to: Id::from(to) });
}

fn elected() -> Cluster {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three
}

fn refused(number: u64, reason: Refusal) -> Indication<usize> {
    Indication::Refused { number, reason }
}

/// Though all others hear of the leader, and would not say that they would vote for anybody.
#[test]
fn another_leads_at_once() {
    let mut three = elected();
    transfer(&mut three, 0, 1, 2);
    three.deliver_all();
    assert_eq!(three.told, [(0, Indication::Transferred { number: 1 })]);
    assert!(leads(&three, 2, 2, &[0, 1]));
    assert!(three.state(0).handover.is_none());
}

/// It has all that the leader has before it stands; and what is proposed meanwhile waits for it.
#[test]
fn the_next_leader_has_the_whole_log() {
    let mut three = elected();
    three.propose(0, 1, 10);
    three.deliver_among(&[0, 1]);
    transfer(&mut three, 0, 2, 2);
    three.propose(0, 3, 30);
    three.propose(1, 4, 40);
    three.deliver(1, 0);
    assert!(!three.messages.iter().any(|(_, _, message)| message.body == Body::TimeoutNow));
    assert_eq!(log_of(&three, 0).len(), 2, "nothing more is appended");
    three.deliver_all();
    three.timeout(2, Timer::Heartbeat);
    three.deliver_all();
    assert!(leads(&three, 2, 2, &[0, 1]));
    assert_eq!(three.told.len(), 4);
    assert_eq!(three.state(2).machine.0.len(), 3);
}

#[test]
fn a_word_that_is_lost_comes_again() {
    let mut three = elected();
    transfer(&mut three, 0, 1, 2);
    three.lose_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert!(leads(&three, 2, 2, &[0, 1]));
}

/// The other is down: after an election time-out the leader goes on, with what has waited.
#[test]
fn a_leader_goes_on_if_it_is_in_vain() {
    for careful in [false, true] {
        let make = if careful { Raft::check_quorum } else { |server| server };
        let mut three = Cluster::of(3, make, &[None, None, None]);
        three.elect(0, &[1, 2]);
        three.crash(2);
        transfer(&mut three, 0, 1, 2);
        three.propose(0, 2, 20);
        transfer(&mut three, 0, 3, 1);
        three.timeout(0, Timer::Election);
        three.deliver_all();
        let applied = Indication::Applied { number: 2, index: 2, output: 1 };
        assert_eq!(three.told, [(0, refused(3, Refusal::Changing)), (0, refused(1, Refusal::InVain)), (0, applied)]);
        assert!(leads(&three, 0, 1, &[1]));
        assert_eq!(three.timers[0].contains(&Timer::Election), careful);
    }
}

#[test]
fn another_than_the_one_that_was_to_may_lead() {
    let mut three = elected();
    transfer(&mut three, 0, 1, 2);
    three.lose_all();
    three.elect(1, &[2]);
    three.deliver_all();
    assert_eq!(three.told, [(0, refused(1, Refusal::InVain))]);
}

#[test]
fn it_is_asked_of_the_leader_and_for_a_voter() {
    let mut three = Cluster::new(3);
    transfer(&mut three, 0, 1, 2);
    three.elect(0, &[1, 2]);
    transfer(&mut three, 1, 1, 2);
    transfer(&mut three, 0, 2, 0);
    transfer(&mut three, 0, 3, 7);
    let leader = Id::from(0);
    let told = [
        (0, refused(1, Refusal::NoLeader)),
        (1, refused(1, Refusal::NotLeader { leader })),
        (0, Indication::Transferred { number: 2 }),
        (0, refused(3, Refusal::NoVoter)),
    ];
    assert_eq!(three.told, told);
}

/// A word of an earlier term is void: who has stood once does not stand again for it.
#[test]
fn who_was_told_twice_stands_once() {
    let mut three = elected();
    transfer(&mut three, 0, 1, 2);
    let word = three.messages.iter().find(|(_, to, _)| *to == 2).cloned().expect("it is told");
    three.deliver_all();
    three.receive(0, 2, word.2);
    assert!(leads(&three, 2, 2, &[0, 1]));
}

/// A leader that is removed hands over.
#[test]
fn after_the_removal_of_the_leader_another_leads_at_once() {
    let mut three = elected();
    let voters = [1, 2].map(Id::from).into_iter().collect::<ProcessSet>();
    let configuration = Configuration::new(voters).expect("there are voters");
    three.request(0, Request::Reconfigure { number: 1, configuration });
    three.deliver_all();
    assert_eq!((1..3).filter(|server| three.state(*server).is_leader()).count(), 1);
    assert!(!three.state(0).is_leader());
}
