//! What the systems do not show: who is refused, and what is counted.

use super::*;
use crate::quorum::Majority;
use crate::step::{Input, react, start};

type Process = Abd<u8, Majority>;

/// A process of three, and what it tells its application when it is asked for these things, one after the other.
fn told(process: &Process, id: usize, requests: &[Request<u8>]) -> Vec<Indication<u8>> {
    let id = Id::from(id);
    let (mut state, _) = start(process, id, 3, &None).expect("it starts");
    let mut told = Vec::new();
    for request in requests {
        let (next, effects) = react(process, id, 3, &state, Input::Request(request.clone())).expect("no misuse");
        state = next.unwrap_or(state);
        told.extend(effects.indications);
    }
    told
}

#[test]
fn one_operation_at_a_time() {
    let requests = [Request::Read { number: 1 }, Request::Write { number: 2, value: 7 }, Request::Read { number: 3 }];
    let busy = |number| Indication::Refused { number, reason: Refusal::Busy };
    assert_eq!(told(&Abd::many_writers(Majority::new(3)), 0, &requests), [busy(2), busy(3)]);
    assert_eq!(told(&Abd::one_writer(Majority::new(3), Id::from(0)), 0, &requests), [busy(2), busy(3)]);
}

#[test]
fn one_writer() {
    let requests = [Request::Write { number: 1, value: 7 }, Request::Read { number: 2 }];
    let refused = [Indication::Refused { number: 1, reason: Refusal::NotTheWriter }];
    for process in [Abd::one_writer(Majority::new(3), Id::from(0)), Abd::regular(Majority::new(3), Id::from(0))] {
        // Afterwards it is free to read.
        assert_eq!(told(&process, 1, &requests), refused);
    }
}

#[test]
#[should_panic(expected = "the writer is not among the 3 processes of the register")]
fn the_writer_is_one_of_the_processes() {
    Process::one_writer(Majority::new(3), Id::from(3));
}

/// No two starts of a process number their queries alike, even when nothing else was ever saved.
#[test]
fn each_start_is_another_incarnation() {
    let process = Process::many_writers(Majority::new(3));
    let mut stored = None;
    for incarnation in 1..=3 {
        let (state, effects) = start(&process, Id::from(0), 3, &stored).expect("it starts");
        assert_eq!(state.query(), Query { incarnation, number: 0 });
        stored = effects.saved;
        assert_eq!(stored.as_ref(), Some(&state.replica));
    }
}
