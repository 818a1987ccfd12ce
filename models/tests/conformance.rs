//! The actors do nothing that their TLA+ twins do not allow.
//!
//! Larger systems are sampled by random walks, others in each run of the tests. The report of a failure names the seed that
//! repeats its walk: `SYNOD_SEED=17 cargo test -p synod-models --test conformance sampled`.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use synod_models::conformance::{Manifest, Report, Twin, Walks};
use synod_models::{algorithms, twins};

fn twin(algorithm: &str) -> Twin {
    let twin = twins().into_iter().find(|twin| twin.algorithm == algorithm);
    twin.unwrap_or_else(|| panic!("{algorithm} has no twin"))
}

/// Explores the instance, and holds what it finds against what is pinned.
///
/// `steps` is the number of distinct steps, those left out that change nothing. It is also the number of edges of the graph
/// that TLC makes with the same constants (`-dump dot`), loops and parallel edges left out. As all steps of the actors are
/// among these, the actors do all that the spec allows, too.
fn explored(algorithm: &str, steps: u64) -> Report {
    let report = twin(algorithm).instance.explore();
    println!("{report}");
    report.conforms();
    let manifest = Manifest::read();
    let run = manifest.run(report.config);
    assert_eq!(run.mapped_states, Some(report.mapped), "mapped_states of {} (found: right)", report.config);
    let actions: Vec<_> = report.actions.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(manifest.actions(report.spec), actions, "actions of {} (found: right)", report.spec);
    assert_eq!(report.pairs, steps, "distinct steps of {}", report.config);
    report
}

#[test]
fn perfect_conforms() {
    let report = explored("perfect", 1_609);
    assert!(report.unchanged > 0, "what is in flight already is sent again, and received again");
}

#[test]
fn best_effort_conforms() {
    let report = explored("best_effort", 3_647);
    assert!(report.unchanged > 0, "the network delivers messages again, which the spec does not know");
}

#[test]
fn eager_conforms() {
    let report = explored("eager", 7_328);
    assert_eq!(report.unchanged, 0, "everything that happens is a step of the spec");
}

#[test]
fn uniform_conforms() {
    let report = explored("uniform", 11_352);
    assert_eq!(report.unchanged, 0, "everything that happens is a step of the spec");
}

#[test]
fn causal_conforms() {
    // The spec allows 20 more. A message may release two that do not depend on one another; of a process that dies then, the
    // application may have seen either alone. The actors deliver that of the smaller sender first.
    let report = explored("causal", 12_950);
    assert_eq!(report.unchanged, 0, "everything that happens is a step of the spec");
}

#[test]
fn paxos_conforms() {
    let report = explored("paxos", 48_399);
    assert!(report.unchanged > 0, "a recovery is no step of the spec");
}

#[test]
fn raft_conforms() {
    // The spec's leaders may say any part of their log at any time: it allows far more.
    let report = explored("raft", 5_243);
    assert!(report.unchanged > 0, "what a leader knows of the way to a follower is no part of the spec");
}

#[test]
fn abd_conforms() {
    let report = explored("abd", 10_131);
    assert!(report.unchanged > 0, "a recovery is no step of the spec");
}

#[test]
fn two_phase_conforms() {
    let report = explored("two_phase", 14_374);
    assert!(report.unchanged > 0, "questions and repeated messages are no steps of the spec");
}

/// The seed of this run: that of the environment, or else another each time.
fn seed() -> u64 {
    match std::env::var("SYNOD_SEED") {
        Ok(seed) => seed.parse().unwrap_or_else(|_| panic!("SYNOD_SEED is a number below 2^64, and not \"{seed}\"")),
        Err(_) => RandomState::new().hash_one("synod"),
    }
}

fn sampled(algorithm: &str, count: u64, steps: usize) {
    let seed = seed();
    println!("SYNOD_SEED={seed}");
    for system in twin(algorithm).sampled {
        let report = system.sample(Walks { seed, count, steps });
        println!("{report}");
        report.is_not_refused();
    }
}

#[test]
fn perfect_conforms_when_sampled() {
    sampled("perfect", 200, 40);
}

#[test]
fn best_effort_conforms_when_sampled() {
    sampled("best_effort", 200, 40);
}

#[test]
fn eager_conforms_when_sampled() {
    sampled("eager", 400, 40);
}

#[test]
fn uniform_conforms_when_sampled() {
    sampled("uniform", 200, 40);
}

#[test]
fn causal_conforms_when_sampled() {
    sampled("causal", 300, 40);
}

#[test]
fn paxos_conforms_when_sampled() {
    sampled("paxos", 400, 40);
}

#[test]
fn raft_conforms_when_sampled() {
    sampled("raft", 750, 40);
}

#[test]
fn abd_conforms_when_sampled() {
    sampled("abd", 200, 40);
}

#[test]
fn two_phase_conforms_when_sampled() {
    sampled("two_phase", 400, 40);
}

#[test]
fn specs_refuse_mutants() {
    for (algorithm, twin) in algorithms().iter().zip(twins()) {
        assert!(!twin.mutants.is_empty(), "{} has no mutant that its spec refuses", algorithm.name);
        for mutant in twin.mutants {
            assert!(algorithm.mutants.iter().any(|other| other.name == mutant.name), "{} is no mutant", mutant.name);
            let report = mutant.instance.explore();
            println!("{}:\n{report}", mutant.name);
            let (step, action) = mutant.refused;
            assert!(report.is_refused(step, action), "{} of {}", mutant.name, algorithm.name);
        }
    }
}

/// Nobody is left out: neither an algorithm, nor a number in the manifest.
#[test]
fn every_algorithm_is_held_against_its_spec() {
    let named: Vec<_> = algorithms().iter().map(|algorithm| (algorithm.name, algorithm.spec)).collect();
    let twins = twins();
    let spec = |twin: &Twin| format!("{}.tla", twin.instance.spec());
    let held: Vec<_> = twins.iter().map(|twin| (twin.algorithm, spec(twin))).collect();
    let held: Vec<_> = held.iter().map(|(name, spec)| (*name, spec.as_str())).collect();
    assert_eq!(held, named);
    let manifest = Manifest::read();
    let pinned: BTreeSet<_> = manifest.mapped().map(|run| run.config.as_str()).collect();
    let explored: BTreeSet<_> = twins.iter().map(|twin| twin.instance.config()).collect();
    assert_eq!(pinned, explored, "the manifest's runs with mapped_states (found: right)");
}
