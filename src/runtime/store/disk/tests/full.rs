//! A disk that is full, until there is room again, and one that cannot sync.

use super::simulated::Faults;
use super::*;

/// Saves with a disk that goes wrong; whatever happens, what was acknowledged is there later. A store whose disk is not merely
/// full takes nothing more.
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
                assert_eq!(store.may_pass(&error), matches!(error.fault, Fault::Full(_)));
                failed = Some((value(step), error.fault));
                break;
            }
        }
    }
    if let Some((_, Fault::Io(_))) = &failed {
        for again in [store.save(&value(9)), store.start().map(drop)] {
            let again = again.expect_err("it has stopped");
            assert!(matches!(again.fault, Fault::Stopped) && !store.may_pass(&again), "{again}");
        }
    }
    drop(store);
    let (saving, fault) = failed.unzip();
    // Room was made, or the disk was repaired.
    let (_, found) = found::<F>(&medium.after_crash()).expect("it opens");
    assert!(found == saved || found == saving, "{faults:?}");
    fault
}

#[test]
fn a_full_disk_loses_nothing() {
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

/// Saves while room comes and goes, each value until it is saved; gives how many saves have failed.
fn check_with_room_made<F: Form<Map>>(room: usize) -> usize {
    let medium = new_medium();
    let mut store = open::<F>(&medium).expect("nothing fails yet");
    store.start().expect("nothing fails yet");
    let mut failures = 0;
    for step in 0..12 {
        medium.fail(Faults { room: Some(room), ..Faults::default() });
        while let Err(error) = store.save(&value(step)) {
            assert!(store.may_pass(&error), "{error}");
            failures += 1;
            // What was acknowledged is there while the disk is full, or already what is being saved.
            let there = found::<F>(&medium.after_crash()).map(|(_, there)| there).expect("it opens");
            assert!(there == Some(value(step)) || there == step.checked_sub(1).map(value));
            // As full as before, then there is room.
            let room = (failures % 3 == 0).then_some(room);
            medium.fail(Faults { room, ..Faults::default() });
        }
    }
    drop(store);
    medium.fail(Faults::default());
    assert_eq!(found::<F>(&medium).expect("it opens"), (2, Some(value(11))), "room for {room} bytes");
    failures
}

#[test]
fn a_store_goes_on_when_there_is_room_again() {
    let mut failures = 0;
    for room in (0..200_000).step_by(4096 * 3 + 100) {
        failures += check_with_room_made::<Whole>(room) + check_with_room_made::<Changes>(room);
    }
    assert!(failures > 100, "{failures} saves have failed");
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
