//! Stands in for Kani, the model checker for Rust, so that harnesses written for it run under `cargo test`.
//!
//! A harness asks for arbitrary values with [`any`] and asserts what must hold of them. Kani translates it to a formula
//! and has a solver look for values that break an assertion. This crate runs it instead, again and again, until it has
//! gone through every sequence of values: for the small domains that it accepts, the same question is answered
//! completely. It has the part of Kani's interface that this workspace uses, with the same meaning:
//!
//! - [`any`], [`any_where`], [`assume`], the trait [`Arbitrary`];
//! - the attributes [`#[kani::proof]`](macro@proof), which makes a harness a test, and
//!   [`#[kani::unwind(N)]`](macro@unwind).
//!
//! What Kani does not have is kept apart, in [`stand_in`].
//!
//! A harness passes when its assertions held in every run, and there was a run. It fails
//!
//! - on the first failing assertion, with the choices that led there;
//! - when no run was accepted, because then it has shown nothing (*vacuous*);
//! - when it chooses from a domain too large to enumerate, such as `u64`, or needs too many runs: it must bound its
//!   choices, and the bounds are printed with the result;
//! - when it is not deterministic, because then it cannot be replayed.
//!
//! # Examples
//!
//! ```
//! #[kani::proof]
//! #[kani::unwind(1)]
//! fn the_middle_lies_between() {
//!     let low: u8 = kani::any();
//!     let high: u8 = kani::any_where(|high| *high >= low);
//!     let middle = low + (high - low) / 2;
//!     assert!(low <= middle && middle <= high);
//! }
//! # the_middle_lies_between();
//! ```
//!
//! # Limits
//!
//! Kani also looks for undefined behaviour and for arithmetic overflow. Here overflow is found because the tests are
//! built with overflow checks; undefined behaviour is not looked for.

mod arbitrary;
mod domain;
mod outcome;
mod search;
pub mod stand_in;

pub use arbitrary::Arbitrary;
/// Makes a function a harness: `cargo test` runs it through every choice. It has no parameters, no result, and carries
/// [`#[kani::unwind(N)]`](macro@unwind) beneath.
///
/// ```compile_fail
/// #[kani::proof]
/// #[kani::unwind(1)]
/// fn a_harness_has_no_parameters(_: u8) {}
/// ```
///
/// ```compile_fail
/// #[kani::proof]
/// fn a_harness_bounds_its_loops() {}
/// ```
pub use kani_macros::proof;
/// Bounds the loops of a harness for Kani. Here they run to their end.
///
/// ```compile_fail
/// #[kani::proof]
/// #[kani::unwind(often)]
/// fn the_bound_is_a_number() {}
/// ```
pub use kani_macros::unwind;

/// Any value of `T`: the harness is run with each.
///
/// # Panics
///
/// Outside a harness.
pub fn any<T: Arbitrary>() -> T {
    T::any()
}

/// Any value of `T` of which `condition` holds: the harness is run with each.
///
/// The condition depends on the value and on earlier choices alone. Unlike Kani, which takes any `FnOnce`, this crate
/// tries the condition on one value after the other, which is far cheaper than to [`assume`] it afterwards.
///
/// # Panics
///
/// Outside a harness.
pub fn any_where<T: Arbitrary, F: Fn(&T) -> bool>(condition: F) -> T {
    search::any_such(T::any, condition)
}

/// Goes on only where `condition` holds. Where it does not, the run ends here and does not count.
///
/// # Panics
///
/// Outside a harness.
pub fn assume(condition: bool) {
    if !condition {
        search::prune();
    }
}
