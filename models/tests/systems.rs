//! Every system is as it should be, and every mutant is caught as pinned.
//!
//! Slow systems are left to `synod check --slow`.

use std::collections::BTreeSet;
use synod::check::Options;
use synod::system::Kind;
use synod_models::{Algorithm, Expectation, algorithms};

fn check_systems(algorithm: &Algorithm) {
    for case in algorithm.systems.iter().filter(|case| !case.slow) {
        let report = case.check(&Options::default());
        assert!(
            case.is_met_by(&report),
            "{}/{}: expected {:?} with {} states, but {report}",
            algorithm.name,
            case.name,
            case.expects,
            case.unique
        );
    }
}

fn check_mutants(algorithm: &Algorithm) {
    for mutant in &algorithm.mutants {
        let report = mutant.check(&Options::default());
        assert!(
            mutant.is_caught_by(&report),
            "{}'s mutant {} (it {}): expected \"{}\" to fall in {} steps, the last {:?}, but {report}",
            algorithm.name,
            mutant.name,
            mutant.about,
            mutant.property,
            mutant.steps,
            mutant.last
        );
    }
}

fn named(name: &str) -> Algorithm {
    let mut algorithms = algorithms().into_iter();
    algorithms.find(|algorithm| algorithm.name == name).expect("the table has it")
}

macro_rules! tests {
    ($($name:ident)*) => {
        $(mod $name {
            #[test]
            fn systems_are_as_they_should_be() {
                super::check_systems(&super::named(stringify!($name)));
            }

            #[test]
            fn mutants_are_caught() {
                super::check_mutants(&super::named(stringify!($name)));
            }
        })*

        /// An algorithm that is in the table and not here would be tested by nobody.
        #[test]
        fn every_algorithm_is_tested() {
            let tested: BTreeSet<_> = [$(stringify!($name)),*].into();
            let known: BTreeSet<_> = algorithms().iter().map(|algorithm| algorithm.name).collect();
            assert_eq!(tested, known);
        }
    };
}

tests!(perfect best_effort eager uniform causal paxos raft abd two_phase);

/// A property that holds because nothing happens is a failure.
#[test]
fn every_verified_system_shows_that_something_happens() {
    for algorithm in algorithms() {
        for case in algorithm.systems.iter().filter(|case| case.expects == Expectation::Verified) {
            let sometimes = case.system.properties().iter().any(|(_, kind)| *kind == Kind::Sometimes);
            assert!(sometimes, "{}/{} states no `sometimes`", algorithm.name, case.name);
        }
    }
}

/// What a user of the tool types must name one thing.
#[test]
fn names_are_unique_and_mutants_alter_systems_that_exist() {
    let mut names = BTreeSet::new();
    for algorithm in algorithms() {
        assert!(names.insert(algorithm.name.to_string()));
        let systems: BTreeSet<_> = algorithm.systems.iter().map(|case| case.name).collect();
        assert_eq!(systems.len(), algorithm.systems.len(), "{} has two systems of one name", algorithm.name);
        let mutants: BTreeSet<_> = algorithm.mutants.iter().map(|mutant| mutant.name).collect();
        assert_eq!(mutants.len(), algorithm.mutants.len(), "{} has two mutants of one name", algorithm.name);
        for mutant in &algorithm.mutants {
            assert!(systems.contains(mutant.alters), "{} alters no system of {}", mutant.name, algorithm.name);
        }
    }
}

/// Every diff makes a mutant that is in the table: one that is not would be compiled and never checked.
#[test]
fn every_diff_is_in_the_table() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/mutants");
    for algorithm in std::fs::read_dir(folder).expect("the folder of diffs") {
        let algorithm = algorithm.expect("a folder for each algorithm");
        let name = algorithm.file_name().into_string().expect("a readable name");
        let known: BTreeSet<_> = named(&name).mutants.iter().map(|mutant| format!("{}.diff", mutant.name)).collect();
        for diff in std::fs::read_dir(algorithm.path()).expect("a folder of diffs") {
            let diff = diff.expect("a diff").file_name().into_string().expect("a readable name");
            assert!(known.contains(&diff), "{name}/{diff} is not in the table of mutants");
        }
    }
}
