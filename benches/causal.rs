//! The engine beside stateright's checkers, on systems of `causal`; and the delivery condition by itself.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use synod::broadcast::causal::is_ready;
use synod::time::vector::VectorClock;

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "causal", &["three_senders", "over_uniform_three_messages"]);
}

/// A message that need not wait: every entry is compared.
fn delivery_condition(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("causal/is_ready");
    for processes in [3, 30, 300] {
        let delivered = VectorClock::from(vec![7; processes]);
        let dependencies = delivered.clone();
        group.bench_function(BenchmarkId::from_parameter(processes), |bencher| {
            bencher.iter(|| is_ready(black_box(&dependencies), black_box(&delivered)));
        });
    }
    group.finish();
}

criterion_group!(benches, throughput, delivery_condition);
criterion_main!(benches);
