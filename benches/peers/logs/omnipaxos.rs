//! omnipaxos, with its storage in memory.

use super::{Cluster, LEADER, SERVERS, command};
use omnipaxos::macros::Entry;
use omnipaxos::messages::Message;
use omnipaxos::util::LogEntry;
use omnipaxos::{ClusterConfig, OmniPaxos, OmniPaxosConfig, ServerConfig};
use omnipaxos_storage::memory_storage::MemoryStorage;
use std::collections::VecDeque;
use std::ops::Range;

/// Sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Entry)]
struct Command([u8; 16]);

/// Three servers.
pub struct Servers {
    servers: Vec<OmniPaxos<Command, MemoryStorage<Command>>>,
    leaving: Vec<Message<Command>>,
    flying: VecDeque<Message<Command>>,
}

impl Servers {
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

impl Cluster for Servers {
    fn new() -> Self {
        let nodes: Vec<u64> = (1..=SERVERS as u64).collect();
        let cluster_config = ClusterConfig { configuration_id: 1, nodes: nodes.clone(), ..ClusterConfig::default() };
        let server = |pid: &u64| {
            let server_config = ServerConfig { pid: *pid, ..ServerConfig::default() };
            let config = OmniPaxosConfig { cluster_config: cluster_config.clone(), server_config };
            config.build(MemoryStorage::default()).expect("a configuration that is in order")
        };
        let mut cluster =
            Servers { servers: nodes.iter().map(server).collect(), leaving: Vec::new(), flying: VecDeque::new() };
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
