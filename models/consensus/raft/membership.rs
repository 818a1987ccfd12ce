//! Changes of the membership by joint consensus.

use super::{FIRST, IN_TURN, Journal, Server, Standing, contested, properties, without_earlier_terms};
use crate::Case;
use synod::consensus::raft::{Configuration, Indication, Raft, Refusal, Request};
use synod::quorum::ProcessSet;
use synod::stateright::actor::{Actor, Id};
use synod::system::{Observation, ObservationOf, Processes, Script, System, View};

type State = <Server as Actor>::State;

pub fn systems() -> Vec<Case> {
    vec![
        Case::verified("one_becomes_three", 1_244, one_becomes_three()),
        Case::verified("three_become_two", 29_662, three_become_two()),
        Case::verified("three_become_two_in_two_terms", 49_364, three_become_two_in_two_terms()),
        Case::verified("one_of_three_is_replaced", 148_226, one_of_three_is_replaced()),
        Case::verified("one_of_three_is_replaced_in_two_terms", 16_060_715, one_of_three_is_replaced_in_two_terms())
            .slow(),
    ]
}

/// What the application has heard of the change that it has asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Heard {
    /// It is done.
    done: bool,
    /// Nothing came of it, because another leader came in between.
    withdrawn: bool,
}

synod::rename! { struct Heard { done, withdrawn } }

impl Heard {
    fn observe(&mut self, seen: &ObservationOf<Server>) {
        match seen {
            Observation::Indication { indication: Indication::Reconfigured { .. }, .. } => self.done = true,
            Observation::Indication { indication: Indication::Refused { reason: Refusal::Withdrawn, .. }, .. } => {
                self.withdrawn = true;
            }
            _ => {}
        }
    }
}

fn voters(voters: &[usize]) -> Configuration {
    let voters = voters.iter().map(|id| Id::from(*id)).collect::<ProcessSet>();
    Configuration::new(voters).expect("there are voters")
}

/// So many servers, of which these are the first voters; the first of all is asked for other voters.
fn changing(servers: usize, from: &[usize], to: &[usize], standing: Standing) -> System<Server, Heard> {
    let (from, to) = (voters(from), voters(to));
    let server = Raft::new(from, Journal::default()).batch(2).flight(1);
    let system = System::new(vec![server; servers])
        .observing(Heard::default(), |heard: &mut Heard, seen| heard.observe(seen))
        .script(0, Script::at_any_time([Request::Reconfigure { number: 1, configuration: to }]))
        .firings(1);
    contested(system, standing)
        .sometimes("a joint configuration is in force")
        .processes(|p: Processes<'_, Server>| p.states().any(|(_, state)| state.configurations.current().is_joint()))
        .sometimes("the change is done")
        .history(|heard: &Heard| heard.done)
        .sometimes("all new voters know of one another")
        .processes(move |p: Processes<'_, Server>| {
            let knowing = p.states().filter(|(_, state)| commits(state, to)).map(|(id, _)| id);
            to.voters().is_subset(knowing.collect())
        })
}

/// It knows that this configuration is committed.
fn commits(state: &State, configuration: Configuration) -> bool {
    state.configurations.current() == configuration && state.configurations.index() <= state.commit
}

fn one_becomes_three() -> System<Server, Heard> {
    changing(3, &[0], &[0, 1, 2], FIRST)
}

/// The leader is removed.
fn three_become_two() -> System<Server, Heard> {
    steps_down(changing(3, &[0, 1, 2], &[1, 2], FIRST))
}

/// The leader is removed, and another stands meanwhile.
fn three_become_two_in_two_terms() -> System<Server, Heard> {
    between(without_earlier_terms(steps_down(changing(3, &[0, 1, 2], &[1, 2], IN_TURN))))
}

/// A server that has nothing takes the place of another.
fn one_of_three_is_replaced() -> System<Server, Heard> {
    changing(4, &[0, 1, 2], &[0, 1, 3], FIRST)
}

/// The same, and one of the others stands meanwhile.
fn one_of_three_is_replaced_in_two_terms() -> System<Server, Heard> {
    between(changing(4, &[0, 1, 2], &[0, 1, 3], IN_TURN))
}

fn steps_down(system: System<Server, Heard>) -> System<Server, Heard> {
    system.sometimes("a leader that is removed steps down").everything(|view: View<'_, Server, Heard>| {
        let first = view.processes.get(Id::from(0)).state();
        view.history.done && first.is_some_and(|state| !state.is_leader() && state.term() == 1)
    })
}

/// Another leader comes in between.
fn between(system: System<Server, Heard>) -> System<Server, Heard> {
    let goes_on = |state: &State| {
        let began = state.durable.log.get(2).is_some_and(|entry| entry.term == 1);
        began && state.is_leader() && state.term() == 2 && state.configurations.at(2).is_joint()
    };
    properties::leader_of(system, 2)
        .sometimes("nothing comes of the change")
        .history(|heard: &Heard| heard.withdrawn)
        .sometimes("a leader goes on with the change of another")
        .processes(move |p| p.states().any(|(_, state)| goes_on(state)))
}
