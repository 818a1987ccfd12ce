//! The systems in which the algorithms of [`synod`] are checked: what may go wrong in each, what must hold all the same,
//! how many states that makes, and which errors would be caught.
//!
//! [`algorithms`] is the table of all of them; the tool `synod` and the tests read it.

pub mod broadcast;
mod case;
pub mod commit;
pub mod conformance;
pub mod consensus;
mod half;
pub mod link;
mod live;
pub mod register;
pub mod replay;

pub use case::{Algorithm, Case, Checkable, Expectation, Explorable, Fallen, Mutant, Simulated, StaterightChecker};

/// Copies of the algorithms' own source, each with a few lines changed: see `build.rs` and `mutants/`.
#[allow(missing_docs, dead_code, unused_imports, unused_variables, unused_mut)]
mod mutated {
    include!(concat!(env!("OUT_DIR"), "/mutated.rs"));
}

/// Every algorithm, in the order of the library's own table.
pub fn algorithms() -> Vec<Algorithm> {
    vec![
        link::perfect::algorithm(),
        broadcast::best_effort::algorithm(),
        broadcast::eager::algorithm(),
        broadcast::uniform::algorithm(),
        broadcast::causal::algorithm(),
        consensus::paxos::algorithm(),
        consensus::raft::algorithm(),
        register::abd::algorithm(),
        commit::two_phase::algorithm(),
    ]
}

/// Every algorithm whose records can be judged, in the same order; then the services.
pub fn judges() -> Vec<Box<dyn replay::Judge>> {
    use replay::Actor;
    use synod::broadcast::{best_effort::BestEffort, eager::Eager, uniform::Uniform};
    use synod::quorum::Majority;
    use synod::register::abd::Abd;
    use synod::service::key_value::replica;
    vec![
        Box::new(Actor::<BestEffort<replay::Json>>::new("best_effort", BestEffort::new)),
        Box::new(Actor::<Eager<replay::Json>>::new("eager", Eager::new)),
        Box::new(Actor::<Uniform<replay::Json, _>>::new("uniform", |n| Uniform::new(Majority::new(n)))),
        Box::new(consensus::paxos::replay::judge()),
        Box::new(Actor::<Abd<replay::Json, _>>::new("abd", |n| Abd::many_writers(Majority::new(n)))),
        Box::new(Actor::new("key_value", |n| replica(Majority::new(n))).by_changes()),
    ]
}

/// Every algorithm, held against its TLA+ twin, in the same order.
pub fn twins() -> Vec<conformance::Twin> {
    vec![
        link::perfect::spec::twin(),
        broadcast::best_effort::spec::twin(),
        broadcast::eager::spec::twin(),
        broadcast::uniform::spec::twin(),
        broadcast::causal::spec::twin(),
        consensus::paxos::spec::twin(),
        consensus::raft::spec::twin(),
        register::abd::spec::twin(),
        commit::two_phase::spec::twin(),
    ]
}
