//! The engine beside stateright's checkers, on systems of `two_phase`.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "two_phase", &["commit", "recovers"]);
}

criterion_group!(benches, throughput);
criterion_main!(benches);
