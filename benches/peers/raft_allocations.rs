//! How often memory is allocated for a command that Raft commits, at each server, beside omnipaxos; see [`logs`] for what is
//! measured. Its allocator counts, which takes time: so this is not the program that measures time.

mod logs;

use logs::{BATCHES, Cluster, SERVERS, omnipaxos, synod};

/// How many rounds are counted.
const ROUNDS: u64 = 100;

fn main() {
    println!("{:<10}{:>12}{:>12}", "batch", "omnipaxos", "synod");
    for batch in BATCHES {
        let (theirs, ours) = (allocations::<omnipaxos::Servers>(batch), allocations::<synod::Servers>(batch));
        println!("{batch:<10}{theirs:>12.3}{ours:>12.3}");
    }
}

/// Allocations for each command and server.
fn allocations<C: Cluster>(batch: usize) -> f64 {
    let mut cluster = C::new();
    let batch = batch as u64;
    cluster.commit(0..batch);
    let counted = allocation_counter::measure(|| {
        for round in 1..=ROUNDS {
            cluster.commit(batch * round..batch * (round + 1));
        }
    });
    cluster.compare(0);
    counted.count_total as f64 / (batch * ROUNDS) as f64 / SERVERS as f64
}
