//! The engine beside stateright's checkers, on systems of `perfect`.
#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};

fn throughput(criterion: &mut Criterion) {
    synod_benches::throughput(criterion, "perfect", &["both_recover", "both_send_and_recover"]);
}

criterion_group!(benches, throughput);
criterion_main!(benches);
