//! What it costs a node to record what it does: messages per second between two nodes in memory, which do nothing with them
//! but send them back, with a record and without. No actor that does anything is held up as much.
//! `cargo bench -p synod-benches --bench recording`.
#![allow(missing_docs)]

#[path = "volley.rs"]
mod volley;

use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use synod::runtime::transport::memory::Hub;
use synod::runtime::{Handle, Node};
use synod::stateright::actor::Id;
use tempfile::tempdir_in;
use tokio::runtime::Runtime;
use volley::Volley;

/// Messages are counted in such numbers, so that looking at the count costs nothing.
const MESSAGES: u64 = 10_000;

/// How often to look.
const LOOK_AGAIN: Duration = Duration::from_micros(200);

/// Two nodes, between which so many balls fly until they are shut down.
struct Match {
    runtime: Runtime,
    returned: Arc<AtomicU64>,
    nodes: Vec<Handle<(), ()>>,
}

impl Match {
    /// What they do is recorded in the folder, if one is named.
    fn begin(balls: u64, record: Option<&Path>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("there are threads");
        let returned = Arc::<AtomicU64>::default();
        let hub = Hub::new();
        let start = async |id| {
            let actor = Volley { serves: (id == 1).then_some((Id::from(0), balls)), returned: returned.clone() };
            let node = Node::builder(actor).id(id).processes(2).transport(hub.transport());
            let node = record.into_iter().fold(node, |node, folder| node.recorded_as("volley").record_in(folder));
            node.start().await.expect("a node starts")
        };
        // Who serves starts last, so that the other is there.
        let nodes = runtime.block_on(async { vec![start(0).await, start(1).await] });
        Match { runtime, returned, nodes }
    }

    /// How long it takes to send so many messages.
    fn time(&self, messages: u64) -> Duration {
        let count = || self.returned.load(Ordering::Relaxed);
        let (started, before) = (Instant::now(), count());
        while count() - before < messages {
            std::thread::sleep(LOOK_AGAIN);
        }
        let (took, sent) = (started.elapsed(), count() - before);
        took.mul_f64(messages as f64 / sent as f64)
    }

    fn end(self) {
        self.runtime.block_on(async {
            for node in self.nodes {
                node.shutdown().await.expect("a node ends");
            }
        });
    }
}

/// Measures; gives the messages per second, of all samples together.
fn rate(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, balls: u64, record: Option<&Path>) -> f64 {
    let playing = Match::begin(balls, record);
    let (mut sent, mut took) = (0, Duration::ZERO);
    group.bench_function(BenchmarkId::new(name, balls), |bencher| {
        bencher.iter_custom(|times| {
            let time = playing.time(times * MESSAGES);
            (sent, took) = (sent + times * MESSAGES, took + time);
            time
        });
    });
    playing.end();
    sent as f64 / took.as_secs_f64()
}

fn recording(criterion: &mut Criterion) {
    let program = std::env::current_exe().expect("a program knows where it is");
    let beside = program.parent().expect("it lies in a folder");
    let mut group = criterion.benchmark_group("recording");
    group.throughput(Throughput::Elements(MESSAGES)).sample_size(20);
    for balls in [1, 16, 256] {
        let folder = tempdir_in(beside).expect("a folder beside the program");
        let without = rate(&mut group, "not recorded", balls, None);
        let with = rate(&mut group, "recorded", balls, Some(folder.path()));
        let (ratio, cost) = (without / with, 1e6 / with - 1e6 / without);
        println!(
            "{balls} under way: {without:.0} messages/s, recorded {with:.0}: {ratio:.2} ×, {cost:.2} µs a message\n"
        );
    }
    group.finish();
}

criterion_group!(benches, recording);
criterion_main!(benches);
