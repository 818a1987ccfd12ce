//! The engine beside stateright's checkers, on systems of `uniform`.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "uniform", &["two_senders", "five"]);
}

criterion_group!(benches, throughput);
criterion_main!(benches);
