//! A crash at each moment, of the process and of the machine.

use super::simulated::Faults;
use super::*;
use crate::random::Random;

/// The steps of the script that is crashed: a start, enough saves for two folds, and nothing else.
const STEPS: u8 = 12;

/// A store that the script is run on: of a node that has run before.
fn lived_in<F: Form<Map>>() -> Simulated {
    let medium = new_medium();
    run::<F>(&medium, 0..3).1.expect("nothing fails");
    Simulated::holding(medium.content())
}

/// How many changes the script makes until it ends, and, with the store being closed, after that.
fn changes<F: Form<Map>>() -> (usize, usize) {
    let medium = lived_in::<F>();
    let (_, store) = run::<F>(&medium, 3..3 + STEPS);
    let running = medium.changes();
    drop(store.expect("nothing fails"));
    (running, medium.changes())
}

/// Runs the script, which crashes after so many changes.
fn crashed<F: Form<Map>>(after: usize) -> (Told, Simulated) {
    let medium = lived_in::<F>();
    medium.fail(Faults { crash_after: Some(after), ..Faults::default() });
    let (mut told, store) = run::<F>(&medium, 3..3 + STEPS);
    drop(store);
    if told.incarnation == 0 {
        (told.incarnation, told.saved) = (1, Some(value(2)));
    }
    (told, medium)
}

fn assert_kept<F: Form<Map>>(told: &Told, medium: &Simulated, what: &str) {
    let (incarnation, saved) = found::<F>(medium).unwrap_or_else(|fault| panic!("{what}: {fault}"));
    assert!(saved == told.saved || (told.saving.is_some() && saved == told.saving), "{what}: {told:?} and {saved:?}");
    assert!(incarnation > told.incarnation, "{what}: {incarnation} after {}", told.incarnation);
    // … and it lives on.
    let (next, store) = run::<F>(medium, 100..102);
    assert!(next.incarnation == incarnation + 1 && store.is_ok(), "{what}: {store:?}");
    drop(store);
    let again = found::<F>(medium).unwrap_or_else(|fault| panic!("{what}, then two saves: {fault}"));
    assert_eq!(again, (incarnation + 2, Some(value(101))), "{what}");
}

fn check<F: Form<Map>>(seed: u64) {
    let mut random = Random::new(seed);
    let (running, all) = changes::<F>();
    let (mut lost, mut kept) = (0, 0);
    for after in 0..=all {
        let (told, medium) = crashed::<F>(after);
        assert_eq!(told.saving.is_none() && told.saved == Some(value(2 + STEPS)), after >= running, "{after} of {all}");
        assert_kept::<F>(&told, &medium.after_crash(), &format!("crash after {after}"));
        let power_loss = medium.after_power_loss(&mut random);
        if told.saving.is_some() {
            let saved = found::<F>(&power_loss.after_crash()).expect("it opens").1;
            *(if saved == told.saved { &mut lost } else { &mut kept }) += 1;
        }
        assert_kept::<F>(&told, &power_loss, &format!("power loss after {after}, seed {seed}"));
    }
    assert!(lost > 10 && kept > 0, "the save that was cut off was lost {lost} times and kept {kept} times");
}

#[test]
fn whole_values_outlast_a_crash_at_any_moment() {
    check::<Whole>(1);
}

#[test]
fn changes_outlast_a_crash_at_any_moment() {
    check::<Changes>(2);
}

#[test]
fn a_start_that_crashes_is_never_counted_twice_and_a_second_crash_harms_no_more_than_one() {
    let mut random = Random::new(3);
    let (running, _) = changes::<Changes>();
    let (told, medium) = crashed::<Changes>(running / 2);
    let image = medium.after_power_loss(&mut random);
    // Opening repairs what the crash left; it is crashed in turn, at each moment.
    let undisturbed = image.after_crash();
    let expected = found::<Changes>(&undisturbed).expect("it opens");
    for after in 0..undisturbed.changes() {
        let medium = image.after_crash();
        medium.fail(Faults { crash_after: Some(after), ..Faults::default() });
        let (incarnation, value) = found::<Changes>(&medium).unwrap_or((told.incarnation, expected.1.clone()));
        assert_eq!(value, expected.1);
        let again = Told { incarnation, saved: value, saving: None };
        assert_kept::<Changes>(&again, &medium.after_power_loss(&mut random), &format!("second crash after {after}"));
    }
}
