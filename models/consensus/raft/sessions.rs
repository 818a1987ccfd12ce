//! Sessions of clients: a client asks a second server for what it has asked a first.

use super::{FIRST, Server, contested, properties, servers};
use crate::Case;
use std::collections::BTreeMap;
use synod::consensus::raft::{Indication, Operation, Payload, Proposal, Refusal, Request};
use synod::stateright::actor::Id;
use synod::system::{Observation, ObservationOf, Processes, Script, System, View};

/// The session, if its entry is the first after that which begins the term.
const SESSION: u64 = 2;
/// The requests of the client.
const OPEN: u64 = 1;
const ONCE: u64 = 2;
const AGAIN: u64 = 3;

pub fn systems() -> Vec<Case> {
    vec![
        Case::verified("sessions", 11_622, sessions()),
        Case::verified("sessions_with_a_crash", 137_478, sessions_with_a_crash()),
    ]
}

/// What a client was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Told {
    /// For each of its requests, at which index its command was applied, and what came of it.
    applied: BTreeMap<u64, (u64, usize)>,
    /// That its session is not open.
    refused: bool,
}

synod::rename! { struct Told { applied, refused } }

impl Told {
    fn observe(&mut self, seen: &ObservationOf<Server>) {
        match seen {
            Observation::Indication { indication: Indication::Applied { number, index, output }, .. } => {
                self.applied.insert(*number, (*index, *output));
            }
            Observation::Indication { indication: Indication::Refused { reason: Refusal::NoSession, .. }, .. } => {
                self.refused = true;
            }
            _ => {}
        }
    }
}

fn once(number: u64) -> Request<u8> {
    Request::ProposeOnce { number, session: SESSION, serial: 1, command: 1 }
}

/// A follower is asked to open a session and for a command there, the leader for the same command.
fn sessions() -> System<Server, Told> {
    let opened = |request: &Request<u8>, indication: &Indication<usize>| match (request, indication) {
        (Request::Open { number }, Indication::Opened { number: of, .. } | Indication::Refused { number: of, .. }) => {
            number == of
        }
        _ => false,
    };
    let system = System::new(servers(2)).observing(Told::default(), |told: &mut Told, seen| told.observe(seen));
    let system = contested(system, FIRST)
        .script(1, Script::in_turn([Request::Open { number: OPEN }, once(ONCE)], opened))
        .script(0, Script::at_any_time([once(AGAIN)]))
        .firings(2);
    system
        .always("a command of a session is applied once")
        .processes(|p: Processes<'_, Server>| p.states().all(|(_, state)| state.machine.0.len() <= 1))
        .always("what comes again is answered as before")
        .history(|told: &Told| alike(told))
        .sometimes("both requests are answered")
        .history(|told: &Told| told.applied.len() == 2)
        .sometimes("a command stands twice in a log, and both are applied")
        .processes(|p: Processes<'_, Server>| p.states().any(|(_, state)| twice(state)))
        .sometimes("a session is refused that is not open")
        .history(|told: &Told| told.refused)
}

/// The same, where the server that the client has asked first may crash.
fn sessions_with_a_crash() -> System<Server, Told> {
    let system = properties::recoveries(sessions().crash_recovery(1));
    system.sometimes("the second server answers for the first, which has crashed").everything(
        |view: View<'_, Server, Told>| {
            let first = view.processes.get(Id::from(1)).state();
            let crashed = first.is_some_and(|state| state.durable.incarnation == 2);
            let told = view.history.applied.keys().copied().eq([AGAIN]);
            crashed && told && view.processes.states().any(|(_, state)| twice(state))
        },
    )
}

fn alike(told: &Told) -> bool {
    let mut answers = told.applied.values();
    answers.next().is_none_or(|first| answers.all(|answer| answer == first))
}

fn twice(state: &<Server as synod::stateright::actor::Actor>::State) -> bool {
    let is_once = |payload: &Payload<u8>| {
        matches!(payload, Payload::Command(Proposal { operation: Operation::ApplyOnce { .. }, .. }))
    };
    state.durable.log.entries(1..=state.commit).filter(|entry| is_once(&entry.payload)).count() == 2
}
