//! Replication and commitment.

use super::*;

fn entries_sent(cluster: &Cluster, to: usize) -> Vec<usize> {
    let entries = |(_, receiver, message): &(usize, usize, MessageOf<Journal>)| match &message.body {
        Body::AppendEntries { entries, .. } if *receiver == to => Some(entries.len()),
        _ => None,
    };
    cluster.messages.iter().filter_map(entries).collect()
}

/// Exercise 18 (d) of the slides: b is elected in term 4, and makes c's log its own. The slides try one entry after the
/// other; with the hint the second message fits.
#[test]
fn a_follower_s_log_is_corrected() {
    let logs = [crashed_log(3, &[1, 1]), crashed_log(3, &[1, 2, 2, 2]), crashed_log(3, &[1, 2, 3])];
    let mut three = Cluster::of(3, |server| server, &logs);
    three.timeout(1, Timer::Election);
    three.deliver_among(&[0, 1]);
    assert!(leads(&three, 1, 4, &[0]));
    // What the leader had sent to c so far: the question before the election, the candidacy, and its first entry.
    let sent = three.deliver(1, 2);
    let Some(Body::AppendEntries { previous, entries, .. }) = sent.last() else { panic!("{sent:?}") };
    assert_eq!((*previous, entries.len()), (Position { term: 2, index: 4 }, 1));
    let answers = three.deliver(2, 1);
    assert_eq!(answers.last(), Some(&Body::Rejected { previous: 4, conflict: log::Conflict::Missing { last: 3 } }));
    let answers = [three.deliver(1, 2), three.deliver(2, 1)];
    let conflict = log::Conflict::Other { term: 3, first: 3 };
    assert_eq!(answers[1].last(), Some(&Body::Rejected { previous: 3, conflict }));
    three.deliver_all();
    assert_eq!(log_of(&three, 2), [1, 2, 2, 2, 4]);
    assert_eq!(log_of(&three, 0), [1, 2, 2, 2, 4]);
}

/// Figure 8 of the paper: an entry of an earlier term may be on a majority and be replaced all the same, so it is not
/// committed before one of the leader's own term is.
#[test]
fn an_entry_of_an_earlier_term_is_not_committed_by_counting() {
    let [s1, s2, s3, s4, s5] = [0, 1, 2, 3, 4];
    // (b): s1 had led term 2 and reached s2, s5 had led term 3 and reached nobody.
    let logs = [
        crashed_log(3, &[1, 2]),
        crashed_log(2, &[1, 2]),
        crashed_log(2, &[1]),
        crashed_log(3, &[1]),
        crashed_log(3, &[1, 3]),
    ];
    // One entry at a time, so that the entry of term 2 can reach s3 before that of term 4 does.
    let mut five = Cluster::of(5, |server| server.batch(1), &logs);
    // (c): s1 leads term 4.
    five.timeout(s1, Timer::Election);
    for voter in [s2, s3] {
        five.deliver(s1, voter);
        five.deliver(voter, s1);
    }
    for voter in [s2, s3] {
        five.deliver(s1, voter);
        five.deliver(voter, s1);
    }
    assert!(leads(&five, s1, 4, &[]));
    // s3 does not have what comes before the entry of term 4; then it is sent the entry of term 2.
    five.deliver(s1, s3);
    five.deliver(s3, s1);
    five.deliver(s1, s3);
    five.deliver(s3, s1);
    assert_eq!(log_of(&five, s3), [1, 2]);
    five.lose_all();
    // Entry 2 is on s1, s2 and s3 now; the leader knows it of s3, and hears of s2.
    let Role::Leader { followers, .. } = &five.state(s1).role else { panic!("it leads") };
    assert_eq!(followers[&Id::from(s3)].matched, 2);
    five.receive(s2, s1, Message { term: 4, body: Body::Appended { matched: 2 } });
    assert_eq!(five.state(s1).commit, 0);
    // (d): s1 crashes. s5, which hears of term 4 when s3 asks it for its vote, replaces the entry everywhere.
    five.crash(s1);
    five.timeout(s3, Timer::Election);
    five.deliver(s3, s5);
    five.lose_all();
    five.give_up(s2);
    five.timeout(s5, Timer::Election);
    five.deliver_among(&[s2, s3, s4, s5]);
    assert!(leads(&five, s5, 5, &[s2, s3, s4]));
    assert_eq!(log_of(&five, s2), [1, 3, 5]);
}

/// (e) of figure 8: with an entry of its own term on a majority, the leader commits what is before it too.
#[test]
fn an_entry_of_the_own_term_commits_those_before_it() {
    let logs = [crashed_log(2, &[1, 2]), crashed_log(2, &[1]), crashed_log(2, &[1])];
    let mut three = Cluster::of(3, |server| server, &logs);
    three.elect(0, &[1]);
    assert_eq!(three.state(0).commit, 3);
    assert_eq!(three.state(0).machine, Journal(vec![1, 2]));
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert!((0..3).all(|server| three.state(server).machine == Journal(vec![1, 2])));
}

/// A message that comes late, with fewer entries than have come since, takes nothing away.
#[test]
fn a_late_message_takes_nothing_away() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.propose(0, 1, 7);
    let late = three.messages.iter().find(|(_, to, _)| *to == 1).cloned().expect("the entry is on the way");
    three.deliver_all();
    three.propose(0, 2, 8);
    three.deliver_all();
    three.receive(0, 1, late.2);
    assert_eq!(log_of(&three, 1).len(), 3);
}

#[test]
fn a_recovered_server_catches_up() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.crash(2);
    for number in 1..=20 {
        three.propose(0, number, number as u8);
        three.deliver_all();
    }
    three.recover(2);
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.state(2).machine, three.state(0).machine);
    assert_eq!(three.state(2).machine.0.len(), 20);
}

/// What comes while messages are on the way travels together afterwards, so many entries in each.
#[test]
fn messages_on_the_way_and_entries_in_them_are_bounded() {
    let mut two = Cluster::of(2, |server| server.flight(2).batch(3), &[None, None]);
    two.elect(0, &[1]);
    for number in 1..=9 {
        two.propose(0, number, number as u8);
    }
    assert_eq!(entries_sent(&two, 1), [1, 1]);
    two.deliver(0, 1);
    two.deliver(1, 0);
    assert_eq!(entries_sent(&two, 1), [3, 3]);
    two.deliver_all();
    assert_eq!(two.state(0).machine.0, Vec::from_iter(1..=9));
}

#[test]
fn what_is_lost_is_sent_again() {
    let mut two = Cluster::new(2);
    two.elect(0, &[1]);
    two.propose(0, 1, 7);
    two.lose_all();
    two.timeout(0, Timer::Heartbeat);
    two.deliver_all();
    assert_eq!(two.state(0).machine, Journal(vec![7]));
}

#[test]
#[should_panic(expected = "entry 1 is committed, and the leader of 3 has another")]
fn what_is_committed_is_never_replaced() {
    let mut three = Cluster::new(3);
    three.elect(0, &[1, 2]);
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.state(1).commit, 1);
    let entries = vec![Entry { term: 3, payload: Payload::Nothing }];
    let forged = Body::AppendEntries { previous: Position::default(), entries, commit: 0 };
    three.receive(2, 1, Message { term: 3, body: forged });
}
