//! The closed system, choice by choice: for each a system so small that its states can be counted by hand. That a thing is
//! there is shown by a state that is reached, that nothing else is there by the count.
//!
//! In the comments a state is written as the processes' states and, in braces, the messages in flight; `generated` is one
//! for the initial state and one for each step of each state.

#[path = "../common/mod.rs"]
mod common;

mod byzantine;
mod choices;
mod crash_recovery;
mod crash_stop;
mod cut;
mod duplication;
mod happens;
mod history;
mod ignored;
mod itself;
mod loss;
mod network;
mod omission;
mod panics;
mod partitions;
mod quiescence;
mod refused;
mod script;
mod synchrony;
mod timers;
