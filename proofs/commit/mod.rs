//! Atomic commitment.

mod two_phase;
