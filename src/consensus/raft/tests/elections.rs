//! Elections.

use super::*;

#[test]
fn a_server_alone_elects_itself() {
    let mut one = Cluster::new(1);
    one.timeout(0, Timer::Election);
    assert!(leads(&one, 0, 1, &[]));
    assert!(one.messages.is_empty());
    assert_eq!(one.state(0).commit, 1);
}

/// Rudder, figure 2.11: three servers, the first to time out leads the first term.
#[test]
fn the_first_to_time_out_leads() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    assert!(leads(&three, 0, 1, &[1, 2]));
    assert_eq!(three.timers[0], [Timer::Heartbeat].into());
    assert_eq!(three.timers[1], [Timer::Election].into());
}

/// Rudder, figure 2.12: of four servers two stand together, and each has two votes, where three are needed. Then one
/// that times out first in the next term is elected by all.
#[test]
fn a_split_vote_is_ended_by_the_next_time_out() {
    let [a, b, c, d] = [0, 1, 2, 3];
    let mut four = Cluster::new(4);
    for candidate in [a, c] {
        four.timeout(candidate, Timer::Election);
    }
    // Everyone would vote for either, as nobody leads.
    for (candidate, voter) in [(a, b), (a, d), (c, b), (c, d)] {
        four.deliver(candidate, voter);
        four.deliver(voter, candidate);
    }
    assert!([a, c].iter().all(|candidate| matches!(four.state(*candidate).role, Role::Candidate { .. })));
    for (candidate, voter) in [(a, b), (c, d), (a, d), (c, b), (a, c), (c, a)] {
        four.deliver(candidate, voter);
    }
    four.deliver_all();
    assert!((0..4).all(|server| four.state(server).term() == 1 && !four.state(server).is_leader()));
    four.elect(d, &[a, b, c]);
    assert!(leads(&four, d, 2, &[a, b, c]));
}

/// Exercise 18 (c) of the slides: with these logs a can win nobody's vote, b that of a, c everyone's.
#[test]
fn who_is_more_up_to_date_wins() {
    let logs = [crashed_log(3, &[1, 1]), crashed_log(3, &[1, 2, 2, 2]), crashed_log(3, &[1, 2, 3])];
    for (candidate, would) in [(0, vec![]), (1, vec![0]), (2, vec![0, 1])] {
        let mut three = Cluster::of(3, |server| server, &logs);
        three.timeout(candidate, Timer::Election);
        let others = (0..3).filter(|other| *other != candidate);
        let granting = others.filter(|other| {
            three.deliver(candidate, *other);
            three.deliver(*other, candidate).contains(&Body::PreVoteGranted)
        });
        assert_eq!(granting.collect::<Vec<_>>(), would);
    }
}

#[test]
fn a_vote_is_not_forgotten_in_a_crash() {
    let mut three = Cluster::new(3);
    for candidate in [0, 1] {
        three.timeout(candidate, Timer::Election);
        three.deliver(candidate, 2);
        three.deliver(2, candidate);
    }
    assert!(three.deliver(0, 2).iter().any(|body| matches!(body, Body::RequestVote { .. })));
    three.crash(2);
    three.recover(2);
    assert!(three.deliver(1, 2).iter().any(|body| matches!(body, Body::RequestVote { .. })));
    assert!(three.deliver(2, 1).is_empty());
    assert!(three.deliver(2, 0).contains(&Body::VoteGranted));
    assert!(leads(&three, 0, 1, &[]));
}

/// A server that was cut off asks again and again, and enters no new term: when it is back, nobody is disturbed.
#[test]
fn who_was_cut_off_deposes_nobody() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    for _ in 0..3 {
        three.timeout(2, Timer::Election);
    }
    three.deliver_all();
    assert!(matches!(three.state(2).role, Role::PreCandidate { .. }));
    assert!(leads(&three, 0, 1, &[1]));
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert!(leads(&three, 0, 1, &[1, 2]));
}

/// A leader that was cut off is deposed by the first message of the next term; its timers are a follower's again.
#[test]
fn a_leader_of_an_earlier_term_steps_down() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.elect(1, &[2]);
    three.lose_all();
    assert!(three.state(0).is_leader());
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert!(leads(&three, 1, 2, &[0, 2]));
    assert_eq!(three.timers[0], [Timer::Election].into());
}

#[test]
fn a_candidate_that_hears_of_a_leader_follows_it() {
    let mut three = Cluster::new(3);
    for candidate in [0, 1] {
        three.timeout(candidate, Timer::Election);
        three.deliver(candidate, 2);
        three.deliver(2, candidate);
    }
    three.deliver(0, 2);
    three.deliver(2, 0);
    assert!(matches!(three.state(1).role, Role::Candidate { .. }));
    three.deliver_all();
    assert!(leads(&three, 0, 1, &[1, 2]));
}
