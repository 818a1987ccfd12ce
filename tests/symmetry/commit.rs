//! Two-phase commit as Gray and Lamport specify it, with managers that differ by their names alone.

#[path = "../../benches/peers/two_phase_commit.rs"]
mod two_phase_commit;

use self::two_phase_commit::{Decided, Party, State, system};
use crate::agrees;
use synod::check::check;
use synod::system::System;

fn commit(managers: usize) -> System<Party, Decided> {
    let has_decided = |state: &State| matches!(state, State::Decided(_) | State::Coordinator(Some(_), _));
    system(managers).finally("everyone decides").processes(move |p| p.states().all(|(_, state)| has_decided(state)))
}

#[test]
fn two_phase_commit_with_few_managers() {
    for managers in 2..=4 {
        agrees(&commit(managers), &[&Vec::from_iter(0..managers)], &|system| system.interchangeable(0..managers));
    }
}

#[test]
fn two_phase_commit_with_more() {
    // The states are those of stateright's examples/2pc.rs; the classes those that TLC and rumur count for the specification.
    for (managers, classes, states) in [(5, 314, 8_832), (7, 920, 296_448), (9, 2_232, 10_340_352)] {
        for threads in [1, 2, 4] {
            let system = commit(managers).interchangeable(0..managers);
            let report = check(&system).threads(threads).unique_states(classes).verified();
            assert_eq!((report.interchangeable, report.orbits), (managers, Some(states)));
        }
    }
}
