//! The engine beside stateright's checkers, on systems of `abd`.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "abd", &["one_writer", "restarted_reader"]);
}

criterion_group!(benches, throughput);
criterion_main!(benches);
