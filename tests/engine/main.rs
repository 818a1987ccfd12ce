//! The engine: its counts, its verdicts, its counterexamples, and how little it runs.

#[path = "../common/mod.rs"]
mod common;

mod counterexample;
mod economy;
mod expectations;
mod large;
mod laws;
mod limits;
mod sample;
mod threads;
mod verdicts;
mod walks;
