//! Where processes are interchangeable: the classes of states that the engine explores are all the states that there are.

use std::collections::BTreeSet;
use synod::check::{Options, Verdict};
use synod_models::{Case, StaterightChecker, algorithms};

/// Systems with more states take too long when each is looked at.
const STATES_MAX: u64 = 3_000_000;
/// Stateright takes longer.
const STATES_MAX_OF_STATERIGHT: u64 = 100_000;

/// The systems with interchangeable processes of all algorithms, with their full names.
fn systems() -> Vec<(String, Case)> {
    let of_all = algorithms().into_iter().flat_map(|algorithm| {
        algorithm.systems.into_iter().map(move |case| (format!("{}/{}", algorithm.name, case.name), case))
    });
    of_all.filter(|(_, case)| case.orbits.is_some()).collect()
}

#[test]
fn several_algorithms_have_interchangeable_processes() {
    let algorithms: BTreeSet<String> =
        systems().iter().map(|(name, _)| name.split('/').next().unwrap_or(name).to_string()).collect();
    assert!(algorithms.len() >= 3, "{algorithms:?}");
}

/// Pinned are the classes and the states that they stand for: that these are as many as there are is counted here, one by
/// one.
#[test]
fn the_orbits_are_all_the_states() {
    let mut counted = 0;
    for (name, case) in systems() {
        let orbits = case.orbits.expect("only such systems are looked at");
        let in_classes = case.check(&Options::default());
        assert!(case.is_met_by(&in_classes), "{name}: {in_classes}");
        assert!(in_classes.unique < orbits, "{name} is explored as if no processes were interchangeable");
        if orbits > STATES_MAX {
            continue;
        }
        let one_by_one = case.system.check_every_state(&Options::default()).expect("it is well declared");
        assert_eq!((one_by_one.verdict, one_by_one.unique), (Verdict::Verified, orbits), "{name}");
        assert_eq!((one_by_one.interchangeable, one_by_one.depth), (0, in_classes.depth), "{name}");
        for (alone, class) in one_by_one.properties.iter().zip(&in_classes.properties) {
            assert_eq!((alone.name, alone.steps), (class.name, class.steps), "{name}");
        }
        if orbits <= STATES_MAX_OF_STATERIGHT {
            assert_eq!(case.system.count_with_stateright(StaterightChecker::Bfs).0, orbits, "{name}");
        }
        counted += 1;
    }
    assert!(counted >= 3, "{counted} systems were counted one by one");
}
