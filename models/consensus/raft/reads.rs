//! Reads without an entry in the log.

use super::linearizable::{Judged, judged};
use super::{FIRST, Server, contested, servers};
use crate::Case;
use synod::consensus::raft::Request;
use synod::stateright::actor::Id;
use synod::system::{Script, System, View};

pub fn systems() -> Vec<Case> {
    vec![
        Case::verified("reads", 17_313, reads()),
        Case::verified("reads_of_a_follower", 1_029_758, reads_of_a_follower()),
    ]
}

fn propose() -> Request<u8> {
    Request::Propose { number: 1, command: 1 }
}

fn read(number: u64) -> Request<u8> {
    Request::Read { number, query: 1 }
}

/// The leader is asked for two reads, the second of which may come during the round for the first.
fn reads() -> System<Server, Judged> {
    let system = contested(judged(servers(3)), FIRST).script(0, Script::at_any_time([read(2), read(3)])).firings(1);
    system
        .sometimes("both reads are answered")
        .history(|judged: &Judged| judged.read.len() == 2)
        .sometimes("one read is answered, the other waits")
        .everything(|view: View<'_, Server, Judged>| {
            view.history.read.len() == 1
                && view.processes.get(Id::from(0)).state().is_some_and(|state| !state.reads.is_empty())
        })
}

/// A follower reads what was committed, though it may not have applied it when it asks.
fn reads_of_a_follower() -> System<Server, Judged> {
    let system = contested(judged(servers(3)), FIRST)
        .script(0, Script::at_any_time([propose()]))
        .script(1, Script::at_any_time([read(2)]))
        .firings(1);
    both_answers(system)
}

fn both_answers(system: System<Server, Judged>) -> System<Server, Judged> {
    system
        .sometimes("a read before the command")
        .history(|judged: &Judged| judged.read.get(&2) == Some(&1))
        .sometimes("a read after the command")
        .history(|judged: &Judged| judged.read.get(&2) == Some(&2))
}
