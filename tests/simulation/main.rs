//! The simulation: that every run of it is a run of the system, that a seed says everything, that what is wrong is found and made
//! small.
#![cfg(feature = "runtime")]

mod faults;
mod mapping;
mod mutant;
mod replay;
mod systems;
