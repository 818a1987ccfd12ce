//! Leadership is handed over.

use super::{Answers, FIRST, Server, answered, contested, properties, servers, without_earlier_terms};
use crate::Case;
use synod::consensus::raft::Request;
use synod::stateright::actor::Id;
use synod::system::{Processes, Script, System};

pub fn systems() -> Vec<Case> {
    vec![
        Case::verified("transfer", 28_429, transfer()),
        Case::verified("transfer_with_a_command", 34_948, transfer_with_a_command()),
    ]
}

/// The only server that stands by itself hands over to another.
fn transferring(requests: &[Request<u8>]) -> System<Server, Answers> {
    let requests = [Request::Transfer { number: 9, to: Id::from(1) }].into_iter().chain(requests.iter().cloned());
    let system = answered(servers(3)).script(0, Script::at_any_time(requests));
    contested(system, FIRST)
        .sometimes("leadership is handed over")
        .processes(|p: Processes<'_, Server>| p.get(Id::from(1)).state().is_some_and(|state| state.is_leader()))
}

fn transfer() -> System<Server, Answers> {
    transferring(&[])
}

/// What is proposed meanwhile waits, and is applied by whoever leads.
fn transfer_with_a_command() -> System<Server, Answers> {
    let system = transferring(&[Request::Propose { number: 1, command: 1 }]).firings(1);
    properties::answers(without_earlier_terms(system)).sometimes("a command waits for the next leader").processes(
        |p: Processes<'_, Server>| {
            let first = p.get(Id::from(0)).state();
            let waits = first.is_some_and(|state| state.handover.is_some() && !state.proposals.is_empty());
            waits && p.get(Id::from(1)).state().is_some_and(|state| state.is_leader())
        },
    )
}
