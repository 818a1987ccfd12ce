//! The engine beside stateright's checkers, on systems of `best_effort`.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "best_effort", &["three_senders"]);
}

criterion_group!(benches, throughput);
criterion_main!(benches);
