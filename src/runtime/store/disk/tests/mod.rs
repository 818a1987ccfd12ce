//! Stores that crash, rot, fill up, or are not the right ones.

mod crash;
mod full;
mod refusal;
mod rot;
mod simulated;

use super::*;
use simulated::Simulated;
use std::collections::BTreeMap;

/// A key-value store with values large enough that its journal is folded now and then.
type Map = BTreeMap<u8, Vec<u8>>;

fn owner() -> Owner {
    Owner { cluster: "kitchen".into(), node: Id::from(1) }
}

/// A new store, on a medium that has not failed yet.
fn new_medium() -> Simulated {
    let medium = Simulated::default();
    let head = head::encode(&owner()).expect("the name is short");
    write_new(Arc::new(medium.clone()), &head).expect("there is memory");
    medium
}

fn open<F: Form<Map>>(medium: &Simulated) -> Result<Disk<Map, F>, Fault> {
    Disk::open_on(Arc::new(medium.clone()), Path::new("memory"), &owner())
}

/// The value that step `step` of a script saves: three keys, of which each step changes one and some steps remove one.
fn value(step: u8) -> Map {
    let key = |key: u8| (key, vec![step - (step - key) % 3; 5000 + 10_000 * usize::from(key)]);
    (0..3).filter(|key| step >= *key && (!step.is_multiple_of(5) || *key != 1)).map(key).collect()
}

/// What the script was told before it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    incarnation: u64,
    saved: Option<Map>,
    /// What was being saved when the script ended.
    saving: Option<Map>,
}

/// Starts a process and saves, until something fails or the steps are over. The store is left open.
fn run<F: Form<Map>>(medium: &Simulated, steps: impl Iterator<Item = u8>) -> (Told, Result<Disk<Map, F>, Fault>) {
    let mut told = Told::default();
    let last = || -> Result<Disk<Map, F>, Fault> {
        let mut store = open::<F>(medium)?;
        (told.incarnation, told.saved) = store.start().map_err(|error| error.fault)?;
        for step in steps {
            told.saving = Some(value(step));
            store.save(&value(step)).map_err(|error| error.fault)?;
            told.saved = told.saving.take();
        }
        Ok(store)
    };
    let last = last();
    (told, last)
}

/// What the next process finds.
fn found<F: Form<Map>>(medium: &Simulated) -> Result<(u64, Option<Map>), Fault> {
    open::<F>(medium)?.start().map_err(|error| error.fault)
}

#[test]
fn a_script_saves_what_differs_from_step_to_step() {
    let values: Vec<_> = (0..20).map(value).collect();
    assert!(values.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn both_forms_keep_the_last_value_and_count_the_starts() {
    fn check<F: Form<Map>>() {
        let medium = new_medium();
        for (incarnation, steps) in (1..).zip([0..0, 0..1, 1..20, 20..20, 20..40]) {
            let before = (steps.start > 0).then(|| value(steps.start - 1));
            let (told, store) = run::<F>(&medium, steps.clone());
            assert_eq!(told, Told { incarnation, saved: steps.last().map(value).or(before), saving: None });
            store.expect("nothing fails");
        }
        let mut store = open::<F>(&medium).expect("it opens");
        for incarnation in 6..9 {
            assert_eq!(store.start().expect("nothing fails"), (incarnation, Some(value(39))));
        }
    }
    check::<Whole>();
    check::<Changes>();
}

#[test]
fn changes_are_written_alone_and_folded_now_and_then() {
    let medium = new_medium();
    let mut store = open::<Changes>(&medium).expect("it opens");
    let small =
        |step: u32| -> Map { (0..200).map(|key| (key, vec![0; 1000])).chain([(255, vec![step as u8; 100])]).collect() };
    store.start().expect("nothing fails");
    store.save(&small(0)).expect("nothing fails");
    let mut folded = 0;
    for step in 1..5000 {
        let before = store.extent;
        store.save(&small(step)).expect("nothing fails");
        folded += u32::from(store.extent.first != before.first);
    }
    // 200 kB are written anew whenever the changes weigh as much, each of them some 170.
    assert!((3..=5).contains(&folded), "{folded}");
    drop(store);
    let mut store = open::<Changes>(&medium).expect("it opens");
    assert_eq!(store.start().expect("nothing fails").1, Some(small(4999)));
}
