//! The engine beside stateright's checkers, on systems of `paxos`.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "paxos", &["two_ballots", "grid"]);
}

criterion_group!(benches, throughput);
criterion_main!(benches);
