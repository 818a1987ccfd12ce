//! Sessions of clients.

use super::*;

const SESSION: u64 = 2;

fn once(number: u64, serial: u64, command: u8) -> Request<u8> {
    Request::ProposeOnce { number, session: SESSION, serial, command }
}

fn applied(number: u64, index: u64, output: usize) -> Indication<usize> {
    Indication::Applied { number, index, output }
}

/// Three servers, led by the first, at which a session was opened.
fn opened() -> Cluster {
    let mut three = Cluster::of(3, |server| server.sessions(2), &[None, None, None]);
    three.elect(0, &[1, 2]);
    three.request(0, Request::Open { number: 1 });
    three.deliver_all();
    assert_eq!(three.told, [(0, Indication::Opened { number: 1, session: SESSION })]);
    three
}

/// Rudder, definition 3.17: the client has heard nothing, since its server has crashed, and asks another.
#[test]
fn a_command_that_comes_again_is_applied_once() {
    let mut three = opened();
    three.request(0, once(2, 1, 70));
    three.deliver_among(&[0, 1]);
    three.crash(0);
    three.lose_all();
    three.elect(1, &[2]);
    three.request(2, once(9, 1, 70));
    three.deliver_all();
    assert_eq!(three.told[1..], [(0, applied(2, 3, 1)), (2, applied(9, 3, 1))]);
    assert_eq!(three.state(1).machine, Journal(vec![70]));
}

#[test]
fn the_next_command_of_a_session_is_applied() {
    let mut three = opened();
    for (number, serial) in [(2, 1), (3, 1), (4, 5), (5, 1)] {
        three.request(1, once(number, serial, serial as u8));
        three.deliver_all();
    }
    let late = Indication::Refused { number: 5, reason: Refusal::Superseded };
    assert_eq!(three.told[1..], [(1, applied(2, 3, 1)), (1, applied(3, 3, 1)), (1, applied(4, 5, 2)), (1, late)]);
}

/// Also when a client does not wait: its command stands in the log twice.
#[test]
fn a_command_that_stands_twice_in_the_log_is_applied_once() {
    let mut three = opened();
    three.request(1, once(2, 1, 70));
    three.request(2, once(3, 1, 70));
    three.deliver_all();
    assert_eq!(log_of(&three, 0).len(), 4);
    assert_eq!(three.state(0).machine, Journal(vec![70]));
    assert_eq!(three.told.iter().filter(|(_, told)| matches!(told, Indication::Applied { index: 3, .. })).count(), 2);
}

/// Sessions are rebuilt from the log, as the machine is.
#[test]
fn a_server_that_was_down_keeps_the_sessions() {
    let mut three = opened();
    three.request(0, once(2, 1, 70));
    three.deliver_all();
    (0..3).for_each(|server| three.crash(server));
    (0..3).for_each(|server| three.recover(server));
    three.elect(2, &[1]);
    three.request(2, once(9, 1, 70));
    three.deliver_all();
    assert_eq!(three.told.last(), Some(&(2, applied(9, 3, 1))));
    assert_eq!(three.state(2).machine, Journal(vec![70]));
}

#[test]
fn a_session_that_made_room_is_refused() {
    let mut three = opened();
    three.request(0, once(2, 1, 70));
    three.request(1, Request::Open { number: 1 });
    three.request(1, Request::Open { number: 2 });
    three.deliver_all();
    three.request(0, once(3, 1, 70));
    three.deliver_all();
    assert_eq!(three.told.last(), Some(&(0, Indication::Refused { number: 3, reason: Refusal::NoSession })));
    assert_eq!(three.state(0).machine, Journal(vec![70]));
    assert_eq!(three.state(0).clients.iter().len(), 2);
}
