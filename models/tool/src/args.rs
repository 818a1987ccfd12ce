//! The command line: what can be asked for, and in which words.

use crate::amount;
use crate::service::args::{Cluster, Init, Serve};
use clap::{Parser, Subcommand};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use synod::check::Walks;

/// Checks, explains, explores and runs distributed algorithms
#[derive(Debug, Parser)]
#[command(name = "synod", version, long_about = ABOUT, after_help = AFTER)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const ABOUT: &str = "\
Checks, explains, explores and runs distributed algorithms.

Each algorithm is checked in several systems: closed worlds of a few processes, a network, faults
and requests, small enough to look at every state they can reach. NAME is an algorithm (\"paxos\") and
stands for all its systems; NAME/SYSTEM is one of them (\"paxos/two_ballots\").";

const AFTER: &str = "\
Examples:
  synod list                        what there is
  synod check                       every system that is not slow, exhaustively
  synod check paxos/two_ballots     one system
  synod check paxos --walks 100     random walks through systems that are too large
  synod mutants paxos               known-wrong variants, each caught
  synod trace paxos/leader_stops    a run that shows what goes wrong
  synod explore paxos               walk through the states in a browser
  synod simulate paxos --seed 7     run it in virtual time, with faults at random
  synod cluster                     a replicated key-value store to try
  synod replay paxos FILE…          what nodes have recorded, run again

Results go to standard output, progress and remarks to standard error.
Exit codes: 0 all is as it should be, 1 it is not, 2 wrong usage or input, 3 incomplete and nothing
violated, 130 interrupted.";

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the algorithms and their systems
    List(List),
    /// Checks systems exhaustively, and whether each is as it should be
    Check(Check),
    /// Checks known-wrong variants: each must be caught
    Mutants(Mutants),
    /// Serves stateright's Explorer on a system, to walk through its states in a browser
    Explore(Explore),
    /// Prints a shortest run that violates a property, or that reaches something
    Trace(Trace),
    /// Runs systems in virtual time, with faults at random, and judges every step
    Simulate(Simulate),
    /// Makes the store of a node of the key-value store, once
    Init(Init),
    /// Runs a node of the key-value store
    Serve(Serve),
    /// Runs a whole key-value store on this machine
    Cluster(Cluster),
    /// Runs records of nodes through the actor, and all together through the spec
    Replay(Replay),
}

/// `synod list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod list
  synod list --json | jq -r .system

The number of states is pinned: 'synod check' finds exactly as many.")]
pub struct List {
    /// Prints a line of JSON for each system
    #[arg(long)]
    pub json: bool,
}

/// `synod check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod check                                   every system that is not slow
  synod check --slow                            every system
  synod check paxos/two_ballots                 one system, its assumptions and properties
  synod check paxos/lossy paxos/grid            two of them
  synod check paxos --max-memory 2GiB --json    with a limit, a line of JSON for each system
  synod check paxos/lossy --walks 50 --seed 7   random walks through it, always the same ones

A system is as it should be when all its properties hold, or when the property that it expects to be
violated falls first, after as many steps as expected; and when it has as many states as are pinned.
A search that meets a limit is incomplete: it proves nothing, and the exit code is 3. So are random
walks, however many; they can find violations where there are too many states to look at all.")]
pub struct Check {
    /// Algorithms or systems [default: all]
    #[arg(value_name = "NAME[/SYSTEM]")]
    pub names: Vec<String>,
    /// Checks slow systems too, which are skipped unless they are named themselves
    #[arg(long)]
    pub slow: bool,
    /// Prints a line of JSON for each system
    #[arg(long)]
    pub json: bool,
    /// Whether to explore at random.
    #[command(flatten)]
    pub walking: Walking,
    /// How much may be spent.
    #[command(flatten)]
    pub effort: Effort,
}

/// `synod mutants`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod mutants                            every mutant of every algorithm
  synod mutants paxos                      those of one
  synod mutants paxos/promise_not_saved    one of them
  synod mutants --json

A mutant is caught when its property falls first, after as many steps as expected, and the run ends
with the expected step. Its run: synod trace paxos/two_ballots --mutant promise_not_saved")]
pub struct Mutants {
    /// Algorithms or mutants [default: all]
    #[arg(value_name = "NAME[/MUTANT]")]
    pub names: Vec<String>,
    /// Prints a line of JSON for each mutant
    #[arg(long)]
    pub json: bool,
    /// How much may be spent.
    #[command(flatten)]
    pub effort: Effort,
}

/// `synod explore`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod explore paxos
  synod explore paxos/two_ballots --addr 127.0.0.1:8080
  synod explore paxos --addr 127.0.0.1:0    any free port

Prints the address to open in a browser once it answers; Ctrl-C ends it. Whoever reaches the address
can use it, so leave it on 127.0.0.1 unless that is what you want.")]
pub struct Explore {
    /// A system; of an algorithm, the first that 'synod list' shows
    #[arg(value_name = "NAME[/SYSTEM]")]
    pub name: String,
    /// Where to listen
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:3000")]
    pub addr: String,
}

/// `synod trace`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod trace paxos/leader_stops                              the property that is violated
  synod trace paxos/two_ballots --property \"a recovery\"       how that is reached
  synod trace paxos/two_ballots --mutant promise_not_saved    what the mutant does wrong
  synod trace paxos/lossy --svg lossy.svg                     with a space-time diagram

Without a choice it is the first property that is violated, else the first 'sometimes'. The run is a
shortest one.")]
pub struct Trace {
    /// A system
    #[arg(value_name = "NAME/SYSTEM")]
    pub name: String,
    /// What violates this property, or for a 'sometimes' what reaches it
    #[arg(long, value_name = "P", conflicts_with = "mutant")]
    pub property: Option<String>,
    /// What catches this mutant of the system
    #[arg(long, value_name = "M")]
    pub mutant: Option<String>,
    /// Also draws a space-time diagram into this file
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Prints one line of JSON
    #[arg(long)]
    pub json: bool,
    /// How much may be spent.
    #[command(flatten)]
    pub effort: Effort,
}

/// `synod simulate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod simulate paxos                                        all its systems
  synod simulate abd/inversion --seed 7 --events 1000000      one, for longer
  synod simulate paxos/two_ballots --json

The same actors that are checked run in virtual time, in one thread: delays, losses, duplicates,
crashes inside a step and slow disks are drawn from the seed, within what the system allows. A run
that violates a property is made small and printed; its seed gives it again. However long it goes
on, it proves nothing.")]
pub struct Simulate {
    /// Algorithms or systems [default: all]
    #[arg(value_name = "NAME[/SYSTEM]")]
    pub names: Vec<String>,
    /// Draws everything from this seed: the same runs each time
    #[arg(long, value_name = "S", value_parser = amount::seed, allow_hyphen_values = true, default_value = "1")]
    pub seed: u64,
    /// So many deliveries, timers, requests and faults in each system
    #[arg(long, value_name = "N", value_parser = amount::events, allow_hyphen_values = true, default_value = "100000")]
    pub events: u64,
    /// Prints a line of JSON for each system
    #[arg(long)]
    pub json: bool,
}

/// `synod replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod replay paxos /var/log/orders                every file of a record in a folder
  synod replay paxos node-0.life-1.part-0.ndjson    the record of one node
  synod replay paxos node-*.ndjson --json           a line of JSON for each node and for the spec

With what went into a node, its actor must do what came out: the first difference is named, and the
exit code is 1. The records of all nodes, from their first start, are put into one order and held
against the TLA+ spec too; of fewer, the spec is not judged, which is no failure. A life of a node
whose beginning was removed cannot be judged: the exit code is 3.")]
pub struct Replay {
    /// The algorithm
    pub name: String,
    /// Files of records, or folders of them
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Prints a line of JSON for each node, and one for the spec
    #[arg(long)]
    pub json: bool,
}

/// Random walks instead of a search.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Random walks")]
pub struct Walking {
    /// Makes so many random walks through each system instead of an exhaustive search
    #[arg(long, value_name = "COUNT", value_parser = amount::walks, allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["threads", "max_depth"])]
    pub walks: Option<u64>,
    /// Ends a walk after so many steps [default: 1000]
    #[arg(long, value_name = "N", value_parser = amount::steps, allow_hyphen_values = true, requires = "walks")]
    pub steps: Option<usize>,
    /// Draws the steps from this seed: the same walks each time [default: 1]
    #[arg(long, value_name = "S", value_parser = amount::seed, allow_hyphen_values = true, requires = "walks")]
    pub seed: Option<u64>,
}

impl Walking {
    /// The walks that are asked for.
    pub fn walks(&self) -> Option<Walks> {
        let walks = |count| Walks { seed: self.seed.unwrap_or(1), count, steps: self.steps.unwrap_or(1_000) };
        self.walks.map(walks)
    }
}

/// How much a search may spend.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Limits")]
pub struct Effort {
    /// So many threads explore [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = amount::threads, allow_hyphen_values = true)]
    pub threads: Option<NonZeroUsize>,
    /// Ends a search at so many states
    #[arg(long, value_name = "N", value_parser = amount::states, allow_hyphen_values = true)]
    pub max_states: Option<u64>,
    /// Ends a search at so many KiB, MiB or GiB [default: 3/4 of what is free]
    #[arg(long, value_name = "SIZE", value_parser = amount::memory, allow_hyphen_values = true)]
    pub max_memory: Option<u64>,
    /// Ends a search at this depth, in states: the initial one is at depth 1
    #[arg(long, value_name = "N", value_parser = amount::depth, allow_hyphen_values = true)]
    pub max_depth: Option<usize>,
    /// Ends a search after this time, in s, or ms, min or h
    #[arg(long, value_name = "TIME", value_parser = amount::time, allow_hyphen_values = true)]
    pub max_time: Option<Duration>,
}

#[cfg(test)]
mod tests;
