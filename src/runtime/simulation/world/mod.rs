//! The run itself: what comes next in virtual time, and what it makes of the processes.

mod arrivals;
mod commits;
mod crashes;
mod incidents;
mod requests;
mod sending;

use super::chance::{Chance, Span, halves, nanoseconds};
use super::mirror::{Footprint, LastWords, Mirror, act};
use super::network::Links;
use super::process::{Arrival, Ending, Process};
use super::queue::Queue;
use super::run::{Counts, End};
use super::schedule::{Incident, Point};
use super::{Simulation, conditions::Partitions};
use crate::event::{Data, Module};
use crate::random::Random;
use crate::runtime::batch::Departure;
use crate::runtime::core::Core;
use crate::step::{Change, Effects, Input, Misuse};
use crate::system::{Action, CrashKind, Envelope, Limit, Local, NO_PANIC, Step, System};
use stateright::actor::Id;
use std::sync::Arc;

/// Something that is going to happen.
enum Item<A: Module> {
    Message {
        from: u32,
        to: u32,
        lost: bool,
        message: A::Wire,
    },
    Timer {
        process: u32,
        live: bool,
        timer: A::Timer,
    },
    Request {
        process: u32,
        life: u32,
    },
    Commit {
        process: u32,
        life: u32,
    },
    Restart {
        process: u32,
        life: u32,
    },
    /// The network is cut, at random.
    Cut,
    Heal,
    Incident(usize),
}

/// The [`Conditions`](super::Conditions), as they are drawn.
struct Chances {
    think: Span,
    pause: Span,
    crash: Chance,
    downtime: Span,
    latency: Span,
    stall: Chance,
    stalled: Span,
    full: Chance,
    filled: Span,
    torn: Chance,
    lies: Chance,
}

/// A run under way.
pub(super) struct World<'a, A: Module, H: Data> {
    simulation: &'a Simulation<A, H>,
    system: &'a System<A, H>,
    processes: Vec<Process<A>>,
    queue: Queue<Item<A>>,
    links: Links,
    /// Messages that wait for the heal.
    held: Vec<(u32, u32, bool, A::Wire)>,
    pub now: u64,
    random: Random,
    chances: Chances,
    /// How many things are pending that keep the run alive.
    lively: usize,
    losses: u8,
    duplications: u8,
    crashes: u8,
    stops: u8,
    cuts: u8,
    declared_cut: bool,
    /// A declared partition in force of which the system's run does not know yet.
    unsaid_cut: Option<u8>,
    pub mirror: Option<Mirror<'a, A, H>>,
    pub counts: Counts,
    pub events: u64,
    pub digest: u64,
    batches: u64,
    /// How many departures each batch had, when the run is recorded.
    pub departures: Option<Vec<usize>>,
    /// The step under way: what a panic is blamed on.
    current: Option<(usize, Action<A>)>,
    pub misuse: Option<Misuse>,
}

impl<'a, A: Module, H: Data> World<'a, A, H> {
    pub fn new(simulation: &'a Simulation<A, H>, seed: u64, mirror: Option<Mirror<'a, A, H>>, recording: bool) -> Self {
        let (system, conditions) = (&simulation.system, &simulation.conditions);
        let rules = &system.rules;
        let mut random = Random::new(seed);
        let clock = &conditions.clock;
        assert!(clock.start > 0.0 && clock.end.is_finite(), "a clock runs, and not infinitely fast: {clock:?}");
        let mut drawn_clock = || {
            let (bits, _) = halves(&mut random);
            let width = (clock.end - clock.start).max(0.0);
            ((clock.start + width * f64::from(bits) / 4_294_967_296.0) * 65_536.0) as u64
        };
        let n = system.process_count();
        let processes = (0..n).map(|_| Process::new(drawn_clock())).collect();
        let disk = &conditions.disk;
        World {
            simulation,
            system,
            processes,
            queue: Queue::new(),
            links: Links::new(
                n,
                conditions,
                rules.network.loss != Limit::None,
                rules.network.duplication != Limit::None,
            ),
            held: Vec::new(),
            now: 0,
            random,
            chances: Chances {
                think: Span::new(&conditions.think),
                pause: Span::new(&conditions.pause),
                crash: Chance::new(conditions.crash),
                downtime: Span::new(&conditions.downtime),
                latency: Span::new(&disk.latency),
                stall: Chance::new(disk.stall),
                stalled: Span::new(&disk.stalled),
                full: Chance::new(disk.full),
                filled: Span::new(&disk.filled),
                torn: Chance::new(disk.torn),
                lies: Chance::new(disk.lies),
            },
            lively: 0,
            losses: 0,
            duplications: 0,
            crashes: 0,
            stops: 0,
            cuts: 0,
            declared_cut: false,
            unsaid_cut: None,
            mirror,
            counts: Counts::default(),
            events: 0,
            digest: 0xcbf2_9ce4_8422_2325,
            batches: 0,
            departures: recording.then(Vec::new),
            current: None,
            misuse: None,
        }
    }

    /// Starts every process, and goes on until nothing is left to happen, so many events have happened, or a property fell.
    pub fn go(&mut self, events: u64) -> End {
        self.begin();
        loop {
            if let Some(property) = self.fallen() {
                return End::Violated { property };
            }
            if self.events >= events {
                return End::Events;
            }
            if self.lively == 0 {
                break;
            }
            let Some((time, _, item)) = self.queue.pop() else { break };
            self.now = time;
            self.happen(item);
            if self.unsaid_cut.is_some() && self.processes.iter().all(|process| !process.committing) {
                self.say_cut();
            }
        }
        if let Some(mirror) = &mut self.mirror {
            mirror.judge.judge_rest(&mirror.state);
        }
        self.fallen().map_or(End::Rest, |property| End::Violated { property })
    }

    fn fallen(&self) -> Option<&'static str> {
        if self.misuse.is_some() {
            return Some(NO_PANIC);
        }
        self.mirror.as_ref().and_then(|mirror| mirror.judge.found)
    }

    /// A handler has panicked: what happened before it stands.
    pub fn panicked(&mut self) {
        let Some((id, step)) = self.current.take() else { return };
        if let Some(mirror) = &mut self.mirror {
            mirror.commit(id, &mut self.processes[id].trail, None);
            mirror.panicked(step);
        }
    }

    fn begin(&mut self) {
        for id in 0..self.processes.len() {
            let Some(effects) = self.start(id) else { return };
            // The system's runs begin when everyone has started; so do these.
            self.processes[id].born = true;
            self.absorb(id, effects);
            self.processes[id].durable = self.processes[id].batch.saved().cloned();
            self.depart(id, usize::MAX);
        }
        for id in 0..self.processes.len() {
            self.choose(id, self.mirror.is_some());
            self.close(id);
        }
        for (place, (time, _)) in self.simulation.schedule.incidents.iter().enumerate() {
            self.put(nanoseconds(*time), Item::Incident(place));
        }
        self.plan_cut();
    }

    fn put(&mut self, time: u64, item: Item<A>) -> u32 {
        self.lively += usize::from(!matches!(item, Item::Cut));
        self.queue.push(time, item)
    }

    fn happen(&mut self, item: Item<A>) {
        match item {
            Item::Message { from, to, lost, message } => {
                self.lively -= 1;
                self.arrive(from, to, lost, message);
            }
            Item::Timer { process, live, timer } => {
                if live {
                    self.lively -= 1;
                    self.fire(process as usize, timer);
                }
            }
            Item::Request { process, life } => {
                self.lively -= 1;
                if self.processes[process as usize].life == life {
                    self.admit(process as usize, Arrival::Request);
                }
            }
            Item::Commit { process, life } => {
                self.lively -= 1;
                if self.processes[process as usize].life == life {
                    self.commit(process as usize);
                }
            }
            Item::Restart { process, life } => {
                self.lively -= 1;
                if self.processes[process as usize].life == life {
                    self.restart(process as usize);
                }
            }
            Item::Cut => self.cut_at_random(),
            Item::Heal => {
                self.lively -= 1;
                self.heal();
                self.plan_cut();
            }
            Item::Incident(place) => {
                self.lively -= 1;
                self.arranged(place);
            }
        }
    }

    /// Something has happened that counts: a delivery, a timer, a request or a fault, with its handler run.
    #[inline]
    fn count(&mut self, kind: u64, process: usize) {
        self.events += 1;
        let mark = self.now ^ (kind << 56) ^ ((process as u64) << 48);
        self.digest = (self.digest.rotate_left(23) ^ mark).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Ending {
    fn kind(self) -> CrashKind {
        match self {
            Ending::Lost(kind) | Ending::Unsent(kind) | Ending::Cut(kind, _) => kind,
        }
    }
}

fn disarm<A: Module>(queue: &mut Queue<Item<A>>, place: u32, lively: &mut usize) {
    if let Some(Item::Timer { live, .. }) = queue.get_mut(place)
        && std::mem::replace(live, false)
    {
        *lively -= 1;
    }
}
