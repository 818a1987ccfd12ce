//! Leaders that look around for a quorum.

use super::{FIRST, Server, THE_SAME_TWO, contested, properties, servers, without_earlier_terms};
use crate::Case;
use synod::consensus::raft::{Raft, Role};
use synod::stateright::actor::{Actor, Id};
use synod::system::{Processes, System};

type State = <Server as Actor>::State;

pub fn systems() -> Vec<Case> {
    vec![
        Case::verified("check_quorum", 1_628, check_quorum()),
        Case::verified("check_quorum_in_two_terms", 113_082, check_quorum_in_two_terms()).slow(),
    ]
}

/// One server stands, leads, and may find itself alone.
fn check_quorum() -> System<Server> {
    stepping_down(contested(System::new(careful(3)), FIRST))
}

/// Two servers stand, and the one that steps down may be followed by the other.
fn check_quorum_in_two_terms() -> System<Server> {
    let system = contested(System::new(careful(3)), THE_SAME_TWO);
    let system = stepping_down(without_earlier_terms(properties::succession(system)));
    system.sometimes("another leads after one has stepped down").processes(|p| {
        let mut states = p.states();
        states.any(|(_, state)| state.is_leader() && state.term() == 2)
            && p.states().any(|(id, state)| has_stepped_down(id, state))
    })
}

fn careful(count: usize) -> Vec<Server> {
    servers(count).into_iter().map(Raft::check_quorum).collect()
}

fn stepping_down(system: System<Server>) -> System<Server> {
    system
        .sometimes("a leader steps down")
        .processes(|p: Processes<'_, Server>| p.states().any(|(id, state)| has_stepped_down(id, state)))
        .sometimes("a leader has heard of a quorum")
        .processes(|p: Processes<'_, Server>| {
            p.states().any(|(_, state)| matches!(&state.role, Role::Leader { heard, .. } if !heard.is_empty()))
        })
}

/// It has begun a term of which it is not the leader any more.
fn has_stepped_down(id: Id, state: &State) -> bool {
    let began = state.durable.ballot.vote == Some(id) && state.durable.log.last().term == state.term();
    began && !state.is_leader()
}
