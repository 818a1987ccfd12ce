//! Benchmarks of synod's engine beside stateright's checkers, on the same systems.
//!
//! ```text
//! cargo bench -p synod-benches --bench paxos           criterion: states generated per second, by each checker
//! cargo bench -p synod-benches --bench side_by_side    processor time and memory of whole explorations, as a ratio
//! cargo bench -p synod-benches --bench store           criterion: saves per second of the durable store
//! ```
//!
//! Both sides explore the same `System` completely, evaluate the same properties and find the same numbers of states;
//! that is asserted before anything is measured. The sides share one program, one allocator and one release profile. On
//! one thread each: what several threads bring depends on the machine.

use criterion::{BenchmarkId, Criterion, Throughput};
use std::num::NonZeroUsize;
use synod::check::{Options, Verdict};
use synod_models::{Algorithm, Case, StaterightChecker, algorithms};

/// Someone who explores a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explorer {
    /// The engine, on one thread.
    Engine,
    /// stateright, breadth first.
    StaterightBfs,
    /// stateright, depth first.
    StaterightDfs,
}

impl Explorer {
    /// All of them; the first is ours.
    pub const ALL: [Explorer; 3] = [Explorer::Engine, Explorer::StaterightBfs, Explorer::StaterightDfs];

    /// A short name.
    pub fn name(self) -> &'static str {
        match self {
            Explorer::Engine => "engine",
            Explorer::StaterightBfs => "stateright-bfs",
            Explorer::StaterightDfs => "stateright-dfs",
        }
    }

    /// Explores completely; gives the unique and the generated states.
    ///
    /// # Panics
    ///
    /// When the engine does not verify the system: then the sides would do different work.
    pub fn explore(self, case: &Case) -> (u64, u64) {
        match self {
            Explorer::Engine => {
                let report = case.check(&Options { threads: NonZeroUsize::new(1), ..Options::default() });
                assert_eq!(report.verdict, Verdict::Verified, "{}: {report}", case.name);
                (report.unique, report.generated)
            }
            Explorer::StaterightBfs => case.system.count_with_stateright(StaterightChecker::Bfs),
            Explorer::StaterightDfs => case.system.count_with_stateright(StaterightChecker::Dfs),
        }
    }
}

/// The algorithm of that name.
///
/// # Panics
///
/// When there is none.
pub fn algorithm(name: &str) -> Algorithm {
    let mut algorithms = algorithms().into_iter();
    algorithms.find(|algorithm| algorithm.name == name).expect("the algorithm exists")
}

/// The system of that name.
///
/// # Panics
///
/// When there is none.
pub fn system<'a>(algorithm: &'a Algorithm, name: &str) -> &'a Case {
    algorithm.systems.iter().find(|case| case.name == name).expect("the system exists")
}

/// Measures the states that each explorer generates per second, on some systems of an algorithm.
pub fn throughput(criterion: &mut Criterion, name: &str, systems: &[&str]) {
    let algorithm = algorithm(name);
    for case in systems.iter().map(|system_name| system(&algorithm, system_name)) {
        let mut group = criterion.benchmark_group(format!("{name}/{}", case.name));
        let expected = Explorer::Engine.explore(case);
        group.throughput(Throughput::Elements(expected.1)).sample_size(10);
        for explorer in Explorer::ALL {
            assert_eq!(explorer.explore(case), expected, "{} finds other states", explorer.name());
            group.bench_function(BenchmarkId::from_parameter(explorer.name()), |bencher| {
                bencher.iter(|| explorer.explore(case));
            });
        }
        group.finish();
    }
}
