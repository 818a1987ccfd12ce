//! Events per second of the simulation, on one core.
//!
//! **The workload** goes on for ever: three processes run Paxos, and the application above each proposes a value of its own
//! every 2 to 6 ms of virtual time, whether or not anything was decided. Each proposal starts a new ballot, above all that the
//! process has promised; most ballots go through both phases, some are overtaken by another's. Messages take 0.1 to 1 ms; one
//! in a hundred is lost and one in a hundred arrives twice; one batch in a thousand meets a crash, before its commit or after
//! some of its departures; who crashed is back after 5 to 50 ms.
//!
//! An event is a delivery, a timer, a request or a fault, with its handler run. A message that is lost, or that arrives at a
//! process that is down, is no event.
#![allow(missing_docs)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::time::Duration;
use synod::consensus::paxos::Paxos;
use synod::consensus::{Decide, Propose};
use synod::quorum::Majority;
use synod::runtime::simulation::{Conditions, Disk, End, Judging, Simulation};
use synod::system::{Faults, Limit, Network, Observation, System};

type Acceptor = Paxos<u64, Majority>;

/// What has been decided: the first value, and whether another was too.
type Decided = (Option<u64>, bool);

const EVENTS: u64 = 2_000_000;

fn system() -> System<Acceptor, Decided> {
    System::new(vec![Acceptor::new(Majority::new(3)); 3])
        .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
        .crash_recovery(Faults::unlimited())
        .observing(Decided::default(), |(first, other), seen| {
            if let Observation::Indication { indication: Decide(value), .. } = seen {
                *other |= *first.get_or_insert(*value) != *value;
            }
        })
        .always("agreement")
        .history(|(_, other)| !other)
        .always("what is believed is saved")
        .processes(|processes| {
            processes.iter().all(|(_, process)| {
                process.state().is_none_or(|state| {
                    process.storage.as_ref().map_or(state.acceptor.promised.is_none(), |saved| *saved == state.acceptor)
                })
            })
        })
        .always("no vote above the promise")
        .processes(|processes| {
            processes
                .stored()
                .all(|(_, acceptor)| acceptor.vote.as_ref().is_none_or(|vote| Some(vote.ballot) <= acceptor.promised))
        })
}

fn simulation(judging: Judging, disk: Duration) -> Simulation<Acceptor, Decided> {
    let calm = Conditions::calm();
    let conditions = Conditions {
        delay: Duration::from_micros(100)..Duration::from_millis(1),
        think: Duration::from_millis(2)..Duration::from_millis(6),
        loss: 0.01,
        duplication: 0.01,
        crash: 0.001,
        disk: Disk { latency: Duration::ZERO..disk, ..calm.disk.clone() },
        ..calm
    };
    let simulation = Simulation::new(system()).expect("it can be simulated").conditions(conditions);
    simulation.judging(judging).requests(|id, number| Some(Propose(number * 3 + usize::from(id) as u64)))
}

fn throughput(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("simulation");
    group.throughput(Throughput::Elements(EVENTS)).sample_size(10);
    let cases = [
        ("unjudged", Judging::Never, Duration::ZERO),
        ("unjudged, disks take time", Judging::Never, Duration::from_millis(1)),
        ("every always after every step", Judging::EveryStep, Duration::ZERO),
    ];
    for (name, judging, disk) in cases {
        let simulation = simulation(judging, disk);
        let run = simulation.run(1, EVENTS);
        println!("{name}: {run}");
        assert_eq!(run.end, End::Events, "the workload goes on for ever");
        assert!(run.counts.crashes > 0 && run.counts.lost > 0 && run.counts.duplicated > 0, "{run}");
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| bencher.iter(|| simulation.run(1, EVENTS)));
    }
    group.finish();
}

criterion_group!(benches, throughput);
criterion_main!(benches);
