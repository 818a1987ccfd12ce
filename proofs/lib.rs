//! Proofs about the arithmetic cores of Synod's algorithms, as harnesses for Kani.
//!
//! An algorithm is checked as a whole by `synod::check`, for the sizes that its systems have. What it computes on the
//! way is often a small function of numbers and sets (how many make a quorum, how far a log is committed, which of two
//! clocks is earlier), and of such a function one can ask more: that it is right for *every* input. That is asked here.
//!
//! # What was run
//!
//! **Kani itself was not run.** The harnesses are written for it, and keep to its interface: under `cfg(kani)` nothing
//! but Kani's own crate is used. What runs is the package `kani` beside this one, which stands in for it: under
//! `cargo test` it enumerates every choice of every harness, completely within the harness's bounds. A bound is part of
//! the claim, so it is printed with the result:
//!
//! ```text
//! cargo test -p synod-proofs -- --show-output          each harness with its runs and bounds
//! cargo rustc -p synod-proofs --lib -- --cfg kani --cfg stand_in
//!                                                      the harnesses type-checked as Kani would see them
//! cargo kani -p synod-proofs                           with Kani, where it is installed
//! ```
//!
//! The second sets `cfg(kani)` for this package alone: in `RUSTFLAGS` it would reach the dependencies, and some of them
//! (`zerocopy`) then ask for Kani's crate themselves.
//!
//! The bounds so far: quorums as sets are enumerated for up to 7 processes (masking quorums and grids for up to 9),
//! their sizes for every number of processes that a `ProcessSet` can hold, which is 64; vector clocks for 3 processes with up to
//! 2 events or messages each, in runs of 5 events.
//!
//! # How to add a harness
//!
//! For the algorithm `src/FAMILY/NAME/`, write `proofs/FAMILY/NAME.rs` and declare it below.
//!
//! 1. Write the law as a function of what it judges: `fn two_majorities_meet(majority: fn(usize) -> usize)`. Take the
//!    inputs from [`choices`], or from `kani::any()` where the type is small; `assume` what the law presupposes; assert
//!    the law *in other words* than the body of the function, with a message that says what went wrong.
//! 2. Apply it to the real function in a harness:
//!    `#[kani::proof] #[kani::unwind(N)] fn two_majorities_of_one_system_meet() { two_majorities_meet(majority) }`.
//!    `N` is one more than the longest loop runs. No heap where it can be avoided: arrays and integers.
//! 3. Apply it to at least one known-wrong function in `NAME/mutants.rs`, with `kani::stand_in::assert_refuted`: a law
//!    that refuses nothing says nothing.

pub mod choices;

mod broadcast;
mod commit;
mod consensus;
mod quorum;
mod register;
mod time;
