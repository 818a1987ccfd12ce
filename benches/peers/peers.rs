//! The engine beside stateright's checkers on stateright's own examples: processor time, memory, counts.
//!
//! The sides take turns, and the median of five is printed. Counts have to be equal. What takes stateright minutes is
//! recorded, with its date, and measured anew with `--anew`.

#[path = "../measure.rs"]
mod measure;

use measure::{Cost, RUNS, median, run};
use synod::check::Verdict;
use synod_peers::{Explorer, Found, examples, explore, two_phase_commit};

/// An exploration of stateright's that takes minutes, as it was measured.
struct Recorded {
    cost: Cost,
    date: &'static str,
}

/// A row of the table: the same system, explored by both sides.
struct Row {
    name: &'static str,
    /// stateright's side, and ours, with the words that follow `--explore`.
    stateright: &'static str,
    engine: &'static [&'static str],
    /// Whether it takes seconds.
    quick: bool,
    recorded: Option<Recorded>,
    /// Whether stateright takes different states for the same: by its hashes of timers, and by the example's own.
    conflated: bool,
}

const ROWS: [Row; 5] = [
    Row {
        name: "Paxos, 3 servers, 3 clients",
        stateright: "paxos bfs",
        engine: &["paxos declared", "paxos plain", "paxos declared two-threads", "paxos plain two-threads"],
        quick: true,
        recorded: None,
        conflated: false,
    },
    Row {
        name: "Raft, 3 servers, depth 10",
        stateright: "raft bfs",
        engine: &["raft declared", "raft plain"],
        quick: true,
        recorded: None,
        conflated: true,
    },
    Row {
        name: "two-phase commit, 8 managers",
        stateright: "2pc-8 bfs",
        engine: &["2pc-8 plain", "2pc-8 plain two-threads"],
        quick: true,
        recorded: None,
        conflated: false,
    },
    Row {
        name: "two-phase commit, 9 managers",
        stateright: "2pc-9 bfs",
        engine: &["2pc-9 plain", "2pc-9 plain two-threads"],
        quick: false,
        recorded: None,
        conflated: false,
    },
    Row {
        name: "ABD, 3 servers, 2 clients",
        stateright: "abd dfs",
        engine: &["abd declared", "abd declared two-threads"],
        quick: false,
        // On a busy machine, so that only the processor time says something; the engine took 29.4 s in that hour. Breadth
        // first takes more than thirty gigabytes.
        recorded: Some(Recorded {
            cost: Cost { unique: 41_138_199.0, generated: 194_646_243.0, seconds: 289.5, wall: f64::NAN, bytes: 644e6 },
            date: "2026-11-20",
        }),
        conflated: false,
    },
];

/// How deep Raft is explored, whose initial state is at depth 1.
const DEPTH: usize = 10;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, words @ ..] = arguments.as_slice()
        && role == "--explore"
    {
        return measure::measured(|| counts(words));
    }
    let is_said = |flag| arguments.iter().any(|argument| argument == flag);
    println!("{:<30}{:<28}{:>9}{:>9}{:>14}{:>10}{:>9}", "", "", "CPU s", "wall s", "generated/s", "B/state", "ratio");
    for row in ROWS.iter().filter(|row| row.quick || !is_said("--quick")) {
        compare(row, is_said("--anew"));
    }
}

fn compare(row: &Row, anew: bool) {
    let recorded = row.recorded.as_ref().filter(|_| !anew);
    let mut sides: Vec<(String, Vec<Cost>)> = row.engine.iter().map(|words| (words.to_string(), Vec::new())).collect();
    if recorded.is_none() {
        sides.insert(0, (row.stateright.to_string(), Vec::new()));
    }
    // What takes minutes is measured once.
    for _ in 0..if row.recorded.is_some() { 1 } else { RUNS } {
        for (words, costs) in &mut sides {
            let arguments: Vec<&str> = ["--explore"].into_iter().chain(words.split(' ')).collect();
            costs.push(run(&arguments));
        }
    }
    let mut costs: Vec<(String, Cost)> = sides.into_iter().map(|(words, costs)| (words, median(costs))).collect();
    if let Some(Recorded { cost, date }) = recorded {
        costs.insert(0, (format!("{} ({date})", row.stateright), *cost));
    }
    tell(row, &costs);
}

fn tell(row: &Row, costs: &[(String, Cost)]) {
    let name = row.name;
    let stateright = costs[0].1;
    for (words, cost) in costs {
        let wall = if cost.wall.is_nan() { String::new() } else { format!("{:.2}", cost.wall) };
        println!(
            "{name:<30}{words:<28}{:>9.2}{wall:>9}{:>14.0}{:>10.0}{:>8.1}x",
            cost.seconds,
            cost.generated / cost.seconds,
            cost.bytes / cost.unique,
            stateright.seconds / cost.seconds
        );
        assert!(row.conflated || cost.unique == stateright.unique, "{name}: {words} finds other states");
    }
}

/// Explores; gives the unique and the generated states.
fn counts(words: &[String]) -> (u64, u64) {
    let is_said = |word: &str| words.iter().any(|said| said == word);
    let explorer = match words[1].as_str() {
        "bfs" => Explorer::Bfs,
        "dfs" => Explorer::Dfs,
        _ => Explorer::Engine { declared: is_said("declared"), threads: if is_said("two-threads") { 2 } else { 1 } },
    };
    let found = match words[0].as_str() {
        "paxos" => examples::paxos::explore(3, explorer),
        "abd" => examples::linearizable_register::explore(2, 3, false, explorer),
        "raft" => examples::raft::explore(DEPTH, explorer),
        "2pc-8" => two_phase(8, explorer),
        "2pc-9" => two_phase(9, explorer),
        unknown => panic!("there is no system {unknown}"),
    };
    if let Some(report) = found.report {
        // There is no end to Raft's terms.
        let expected = if words[0] == "raft" { Verdict::Incomplete } else { Verdict::Verified };
        assert_eq!(report.verdict, expected, "{report}");
    }
    (found.unique, found.generated)
}

/// stateright explores its own example; the engine, the same protocol as actors.
fn two_phase(managers: usize, explorer: Explorer) -> Found {
    match explorer {
        Explorer::Engine { threads, .. } => explore(&two_phase_commit::system(managers), threads),
        checker => examples::two_phase_commit::explore(managers, checker),
    }
}
