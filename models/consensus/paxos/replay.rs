//! Records of nodes that run Paxos, held against `tla/Paxos.tla`.

use super::any_network;
use super::spec::{Word, Worded, in_the_words_of, value};
use crate::conformance::value::*;
use crate::conformance::{NotAStep, Report};
use crate::replay::{Actor, Json};
use synod::consensus::Propose;
use synod::consensus::paxos::Paxos;
use synod::event::Module;
use synod::quorum::Majority;
use synod::runtime::replay::Merged;
use synod::system::{Script, System};
use tla_eval::Value as Spec;

/// Paxos over majorities, for values of any kind.
pub fn judge() -> Actor<Paxos<Json, Majority>> {
    Actor::new("paxos", |processes| Paxos::new(Majority::new(processes))).with_twin(hold)
}

impl Word for Json {
    /// As it is written: `None` is no JSON.
    fn word(&self) -> String {
        self.text().to_string()
    }
}

fn hold(run: &Merged<Paxos<Json, Majority>>) -> Result<Report, NotAStep> {
    hold_actors(|processes| Paxos::new(Majority::new(processes)), run)
}

/// The same for any actor that can be put into the words of the spec.
fn hold_actors<A>(make: fn(usize) -> A, run: &Merged<A>) -> Result<Report, NotAStep>
where
    A: Worded + Module<Request = Propose<<A as Worded>::Value>>,
{
    let processes = run.requests.len();
    // A budget, because the spec counts them.
    let crashes = u8::try_from(run.crashes).expect("no more crashes than a system has room for");
    let actors: Vec<A> = (0..processes).map(|_| make(processes)).collect();
    let system = System::new(actors).network(any_network()).crash_recovery(crashes);
    let system = run.requests.iter().enumerate().fold(system, |system, (process, requests)| {
        system.script(process, Script::at_any_time(requests.iter().cloned()))
    });
    let asked = |requests: &Vec<A::Request>| tuple(requests.iter().map(|Propose(own)| value(Some(own.clone()))));
    in_the_words_of("MCPaxosOneCrash", system)
        .constant("N", number(processes))
        .constant("ReadQuorums", majorities(processes))
        .constant("WriteQuorums", majorities(processes))
        .constant("Script", by_process(run.requests.iter().map(asked)))
        .constant("MaxCrashes", number(run.crashes))
        .follow(&run.steps)
}

/// The smallest majorities, as sets of processes.
fn majorities(processes: usize) -> Spec {
    let members = |chosen: u32| (0..processes).filter(move |process| chosen >> process & 1 == 1);
    let smallest = processes / 2 + 1;
    let majorities = (0..1u32 << processes).filter(|chosen| chosen.count_ones() as usize == smallest);
    set(majorities.map(|chosen| set(members(chosen).map(number))))
}

#[cfg(test)]
mod tests;
