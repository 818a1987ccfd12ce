//! The stand-in itself: harnesses that must hold, and harnesses that must not.

use std::cell::{Cell, RefCell};

use kani::stand_in::{Failure, Report, any_such, assert_refuted, bounded, examine, subset};

/// The runs of a harness that must hold: accepted and pruned.
fn runs(harness: impl Fn()) -> (u64, u64) {
    let Report { accepted, pruned, .. } = examine(harness).unwrap();
    (accepted, pruned)
}

/// Asks for any value and leaves it at that.
fn ask<T: kani::Arbitrary>() {
    let _ = kani::any::<T>();
}

/// Why a harness cannot be enumerated.
fn refusal(harness: impl Fn()) -> String {
    match examine(harness) {
        Err(Failure::Refused { reason }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[kani::proof]
#[kani::unwind(1)]
fn a_true_harness_is_a_test_that_passes() {
    let byte: u8 = kani::any();
    assert_eq!(byte.reverse_bits().reverse_bits(), byte);
}

#[kani::proof]
#[kani::unwind(1)]
#[should_panic(expected = "a_false_harness_is_a_test_that_fails is false: no byte is seven\n\
                           after 7 runs in which it held, with these choices:\n    u8 = 7")]
fn a_false_harness_is_a_test_that_fails() {
    assert!(kani::any::<u8>() != 7, "no byte is seven");
}

#[kani::proof]
#[kani::unwind(1)]
#[should_panic(expected = "a_vacuous_harness_is_a_test_that_fails is vacuous: all of its 256 runs were assumed away")]
fn a_vacuous_harness_is_a_test_that_fails() {
    let byte: u8 = kani::any();
    kani::assume(byte.count_ones() > 8);
    panic!("never reached");
}

#[kani::proof]
#[kani::unwind(1)]
#[should_panic(expected = "an_unbounded_harness_is_a_test_that_fails cannot be enumerated: u64 has 2^64 values")]
fn an_unbounded_harness_is_a_test_that_fails() {
    let size: u64 = kani::any();
    kani::assume(size < 3);
}

#[test]
fn every_value_is_met_exactly_once() {
    fn meets<T: kani::Arbitrary + Ord>(expected: impl IntoIterator<Item = T>) {
        let met = RefCell::new(Vec::new());
        examine(|| met.borrow_mut().push(kani::any::<T>())).unwrap();
        let mut met = met.into_inner();
        met.sort();
        assert!(met.into_iter().eq(expected));
    }
    meets([false, true]);
    meets(0..=u8::MAX);
    meets(i8::MIN..=i8::MAX);
    meets(0..=u16::MAX);
    meets(i16::MIN..=i16::MAX);
    meets([None, Some(false), Some(true)]);
    meets([[false, false], [false, true], [true, false], [true, true]]);
}

#[test]
fn runs_are_counted_exactly() {
    assert_eq!(runs(|| ()), (1, 0));
    assert_eq!(runs(ask::<u16>), (65_536, 0));
    assert_eq!(runs(ask::<i16>), (65_536, 0));
    assert_eq!(runs(ask::<[bool; 10]>), (1_024, 0));
    assert_eq!(runs(ask::<[Option<bool>; 4]>), (81, 0));
    assert_eq!(runs(ask::<(u8, bool)>), (512, 0));
    assert_eq!(runs(ask::<[u8; 0]>), (1, 0));
    assert_eq!(runs(|| _ = bounded("digit", 1..=9)), (9, 0));
    assert_eq!(runs(|| _ = subset("members", 5)), (32, 0));
}

#[test]
fn choices_may_depend_on_choices() {
    // A number up to n for each n up to 9, and a sign for those that are not 0.
    let harness = || {
        let number = bounded("number", 0..=bounded("bound", 0..=9));
        if number > 0 {
            kani::any::<bool>();
        }
    };
    assert_eq!(runs(harness), (10 + 2 * 45, 0));
}

#[test]
fn pruned_runs_do_not_count() {
    let even = |byte: &u8| byte & 1 == 0;
    assert_eq!(runs(|| kani::assume(even(&kani::any()))), (128, 128));
    assert_eq!(runs(|| _ = kani::any_where(even)), (128, 128));
}

#[test]
fn a_condition_on_a_choice_is_an_assumption_after_it() {
    let ordered = |pair: &(u8, bool)| pair.0 < 85 || pair.1;
    let assumed = || {
        let first = kani::any();
        kani::assume(ordered(&first));
        let second = kani::any();
        kani::assume(ordered(&second));
        assert!(ordered(&first) && ordered(&second));
    };
    let required = || {
        let first = kani::any_where(ordered);
        let second = any_such(kani::any, ordered);
        assert!(ordered(&first) && ordered(&second));
    };
    assert_eq!(runs(assumed), runs(required));
}

#[test]
fn a_condition_that_nothing_meets_prunes_every_run() {
    let harness = || {
        kani::any::<bool>();
        kani::any_where(|byte: &u8| byte.count_ones() > 8);
    };
    assert_eq!(examine(harness), Err(Failure::Vacuous { pruned: 512 }));
}

#[test]
fn a_refutation_names_the_choices_that_led_to_it() {
    let harness = || {
        let size = bounded("size", 3..=5);
        let members = subset("members", 3);
        let strict: bool = kani::any();
        let offset: i8 = kani::any_where(|offset| *offset >= -2);
        assert!(size < 4 || members != 0b101 || strict || offset != -1, "not all at once");
    };
    let Err(Failure::Refuted { message, choices, .. }) = examine(harness) else {
        panic!("holds");
    };
    assert_eq!(message, "not all at once");
    assert_eq!(choices, ["size = 4", "members = {0, 2}", "bool = false", "i8 = -1"]);
}

#[test]
fn bounds_are_printed_with_the_result() {
    let harness = || {
        let size = bounded("size", 1..=3);
        subset("members", size as u32);
    };
    assert_eq!(
        examine(harness).unwrap().to_string(),
        "holds in all 14 runs (0 more were assumed away), with size in 1..=3, members within {0..=2}"
    );
    assert_eq!(
        examine(ask::<bool>).unwrap().to_string(),
        "holds in all 2 runs (0 more were assumed away), without bounds"
    );
}

#[test]
fn large_domains_are_refused() {
    assert_eq!(refusal(ask::<u32>), "u32 has 2^32 values: bound it");
    assert_eq!(refusal(ask::<Option<i64>>), "i64 has 2^64 values: bound it");
    assert_eq!(
        refusal(|| _ = bounded("term", 0..=65_536)),
        "term has 65537 values, more than the 65536 that are tried: bound it"
    );
    assert!(refusal(|| _ = subset("members", 200)).starts_with("members has"));
}

#[test]
fn too_many_runs_are_refused() {
    let expected = "it takes more than 16777216 runs: bound its choices";
    assert_eq!(refusal(ask::<[u16; 2]>), expected);
    assert_eq!(refusal(|| _ = kani::any_where(|pair: &[u16; 2]| pair[0] > 255 && pair[1] > pair[0])), expected);
}

#[test]
fn a_harness_that_changes_from_run_to_run_is_refused() {
    let nth = Cell::new(0);
    let other_domain = || {
        let nth = nth.replace(nth.get() + 1);
        bounded("size", 0..=nth + 1);
    };
    assert_eq!(
        refusal(other_domain),
        "it is not deterministic: after the same choices, number 1 was size in 0..=1 and is now size in 0..=2"
    );
    let nth = Cell::new(0);
    let fewer_choices = || {
        if nth.replace(nth.get() + 1) == 0 {
            kani::any::<[bool; 2]>();
        }
    };
    assert_eq!(refusal(fewer_choices), "it is not deterministic: after the same choices, it made 2 and now only 0");
    let nth = Cell::new(0);
    let other_condition = || {
        kani::any_where(|_: &u8| nth.replace(nth.get() + 1) != 1);
        kani::any::<bool>();
    };
    assert_eq!(refusal(other_condition), "it is not deterministic: after the same choices, it made 2 and now only 1");
}

#[test]
#[should_panic(expected = "kani's functions can be called in a harness only")]
fn there_are_no_choices_outside_a_harness() {
    kani::any::<bool>();
}

#[test]
#[should_panic(expected = "kani's functions can be called in a harness only")]
fn there_are_no_assumptions_outside_a_harness() {
    kani::assume(false);
}

#[test]
fn a_harness_cannot_run_another_one() {
    assert_refuted("a harness cannot run another one", || _ = examine(|| ()));
    assert_eq!(runs(ask::<bool>), (2, 0), "the thread is free again");
}

#[test]
fn a_false_law_is_refuted() {
    assert_refuted("no byte is seven", || assert!(kani::any::<u8>() != 7, "no byte is seven"));
}

#[test]
#[should_panic(expected = "not refuted: the law holds in all 256 runs")]
fn a_true_law_is_not_refuted() {
    assert_refuted("", ask::<u8>);
}

#[test]
#[should_panic(expected = "not refuted: the law is vacuous")]
fn a_vacuous_law_is_not_refuted() {
    assert_refuted("", || kani::assume(false));
}

#[test]
#[should_panic(expected = "not refuted: the law cannot be enumerated")]
fn an_unbounded_law_is_not_refuted() {
    assert_refuted("", ask::<u64>);
}

#[test]
#[should_panic(expected = "refuted, but not because \"no byte is eight\"")]
fn a_law_must_fall_for_the_expected_reason() {
    assert_refuted("no byte is eight", || assert!(kani::any::<u8>() != 7, "no byte is seven"));
}
