//! The engine, and the closed system, held against stateright.
//!
//! Over [`System`], stateright's own checkers have to find what the engine finds: that checks how states are kept. And
//! stateright's own `ActorModel` has to find what `System` finds, where it can say the same: that checks what states mean.

use stateright::actor::{Actor, ActorModel, ActorModelState, Envelope, Id, Network as Carrier, Out};
use stateright::{Checker, Expectation as Claim, Model};
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;
use synod::broadcast::{Broadcast, best_effort::BestEffort, causal::Causal, eager::Eager, uniform::Uniform};
use synod::check::{Options, check};
use synod::consensus::{Propose, paxos::Paxos};
use synod::event::{Emit, Event, Module};
use synod::quorum::Majority;
use synod::stack::Stack;
use synod::step::{self, Change, Effects, Input};
use synod::system::{Network, Observation, ObservationOf, Processes, Script, System, processes};
use synod_models::{Case, Expectation, StaterightChecker, algorithms};

/// Systems with more states take stateright too long.
const STATES_MAX: u64 = 300_000;

/// The systems of all algorithms that stateright can explore too, with their full names.
fn systems() -> Vec<(String, Case)> {
    let mut systems = Vec::new();
    for algorithm in algorithms() {
        let before = systems.len();
        for case in algorithm.systems {
            if is_explored_wholly(&case) && case.unique <= STATES_MAX {
                systems.push((format!("{}/{}", algorithm.name, case.name), case));
            }
        }
        assert!(systems.len() > before, "no system of {} is held against stateright", algorithm.name);
    }
    systems
}

/// Whether a search finds all states: those of systems that are verified, and of those in which a property of whole runs is
/// violated, which is known when all states are found. But stateright takes no states for one another.
fn is_explored_wholly(case: &Case) -> bool {
    let in_normal_form = case.system.assumptions().iter().any(|line| line.contains("normal form"));
    let in_classes = case.orbits.is_some();
    let of_whole_runs = |violated| {
        let mut properties = case.system.properties().into_iter();
        properties.any(|(name, kind)| name == violated && kind.is_liveness())
    };
    !in_normal_form
        && !in_classes
        && match case.expects {
            Expectation::Verified => true,
            Expectation::Violated { property, .. } => of_whole_runs(property),
        }
}

fn with_the_engine(case: &Case, threads: usize) -> (u64, u64) {
    let report = case.check(&Options { threads: threads.try_into().ok(), ..Options::default() });
    (report.unique, report.generated)
}

#[test]
fn the_engine_counts_as_stateright_does_breadth_first() {
    for (name, case) in systems() {
        let counts = case.system.count_with_stateright(StaterightChecker::Bfs);
        assert_eq!(counts.0, case.unique, "{name}");
        for threads in [1, 2, 4] {
            assert_eq!(with_the_engine(&case, threads), counts, "{name} with {threads} threads");
        }
    }
}

#[test]
fn the_engine_counts_as_stateright_does_depth_first() {
    for (name, case) in systems() {
        let counts = case.system.count_with_stateright(StaterightChecker::Dfs);
        assert_eq!(with_the_engine(&case, 1), counts, "{name}");
    }
}

/// An actor as `ActorModel` can run it and have the states that `System` gives it.
///
/// - `ActorModel` sends what a process sends to itself over the network, so here it is handled within the step.
/// - It has no applications. A request is a message to oneself that is in flight from the beginning: it can come at any
///   time, as in a script, provided that the process makes no other (which might come first). And an indication is kept
///   in the state, in no order: as many states as with a history that is a multiset of all of them, since each belongs to
///   one process.
/// - It takes a delivery for ignored when the handler left the state borrowed and put nothing out; `System` compares
///   values, and an indication is something that was put out. So the state is written back only where it, with the
///   indications in it, has changed.
///
/// Then the steps of the two correspond: a request or a delivery that changes something, of any copy of a message. Neither
/// counts which of several equal messages it was.
#[derive(Clone)]
struct Adapted<A> {
    actor: A,
    processes: usize,
}

/// The state of an actor, and what its application was told, sorted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Told<S, I> {
    state: S,
    told: Vec<I>,
}

impl<A: Module> Actor for Adapted<A> {
    type Msg = Event<A::Request, A::Indication, A::Wire>;
    type State = Told<A::State, A::Indication>;
    type Storage = A::Storage;
    type Timer = A::Timer;
    type Random = A::Random;

    fn on_start(&self, id: Id, storage: &Option<A::Storage>, out: &mut Out<Self>) -> Self::State {
        let (state, effects) = step::start(&self.actor, id, self.processes, storage).expect("no misuse");
        Told { state, told: put_out(effects, out) }
    }

    fn on_msg(&self, id: Id, before: &mut Cow<Self::State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let input = match event {
            Event::Request(request) => Input::Request(request),
            Event::Wire(message) => Input::Wire { from, message },
            Event::Indication(_) => unreachable!("indications are kept in the state"),
        };
        let (state, effects) = step::react(&self.actor, id, self.processes, &before.state, input).expect("no misuse");
        let mut after = Told { state: state.unwrap_or_else(|| before.state.clone()), told: before.told.clone() };
        after.told.extend(put_out(effects, out));
        after.told.sort();
        if after != **before {
            *before = Cow::Owned(after);
        }
    }
}

/// Puts out all that concerns others; gives the indications.
fn put_out<A: Module>(effects: Effects<A>, out: &mut Out<Adapted<A>>) -> Vec<A::Indication> {
    if let Some(saved) = effects.saved {
        out.save(saved);
    }
    for (to, message) in effects.sent {
        out.send(to, Event::Wire(message));
    }
    for change in effects.changes {
        match change {
            Change::SetTimer(timer, range) => out.set_timer(timer, range),
            Change::CancelTimer(timer) => out.cancel_timer(timer),
            Change::Choose(key, values) => out.choose_random(key, values),
        }
    }
    effects.indications
}

/// Counts of `ActorModel`: unique and generated.
fn with_actor_model<A: Module + Clone>(actors: &[A], requests: &[(usize, A::Request)], fifo: bool) -> (u64, u64) {
    let requests = requests.iter().map(|(process, request)| {
        let id = Id::from(*process);
        Envelope { src: id, dst: id, msg: Event::Request(request.clone()) }
    });
    let carrier = if fifo { Carrier::new_ordered(requests) } else { Carrier::new_unordered_nonduplicating(requests) };
    let adapted = actors.iter().map(|actor| Adapted { actor: actor.clone(), processes: actors.len() });
    let model = ActorModel::<Adapted<A>>::new((), ()).actors(adapted).init_network(carrier).property(
        Claim::Sometimes,
        "never",
        |_, _| false,
    );
    let checker = model.checker().spawn_bfs().join();
    (checker.unique_state_count() as u64, checker.state_count() as u64)
}

/// Counts of `System`, with a history that is a multiset of indications.
fn with_system<A: Module + Clone>(actors: &[A], requests: &[(usize, A::Request)], fifo: bool) -> (u64, u64) {
    let network = if fifo { Network::fifo() } else { Network::unordered() };
    let mut system = System::new(actors.to_vec()).network(network).observing(
        Vec::new(),
        |told: &mut Vec<(Id, A::Indication)>, seen: &ObservationOf<A>| {
            if let Observation::Indication { process, indication } = seen {
                told.push((*process, indication.clone()));
                told.sort();
            }
        },
    );
    for (process, request) in requests {
        system = system.script(*process, Script::at_any_time([request.clone()]));
    }
    let report = check(&system).verified();
    (report.unique, report.generated)
}

/// Both have to give these counts, unordered and FIFO.
fn both_count<A: Module + Clone>(
    actors: &[A],
    requests: &[(usize, A::Request)],
    unordered: (u64, u64),
    fifo: (u64, u64),
) {
    for (is_fifo, expected) in [(false, unordered), (true, fifo)] {
        assert_eq!(with_system(actors, requests, is_fifo), expected);
        assert_eq!(with_actor_model(actors, requests, is_fifo), expected);
    }
}

#[test]
fn actor_model_counts_best_effort_broadcasts_alike() {
    // A broadcast is not made, or each of its two messages is in flight or delivered: 1 + 2x2 states, and 1 + 4 steps. Two
    // broadcasts do not touch one another: 5x5 states, and 5x5 + 5x5 steps. No channel carries two messages.
    let requests = [(0, Broadcast(1_u8)), (1, Broadcast(2))];
    both_count(&vec![BestEffort::new(3); 3], &requests, (25, 51), (25, 51));
}

#[test]
fn actor_model_counts_eager_broadcasts_alike() {
    let requests = [(0, Broadcast(1_u8)), (1, Broadcast(2))];
    // Two processes. A broadcast is not made; in flight; received, and its relay in flight back to the sender, who ignores
    // it. Unordered, that is the end, and the two are independent: 3x3 states, 2x3 + 3x2 steps. FIFO, the relay is consumed:
    // 4x4 states, and the message of the one and the relay of the other have two orders where they share a channel: 2 more.
    // In 3 of its 4 places a broadcast takes a step in each of the other's 4 places, and where they share a channel in one of
    // the two orders: 12 steps for each.
    both_count(&vec![Eager::new(2); 2], &requests, (9, 13), (18, 25));
    // Three processes, unordered. A broadcast is not made (1 step); made (2: either of the others receives it); received by
    // the one or by the other from the sender (2 each: the last one receives it from the sender or from the relay);
    // received by all: both from the sender, or the one or the other from the relay, with different messages left, which
    // are ignored. Of two that is 7x7 states, and 7x7 + 7x7 steps.
    both_count(&vec![Eager::new(3); 3], &requests, (49, 99), (1_124, 3_765));
}

#[test]
fn actor_model_counts_uniform_broadcasts_alike() {
    let requests = [(0, Broadcast(1_u8)), (1, Broadcast(2))];
    // Two processes. A broadcast is not made; made; delivered by the receiver; delivered by the sender. The two are
    // independent: 4x4 states, 3x4 + 4x3 steps. FIFO, the message of the one and the relay of the other have two orders where
    // they share a channel: 2 more states. There either broadcast goes on in one of the two orders, so there are as many steps.
    both_count(&vec![Uniform::new(Majority::new(2)); 2], &requests, (16, 25), (18, 25));
    // Three processes, unordered: each of the two broadcasts has 15 states, as in the system `faultless`. FIFO, nothing that
    // arrives stays, so that a state tells what has arrived and no more: as many states as of eager broadcasts, which relay
    // at the same time.
    both_count(&vec![Uniform::new(Majority::new(3)); 3], &requests, (225, 571), (1_124, 3_765));
}

#[test]
fn actor_model_counts_stacks_alike() {
    let requests = [(0, Broadcast(1_u8)), (1, Broadcast(2))];
    // Two processes, causal order over eager broadcast. As with eager broadcast alone, a broadcast is not made; in flight;
    // received, its relay in flight and ignored. But a message tells what happened before it. One made and the other not: 2+2
    // states, 3+3 steps. None: 1 state, 2 steps. Both, neither before the other: 2x2 states, 4 steps; the one before the
    // other, so that it has been received: 2 states, 1 step, twice.
    // FIFO, there are 2 states more than of eager broadcast alone, from which 2 steps lead on: the first message has arrived
    // everywhere, the second at the other process, and the relay of the second tells whether the first came before it.
    let stack = Stack::new(Causal::new(), Eager::new(2));
    both_count(&vec![stack; 2], &requests, (13, 15), (18 + 2, 25 + 2));
}

#[test]
fn actor_model_counts_ballots_of_paxos_alike() {
    let requests = [(0, Propose(1_u8)), (1, Propose(2))];
    both_count(&vec![Paxos::new(Majority::new(3)); 3], &requests[..1], (85, 150), (53, 104));
    both_count(&vec![Paxos::new(Majority::new(3)); 3], &requests, (11_537, 25_978), (5_040, 15_198));
}

/// Process 2 gives an alarm to process 0 or to process 1: whichever of its two timers fires first. An alarm is a timer.
#[derive(Clone)]
struct Alarm;

/// Set by process 2 when it starts.
const FOR: [u8; 2] = [0, 1];
/// Set by whoever is given an alarm.
const RINGS: u8 = 2;

impl Actor for Alarm {
    type Msg = Event<(), (), ()>;
    type State = bool;
    type Storage = ();
    type Timer = u8;
    type Random = ();

    fn on_start(&self, id: Id, _storage: &Option<()>, out: &mut Out<Self>) -> bool {
        if id == Id::from(2) {
            FOR.into_iter().for_each(|process| out.set_timer(process, Duration::ZERO..Duration::ZERO));
        }
        false
    }

    fn on_msg(&self, _id: Id, _rung: &mut Cow<bool>, _from: Id, _event: Self::Msg, out: &mut Out<Self>) {
        out.set_timer(RINGS, Duration::ZERO..Duration::ZERO);
    }

    fn on_timeout(&self, _id: Id, rung: &mut Cow<bool>, timer: &u8, out: &mut Out<Self>) {
        if *timer == RINGS {
            *rung.to_mut() = true;
        } else {
            FOR.into_iter().for_each(|process| out.cancel_timer(process));
            out.wire(Id::from(usize::from(*timer)), ());
        }
    }
}

type AlarmState = ActorModelState<Alarm, ()>;

fn alarms() -> ActorModel<Alarm> {
    ActorModel::new((), ())
        .actors([Alarm, Alarm, Alarm])
        .init_network(Carrier::new_unordered_nonduplicating([]))
        .property(Claim::Always, "1 never rings", |_, state: &AlarmState| !*state.actor_states[1])
        .property(Claim::Sometimes, "never", |_, _| false)
}

/// The state of `ActorModel` after some steps, each the one with this place among those that are enabled.
fn after(model: &ActorModel<Alarm>, places: &[usize]) -> AlarmState {
    let mut state = model.init_states().remove(0);
    for place in places {
        let mut actions = Vec::new();
        model.actions(&state, &mut actions);
        state = model.next_state(&state, actions.swap_remove(*place)).expect("the step is taken");
    }
    state
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn actor_model_takes_one_process_s_timer_for_another_s() {
    // The alarm was given to process 0, or to process 1, and has been received. The states differ in whose timer is armed,
    // and in nothing else; but the timers of all processes are hashed one after the other, without a mark in between.
    let model = alarms();
    let (first, second) = (after(&model, &[0, 0]), after(&model, &[1, 0]));
    assert!(first != second);
    assert_eq!(digest(&first), digest(&second));
    // So it finds 5 states, and does not find that process 1 rings.
    let checker = model.checker().spawn_bfs().join();
    assert_eq!(checker.unique_state_count(), 5);
    assert!(checker.discovery("1 never rings").is_none());
}

#[test]
fn system_tells_the_timers_of_processes_apart() {
    // In the beginning; and for each of two processes: given, received, rung. That is 7 states, a tree.
    let system = || {
        System::new([Alarm, Alarm, Alarm])
            .sometimes("0 rings")
            .processes(|p: Processes<'_, Alarm>| p.get(Id::from(0)).state() == Some(&true))
    };
    check(&system()).unique_states(7).generated_states(7).verified();
    let claim = processes(|p: Processes<'_, Alarm>| p.get(Id::from(1)).state() != Some(&true));
    check(&system().always("1 never rings").that(claim)).violates("1 never rings", 3);
}
