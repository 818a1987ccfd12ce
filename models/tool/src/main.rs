//! The command-line tool `synod`: checks, explains and explores the systems of every algorithm, and runs a key-value store.
//!
//! Results go to standard output, progress and remarks to standard error, and [`exit::Exit`] says how it ended.

mod amount;
mod args;
mod check;
mod exit;
mod explore;
mod interrupt;
mod judge;
mod list;
mod mutants;
mod nearest;
mod output;
mod panics;
mod progress;
mod replay;
mod search;
mod select;
mod service;
mod simulate;
mod svg_file;
mod text;
mod trace;
mod usage;
mod walks;

#[cfg(test)]
mod samples;

use args::{Args, Command};
use clap::Parser;
use exit::{Exit, Refusal};
use interrupt::Interrupt;
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    panics::install();
    let mut out = Output::standard();
    let exit = match Args::try_parse() {
        Ok(args) => obey(&args.command, &mut out),
        Err(error) => usage::answer(&error, &mut out),
    };
    exit.into()
}

fn obey(command: &Command, out: &mut Output<'_>) -> Exit {
    let exit = run(command, out).unwrap_or_else(|refusal| refusal.tell(out));
    match out.failure().map(ToString::to_string) {
        Some(error) => {
            out.remark(format_args!("error: the results cannot be written: {error}"));
            Exit::Usage
        }
        None => exit,
    }
}

fn run(command: &Command, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    // Not for those who serve: it takes a while, and memory.
    let algorithms = || panics::build(synod_models::algorithms);
    match command {
        Command::List(args) => Ok(list::run(args, &algorithms()?, out)),
        Command::Check(args) => check::run(args, &algorithms()?, &Interrupt::listen()?, out),
        Command::Mutants(args) => mutants::run(args, &algorithms()?, &Interrupt::listen()?, out),
        Command::Trace(args) => trace::run(args, &algorithms()?, &Interrupt::listen()?, out),
        Command::Simulate(args) => simulate::run(args, &algorithms()?, &Interrupt::listen()?, out),
        Command::Replay(args) => replay::run(args, &synod_models::judges(), out),
        Command::Explore(args) => explore::run(args, &algorithms()?, out),
        Command::Init(args) => service::init(args, out),
        Command::Serve(args) => service::serve(args, out),
        Command::Cluster(args) => service::cluster(args, out),
    }
}
