//! What properties claim, what they read, and what a wrong declaration leads to.

use crate::puppet::{NETWORKS, Puppet, Puppets, model};
use stateright::Expectation;
use stateright::actor::{ActorModel, Network};
use std::sync::atomic::{AtomicU64, Ordering};
use synod::check::{Verdict, Walks, check};
use synod::system::{Kind, Reads};

/// Two senders and a receiver that keeps what it hears; the history counts what has arrived.
fn heard() -> Puppets<u8> {
    ActorModel::new((), 0)
        .actors([Puppet::sending(&[(2, 1), (2, 2)]), Puppet::sending(&[(2, 3)]), Puppet::keeping()])
        .init_network(Network::new_unordered_nonduplicating([]))
        .record_msg_in(|(), count, _| Some(count + 1))
}

#[test]
fn always_and_sometimes_are_judged_in_every_state() {
    let model = heard()
        .property(Expectation::Always, "counted", |_, state| {
            usize::from(state.history) == state.actor_states[2].len()
                && state.network.len() == 3 - usize::from(state.history)
        })
        .property(Expectation::Sometimes, "backwards", |_, state| *state.actor_states[2] == [3, 2, 1])
        .property(Expectation::Always, "one comes first", |_, state| {
            state.actor_states[2].first().is_none_or(|it| *it == 1)
        });
    for threads in [1, 2, 4] {
        let report = check(&model).threads(threads).run();
        assert_eq!(report.verdict, Verdict::Violated, "{report}");
        assert_eq!(report.property("one comes first").steps, Some(1));
        assert_eq!(report.property("one comes first").kind, Kind::Always);
    }
    let wrong: Vec<_> = model.properties.into_iter().filter(|property| property.name != "one comes first").collect();
    let report = check(&ActorModel { properties: wrong, ..heard() }).verified();
    assert_eq!(report.property("backwards").steps, Some(3));
}

#[test]
fn what_is_never_reached_is_a_violation() {
    let model = heard().property(Expectation::Sometimes, "four", |_, state| state.history == 4);
    assert_eq!(check(&model).run().property("four").verdict, Verdict::Violated);
}

#[test]
fn random_walks_prove_nothing_and_find_violations() {
    // What was heard is a word without repetition: 1 + 3 + 6 + 6.
    let walks = Walks { seed: 1, count: 200, steps: 10 };
    let report = check(&heard()).unique_states(16).walk(walks);
    assert_eq!((report.verdict, report.walked.expect("it walked").share), (Verdict::Incomplete, Some(1.0)));
    let model = heard().property(Expectation::Always, "no 3", |_, state| !state.actor_states[2].contains(&3));
    let report = check(&model).walk(walks);
    assert_eq!((report.verdict, report.property("no 3").verdict), (Verdict::Violated, Verdict::Violated));
    assert!(report.property("no 3").trace.is_some());
}

static EVALUATIONS: AtomicU64 = AtomicU64::new(0);

#[test]
fn a_property_is_evaluated_once_for_each_value_of_what_it_reads() {
    // The receiver hears three of nine messages, so the history takes four values in some hundred states.
    let many = || {
        ActorModel::new((), 0)
            .actors([Puppet::sending(&[(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7)]), Puppet::keeping()])
            .init_network(NETWORKS[0](vec![]))
            .record_msg_in(|(), count: &u8, _| Some(count + 1))
            .property(Expectation::Always, "few", |_: &Puppets<u8>, state| {
                EVALUATIONS.fetch_add(1, Ordering::Relaxed);
                state.history <= 7
            })
    };
    let everything = check(&many()).threads(1).verified();
    assert_eq!(EVALUATIONS.swap(0, Ordering::Relaxed), everything.unique);
    let declared = check(&many()).threads(1).reads("few", Reads::History).verified();
    assert_eq!(declared.unique, everything.unique);
    // Once for each of eight counts, and then as a test of the declaration: the first thousand times, and seldom after that.
    let evaluations = EVALUATIONS.load(Ordering::Relaxed);
    assert!(everything.unique > 10_000 && (8..1100).contains(&evaluations), "{evaluations} in {}", everything.unique);
}

#[test]
fn each_part_may_be_declared() {
    let model = heard()
        .property(Expectation::Always, "history", |_, state| state.history <= 3)
        .property(Expectation::Always, "actors", |_, state| state.actor_states[2].len() <= 3)
        .property(Expectation::Sometimes, "messages", |_, state| state.network.len() == 1)
        .property(Expectation::Always, "everything", |_, state| state.network.len() + usize::from(state.history) == 3);
    for threads in [1, 2, 4] {
        check(&model)
            .threads(threads)
            .reads("history", Reads::History)
            .reads("actors", Reads::Processes)
            .reads("messages", Reads::Messages)
            .reads("everything", Reads::Everything)
            .verified();
    }
}

#[test]
#[should_panic(expected = "\"sly\" reads more of a state than declared, which is History")]
fn a_property_that_reads_more_than_it_declares_is_found_out() {
    let model = heard().property(Expectation::Always, "sly", |_, state| *state.actor_states[2] != [3]);
    check(&model).threads(1).reads("sly", Reads::History).run();
}

#[test]
#[should_panic(expected = "the model has no property \"unheard of\"")]
fn only_properties_that_exist_can_be_declared() {
    check(&heard()).reads("unheard of", Reads::History).run();
}

#[test]
fn random_walks_are_the_same_each_time() {
    // The messages are there from the start, and timers are armed: stateright keeps both in sets without an order.
    let walked = || {
        let envelope = |msg| stateright::actor::Envelope { src: 0.into(), dst: 0.into(), msg };
        let keeper = Puppet::keeping()
            .on_start(|it, _| (10..20).for_each(|timer| it.arm(timer)))
            .on_timeout(|it, timer| it.keep(timer));
        let model = model([keeper], NETWORKS[0]((0..10).map(envelope).collect())).property(
            Expectation::Always,
            "few",
            |_, state| state.actor_states[0].len() < 12,
        );
        let report = check(&model).reads("few", Reads::Processes).walk(Walks { seed: 3, count: 9, steps: 15 });
        assert!(report.violates("few", 12), "{report}");
        report.property("few").trace.as_ref().expect("a run").steps.clone()
    };
    assert_eq!(walked(), walked());
}

#[test]
fn a_property_that_panics_is_a_finding() {
    let model = heard().property(Expectation::Always, "brittle", |_, state| {
        assert!(state.history < 2, "brittle indeed");
        true
    });
    let report = check(&model).violates("no panic", 2);
    assert!(report.to_string().contains("brittle indeed"), "{report}");
}

#[test]
fn a_handler_that_panics_is_a_finding_and_such_states_are_not_judged() {
    // When the receiver has panicked the network is empty; but that is no state of stateright's.
    let panicking = || {
        let receiver = Puppet::new().on_message(|_, _, _| panic!("no message for me"));
        model([Puppet::sending(&[(1, 1)]), receiver], NETWORKS[0](vec![]))
    };
    let model = panicking().property(Expectation::Always, "one message", |_, state| state.network.len() == 1);
    for reads in [Reads::Everything, Reads::Messages, Reads::Processes] {
        let report = check(&model).threads(1).reads("one message", reads).violates("no panic", 1);
        assert_ne!(report.property("one message").verdict, Verdict::Violated, "{report}");
        assert!(report.to_string().contains("no message for me"), "{report}");
    }
}

#[test]
fn an_actor_that_panics_when_it_starts_is_a_finding() {
    let model = model([Puppet::new().on_start(|_, _| panic!("not today"))], NETWORKS[0](vec![]));
    let report = check(&model).threads(1).violates("no panic", 0);
    assert!(report.to_string().contains("not today"), "{report}");
}
