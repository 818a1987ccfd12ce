//! Processor time and memory of whole explorations, by the engine and by stateright's checkers, as a ratio.
//!
//! Each exploration is a process of its own, so that its peak of resident memory is its own; the sides take turns, and the
//! median of five is printed. Figures are read from the kernel (Linux).

use std::fs;
use std::process::Command;
use synod_benches::{Explorer, algorithm, system};

const RUNS: usize = 5;
const SYSTEMS: [(&str, &str); 6] = [
    ("paxos", "two_ballots"),
    ("paxos", "grid"),
    ("eager", "three_senders"),
    ("uniform", "five"),
    ("abd", "written_and_read"),
    ("two_phase", "itself"),
];

/// What the kernel says of a process at its end.
#[derive(Clone, Copy, Debug)]
struct Cost {
    generated: f64,
    unique: f64,
    /// Processor time of the exploration, in seconds.
    seconds: f64,
    /// Peak of resident memory less what was resident before, in bytes.
    bytes: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, algorithm, system, explorer] = arguments.as_slice()
        && role == "--explore"
    {
        return explore(algorithm, system, explorer);
    }
    println!("{:<22}{:<16}{:>10}{:>14}{:>12}{:>8}", "system", "explorer", "CPU s", "generated/s", "B/state", "ratio");
    for (algorithm, system) in SYSTEMS {
        compare(algorithm, system);
    }
}

fn compare(algorithm: &str, system: &str) {
    let mut costs = Explorer::ALL.map(|_| Vec::new());
    for _ in 0..RUNS {
        for (explorer, costs) in Explorer::ALL.iter().zip(&mut costs) {
            costs.push(run(algorithm, system, *explorer));
        }
    }
    let medians = costs.map(median);
    for (explorer, cost) in Explorer::ALL.iter().zip(medians) {
        println!(
            "{:<22}{:<16}{:>10.2}{:>14.0}{:>12.0}{:>7.1}x",
            format!("{algorithm}/{system}"),
            explorer.name(),
            cost.seconds,
            cost.generated / cost.seconds,
            cost.bytes / cost.unique,
            cost.seconds / medians[0].seconds
        );
    }
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    costs[costs.len() / 2]
}

fn run(algorithm: &str, system: &str, explorer: Explorer) -> Cost {
    let myself = std::env::current_exe().expect("a program knows where it is");
    let output = Command::new(myself)
        .args(["--explore", algorithm, system, explorer.name()])
        .output()
        .expect("the program can run itself");
    let text = String::from_utf8(output.stdout).expect("figures are text");
    let figures: Vec<f64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    let [unique, generated, seconds, bytes] = figures[..] else {
        panic!("{algorithm}/{system} by {}: {text}{}", explorer.name(), String::from_utf8_lossy(&output.stderr));
    };
    Cost { generated, unique, seconds, bytes }
}

/// The other side of [`run`].
fn explore(name: &str, system_name: &str, explorer: &str) {
    let explorer = Explorer::ALL.into_iter().find(|known| known.name() == explorer).expect("a known explorer");
    let algorithm = algorithm(name);
    let case = system(&algorithm, system_name);
    let (ticks, resident) = (ticks(), kibibytes("VmHWM:"));
    let (unique, generated) = explorer.explore(case);
    let seconds = (self::ticks() - ticks).max(1.0) / 100.0;
    println!("{unique} {generated} {seconds} {}", (kibibytes("VmHWM:") - resident) * 1024.0);
}

/// Processor time of this process, in the kernel's units of a hundredth of a second.
fn ticks() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("a kernel that tells what a process has used");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // The twelfth and thirteenth field after the name: in user mode, and in the kernel.
    fields[11..13].iter().filter_map(|field| field.parse::<f64>().ok()).sum()
}

fn kibibytes(key: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("a kernel that tells what a process has in use");
    let line = status.lines().find(|line| line.starts_with(key)).expect("the kernel tells the peak");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a number of kibibytes")
}
