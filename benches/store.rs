//! Saves per second of the durable store, beside what the disk can do at all: writing a page and `fdatasync`.
//!
//! The stores are in a folder beneath the target folder of cargo, so that it is a disk that is measured and not memory.
#![allow(missing_docs)]
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use synod::runtime::store::disk::{Changes, Form, Whole};
use synod::runtime::store::{Disk, Owner, Store};
use synod::stateright::actor::Id;
use tempfile::{TempDir, tempdir_in};

/// Keys of the map that is saved.
const KEYS: u64 = 1000;

type Map = BTreeMap<u64, Vec<u8>>;

fn folder() -> TempDir {
    let program = std::env::current_exe().expect("a program knows where it is");
    tempdir_in(program.parent().expect("it lies in a folder")).expect("a folder beside the program")
}

/// The least that durability costs: a page that was there before is written and synced.
fn page(group: &mut BenchmarkGroup<'_, WallTime>) {
    let folder = folder();
    let file = File::create(folder.path().join("page")).expect("it can be made");
    file.write_all_at(&[1; 4096], 0).and_then(|()| file.sync_all()).expect("it can be written");
    let mut byte = 0u8;
    group.bench_function("a page alone", |bench| {
        bench.iter(|| {
            byte = byte.wrapping_add(1);
            file.write_all_at(&[byte; 4096], 0).and_then(|()| file.sync_data()).expect("it can be written");
        });
    });
}

/// Saves of a map of [`KEYS`] values of 100 bytes, of which one changes each time.
fn map<F: Form<Map>>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, keys: u64) {
    let folder = folder();
    let mut store = create::<Map, F>(folder.path());
    let mut map: Map = (0..keys).map(|key| (key, vec![0; 100])).collect();
    let mut step = 0u64;
    group.bench_function(name, |bench| {
        bench.iter(|| {
            step += 1;
            map.insert(step % keys, vec![step as u8; 100]);
            store.save(&map).expect("it can be saved");
        });
    });
}

fn create<S, F: Form<S>>(folder: &Path) -> Disk<S, F>
where
    Disk<S, F>: Store<S>,
    S: serde::Serialize + serde::de::DeserializeOwned,
{
    let owner = Owner { cluster: "bench".into(), node: Id::from(0) };
    Disk::create(folder.join("store"), &owner).expect("it can be made")
}

fn saves(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("store");
    group.throughput(Throughput::Elements(1)).sample_size(20);
    page(&mut group);
    map::<Whole>(&mut group, "a whole value of 100 bytes", 1);
    map::<Whole>(&mut group, "a whole map of 1000 values", KEYS);
    map::<Changes>(&mut group, "a change to a map of 1000 values", KEYS);
    group.finish();
}

criterion_group!(benches, saves);
criterion_main!(benches);
