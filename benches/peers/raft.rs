//! Commits per second of replicated logs, without input and output: three servers in one thread, storage in memory,
//! commands of 16 bytes.
//!
//! Both sides do the same: a batch of commands is proposed to the leader, messages are delivered in the order in which they were
//! sent until there are none, and the batch counts once the leader has said of each of its commands that it is committed.
//! synod's effects are taken in the order that its contract asks for: what a step saves replaces what was stored, then its
//! messages leave. Every 1,000th round the three logs are compared.
//!
//! The sides take turns; medians of five are printed, and of one more run how often memory was allocated.

use omnipaxos::macros::Entry;
use omnipaxos::messages::Message as Paxos;
use omnipaxos::util::LogEntry;
use omnipaxos::{ClusterConfig, OmniPaxos, OmniPaxosConfig, ServerConfig};
use omnipaxos_storage::memory_storage::MemoryStorage;
use std::collections::VecDeque;
use std::ops::Range;
use std::time::{Duration, Instant};
use synod::consensus::raft::{
    Configuration, Durable, Entry as InLog, Indication, Message, Payload, Proposal, Raft, Request, StateMachine, Timer,
};
use synod::quorum::ProcessSet;
use synod::runtime::Core;
use synod::stateright::actor::Id;
use synod::step::{Effects, Input};

const SERVERS: usize = 3;
const LEADER: usize = 0;
/// How many commands are proposed together.
const BATCHES: [usize; 4] = [1, 16, 256, 4096];
/// How long one measurement takes, at least.
const TIME: Duration = Duration::from_millis(500);
const RUNS: usize = 5;
/// After so many rounds the logs are compared.
const COMPARED: usize = 1000;

/// Sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Entry)]
struct Command([u8; 16]);

/// The command with this number.
fn command(number: u64) -> [u8; 16] {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// Three servers of one side.
trait Cluster {
    /// Three servers, one of which has been elected.
    fn new() -> Self;
    /// Has the leader propose commands, delivers all messages, and sees to it that the leader has committed all.
    fn commit(&mut self, commands: Range<u64>);
    /// Sees to it that all servers have the same commands from this one on.
    fn compare(&self, from: u64);
}

fn main() {
    if let Some(batch) = std::env::args().nth(1).and_then(|a| a.parse().ok()) {
        for _ in 0..6 { println!("{}", rate::<OfSynod>(batch)); }
        return;
    }
    println!("{:<10}{:>14}{:>14}{:>8}{:>28}", "batch", "omnipaxos/s", "synod/s", "ratio", "allocations/commit/server");
    for batch in BATCHES {
        let mut rates = [const { Vec::new() }; 2];
        for _ in 0..RUNS {
            rates[0].push(rate::<OfOmniPaxos>(batch));
            rates[1].push(rate::<OfSynod>(batch));
        }
        let [peer, ours] = rates.map(median);
        let allocations = [allocations::<OfOmniPaxos>(batch), allocations::<OfSynod>(batch)];
        println!(
            "{batch:<10}{peer:>14.0}{ours:>14.0}{:>7.2}x{:>18.2} and {:.2}",
            ours / peer,
            allocations[0],
            allocations[1]
        );
    }
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Commits per second.
fn rate<C: Cluster>(batch: usize) -> f64 {
    let mut cluster = C::new();
    let (mut committed, mut compared, began) = (0, 0, Instant::now());
    for round in 1.. {
        cluster.commit(committed..committed + batch as u64);
        committed += batch as u64;
        if round % COMPARED == 0 {
            cluster.compare(compared);
            compared = committed;
        }
        if began.elapsed() >= TIME {
            break;
        }
    }
    let rate = committed as f64 / began.elapsed().as_secs_f64();
    cluster.compare(compared);
    rate
}

/// Allocations for each command and server.
fn allocations<C: Cluster>(batch: usize) -> f64 {
    let mut cluster = C::new();
    let (first, rounds) = (batch as u64, 100);
    cluster.commit(0..first);
    let counted = allocation_counter::measure(|| {
        for round in 0..rounds {
            cluster.commit(first * (round + 1)..first * (round + 2));
        }
    });
    counted.count_total as f64 / (first * rounds) as f64 / SERVERS as f64
}

/// A state machine that only counts, for a library whose log is all that the other side has.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Count(u64);

impl StateMachine for Count {
    type Command = [u8; 16];
    type Output = ();

    fn apply(&mut self, _: &[u8; 16]) {
        self.0 += 1;
    }
}

struct OfSynod {
    servers: Vec<Core<Raft<Count>>>,
    stored: Vec<Durable<[u8; 16]>>,
    flying: VecDeque<(usize, usize, Message<[u8; 16]>)>,
    /// How many proposals the leader's application was told of.
    told: u64,
}

impl OfSynod {
    fn step(&mut self, server: usize, input: synod::step::InputOf<Raft<Count>>) {
        let effects = self.servers[server].react(input).expect("servers keep to the contract");
        self.put_out(server, effects);
    }

    fn put_out(&mut self, server: usize, effects: Effects<Raft<Count>>) {
        if let Some(saved) = effects.saved {
            self.stored[server] = saved;
        }
        self.flying.extend(effects.sent.into_iter().map(|(to, message)| (server, usize::from(to), message)));
        for indication in effects.indications {
            assert!(matches!(indication, Indication::Applied { .. }), "{indication:?}");
            self.told += u64::from(server == LEADER);
        }
    }

    fn deliver(&mut self) {
        while let Some((from, to, message)) = self.flying.pop_front() {
            self.step(to, Input::Wire { from: Id::from(from), message });
        }
    }
}

impl Cluster for OfSynod {
    fn new() -> Self {
        let configuration = Configuration::new(ProcessSet::all(SERVERS)).expect("there are voters");
        // What is proposed while a message is on the way travels with the next.
        let actor = Raft::new(configuration, Count::default()).flight(1).batch(1 << 13).window(1 << 13);
        let mut cluster = OfSynod {
            servers: Vec::new(),
            stored: vec![Durable::default(); SERVERS],
            flying: VecDeque::new(),
            told: 0,
        };
        for server in 0..SERVERS {
            let started = Core::start(actor.clone(), Id::from(server), SERVERS, None);
            let (core, effects) = started.expect("servers keep to the contract");
            cluster.servers.push(core);
            cluster.put_out(server, effects);
        }
        cluster.step(LEADER, Input::Timeout(Timer::Election));
        cluster.deliver();
        cluster
    }

    fn commit(&mut self, commands: Range<u64>) {
        let (number, end) = (commands.start, commands.end);
        let request = match commands.map(command).collect::<Vec<_>>() {
            commands if commands.len() > 1 => Request::ProposeAll { number, commands },
            single => Request::Propose { number, command: single[0] },
        };
        self.step(LEADER, Input::Request(request));
        self.deliver();
        assert_eq!(self.told, end, "the leader has not committed everything");
    }

    fn compare(&self, from: u64) {
        let log = |server: usize| {
            // The first entry is the one with which the leader began its term.
            let entries = self.stored[server].log.entries(from + 2..=u64::MAX);
            entries.filter_map(told).copied().collect::<Vec<_>>()
        };
        let expected: Vec<_> = (from..self.told).map(command).collect();
        for server in 0..SERVERS {
            assert!(log(server) == expected, "server {server} has another log");
        }
    }
}

fn told(entry: &InLog<Payload<[u8; 16]>>) -> Option<&[u8; 16]> {
    match &entry.payload {
        Payload::Command(Proposal { command, .. }) => Some(command),
        _ => None,
    }
}

struct OfOmniPaxos {
    servers: Vec<OmniPaxos<Command, MemoryStorage<Command>>>,
    leaving: Vec<Paxos<Command>>,
    flying: VecDeque<Paxos<Command>>,
}

impl OfOmniPaxos {
    fn server(&mut self, pid: u64) -> &mut OmniPaxos<Command, MemoryStorage<Command>> {
        &mut self.servers[pid as usize - 1]
    }

    fn take(&mut self, server: usize) {
        self.servers[server].take_outgoing_messages(&mut self.leaving);
        self.flying.extend(self.leaving.drain(..));
    }

    fn deliver(&mut self) {
        (0..SERVERS).for_each(|server| self.take(server));
        while let Some(message) = self.flying.pop_front() {
            let to = message.get_receiver();
            self.server(to).handle_incoming(message);
            self.take(to as usize - 1);
        }
    }
}

impl Cluster for OfOmniPaxos {
    fn new() -> Self {
        let nodes: Vec<u64> = (1..=SERVERS as u64).collect();
        let cluster_config = ClusterConfig { configuration_id: 1, nodes: nodes.clone(), ..ClusterConfig::default() };
        let server = |pid: &u64| {
            let server_config = ServerConfig { pid: *pid, ..ServerConfig::default() };
            let config = OmniPaxosConfig { cluster_config: cluster_config.clone(), server_config };
            config.build(MemoryStorage::default()).expect("a configuration that is in order")
        };
        let mut cluster =
            OfOmniPaxos { servers: nodes.iter().map(server).collect(), leaving: Vec::new(), flying: VecDeque::new() };
        // Elections take some ticks.
        while cluster.servers.iter().any(|server| server.get_current_leader() != Some((LEADER as u64 + 1, true))) {
            cluster.servers[LEADER].try_become_leader();
            cluster.servers.iter_mut().for_each(OmniPaxos::tick);
            cluster.deliver();
        }
        cluster
    }

    fn commit(&mut self, commands: Range<u64>) {
        let end = commands.end;
        for number in commands {
            self.servers[LEADER].append(Command(command(number))).expect("the leader takes commands");
        }
        self.deliver();
        assert_eq!(self.servers[LEADER].get_decided_idx() as u64, end, "the leader has not decided everything");
    }

    fn compare(&self, from: u64) {
        let log = |server: usize| self.servers[server].read_entries(from as usize..).unwrap_or_default();
        let expected = log(LEADER);
        let is_in_order = |(number, entry): (u64, &LogEntry<Command>)| match entry {
            LogEntry::Decided(Command(bytes)) | LogEntry::Undecided(Command(bytes)) => *bytes == command(number),
            _ => false,
        };
        for server in 0..SERVERS {
            let log = log(server);
            assert_eq!(log.len(), expected.len(), "server {server} has another log");
            assert!((from..).zip(&log).all(is_in_order), "server {server} has another log");
        }
    }
}
