//! A disk that is full, and one that cannot sync.

use super::simulated::Faults;
use super::*;

/// Saves with a disk that goes wrong; whatever happens, the store stops, and what was acknowledged is there later.
fn check<F: Form<Map>>(faults: Faults) -> Option<Fault> {
    let medium = new_medium();
    let mut store = open::<F>(&medium).expect("nothing fails yet");
    store.start().expect("nothing fails yet");
    medium.fail(faults);
    let mut saved = None;
    let mut failed = None;
    for step in 0..8 {
        match store.save(&value(step)) {
            Ok(()) => saved = Some(value(step)),
            Err(error) => {
                failed = Some((value(step), error.fault));
                break;
            }
        }
    }
    if failed.is_some() {
        assert!(matches!(store.save(&value(9)), Err(Error { fault: Fault::Stopped, .. })));
        assert!(matches!(store.start(), Err(Error { fault: Fault::Stopped, .. })));
    }
    drop(store);
    let (saving, fault) = failed.unzip();
    // Room was made, or the disk was repaired.
    let (_, found) = found::<F>(&medium.after_crash()).expect("it opens");
    assert!(found == saved || found == saving, "{faults:?}");
    fault
}

#[test]
fn a_full_disk_stops_the_store_and_loses_nothing() {
    let mut acknowledged = 0;
    for room in (0..1_200_000).step_by(4096 * 3 + 100) {
        let faults = Faults { room: Some(room), ..Faults::default() };
        for fault in [check::<Whole>(faults), check::<Changes>(faults)] {
            match fault {
                Some(Fault::Full(_)) => {}
                None => acknowledged += 1,
                Some(other) => panic!("with room for {room} bytes: {other}"),
            }
        }
    }
    assert!(acknowledged > 0, "with much room nothing fails");
}

#[test]
fn a_sync_that_fails_stops_the_store_and_loses_nothing() {
    for failing in 1..=8 {
        let faults = Faults { failing_sync: Some(failing), ..Faults::default() };
        for fault in [check::<Whole>(faults), check::<Changes>(faults)] {
            assert!(matches!(fault, Some(Fault::Io(_))), "sync {failing}: {fault:?}");
        }
    }
}

#[test]
fn a_save_syncs_once() {
    fn syncs<F: Form<Map>>() -> Vec<usize> {
        let medium = new_medium();
        let mut store = open::<F>(&medium).expect("nothing fails");
        let mut syncs = vec![];
        for step in 0..10 {
            medium.fail(Faults::default());
            store.save(&value(step)).expect("nothing fails");
            syncs.push(medium.syncs());
        }
        syncs
    }
    assert_eq!(syncs::<Whole>(), [1; 10]);
    assert_eq!(syncs::<Changes>(), [1; 10]);
}
