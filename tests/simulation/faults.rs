//! What goes wrong goes wrong as it is said to: delays, partitions, crashes, disks, clocks.

use crate::systems::{consensus, three_acceptors};
use std::borrow::Cow;
use std::time::Duration;
use synod::event::Event;
use synod::runtime::simulation::{
    Conditions, Disk, End, Incident, Link, Partitions, Schedule, Simulation, Unsimulated,
};
use synod::stateright::actor::{Actor, Id, Out};
use synod::system::{Faults, Limit, Network, Observation, Script, System, Timing};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Passes numbers on to everyone who is asked to hear them, saves each, and sets a timer for the first.
#[derive(Clone)]
struct Relay;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Said {
    Heard(u8),
    Woken,
}

impl Actor for Relay {
    type Msg = Event<(usize, u8), Said, u8>;
    type State = u8;
    type Storage = u8;
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, storage: &Option<u8>, _out: &mut Out<Self>) -> u8 {
        storage.unwrap_or_default()
    }

    fn on_msg(&self, id: Id, state: &mut Cow<u8>, _from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Request((to, number)) => out.send(Id::from(to), Event::Wire(number)),
            Event::Wire(number) => {
                *state.to_mut() = number;
                out.save(number);
                out.set_timer((), ms(100)..ms(100));
                out.send(id, Event::Indication(Said::Heard(number)));
            }
            Event::Indication(_) => {}
        }
    }

    fn on_timeout(&self, id: Id, _state: &mut Cow<u8>, _timer: &(), out: &mut Out<Self>) {
        out.send(id, Event::Indication(Said::Woken));
    }
}

type Heard = Vec<(usize, Said)>;

/// Process 0 says 1, 2, … to process 1, and process 1 says 11, 12, … to process 0.
fn talk(count: u8) -> System<Relay, Heard> {
    System::new(vec![Relay; 2])
        .script(0, Script::at_any_time((1..=count).map(|number| (1, number))))
        .script(1, Script::at_any_time((11..=10 + count).map(|number| (0, number))))
        .observing(Vec::new(), |heard: &mut Heard, seen| {
            if let Observation::Indication { process, indication } = seen {
                heard.push((usize::from(*process), *indication));
            }
        })
}

fn heard_by(history: &Heard, process: usize) -> Vec<u8> {
    let numbers = history.iter().filter_map(|(by, said)| match said {
        Said::Heard(number) if *by == process => Some(*number),
        _ => None,
    });
    numbers.collect()
}

fn simulation(system: System<Relay, Heard>, conditions: Conditions) -> Simulation<Relay, Heard> {
    Simulation::new(system).expect("it can be simulated").conditions(conditions)
}

/// Requests and messages take exactly 1 ms.
fn exact() -> Conditions {
    Conditions { delay: ms(1)..ms(1), think: ms(1)..ms(1), ..Conditions::calm() }
}

#[test]
fn delays_reorder_and_a_fifo_network_does_not() {
    let wide = Conditions { delay: ms(1)..ms(100), ..exact() };
    let unordered = simulation(talk(20), wide.clone()).run(1, 1_000).history;
    let fifo = simulation(talk(20).network(Network::fifo()), wide).run(1, 1_000).history;
    let in_order: Vec<u8> = (1..=20).collect();
    assert_ne!(heard_by(&unordered, 1), in_order);
    assert_eq!(heard_by(&unordered, 1).len(), 20);
    assert_eq!(heard_by(&fifo, 1), in_order);
}

#[test]
fn a_link_may_differ_from_the_others() {
    let deaf = Link { delay: ms(1)..ms(1), loss: 1.0, duplication: 0.0 };
    let conditions = Conditions { links: vec![(0, 1, deaf)], ..exact() };
    let run = simulation(talk(5).network(Network::unordered().loss(Limit::Unlimited)), conditions).run(1, 1_000);
    assert_eq!((heard_by(&run.history, 0).len(), heard_by(&run.history, 1).len(), run.counts.lost), (5, 0, 5));
}

#[test]
fn what_the_system_does_not_allow_does_not_happen() {
    let certain = Conditions { loss: 1.0, duplication: 1.0, crash: 1.0, ..exact() };
    let run = simulation(talk(5), certain).run(1, 1_000);
    assert_eq!((run.counts.lost, run.counts.duplicated, run.counts.crashes, run.end), (0, 0, 0, End::Rest));
    let twice = Conditions { crash: 1.0, ..exact() };
    let run = simulation(talk(5).crash_stop(Faults::at_most(1).among([1])), twice).run(1, 1_000);
    assert_eq!((run.counts.crashes, run.counts.restarts), (1, 0));
}

#[test]
fn a_cut_in_one_direction_holds_messages_until_the_heal() {
    let schedule =
        Schedule::new().at(Duration::ZERO, Incident::Cut { from: vec![0], to: vec![1] }).at(ms(50), Incident::Heal);
    let run = simulation(talk(3), exact()).schedule(schedule).run(1, 1_000);
    let heard: Vec<_> = run.history.iter().map(|(process, _)| *process).take(6).collect();
    assert_eq!(heard, [0, 0, 0, 1, 1, 1], "{:?}", run.history);
    assert_eq!(run.time, ms(50 + 1 + 100), "the last timer is set when the last message arrives");
}

#[test]
fn partitions_come_and_go() {
    let often = Partitions { after: ms(5)..ms(10), lasts: ms(5)..ms(10), one_way: 0.5 };
    let conditions = Conditions { partitions: Some(often), ..exact() };
    let run = simulation(talk(50), conditions.clone()).run(1, 1_000);
    assert!(run.counts.cuts > 5, "{run}");
    assert_eq!((heard_by(&run.history, 0).len(), heard_by(&run.history, 1).len()), (50, 50), "they only hold up");
    let declared = talk(50).network(Network::unordered().partition([0], [1]).cuts(2)).sometimes_each_fault();
    let run = simulation(declared, conditions).run(1, 1_000);
    assert_eq!((run.counts.cuts, run.reached), (2, vec!["a cut", "a heal"]), "a declared one keeps its budget");
}

#[test]
fn clocks_run_apart() {
    let woken = |clock| {
        let conditions = Conditions { clock, ..exact() };
        simulation(talk(1), conditions).run(1, 1_000).time
    };
    // A request and a message, 1 ms each, then the timer.
    assert_eq!(woken(1.0..1.0), ms(102));
    assert_eq!(woken(0.5..0.5), ms(52));
    assert_eq!(woken(2.0..2.0), ms(202));
}

#[test]
fn what_arrives_while_the_disk_is_at_work_is_one_batch() {
    let slow = Disk { latency: ms(20)..ms(20), ..Conditions::calm().disk };
    let record = simulation(talk(10), Conditions { disk: slow, ..exact() }).record(1, 1_000);
    // Messages come every millisecond, and each says one thing to the application.
    assert!(record.batches.iter().any(|departures| *departures >= 5), "{:?} of {}", record.batches, record.run);
    assert_eq!(heard_by(&record.run.history, 1).len(), 10);
}

#[test]
fn a_crash_loses_what_was_not_committed_and_nothing_else() {
    let slow = |latency| Disk { latency: latency..latency, ..Conditions::calm().disk };
    let run = |latency| {
        let crash = Incident::Crash { process: 1, downtime: ms(10) };
        let network = Network::unordered().loss(Limit::Unlimited);
        let system = talk(1).network(network).crash_recovery(1);
        let conditions = Conditions { disk: slow(latency), ..exact() };
        simulation(system, conditions).schedule(Schedule::new().at(ms(5), crash)).record(1, 1_000)
    };
    // The message of process 0 arrives after 2 ms.
    let (committed, lost) = (run(ms(2)), run(ms(4)));
    let stored = |record: &synod::runtime::simulation::Record<Relay, Heard>| {
        record.system.view(&record.state, |view| view.processes.get(Id::from(1)).storage)
    };
    assert_eq!((stored(&committed), heard_by(&committed.run.history, 1)), (Some(1), vec![1]));
    assert_eq!((stored(&lost), heard_by(&lost.run.history, 1)), (None, vec![]));
    assert_eq!(lost.run.counts.restarts, 1);
}

#[test]
fn a_full_disk_holds_a_process_up_until_there_is_room() {
    let full = Incident::FillDisk { process: 1, lasts: ms(500) };
    let run = simulation(talk(1), exact()).schedule(Schedule::new().at(ms(1), full)).run(1, 1_000);
    assert_eq!(heard_by(&run.history, 1), [1], "what was accepted is not lost");
    // The timer is set in the step, whose effects leave when there is room; it has waited for the disk by then.
    assert_eq!(run.time, ms(501), "{run}");
}

#[test]
fn a_process_that_may_crash_stops_when_its_disk_is_full() {
    let full = Incident::FillDisk { process: 1, lasts: ms(500) };
    let system = talk(1).network(Network::unordered().loss(Limit::Unlimited)).crash_recovery(Faults::unlimited());
    let run = simulation(system, exact()).schedule(Schedule::new().at(ms(1), full)).run(1, 1_000);
    assert_eq!((run.counts.crashes, run.counts.full_disks, heard_by(&run.history, 1).len()), (1, 1, 0));
}

#[test]
fn under_the_usual_conditions_everything_happens() {
    let simulation = Simulation::new(consensus(three_acceptors())).expect("it can be simulated");
    let runs: Vec<_> = (0..200).map(|seed| simulation.run(seed, 1_000).counts).collect();
    let some = |count: fn(&synod::runtime::simulation::Counts) -> u64| runs.iter().map(count).sum::<u64>() > 0;
    assert!(some(|c| c.deliveries) && some(|c| c.requests) && some(|c| c.indications) && some(|c| c.lost));
    assert!(some(|c| c.duplicated) && some(|c| c.crashes) && some(|c| c.restarts));
}

#[test]
fn what_is_not_simulated_is_refused() {
    let refusal = |system| Simulation::<Relay, Heard>::new(system).map(|_| ()).unwrap_err();
    assert_eq!(refusal(talk(1).byzantine(1, |_| Vec::new())), Unsimulated::Byzantine);
    assert_eq!(refusal(talk(1).omission(1)), Unsimulated::Omission);
    assert_eq!(refusal(talk(1).timing(Timing::Synchronous { unit: ms(1) })), Unsimulated::Synchrony);
    assert!(Unsimulated::Synchrony.to_string().contains("only asynchronous systems"));
}
