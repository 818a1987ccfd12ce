//! The choices of a harness that need a bound.
//!
//! Each is `any` followed by `assume` for Kani. The stand-in chooses within the bound at once, and prints it with the
//! result.

use std::ops::RangeInclusive;

use synod::quorum::ProcessSet;

#[cfg(not(kani))]
use kani::stand_in::{any_such as choose_such, bounded, subset};

/// Any number of the range.
pub fn any_within(name: &'static str, range: RangeInclusive<usize>) -> usize {
    bounded(name, *range.start() as u64..=*range.end() as u64) as usize
}

/// Any set of the first so many processes.
pub fn any_set(name: &'static str, processes: usize) -> ProcessSet {
    ProcessSet::from_bits(subset(name, processes as u32))
}

/// Anything that `choose` chooses and of which `holds` holds.
///
/// The same as to assume it afterwards, but far cheaper for the stand-in, which passes over the rest in place.
pub fn any_such<T>(choose: impl Fn() -> T, holds: impl Fn(&T) -> bool) -> T {
    choose_such(choose, holds)
}

#[cfg(kani)]
fn bounded(_name: &'static str, range: RangeInclusive<u64>) -> u64 {
    kani::any_where(|number| range.contains(number))
}

#[cfg(kani)]
fn subset(_name: &'static str, width: u32) -> u64 {
    kani::any_where(|bits| *bits <= ProcessSet::all(width as usize).bits())
}

#[cfg(kani)]
fn choose_such<T>(choose: impl Fn() -> T, holds: impl Fn(&T) -> bool) -> T {
    let chosen = choose();
    kani::assume(holds(&chosen));
    chosen
}
