//! Raft of this library, each server in a [`Core`]. Effects are taken in the order that its contract asks for: what a step saves
//! replaces what was stored, then its messages leave.

use super::{Cluster, LEADER, SERVERS, command};
use std::collections::VecDeque;
use std::ops::Range;
use synod::consensus::raft::{
    Configuration, DurableOf, Entry, Indication, MessageOf, Operation, Payload, Proposal, Raft, Request, StateMachine,
    Timer,
};
use synod::quorum::ProcessSet;
use synod::runtime::Core;
use synod::stateright::actor::Id;
use synod::step::{Effects, Input, InputOf};

/// A state machine that only counts, for a library whose log is all that the other side has.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Count(u64);

impl StateMachine for Count {
    type Command = [u8; 16];
    type Output = ();
    type Part = u64;

    fn apply(&mut self, _: &[u8; 16]) {
        self.0 += 1;
    }

    fn snapshot(&self) -> Vec<u64> {
        vec![self.0]
    }

    fn restore<'p>(&mut self, mut parts: impl Iterator<Item = &'p u64>) {
        self.0 = parts.next().copied().unwrap_or_default();
    }
}

/// Three servers.
pub struct Servers {
    servers: Vec<Core<Raft<Count>>>,
    stored: Vec<DurableOf<Count>>,
    flying: VecDeque<(usize, usize, MessageOf<Count>)>,
    /// How many proposals the leader's application was told of.
    told: u64,
}

impl Servers {
    fn step(&mut self, server: usize, input: InputOf<Raft<Count>>) {
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

impl Cluster for Servers {
    fn new() -> Self {
        let configuration = Configuration::new(ProcessSet::all(SERVERS)).expect("there are voters");
        // What is proposed while a message is on the way travels with the next.
        let actor = Raft::new(configuration, Count::default()).flight(1).batch(1 << 13).window(1 << 13);
        let mut cluster = Servers {
            servers: Vec::new(),
            stored: vec![DurableOf::<Count>::default(); SERVERS],
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

fn told(entry: &Entry<Payload<[u8; 16]>>) -> Option<&[u8; 16]> {
    match &entry.payload {
        Payload::Command(Proposal { operation: Operation::Apply(command), .. }) => Some(command),
        _ => None,
    }
}
