//! The judge of recorded histories: operations judged per second.
//!
//! 100,000 operations of 32 clients on 16 keys, of which one in a hundred is pending; as they were, and with one stale read
//! near the end, which is explained too.
#![allow(missing_docs)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use synod::consistency::linearizable;
use synod::consistency::recorded::{Access, Expected, Judgement, Outcome, Record, Recorder, Ticket};
use synod::random::Random;

#[path = "../src/consistency/recorded/tests/simulator.rs"]
mod simulator;

use simulator::{Clients, simulate};

const REGISTERS: Clients = Clients {
    clients: 32,
    keys: 16,
    operations: 100_000,
    values: None,
    lost: 10,
    deletes: false,
    compares: false,
    versions: false,
};

fn judged(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linearizable");
    group.throughput(Throughput::Elements(REGISTERS.operations as u64)).sample_size(10);
    let store = Clients { deletes: true, compares: true, versions: true, ..REGISTERS };
    let few_values = Clients { values: Some(5), ..REGISTERS };
    for (name, clients) in [("registers", REGISTERS), ("few values", few_values), ("key-value store", store)] {
        let records = simulate(clients, 1);
        assert_eq!(linearizable(&records), Ok(Judgement::Linearizable));
        group.bench_function(name, |bencher| bencher.iter(|| linearizable(&records)));
    }
    let records = with_a_stale_read(simulate(REGISTERS, 1));
    assert!(matches!(linearizable(&records), Ok(Judgement::Violated(_))));
    group.bench_function("registers, one stale read", |bencher| bencher.iter(|| linearizable(&records)));
    group.finish();
}

/// Gives a late read the answer of an early one on the same key.
fn with_a_stale_read(mut records: Vec<Record<u64, u64>>) -> Vec<Record<u64, u64>> {
    let found = |record: &Record<u64, u64>| matches!(record.answered, Some((_, Outcome::Found { .. })));
    let late = (90_000..).find(|place| found(&records[*place])).expect("a read");
    let key = records[late].key;
    let early = (1_000..).find(|place| records[*place].key == key && found(&records[*place])).expect("a read");
    let stale = records[early].answered.as_ref().expect("an answer").1.clone();
    records[late].answered.as_mut().expect("an answer").1 = stale;
    records
}

criterion_group!(benches, judged);
criterion_main!(benches);
