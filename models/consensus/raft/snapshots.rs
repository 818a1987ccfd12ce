//! Snapshots: the leader takes them, and keeps nothing that they stand for; the others take none, so that whoever has
//! one has got it from the leader.

use super::{Answers, FIRST, Server, contested, properties, servers};
use crate::Case;
use synod::consensus::raft::Request;
use synod::consensus::raft::snapshot::Arrival;
use synod::stateright::actor::{Actor, Id};
use synod::system::{Processes, Script, System};

type State = <Server as Actor>::State;

pub fn systems() -> Vec<Case> {
    vec![
        Case::verified("snapshots", 35_742, snapshots()),
        Case::verified("snapshots_with_a_crash", 319_018, snapshots_with_a_crash()),
        Case::verified("snapshots_in_parts", 660_393, snapshots_in_parts()),
    ]
}

/// The leader takes a snapshot when it has applied so many entries, and proposes these commands.
fn compacting(after: u64, commands: &[u8]) -> System<Server, Answers> {
    let mut servers = servers(3);
    servers[0] = servers[0].clone().snapshots(after, 0);
    let system = System::new(servers)
        .observing(Answers::default(), |answers: &mut Answers, seen| answers.observe::<Server>(seen));
    let requests = commands.iter().map(|command| Request::Propose { number: u64::from(*command), command: *command });
    let system = system.script(0, Script::at_any_time(requests));
    let system = properties::answers(contested(system, FIRST)).firings(2);
    system
        .always("snapshots stand for what is applied")
        .processes(|p: Processes<'_, Server>| p.states().all(|(_, state)| is_applied(state)))
        .sometimes("a follower goes on from a snapshot")
        .processes(|p: Processes<'_, Server>| p.states().any(|(id, state)| is_follower(id) && has_snapshot(state)))
}

fn is_follower(id: Id) -> bool {
    id != Id::from(0)
}

fn has_snapshot(state: &State) -> bool {
    state.durable.snapshot.is_some()
}

/// The log goes on where the snapshot ends, or before, and the snapshot is of nothing that is not applied.
fn is_applied(state: &State) -> bool {
    let base = state.durable.log.base().index;
    let last = state.durable.snapshot.as_ref().map_or(0, |snapshot| snapshot.header.last.index);
    base <= last && last <= state.commit
}

fn snapshots() -> System<Server, Answers> {
    compacting(2, &[1])
}

fn snapshots_with_a_crash() -> System<Server, Answers> {
    let system = snapshots().crash_recovery(1);
    let recovered = |state: &State| state.durable.incarnation == 2 && has_snapshot(state);
    system
        .sometimes("the leader recovers with its snapshot")
        .processes(move |p: Processes<'_, Server>| p.states().any(|(id, state)| !is_follower(id) && recovered(state)))
        .sometimes("a follower recovers with a snapshot that it was sent")
        .processes(move |p: Processes<'_, Server>| p.states().any(|(id, state)| is_follower(id) && recovered(state)))
}

/// The snapshot is of two commands, each of which is a part.
fn snapshots_in_parts() -> System<Server, Answers> {
    compacting(3, &[1, 2])
        .sometimes("one part of two has arrived")
        .processes(|p: Processes<'_, Server>| p.states().any(|(_, state)| state.arrival != Arrival::default()))
}
