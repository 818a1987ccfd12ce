//! The systems of Raft, which is not in the table of algorithms before it has its TLA+ twin.

use synod::check::Options;
use synod_models::{Case, StaterightChecker, consensus::raft};

fn check(case: &Case) {
    let report = case.check(&Options::default());
    assert!(case.is_met_by(&report), "{}: expected {} states, but {report}", case.name, case.unique);
}

#[test]
fn systems_are_as_they_should_be() {
    raft::systems().iter().filter(|case| !case.slow).for_each(check);
}

#[test]
#[ignore = "takes minutes"]
fn slow_systems_are_as_they_should_be() {
    raft::systems().iter().filter(|case| case.slow).for_each(check);
}

/// Those that stateright explores as they are, and soon.
#[test]
fn the_engine_counts_as_stateright_does() {
    let names = ["one_server", "first_term", "replication", "forwarding"];
    for case in raft::systems().iter().filter(|case| names.contains(&case.name)) {
        let report = case.check(&Options::default());
        let counts = (report.unique, report.generated);
        assert_eq!(case.system.count_with_stateright(StaterightChecker::Bfs), counts, "{}", case.name);
    }
}
