//! How seldom the engine runs handlers, observers and properties.

use crate::common::counted;
use crate::sample::{self, Decided};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use synod::check::check;
use synod::consensus::paxos::Paxos;
use synod::event::Data;
use synod::quorum::Majority;
use synod::system::{
    Messages, Observation, ObservationOf, Predicate, Processes, System, View, everything, history, messages, processes,
};

/// Counts how often it is asked.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU64>);

impl Count {
    fn one_more(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An actor whose handlers are counted.
#[derive(Clone)]
struct Counted<A> {
    actor: A,
    calls: Count,
}

impl<A: Actor> Counted<A> {
    /// Lets the actor's own handler put out what it likes.
    fn forward<T>(&self, out: &mut Out<Self>, handle: impl FnOnce(&A, &mut Out<A>) -> T) -> T {
        self.calls.one_more();
        let mut inner = Out::new();
        let result = handle(&self.actor, &mut inner);
        out.append(&mut inner);
        result
    }
}

impl<A: Actor> Actor for Counted<A> {
    type Msg = A::Msg;
    type State = A::State;
    type Storage = A::Storage;
    type Timer = A::Timer;
    type Random = A::Random;

    fn on_start(&self, id: Id, storage: &Option<A::Storage>, out: &mut Out<Self>) -> A::State {
        self.forward(out, |actor, out| actor.on_start(id, storage, out))
    }

    fn on_msg(&self, id: Id, state: &mut Cow<A::State>, from: Id, event: A::Msg, out: &mut Out<Self>) {
        self.forward(out, |actor, out| actor.on_msg(id, state, from, event, out));
    }
}

#[test]
fn on_paxos_a_handler_runs_less_than_once_in_twenty_generated_states() {
    for threads in [1, 2] {
        let calls = Count::default();
        let actor = Counted { actor: Paxos::<u8, _>::new(Majority::new(3)), calls: calls.clone() };
        let system = sample::ballots(vec![actor; 3], &[1, 1], &[2], 1)
            .always("agreement")
            .history(|decided: &Decided| decided.len() <= 1)
            .sometimes("decided")
            .history(|decided: &Decided| !decided.is_empty());
        let report = check(&system).threads(threads).verified();
        assert!(report.handler_calls * 20 < report.generated, "{} calls: {report}", report.handler_calls);
        // The real calls, those for messages to oneself included.
        assert!(calls.get() >= report.handler_calls);
        assert!(calls.get() * 20 < report.generated, "{} calls: {report}", calls.get());
    }
}

type Counting = (Predicate<Paxos<u8, Majority>, Decided>, Count);

fn counting_history() -> Counting {
    let count = Count::default();
    let counter = count.clone();
    (
        history(move |_: &Decided| {
            counter.one_more();
            true
        }),
        count,
    )
}

fn counting_processes() -> Counting {
    let count = Count::default();
    let counter = count.clone();
    (
        processes(move |_: Processes<'_, _>| {
            counter.one_more();
            true
        }),
        count,
    )
}

fn counting_messages() -> Counting {
    let count = Count::default();
    let counter = count.clone();
    (
        messages(move |_: Messages<'_, _>| {
            counter.one_more();
            true
        }),
        count,
    )
}

fn counting_everything() -> Counting {
    let count = Count::default();
    let counter = count.clone();
    (
        everything(move |_: View<'_, _, _>| {
            counter.one_more();
            true
        }),
        count,
    )
}

#[test]
fn a_property_is_evaluated_as_often_as_what_it_reads_changes() {
    let system = || sample::ballots(sample::acceptors(), &[1], &[2], 1);
    for threads in [1, 3] {
        let [(h, histories), (p, process_lists), (m, networks), (e, states)] =
            [counting_history(), counting_processes(), counting_messages(), counting_everything()];
        let system = system().always("h").that(h).always("p").that(p).always("m").that(m).always("e").that(e);
        let report = check(&system).threads(threads).verified();
        // Nothing, 1 or 2 is decided; each thread evaluates for itself.
        assert_eq!(report.cells[2], 3);
        let (one, all) = (3, 3 * threads as u64);
        assert!((one..=all).contains(&histories.get()), "{}", histories.get());
        assert_eq!(states.get(), report.unique);
        if threads == 1 {
            // The three parts are fewer than the states, and more than one.
            assert!(histories.get() < networks.get() && networks.get() < process_lists.get());
            assert!(process_lists.get() < report.unique);
        }
    }
}

#[test]
fn what_is_decided_is_not_evaluated_again() {
    // Once a thread has found a state that satisfies it, `sometimes` is evaluated to the end of that level. Here the first
    // state will do.
    let (predicate, count) = counting_everything();
    let system = sample::ballots(sample::acceptors(), &[1], &[2], 1).sometimes("anything").that(predicate);
    check(&system).threads(1).verified();
    assert_eq!(count.get(), 1);
}

#[test]
fn what_holds_finally_is_evaluated_in_quiescent_states_alone() {
    // On lossless links two processes broadcast to one another: not asked, sent, received, for each. One end.
    use synod::broadcast::{Broadcast, best_effort::BestEffort};
    let count = Count::default();
    let counter = count.clone();
    let system = System::new(vec![BestEffort::<u8>::new(2); 2])
        .script(0, synod::system::Script::at_any_time([Broadcast(1)]))
        .script(1, synod::system::Script::at_any_time([Broadcast(2)]))
        .finally("in the end")
        .everything(move |_| {
            counter.one_more();
            true
        });
    // Steps: 2x3 + 3x2.
    counted(&system, 9, 13);
    let before = count.get();
    check(&system).threads(1).verified();
    assert_eq!(count.get() - before, 1);
}

#[test]
fn an_observer_runs_once_for_what_it_sees_in_a_history() {
    let count = Count::default();
    let counter = count.clone();
    let observer = move |decided: &mut Decided, seen: &ObservationOf<Paxos<u8, Majority>>| {
        counter.one_more();
        if let Observation::Indication { indication, .. } = seen {
            decided.insert(indication.0);
        }
    };
    let system = System::new(sample::acceptors()).observing(Decided::new(), observer);
    let system = two_proposers(system);
    let report = check(&system).threads(1).verified();
    // Two requests and three times two decisions can be seen, in three histories.
    assert!(count.get() <= 3 * (2 + 6), "{}", count.get());
    assert!(report.generated > 1000, "{report}");
}

fn two_proposers<H: Data>(system: System<Paxos<u8, Majority>, H>) -> System<Paxos<u8, Majority>, H> {
    use synod::consensus::Propose;
    use synod::system::Script;
    system.script(0, Script::at_any_time([Propose(1)])).script(1, Script::at_any_time([Propose(2)]))
}
