//! Every behaviour of the batched process, crashes included, is a behaviour of the system with its crash rule.

use crate::systems::{atomic_commit, consensus, linked_broadcast, three_acceptors};
use std::borrow::Cow;
use std::time::Duration;
use synod::event::{Data, Event, Module};
use synod::runtime::simulation::{Conditions, Disk, Point, Record, Schedule, Simulation};
use synod::stateright::Model;
use synod::stateright::actor::{Actor, Id, Out};
use synod::system::{Action, Death, Faults, Limit, Local, Network, Observation, Script, Step, System};

/// Holds a run against its system, step by step; tells the first step that the system does not allow.
fn hold_against_system<A: Module, H: Data>(record: &Record<A, H>) -> Result<(), String> {
    let system = &record.system;
    let mut state = system.init_states().pop().expect("a system has an initial state");
    let mut enabled = Vec::new();
    for (number, step) in (1..).zip(&record.steps) {
        enabled.clear();
        system.actions(&state, &mut enabled);
        if !enabled.contains(step) {
            let what = system.format_action(step);
            return Err(format!("seed {}, step {number} is not allowed: {what}\n{state:?}", record.run.seed));
        }
        state = system.next_state(&state, step.clone()).expect("a step that is enabled leads somewhere");
    }
    if state != record.state {
        return Err(format!("seed {}:\n{state:?}\nis not\n{:?}", record.run.seed, record.state));
    }
    Ok(())
}

/// Slow disks, so that batches have many steps, and many crashes.
fn rough() -> Conditions {
    let conditions = Conditions::default();
    let latency = Duration::ZERO..Duration::from_millis(12);
    let disk = Disk { latency, full: 0.01, stall: 0.05, ..conditions.disk.clone() };
    Conditions { crash: 0.1, disk, ..conditions }
}

/// What the runs of a test were like: they show something only if these have happened.
#[derive(Debug, Default)]
struct Seen {
    steps: usize,
    crashes: usize,
    crashes_in_requests: usize,
    crashes_before_the_application_is_told: usize,
    recoveries: usize,
    duplicated: u64,
    full_disks: u64,
    cuts: u64,
}

impl Seen {
    fn add<A: Module, H: Data>(&mut self, record: &Record<A, H>) {
        let count = |such: fn(&Action<A>) -> bool| record.steps.iter().filter(|step| such(step)).count();
        self.steps += record.steps.len();
        self.crashes += count(|step| matches!(step, Step::Crash(..)));
        self.crashes_in_requests += count(|step| matches!(step, Step::Act { death: Some(Death::BeforeSave(_)), .. }));
        let untold = |step: &Action<A>| {
            let death = match step {
                Step::Deliver { death, .. } | Step::Act { death, .. } => *death,
                _ => None,
            };
            matches!(death, Some(Death::AfterSave(..)))
        };
        self.crashes_before_the_application_is_told += record.steps.iter().filter(|step| untold(step)).count();
        self.recoveries += count(|step| matches!(step, Step::Act { local, .. } if matches!(**local, Local::Recover)));
        self.duplicated += record.run.counts.duplicated;
        self.full_disks += record.run.counts.full_disks;
        self.cuts += record.run.counts.cuts;
    }

    fn has_everything(&self) -> bool {
        self.crashes > 0
            && self.crashes_in_requests > 0
            && self.crashes_before_the_application_is_told > 0
            && self.recoveries > 0
            && self.duplicated > 0
            && self.full_disks > 0
            && self.cuts > 0
    }
}

fn drawn_runs<A: Module, H: Data>(system: System<A, H>, seeds: u64) {
    let simulation = Simulation::new(system).expect("it can be simulated").conditions(rough());
    let mut seen = Seen::default();
    for seed in 0..seeds {
        let record = simulation.record(seed, 300);
        assert_eq!(record.run.violated(), None, "{}", record.run);
        hold_against_system(&record).unwrap_or_else(|refusal| panic!("{refusal}"));
        seen.add(&record);
    }
    println!("{seeds} seeds: {seen:?}");
    assert!(seen.has_everything(), "{seen:?}");
}

#[test]
fn drawn_runs_of_paxos_are_runs_of_its_system() {
    drawn_runs(consensus(three_acceptors()), 200);
}

#[test]
fn drawn_runs_of_eager_broadcast_over_links_are_runs_of_its_system() {
    drawn_runs(linked_broadcast(), 100);
}

#[test]
fn drawn_runs_of_two_phase_commit_are_runs_of_its_system() {
    drawn_runs(atomic_commit(), 200);
}

/// Each batch of a run crashes once before its commit, and once after each number of its departures, each a run of its own.
fn each_point_of_each_batch<A: Module, H: Data>(system: impl Fn() -> System<A, H>, events: u64) {
    let conditions = || {
        let calm = Conditions::calm();
        let latency = Duration::from_millis(4)..Duration::from_millis(12);
        Conditions { disk: Disk { latency: latency.clone(), ..calm.disk.clone() }, pause: latency, ..calm }
    };
    let simulation = || Simulation::new(system()).expect("it can be simulated").conditions(conditions());
    let undisturbed = simulation().record(1, events);
    let steps_in_batches = undisturbed.run.events as usize;
    assert!(undisturbed.batches.len() < steps_in_batches, "batches have several steps");
    let mut points = 0;
    for (number, departures) in (0..).zip(&undisturbed.batches) {
        let after = (0..=*departures).map(|departures| Point::AfterCommit { departures });
        for point in after.chain([Point::BeforeCommit]) {
            let schedule = Schedule::new().crash_in_batch(number, point);
            // The last batches are under way when the undisturbed run ends.
            let record = simulation().schedule(schedule).record(1, events + 50);
            assert_eq!(record.run.counts.crashes, 1, "batch {number} crashes at {point:?}");
            hold_against_system(&record).unwrap_or_else(|refusal| panic!("batch {number}, {point:?}: {refusal}"));
            points += 1;
        }
    }
    println!("{points} points of {} batches", undisturbed.batches.len());
}

#[test]
fn crashes_at_every_point_of_paxos_are_crashes_of_its_system() {
    each_point_of_each_batch(|| consensus(three_acceptors()), 100);
}

#[test]
fn crashes_at_every_point_of_eager_broadcast_over_links_are_crashes_of_its_system() {
    each_point_of_each_batch(linked_broadcast, 80);
}

#[test]
fn crashes_at_every_point_of_two_phase_commit_are_crashes_of_its_system() {
    each_point_of_each_batch(atomic_commit, 80);
}

/// A driver that lets messages leave though what they rest on is not durable: it takes the disk's word, and the disk lies.
fn is_refused<A: Module, H: Data>(system: System<A, H>) {
    let rough = rough();
    let conditions = Conditions { disk: Disk { lies: 0.3, ..rough.disk.clone() }, ..rough };
    let simulation = Simulation::new(system).expect("it can be simulated").conditions(conditions);
    let refused = (0..50).filter(|seed| hold_against_system(&simulation.record(*seed, 300)).is_err()).count();
    println!("{refused} of 50 runs refused");
    assert!(refused >= 10, "only {refused} of 50 runs of a wrong driver are refused");
}

#[test]
fn a_driver_that_sends_before_it_has_committed_is_refused() {
    is_refused(consensus(three_acceptors()));
    is_refused(linked_broadcast());
    is_refused(atomic_commit());
}

/// Asks chance for a number, and tells everyone; whoever hears of it asks again, until a number is large.
#[derive(Clone)]
struct Gambler;

impl Actor for Gambler {
    type Msg = Event<(), u8, u8>;
    type State = u8;
    type Storage = u8;
    type Timer = bool;
    type Random = u8;

    fn on_start(&self, _id: Id, storage: &Option<u8>, out: &mut Out<Self>) -> u8 {
        out.choose_random("first", vec![5, 1]);
        out.set_timer(false, Duration::from_millis(5)..Duration::from_millis(30));
        storage.unwrap_or_default()
    }

    fn on_msg(&self, id: Id, state: &mut Cow<u8>, _from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Request(()) => out.choose_random("asked", vec![1, 2, 3]),
            Event::Wire(number) if number < 40 => {
                *state.to_mut() = number;
                out.set_timer(true, Duration::from_millis(1)..Duration::from_millis(5));
                out.cancel_timer(false);
                out.choose_random("heard", vec![number + 1, number + 7]);
            }
            Event::Wire(number) => out.send(id, Event::Indication(number)),
            Event::Indication(_) => {}
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<u8>, timer: &bool, out: &mut Out<Self>) {
        out.send(id, Event::Indication(u8::from(*timer)));
        if *timer && **state < 30 {
            out.set_timer(false, Duration::from_millis(1)..Duration::from_millis(9));
        }
    }

    fn on_random(&self, id: Id, _state: &mut Cow<u8>, number: &u8, out: &mut Out<Self>) {
        out.save(*number);
        out.send(Id::from(1 - usize::from(id)), Event::Wire(*number));
        out.send(id, Event::Indication(*number));
    }
}

fn gamblers() -> System<Gambler, Vec<u8>> {
    let system = System::new([Gambler, Gambler]).observing(Vec::new(), |heard, seen| {
        if let Observation::Indication { indication, .. } = seen {
            heard.push(*indication);
        }
    });
    system.script(0, Script::in_turn([(), ()], |(), told| *told > 1)).script(1, Script::at_any_time([()]))
}

/// Every kind of network and of crash, with choices and timers.
#[test]
fn drawn_runs_on_every_kind_of_network_are_runs_of_the_system() {
    let any = Limit::Unlimited;
    let networks = [
        Network::unordered(),
        Network::unordered().loss(2).duplication(2),
        Network::unordered().loss(2).duplication(2).copies(1),
        Network::unordered().loss(any).copies(2),
        Network::unordered().loss(any).duplication(any),
        Network::unordered().partition([0], [1]).cuts(2),
        Network::fifo(),
        Network::fifo().loss(3),
        Network::fifo().loss(any),
        Network::fifo().fair_loss().partition([1], [0]).lasting(),
    ];
    let mut recoveries = 0;
    for network in networks {
        let lossy = gamblers().network(network.clone().loss(any)).crash_recovery(Faults::at_most(3).at_once(1));
        let mut crashes = 0;
        for system in [gamblers().network(network.clone()).crash_stop(1).firings(3), lossy.crash_stop(1)] {
            let simulation = Simulation::new(system).expect("it can be simulated").conditions(rough());
            for seed in 0..60 {
                let record = simulation.record(seed, 200);
                assert_eq!(record.run.violated(), None, "{}", record.run);
                hold_against_system(&record).unwrap_or_else(|refusal| panic!("{network:?}: {refusal}"));
                crashes += record.run.counts.crashes;
                recoveries += record.run.counts.restarts;
            }
        }
        assert!(crashes > 0, "{network:?}");
    }
    assert!(recoveries > 0);
}
