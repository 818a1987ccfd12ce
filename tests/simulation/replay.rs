//! A seed says everything.

use crate::systems::{atomic_commit, consensus, linked_broadcast, three_acceptors};
use synod::event::{Data, Module};
use synod::runtime::simulation::{End, Judging, Simulation};
use synod::system::System;

fn replays<A: Module, H: Data>(system: impl Fn() -> System<A, H>) {
    let simulation = || Simulation::new(system()).expect("it can be simulated");
    let mut digests = Vec::new();
    for seed in 0..20 {
        let run = simulation().run(seed, 500);
        assert_eq!(run, simulation().run(seed, 500), "the same seed, the same run");
        let record = simulation().record(seed, 500);
        assert_eq!((run.digest, run.counts), (record.run.digest, record.run.counts), "recorded or not");
        assert_eq!(record.steps, simulation().record(seed, 500).steps);
        let trace = || record.system.trace(&record.steps).to_string();
        assert_eq!(trace(), trace());
        let unjudged = simulation().judging(Judging::Never).run(seed, 500);
        assert_eq!((run.digest, run.counts), (unjudged.digest, unjudged.counts), "judged or not");
        digests.push(run.digest);
    }
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), 20, "another seed, another run");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    replays(|| consensus(three_acceptors()));
    replays(linked_broadcast);
    replays(atomic_commit);
}

#[test]
fn a_run_that_goes_on_is_the_beginning_of_a_longer_one() {
    let simulation = Simulation::new(linked_broadcast()).expect("it can be simulated");
    let (short, long) = (simulation.record(3, 40), simulation.record(3, 80));
    assert_eq!((short.run.events, short.run.end), (40, End::Events));
    assert_eq!(short.steps[..], long.steps[..short.steps.len()]);
    assert!(long.steps.len() > short.steps.len());
}

#[test]
fn a_search_reaches_what_is_to_happen_sometimes() {
    let found = Simulation::new(consensus(three_acceptors())).expect("it can be simulated").search(1, 20_000);
    let summary = found.expect("Paxos keeps its promises");
    println!("{summary:?}");
    assert_eq!(summary.reached, ["decision"]);
    assert!(summary.events >= 20_000 && summary.rests > 0 && summary.runs > summary.rests / 2);

    let found = Simulation::new(atomic_commit()).expect("it can be simulated").search(1, 20_000);
    let mut reached = found.expect("two-phase commit keeps its promises").reached;
    reached.sort_unstable();
    assert_eq!(reached, ["abort", "commit"]);

    let found = Simulation::new(linked_broadcast()).expect("it can be simulated").search(1, 20_000);
    assert_eq!(found.expect("broadcast keeps its promises").reached, ["delivery everywhere"]);
}
