//! What the stand-in has and Kani has not.
//!
//! A harness names nothing of this module, for under Kani there is none. The package of the harnesses wraps
//! [`bounded`], [`subset`] and [`any_such`] in helpers that are `any` and `assume` under Kani; its tests of known-wrong
//! functions, which are not harnesses, use [`assert_refuted`].

use std::ops::RangeInclusive;

pub use crate::outcome::{Failure, Report};

use crate::domain::Domain;
use crate::search;

/// Any number of the range, which is printed with the result as a bound of the proof.
///
/// # Panics
///
/// Outside a harness, and if the range is empty or reaches beyond `i64`.
pub fn bounded(name: &'static str, range: RangeInclusive<u64>) -> u64 {
    assert!(!range.is_empty(), "{name} has no value: its range is empty");
    let signed = |end: u64| i64::try_from(end).expect("a bound within i64");
    let domain = Domain::Numbers { first: signed(*range.start()), last: signed(*range.end()) };
    search::note_bound(name, domain);
    range.start() + search::choose(name, domain)
}

/// Any set of the numbers below `width`, as bits; `width` is printed with the result as a bound of the proof.
///
/// # Panics
///
/// Outside a harness.
pub fn subset(name: &'static str, width: u32) -> u64 {
    let domain = Domain::Subsets { width };
    search::note_bound(name, domain);
    search::choose(name, domain)
}

/// Any value that `make` chooses and of which `holds` holds: what [`any_where`](crate::any_where) is for a type.
///
/// # Panics
///
/// Outside a harness.
pub fn any_such<T>(make: impl Fn() -> T, holds: impl Fn(&T) -> bool) -> T {
    search::any_such(make, holds)
}

/// Runs a harness with every sequence of choices and says what came of it.
///
/// # Errors
///
/// A [`Failure`] if an assertion failed, no run was accepted, or the runs cannot all be tried.
///
/// # Panics
///
/// Inside a harness.
pub fn examine(harness: impl Fn()) -> Result<Report, Failure> {
    search::explore(harness)
}

/// Runs a harness with every sequence of choices and prints what was proved: what `#[kani::proof]` makes of one.
///
/// # Panics
///
/// If the harness fails, and inside another one.
pub fn prove(name: &str, harness: impl Fn()) {
    match examine(harness) {
        Ok(report) => println!("{name} {report}"),
        Err(failure) => panic!("{name} {failure}"),
    }
}

/// Requires that a law is false, with a message that contains `expected`: for known-wrong functions, which the law must
/// refuse.
///
/// # Panics
///
/// If the law holds, is vacuous, cannot be enumerated, or falls with another message.
pub fn assert_refuted(expected: &str, law: impl Fn()) {
    match examine(law) {
        Err(failure @ Failure::Refuted { .. }) => {
            let text = failure.to_string();
            assert!(text.contains(expected), "refuted, but not because {expected:?}: the law {text}");
            println!("the law {text}");
        }
        Err(failure) => panic!("not refuted: the law {failure}"),
        Ok(report) => panic!("not refuted: the law {report}"),
    }
}
