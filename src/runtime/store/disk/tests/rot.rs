//! Bytes that are not what was written: the store says so and is left alone, or holds what it held.

use super::*;
use crate::random::Random;

/// A store that was closed, and one whose process was killed.
fn stores() -> [(&'static str, Vec<u8>); 2] {
    let medium = new_medium();
    let (_, store) = run::<Changes>(&medium, 0..6);
    let store = store.expect("nothing fails");
    let killed = medium.content();
    drop(store);
    [("closed", medium.content()), ("killed", killed)]
}

/// Opens a damaged store: an error that touches nothing, or all that was saved. Says which.
fn judge(image: &[u8], what: &str) -> bool {
    let medium = Simulated::holding(image.to_vec());
    match open::<Changes>(&medium) {
        Ok(mut store) => {
            assert_eq!(store.start().expect("what opens can start"), (2, Some(value(5))), "{what}");
            true
        }
        Err(fault @ (Fault::Torn { .. } | Fault::Newer { .. } | Fault::Mistyped { .. })) => {
            assert_eq!(medium.changes(), 0, "{what}");
            // Panics are caught, but a person would be shown them.
            assert!(!fault.to_string().contains("gave up"), "{what}: {fault}");
            false
        }
        Err(other) => panic!("{what}: {other}"),
    }
}

/// The bytes worth flipping: all of the head and of the database's own header, and some of every page that holds anything.
fn places(image: &[u8], random: &mut Random) -> Vec<usize> {
    let mut places: Vec<usize> = (0..32).chain(1016..1024).chain(2048..2060).chain(3072..3084).collect();
    places.extend(head::LENGTH as usize..head::LENGTH as usize + 320);
    for (number, page) in image.chunks(4096).enumerate().skip(2) {
        let used = page.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        if used > 0 {
            places.extend((0..10.min(used)).chain((0..2).map(|_| random.below(used))).map(|at| number * 4096 + at));
        }
    }
    places
}

#[test]
fn a_flipped_bit_is_an_error_or_harmless() {
    for (name, image) in stores() {
        let mut random = Random::new(1);
        assert!(judge(&image, name));
        let (mut harmless, mut refused) = (0, 0);
        for at in places(&image, &mut random) {
            let bit = 1 << random.below(8);
            let mut image = image.clone();
            image[at] ^= bit;
            *(if judge(&image, &format!("{name}: byte {at} by {bit}")) { &mut harmless } else { &mut refused }) += 1;
        }
        println!("{name}: {refused} refused, {harmless} harmless");
        assert!(refused > 200, "{name}: {refused} refused, {harmless} harmless");
    }
}

#[test]
fn the_byte_on_which_the_database_hangs_is_guarded() {
    // Of redb's two commits it says which counts; an older one is whole, too.
    let god_byte = head::LENGTH as usize + 9;
    for (name, image) in stores() {
        for byte in 0..=255 {
            let mut image = image.clone();
            image[god_byte] = byte;
            judge(&image, &format!("{name}: {byte}"));
        }
    }
}

#[test]
fn a_lost_page_is_an_error_or_harmless() {
    for (name, image) in stores() {
        for page in 0..image.len() / 4096 {
            let mut image = image.clone();
            image[page * 4096..][..4096].fill(0);
            judge(&image, &format!("{name}: page {page}"));
        }
    }
}

#[test]
fn a_store_that_is_cut_off_is_refused() {
    for (name, image) in stores() {
        for length in (0..image.len()).step_by(4096).chain([1, 19, 1000, 4095, 4097, 5000]) {
            assert!(!judge(&image[..length], &format!("{name}: {length} bytes")));
        }
    }
}

#[test]
fn an_older_commit_in_place_of_the_last_is_refused() {
    let medium = new_medium();
    run::<Whole>(&medium, 0..3).1.expect("nothing fails");
    let mut older = medium.content();
    run::<Whole>(&medium, 3..6).1.expect("nothing fails");
    // All of the database is put back, but not the head.
    let (mut image, older) = (medium.content(), older.split_off(head::LENGTH as usize));
    image.truncate(head::LENGTH as usize);
    image.extend(older);
    let fault = open::<Whole>(&Simulated::holding(image)).expect_err("it has forgotten three saves");
    assert!(fault.to_string().contains("commit 8 was durable, and the last that is left is 4"), "{fault}");
}

#[test]
fn values_of_another_type_are_told_from_damage() {
    let medium = new_medium();
    run::<Changes>(&medium, 0..6).1.expect("nothing fails");
    let before = medium.content();
    let other = Disk::<(u64, String), Whole>::open_on(Arc::new(medium.clone()), Path::new("memory"), &owner());
    assert!(matches!(other, Err(Fault::Mistyped { .. })), "{other:?}");
    // Whole values are written from now on, but those that are there were written otherwise.
    assert!(matches!(open::<Whole>(&medium), Err(Fault::Mistyped { .. })));
    assert_eq!(medium.content(), before);
}

/// Entries that are sealed as they should be, after which nothing could be counted.
#[test]
fn counts_without_a_next_are_refused() {
    for (last, incarnation) in [(u64::MAX - 1, 1), (u64::MAX - 2, 1), (4, u64::MAX), (u64::MAX - 1, u64::MAX)] {
        let medium = new_medium();
        let database = Contained::open(Arc::new(medium.clone())).expect("it opens");
        let mut extent = Extent::default();
        extent.last = last;
        journal::write(&database, extent, (Kind::Whole, incarnation), Some(value(1))).expect("nothing fails");
        drop(database);
        let fault = open::<Changes>(&medium).expect_err("no process can start after it");
        assert!(fault.to_string().contains("is beyond all counting"), "{fault}");
    }
}
