//! Commits per second of Raft beside omnipaxos; see [`logs`] for what is measured. Every 1,000th round the three logs are compared.
//!
//! The sides take turns, and the median of five is printed.

mod logs;

use logs::{BATCHES, Cluster, omnipaxos, synod};
use std::time::{Duration, Instant};

/// How long one measurement takes, at least.
const TIME: Duration = Duration::from_millis(500);
/// After so many rounds the clock is looked at.
const LOOK: usize = 16;
/// After so many rounds the logs are compared.
const COMPARED: usize = 1000;
const RUNS: usize = 5;

fn main() {
    println!("{:<10}{:>16}{:>16}{:>9}", "batch", "omnipaxos/s", "synod/s", "ratio");
    for batch in BATCHES {
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            theirs.push(rate::<omnipaxos::Servers>(batch));
            ours.push(rate::<synod::Servers>(batch));
        }
        let (theirs, ours) = (median(theirs), median(ours));
        println!("{batch:<10}{theirs:>16.0}{ours:>16.0}{:>8.2}x", ours / theirs);
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Commits per second.
fn rate<C: Cluster>(batch: usize) -> f64 {
    let mut cluster = C::new();
    let (mut committed, mut compared, began) = (0, 0, Instant::now());
    for round in 1.. {
        cluster.commit(committed..committed + batch as u64);
        committed += batch as u64;
        if round % COMPARED == 0 {
            cluster.compare(compared);
            compared = committed;
        }
        if round % LOOK == 0 && began.elapsed() >= TIME {
            break;
        }
    }
    let rate = committed as f64 / began.elapsed().as_secs_f64();
    cluster.compare(compared);
    rate
}
