//! The key-value store beside etcd: puts and linearizable gets per second, how long they take, what they cost the disk.
//!
//! ```text
//! cargo run --release -p synod-service-bench                                a look, in a minute
//! cargo run --release -p synod-service-bench -- --seconds 30 --rounds 3     what the README says
//! ```
//!
//! **Both sides do the same work.** Three processes on loopback keep their data on the same disk, and what they have acknowledged
//! is synced. One client, in one thread, asks over connections that are kept alive, each of which has one request
//! under way; connection number c of round r goes to node (c + r) mod 3, so all three are asked, and a single connection asks
//! another in each round. Keys and values are drawn from the same seed. etcd is asked through its JSON gateway, the
//! way to it over plain HTTP; its gets are linearizable, as they are unless one asks for less.
//!
//! The sides take turns, round by round, each time with clusters that have just been made; the figures are medians.
//! What the client could do at most is measured first, against a server that answers at once.

mod arguments;
mod client;
mod cluster;
mod figures;
mod limit;
mod load;
mod meters;
mod process;
mod side;
mod table;

use arguments::Arguments;
use clap::Parser;
use cluster::Cluster;
use figures::{Figures, median};
use load::{Load, Plan};
use side::{Operation, Side};
use std::collections::BTreeMap;
use std::process::ExitCode;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

/// What goes wrong, in a sentence.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// What is measured: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    operation: Operation,
    connections: usize,
    side: Side,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Whoever ends it leaves no node behind: they are ended when what is measured is dropped.
    let outcome = tokio::select! {
        outcome = measure(&arguments) => outcome,
        ended = ended() => ended.and(Err("interrupted".into())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Waits until somebody ends it: by Ctrl-C, or as `timeout` does.
async fn ended() -> Result<(), Error> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = ctrl_c() => Ok(interrupt?),
        _ = terminate.recv() => Ok(()),
    }
}

async fn measure(arguments: &Arguments) -> Result<(), Error> {
    let programs = arguments.programs()?;
    let folder = arguments.folder()?;
    println!("{}", arguments.summary(&folder)?);
    for connections in &arguments.connections {
        let rate = limit::rate(*connections, arguments.warm_up()).await?;
        println!("the client alone, {connections} connections to a server that answers at once: {rate:.0} requests/s");
    }
    let mut cells: BTreeMap<Cell, Vec<Figures>> = BTreeMap::new();
    for round in 0..arguments.rounds.get() {
        for program in &programs {
            println!("round {}, {}, load {}", round + 1, program.says, meters::machine_load());
            let cluster = Cluster::start(program, &folder).await?;
            for (cell, figures) in on(&cluster, arguments, round).await? {
                println!("{}", table::line(&cell, &figures, None));
                cells.entry(cell).or_default().push(figures);
            }
            cluster.stop()?;
        }
    }
    let medians = cells.into_iter().map(|(cell, rounds)| (cell, median(&rounds))).collect();
    print!("{}", table::whole(&medians));
    Ok(())
}

/// One round on one side.
async fn on(cluster: &Cluster, arguments: &Arguments, round: usize) -> Result<Vec<(Cell, Figures)>, Error> {
    let mut cells = Vec::new();
    load::fill(cluster, arguments.keys.get()).await?;
    for &connections in &arguments.connections {
        for operation in [Operation::Put, Operation::Get] {
            let plan = Plan { operation, connections, keys: arguments.keys.get(), round };
            load::run(cluster, plan, arguments.warm_up()).await?;
            let before = cluster.spent().await?;
            let load: Load = load::run(cluster, plan, arguments.span()).await?;
            let spent = cluster.spent().await?.since(&before);
            if let Some(error) = &load.first_error {
                println!("{} of {} failed, the first: {error}", load.errors, load.errors + load.latencies.len());
            }
            cells.push((Cell { operation, connections, side: cluster.side }, Figures::new(load, spent)));
        }
    }
    Ok(cells)
}
