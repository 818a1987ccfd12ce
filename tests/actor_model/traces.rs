//! Counterexamples: shortest, and in stateright's own words.

use crate::puppet::{NETWORKS, Puppet, Puppets, model};
use stateright::Expectation;
use stateright::actor::{LossyNetwork, Network};
use synod::check::check;
use synod::system::{InFlight, Mark, svg};

/// Everything that can happen, does.
fn eventful() -> Puppets {
    let busy = Puppet::new()
        .on_start(|it, _| {
            it.arm(5);
            it.out.choose_random("x", vec![6]);
        })
        .on_message(|it, _, message| it.keep(message))
        .on_timeout(|it, timer| it.keep(timer))
        .on_choice(|it, value| {
            it.keep(value);
            it.send(99, value);
            it.send(0, value);
        });
    model([Puppet::sending(&[(1, 1), (1, 2)]), busy], NETWORKS[0](vec![]))
        .max_crashes(1)
        .lossy_network(LossyNetwork::Yes)
        .within_boundary(|(), state| state.actor_states[1].len() <= 3 && state.network.len() <= 5)
}

#[test]
fn a_violation_comes_with_a_shortest_run() {
    let model = eventful().property(Expectation::Always, "never all three", |_, state| {
        *state.actor_states[1] != [1, 5, 6] || state.network.len() != 2
    });
    for threads in [1, 2, 4] {
        let report = check(&model).threads(threads).violates("never all three", 4);
        let trace = report.property("never all three").trace.clone().expect("a run");
        let told: Vec<_> = trace.steps.iter().map(|step| (step.kind, step.process, step.text.as_str())).collect();
        // Of several shortest runs the least: a loss comes after deliveries, as in stateright's order of actions.
        let expected = [
            ("deliver", Some(1), "Id(0) → 1 → Id(1)"),
            ("drop", None, "Drop(Envelope { src: Id(0), dst: Id(1), msg: 2 })"),
            ("timeout", Some(1), "Timeout(Id(1), 5)"),
            ("choose", Some(1), "Id(1) select random 6"),
        ];
        assert_eq!(told, expected);
        assert_eq!(trace.steps[3].sent, [(0, "6".to_string())], "nobody sees what is sent to nobody");
        assert_eq!(trace.in_flight, [InFlight { sent_in: 4, from: 1, to: 0, message: "6".to_string() }]);
        assert!(trace.state.starts_with("ActorModelState { actor_states: [[], [1, 5, 6]]"), "{}", trace.state);
        assert!(svg(&trace).starts_with("<svg"));
    }
}

#[test]
fn crashes_and_recoveries_are_drawn() {
    let model = eventful().property(Expectation::Always, "nobody is down", |_, state| !state.crashed[1]);
    let report = check(&model).violates("nobody is down", 1);
    let trace = report.property("nobody is down").trace.as_ref().expect("a run");
    assert_eq!(trace.steps[0].marks, [Mark::Crash]);
    // Who recovers sends again.
    let model = eventful().property(Expectation::Always, "no message twice", |_, state| {
        let Network::UnorderedNonDuplicating(messages) = &state.network else { unreachable!("as built") };
        messages.values().all(|count| *count == 1)
    });
    let report = check(&model).violates("no message twice", 2);
    let trace = report.property("no message twice").trace.as_ref().expect("a run");
    assert_eq!(trace.steps.iter().map(|step| step.kind).collect::<Vec<_>>(), ["crash", "recover"]);
    assert_eq!(trace.steps[1].marks, [Mark::Recovery]);
    assert!(svg(trace).starts_with("<svg"));
}

#[test]
fn a_message_from_nobody_is_a_mark_at_its_receiver() {
    let stranger = stateright::actor::Envelope { src: 7.into(), dst: 0.into(), msg: 1 };
    let model = model([Puppet::keeping()], NETWORKS[0](vec![stranger])).property(
        Expectation::Always,
        "nothing is heard",
        |_, state| state.actor_states[0].is_empty(),
    );
    let report = check(&model).violates("nothing is heard", 1);
    let trace = report.property("nothing is heard").trace.as_ref().expect("a run");
    assert_eq!(trace.steps[0].marks, [Mark::Local("p7 says 1".to_string())]);
}
