//! Processor time and memory of whole explorations, by the engine and by stateright's checkers, as a ratio.
//!
//! The sides take turns, and the median of five is printed.

mod measure;

use measure::{RUNS, median, run};
use synod_benches::{Explorer, algorithm, system};

const SYSTEMS: [(&str, &str); 7] = [
    ("paxos", "two_ballots"),
    ("paxos", "grid"),
    ("eager", "three_senders"),
    ("uniform", "five"),
    ("causal", "linked"),
    ("abd", "written_and_read"),
    ("two_phase", "itself"),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, algorithm, system, explorer] = arguments.as_slice()
        && role == "--explore"
    {
        return explore(algorithm, system, explorer);
    }
    println!(
        "{:<22}{:<16}{:>10}{:>10}{:>14}{:>12}{:>8}",
        "system", "explorer", "CPU s", "wall s", "generated/s", "B/state", "ratio"
    );
    for (algorithm, system) in SYSTEMS {
        compare(algorithm, system);
    }
}

fn compare(algorithm: &str, system: &str) {
    let mut costs = Explorer::ALL.map(|_| Vec::new());
    for _ in 0..RUNS {
        for (explorer, costs) in Explorer::ALL.iter().zip(&mut costs) {
            costs.push(run(&["--explore", algorithm, system, explorer.name()]));
        }
    }
    let medians = costs.map(median);
    for (explorer, cost) in Explorer::ALL.iter().zip(medians) {
        println!(
            "{:<22}{:<16}{:>10.2}{:>10.2}{:>14.0}{:>12.0}{:>7.1}x",
            format!("{algorithm}/{system}"),
            explorer.name(),
            cost.seconds,
            cost.wall,
            cost.generated / cost.seconds,
            cost.bytes / cost.unique,
            cost.seconds / medians[0].seconds
        );
    }
}

/// The other side of [`run`].
fn explore(name: &str, system_name: &str, explorer: &str) {
    let explorer = Explorer::ALL.into_iter().find(|known| known.name() == explorer).expect("a known explorer");
    let algorithm = algorithm(name);
    let case = system(&algorithm, system_name);
    measure::measured(|| explorer.explore(case));
}
