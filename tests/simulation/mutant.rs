//! What is wrong is found, and made small.

use crate::systems::{Decisions, Value, consensus, three_acceptors};
use std::borrow::Cow;
use std::time::Duration;
use synod::consensus::paxos::{Acceptor, Message, Paxos, State};
use synod::consensus::{Decide, Propose};
use synod::event::{Data, Event, Module};
use synod::quorum::Majority;
use synod::runtime::simulation::{Conditions, Disk, End, Failure, Simulation};
use synod::stateright::Model;
use synod::stateright::actor::{Actor, Command, Id, Out};
use synod::system::{Faults, NO_PANIC, Network, Observation, Script, System};

/// Paxos whose promises do not reach the disk: of what is to be saved, only votes are.
#[derive(Clone)]
struct Forgetful(Paxos<Value, Majority>);

impl Forgetful {
    fn tamper(&self, commands: Out<Paxos<Value, Majority>>, out: &mut Out<Self>) {
        for command in commands {
            match command {
                Command::Save(acceptor) => {
                    let promised = acceptor.vote.as_ref().map(|vote| vote.ballot);
                    out.save(Acceptor { promised, ..acceptor });
                }
                Command::Send(to, event) => out.send(to, event),
                _ => unreachable!("Paxos has no timers and makes no choices"),
            }
        }
    }
}

impl Actor for Forgetful {
    type Msg = Event<Propose<Value>, Decide<Value>, Message<Value>>;
    type State = State<Value>;
    type Storage = Acceptor<Value>;
    type Timer = ();
    type Random = ();

    fn on_start(&self, id: Id, storage: &Option<Acceptor<Value>>, out: &mut Out<Self>) -> State<Value> {
        let mut commands = Out::new();
        let state = self.0.on_start(id, storage, &mut commands);
        self.tamper(commands, out);
        state
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State<Value>>, from: Id, message: Self::Msg, out: &mut Out<Self>) {
        let mut commands = Out::new();
        self.0.on_msg(id, state, from, message, &mut commands);
        self.tamper(commands, out);
    }
}

fn rough() -> Conditions {
    let calm = Conditions::calm();
    let short = Duration::ZERO..Duration::from_millis(5);
    Conditions { crash: 0.15, loss: 0.2, duplication: 0.1, downtime: short, ..calm }
}

/// Within so many events the mutant is found.
const EVENTS: u64 = 100_000;

fn forgetful() -> Vec<Forgetful> {
    vec![Forgetful(Paxos::new(Majority::new(3))); 3]
}

/// What a process has told others of its promises it still knows, as long as it is up.
fn promises_are_kept<A>(system: System<A, Decisions>) -> System<A, Decisions>
where
    A: Module<Wire = Message<Value>> + Actor<State = State<Value>>,
{
    system.always("promises are kept").everything(|view| {
        view.messages.iter().all(|envelope| match &envelope.message {
            Message::Promise { ballot, .. } => {
                let promised = |state: &State<Value>| state.acceptor.promised >= Some(*ballot);
                view.processes.get(envelope.from).state().is_none_or(promised)
            }
            _ => true,
        })
    })
}

#[test]
fn a_forgotten_promise_is_caught_at_once_and_a_handful_of_steps_is_left() {
    let failure =
        simulation(promises_are_kept(consensus(forgetful()))).search(1, EVENTS / 100).expect_err("it is caught");
    assert_eq!(failure.property, "promises are kept");
    println!("after {} events of {} runs: {failure}", failure.events_before, failure.runs_before);
    let shrunk = failure.shrink();
    println!("{shrunk}");
    let trace = shrunk.trace.as_ref().expect("the system allows the run");
    let kinds: Vec<_> = trace.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, ["request", "deliver", "crash", "recover"], "{shrunk}");

    let right = simulation(promises_are_kept(consensus(three_acceptors()))).search(1, EVENTS / 10);
    right.unwrap_or_else(|failure| panic!("{failure}\n{}", failure.shrink()));
}

fn simulation<A: Module, H: Data>(system: System<A, H>) -> Simulation<A, H> {
    Simulation::new(system).expect("it can be simulated").conditions(rough())
}

#[test]
fn paxos_that_forgets_its_promises_is_caught_and_the_run_made_small() {
    let simulation = || simulation(consensus(forgetful()));
    let failure = simulation().search(1, EVENTS).expect_err("it is caught");
    assert_eq!(failure.property, "agreement");
    println!("after {} events of {} runs: {failure}", failure.events_before, failure.runs_before);

    let again = simulation().run(failure.run.seed, failure.run.events + 1);
    assert_eq!(again, failure.run, "the seed gives the failure again");

    let shrunk = failure.shrink();
    println!("{shrunk}");
    let trace = shrunk.trace.as_ref().expect("the system allows the run");
    assert!(trace.steps.len() <= 24, "{shrunk}");
    assert!(trace.steps.len() < failure.steps.len());
    assert!(trace.steps.iter().any(|step| step.kind == "recover"), "without a recovery nothing is forgotten: {shrunk}");
    assert_eq!(failure.shrink(), shrunk, "it shrinks to the same run each time");
}

#[test]
fn the_same_conditions_find_nothing_in_paxos() {
    let summary = simulation(consensus(three_acceptors())).search(1, EVENTS);
    let summary = summary.unwrap_or_else(|failure| panic!("{failure}\n{}", failure.shrink()));
    println!("{summary:?}");
}

#[test]
fn a_disk_that_lies_breaks_paxos_and_the_system_disowns_the_run() {
    let conditions = Conditions { disk: Disk { lies: 0.5, ..rough().disk }, ..rough() };
    let simulation = Simulation::new(consensus(three_acceptors())).expect("it can be simulated").conditions(conditions);
    let failure: Box<Failure<_, _>> = simulation.search(1, EVENTS).expect_err("amnesia breaks agreement");
    assert_eq!(failure.property, "agreement");
    assert_eq!(failure.shrink().trace, None, "the algorithm is not to blame");
    assert!(failure.shrink().to_string().contains("what drives the actors"));
}

#[test]
fn what_applications_ask_for_beyond_any_script_stands_in_the_small_run() {
    // Values 100 and above are in no script.
    let endless = simulation(consensus(forgetful()))
        .requests(|id, number| (number < 2).then(|| Propose(100 + usize::from(id) as u8 + 3 * number as u8)));
    let failure = endless.search(1, EVENTS).expect_err("it is caught");
    let shrunk = failure.shrink();
    println!("{shrunk}");
    let trace = shrunk.trace.as_ref().expect("the system allows the run");
    assert!(trace.steps.iter().any(|step| step.kind == "request" && step.text.contains("Propose(1")), "{shrunk}");
    assert!(trace.steps.len() < failure.steps.len());
}

/// Says something to its neighbour, who cannot bear the number 3.
#[derive(Clone)]
struct Touchy;

impl Actor for Touchy {
    type Msg = Event<u8, u8, u8>;
    type State = u8;
    type Storage = ();
    type Timer = ();
    type Random = ();

    fn on_start(&self, _id: Id, _storage: &Option<()>, _out: &mut Out<Self>) -> u8 {
        0
    }

    fn on_msg(&self, id: Id, state: &mut Cow<u8>, _from: Id, event: Self::Msg, out: &mut Out<Self>) {
        match event {
            Event::Request(number) => out.send(Id::from(1), Event::Wire(number)),
            Event::Wire(number) => {
                assert_ne!(number, 3, "three is too much");
                *state.to_mut() = number;
                out.send(id, Event::Indication(number));
            }
            Event::Indication(_) => {}
        }
    }
}

fn touchy(numbers: impl IntoIterator<Item = u8>) -> System<Touchy, Vec<u8>> {
    System::new([Touchy, Touchy])
        .script(0, Script::at_any_time(numbers))
        .observing(Vec::new(), |heard, seen| {
            if let Observation::Indication { indication, .. } = seen {
                heard.push(*indication);
            }
        })
        .finally("everything is heard")
        .history(|heard: &Vec<u8>| heard.len() == 3)
}

#[test]
fn a_handler_that_panics_is_a_finding() {
    let simulation = Simulation::new(touchy([1, 2, 3, 4])).expect("it can be simulated").conditions(Conditions::calm());
    let failure = simulation.search(1, 100).expect_err("it panics");
    assert_eq!(failure.property, NO_PANIC);
    assert!(failure.to_string().contains("three is too much"), "{failure}");
    let trace = failure.shrink().trace.expect("the system allows the run");
    let kinds: Vec<_> = trace.steps.iter().map(|step| step.kind).collect();
    // The script has an order, so the requests before the one that matters cannot be spared.
    assert_eq!(kinds, ["request", "request", "request", "deliver"]);
}

#[test]
fn what_must_hold_in_the_end_is_judged_when_nothing_is_left_to_happen() {
    let simulation = |numbers: Vec<u8>, network| {
        let system = touchy(numbers).network(network).crash_stop(Faults::none());
        let lossy = Conditions { loss: 0.5, ..Conditions::calm() };
        Simulation::new(system).expect("it can be simulated").conditions(lossy)
    };
    let run = simulation(vec![1, 2, 4], Network::unordered()).run(1, 100);
    assert_eq!((run.end, run.events, run.history.len()), (End::Rest, 6, 3), "a network that loses nothing");
    let run = simulation(vec![1, 2], Network::unordered()).run(1, 100);
    assert_eq!(run.end, End::Violated { property: "everything is heard" });
    // One of the messages is lost, in some run, and it is a step of the system.
    let failure = simulation(vec![1, 2, 4], Network::unordered().loss(1)).search(1, 1_000).expect_err("one is lost");
    let trace = failure.shrink().trace.expect("the system allows the run");
    assert!(trace.steps.iter().any(|step| step.kind == "lose"));
    assert_eq!(failure.run.counts.lost, 1, "the budget is kept");
    let last = simulation(vec![1, 2, 4], Network::unordered()).system().init_states();
    assert_eq!(last.len(), 1);
}

#[test]
fn time_is_virtual() {
    let slow = Conditions { delay: Duration::from_secs(3_600)..Duration::from_secs(7_200), ..Conditions::calm() };
    let run = Simulation::new(touchy([1, 2, 4])).expect("it can be simulated").conditions(slow).run(1, 100);
    assert!(run.time >= Duration::from_secs(3_600), "{run}");
}
