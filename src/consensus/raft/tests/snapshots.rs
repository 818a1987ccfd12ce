//! Snapshots: taken, sent in parts, installed. A part of a [`Journal`] is one command.

use super::*;
use crate::consensus::raft::snapshot::Header;
use crate::quorum::ProcessSet;

/// A snapshot after every second entry; nothing behind it is kept.
fn compacting(server: Raft<Journal>) -> Raft<Journal> {
    server.snapshots(2, 0)
}

fn three() -> Cluster {
    Cluster::of(3, compacting, &[None, None, None])
}

fn base(cluster: &Cluster, server: usize) -> u64 {
    cluster.state(server).durable.log.base().index
}

fn snapshot_of(term: u64, index: u64, commands: &[u8]) -> SnapshotOf<Journal> {
    let configuration = Configuration::new(ProcessSet::all(3)).expect("there are voters");
    let last = Position { term, index };
    let header = Header { last, configuration, sessions: Sessions::default() };
    Snapshot::new(header, commands.iter().map(|command| Piece::Machine(*command)))
}

fn part(term: u64, snapshot: &SnapshotOf<Journal>, number: u64) -> MessageOf<Journal> {
    Message { term, body: Body::InstallSnapshot(snapshot.part(number).expect("it has that part")) }
}

/// The first leads, the third has been down while these were applied.
fn with_one_behind(commands: &[u8]) -> Cluster {
    let mut three = three();
    three.elect(0, &[1, 2]);
    three.crash(2);
    for command in commands {
        three.propose(0, (*command).into(), *command);
        three.deliver_all();
    }
    three.recover(2);
    three
}

/// Rudder, figure 2.15: what is committed is replaced by a snapshot, what is not yet stays.
#[test]
fn a_snapshot_stands_for_what_is_committed() {
    let mut three = three();
    three.elect(0, &[1, 2]);
    for number in 1..=3 {
        three.propose(0, number, number as u8 * 10);
        three.deliver_among(&[0, 1]);
    }
    three.propose(0, 4, 40);
    let log = &three.state(0).durable.log;
    assert_eq!((log.base(), log.len()), (Position { term: 1, index: 4 }, 1));
    let snapshot = three.state(0).durable.snapshot.clone().expect("it was taken");
    assert_eq!(snapshot.header.last, log.base());
    assert!(snapshot.parts().eq(&[10, 20, 30].map(Piece::Machine)));
}

/// Definition 3.15: the leader has forgotten what a follower needs, and sends the snapshot, one part after the other.
#[test]
fn a_follower_that_needs_what_is_forgotten_gets_the_snapshot() {
    let mut three = with_one_behind(&[10, 20, 30]);
    assert_eq!(base(&three, 0), 4);
    three.timeout(0, Timer::Heartbeat);
    let mut parts = 0;
    while !three.messages.is_empty() {
        parts += three.deliver(0, 2).iter().filter(|body| matches!(body, Body::InstallSnapshot(_))).count();
        three.deliver(2, 0);
        three.deliver_among(&[0, 1]);
    }
    assert_eq!(parts, 3);
    assert_eq!(three.state(2).machine, Journal(vec![10, 20, 30]));
    three.propose(0, 40, 40);
    three.deliver_all();
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.state(2).machine, Journal(vec![10, 20, 30, 40]));
    assert!(three.state(0).transfers.is_empty());
}

#[test]
fn a_part_that_is_lost_is_sent_again() {
    let mut three = with_one_behind(&[10, 20, 30]);
    for _ in 0..20 {
        three.timeout(0, Timer::Heartbeat);
        three.deliver(0, 2);
        three.deliver(2, 0);
        three.lose_all();
    }
    assert_eq!(three.state(2).machine, Journal(vec![10, 20, 30]));
}

/// A follower that crashes in between has nothing of it any more, and is sent all of it again.
#[test]
fn parts_are_collected_in_memory() {
    let mut three = with_one_behind(&[10, 20, 30]);
    three.timeout(0, Timer::Heartbeat);
    while three.state(2).arrival == snapshot::Arrival::default() {
        three.deliver(0, 2);
        three.deliver(2, 0);
    }
    three.crash(2);
    three.recover(2);
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.state(2).machine, Journal(vec![10, 20, 30]));
}

#[test]
fn those_that_are_a_little_behind_need_no_snapshot() {
    let mut three = Cluster::of(3, |server| server.snapshots(2, 3), &[None, None, None]);
    three.elect(0, &[1, 2]);
    for number in 1..=3 {
        three.propose(0, number, number as u8 * 10);
        three.deliver_among(&[0, 1]);
    }
    assert_eq!((base(&three, 0), three.state(0).durable.log.len()), (1, 3));
    three.lose_all();
    three.timeout(0, Timer::Heartbeat);
    let sent = three.deliver(0, 2);
    assert!(matches!(&sent[0], Body::AppendEntries { entries, .. } if entries.len() == 3), "{sent:?}");
}

/// What was saved is a snapshot and the entries after it; together they are what was there.
#[test]
fn a_server_goes_on_from_its_snapshot() {
    let mut three = three();
    three.elect(0, &[1, 2]);
    three.propose(0, 1, 10);
    three.deliver_all();
    three.propose(0, 2, 20);
    three.deliver_all();
    three.crash(0);
    three.recover(0);
    assert_eq!((three.state(0).commit, &three.state(0).machine), (2, &Journal(vec![10])));
    three.elect(1, &[0, 2]);
    three.timeout(1, Timer::Heartbeat);
    three.deliver_all();
    assert_eq!(three.state(0).machine, Journal(vec![10, 20]));
}

/// Rule 1.
#[test]
fn a_snapshot_of_an_earlier_term_is_void() {
    let mut three = three();
    three.elect(0, &[1, 2]);
    three.elect(1, &[2]);
    three.lose_all();
    three.receive(0, 2, part(1, &snapshot_of(1, 9, &[1]), 0));
    assert_eq!(three.state(2).leader, Some(Id::from(1)));
    assert!(three.messages.is_empty());
    assert_eq!(three.state(2).durable.snapshot, None);
}

/// Rules 2 to 5: out of order, twice, and after something older.
#[test]
fn parts_are_put_together_in_order() {
    let mut three = three();
    let (earlier, snapshot) = (snapshot_of(1, 5, &[1, 2]), snapshot_of(1, 9, &[1, 2, 3]));
    three.receive(0, 2, part(1, &earlier, 0));
    for number in [1, 0, 2, 0, 1, 1] {
        three.receive(0, 2, part(1, &snapshot, number));
        assert_eq!(three.state(2).durable.snapshot, None);
    }
    three.receive(0, 2, part(1, &snapshot, 2));
    assert_eq!(three.state(2).machine, Journal(vec![1, 2, 3]));
    assert_eq!((three.state(2).commit, base(&three, 2)), (9, 9));
    let told = three.deliver(2, 0);
    let needs = |number| Body::Needs { last: 9, number };
    assert_eq!(told[0], Body::Needs { last: 5, number: 1 });
    assert_eq!(told[2..], [needs(1), needs(1), needs(1), needs(2), needs(2), Body::Appended { matched: 9 }]);
}

/// Rule 5: it would take back what is applied.
#[test]
fn a_snapshot_that_is_not_beyond_what_is_applied_changes_nothing() {
    let mut three = three();
    three.elect(0, &[1, 2]);
    for number in 1..=2 {
        three.propose(0, number, number as u8 * 10);
        three.deliver_all();
    }
    three.timeout(0, Timer::Heartbeat);
    three.deliver_all();
    let before = three.state(1).clone();
    assert_eq!(before.commit, 3);
    for index in 1..=3 {
        three.receive(0, 1, part(1, &snapshot_of(1, index, &[77]), 0));
        assert_eq!(three.state(1), &before);
    }
    assert!(three.deliver(1, 0).iter().all(|body| *body == Body::Appended { matched: 3 }));
}

/// Rules 6 and 8.
#[test]
fn entries_that_follow_a_snapshot_stay() {
    let mut three = Cluster::of(3, compacting, &[None, None, crashed_log(2, &[1, 1, 2, 2])]);
    three.receive(0, 2, part(2, &snapshot_of(2, 3, &[1, 2, 3]), 0));
    for number in 1..3 {
        three.receive(0, 2, part(2, &snapshot_of(2, 3, &[1, 2, 3]), number));
    }
    let state = three.state(2);
    assert_eq!((log_of(&three, 2), state.commit, &state.machine), (vec![2], 3, &Journal(vec![1, 2, 3])));
}

/// Rules 7 and 8.
#[test]
fn a_log_that_a_snapshot_contradicts_goes() {
    let mut three = Cluster::of(3, compacting, &[None, None, crashed_log(3, &[1, 1, 1, 1])]);
    three.receive(0, 2, part(3, &snapshot_of(2, 3, &[1]), 0));
    let state = three.state(2);
    assert_eq!((log_of(&three, 2), state.durable.log.base()), (vec![], Position { term: 2, index: 3 }));
    assert_eq!(state.machine, Journal(vec![1]));
}

/// What the leader of an earlier term had begun to send is no obstacle to what the next one sends.
#[test]
fn a_new_leader_begins_anew() {
    let mut three = three();
    three.receive(0, 2, part(1, &snapshot_of(1, 9, &[1, 2]), 0));
    three.receive(1, 2, part(2, &snapshot_of(1, 5, &[1]), 0));
    assert_eq!(three.state(2).machine, Journal(vec![1]));
}

/// Without the sessions, what a client asks for again would be applied again.
#[test]
fn sessions_are_part_of_a_snapshot() {
    let once = |number| Request::ProposeOnce { number, session: 2, serial: 1, command: 70 };
    let mut three = three();
    three.elect(0, &[1, 2]);
    three.crash(2);
    three.request(0, Request::Open { number: 1 });
    three.request(0, once(2));
    three.deliver_all();
    three.propose(0, 3, 30);
    three.deliver_all();
    three.recover(2);
    for _ in 0..2 {
        three.timeout(0, Timer::Heartbeat);
        three.deliver_all();
    }
    three.crash(0);
    three.elect(2, &[1]);
    three.request(2, once(9));
    three.deliver_all();
    assert_eq!(three.told.last(), Some(&(2, Indication::Applied { number: 9, index: 3, output: 1 })));
    assert_eq!(three.state(2).machine, Journal(vec![70, 30]));
}

/// Of what a follower has proposed it sees only a snapshot: it knows that it was applied, and of a session also what
/// came of it.
#[test]
fn whoever_proposed_what_a_snapshot_stands_for_is_told() {
    let mut three = three();
    three.elect(0, &[1, 2]);
    three.request(0, Request::Open { number: 1 });
    three.deliver_all();
    three.propose(2, 5, 50);
    three.request(2, Request::ProposeOnce { number: 6, session: 2, serial: 1, command: 60 });
    three.deliver(2, 0);
    three.deliver_among(&[0, 1]);
    three.lose_all();
    for _ in 0..3 {
        three.timeout(0, Timer::Heartbeat);
        three.deliver_all();
    }
    let told: Vec<_> = three.told.iter().filter(|(server, _)| *server == 2).map(|(_, told)| told.clone()).collect();
    assert_eq!(told, [Indication::Covered { number: 5 }, Indication::Applied { number: 6, index: 4, output: 2 }]);
    assert!(three.state(2).proposals.is_empty() && !three.timers[2].contains(&Timer::Propose));
}

#[test]
#[should_panic(expected = "the log begins after entry 2, and no snapshot stands for what was before")]
fn a_log_without_its_beginning_is_refused() {
    let mut stored = crashed_log(1, &[1, 1, 1]);
    stored.as_mut().expect("it is there").log.compact(2);
    Cluster::of(1, compacting, &[stored]);
}
