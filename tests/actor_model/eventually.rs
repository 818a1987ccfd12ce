//! What happens some day: judged on all runs, also on those that go round for ever.

use crate::puppet::{NETWORKS, Puppet, Puppets, model, same};
use stateright::actor::{Envelope, LossyNetwork};
use stateright::{Checker, Expectation, Model};
use synod::check::{Verdict, check};

/// Whether stateright finds a run in which it never comes to pass.
fn stateright_finds(model: Puppets) -> bool {
    model.checker().spawn_bfs().join().discovery("some day").is_some()
}

fn heard(model: Puppets) -> Puppets {
    model.property(Expectation::Eventually, "some day", |_, state| state.actor_states[1].contains(&1))
}

#[test]
fn a_message_arrives_unless_it_is_lost() {
    let sent = |lossy| {
        move || {
            heard(
                model([Puppet::sending(&[(1, 1), (1, 2)]), Puppet::keeping()], NETWORKS[0](vec![]))
                    .lossy_network(lossy),
            )
        }
    };
    assert!(!stateright_finds(sent(LossyNetwork::No)()));
    check(&sent(LossyNetwork::No)()).verified();
    assert!(stateright_finds(sent(LossyNetwork::Yes)()));
    for threads in [1, 2, 4] {
        // One is lost, and the other arrives or is lost as well.
        check(&sent(LossyNetwork::Yes)()).threads(threads).violates("some day", 2);
    }
    // Nothing is left out and nothing added for its sake.
    same(move || model([Puppet::sending(&[(1, 1), (1, 2)]), Puppet::keeping()], NETWORKS[0](vec![])));
}

/// Two that throw a ball to each other for ever, and a timer that, when it fires, leaves something to be heard.
fn playing() -> Puppets {
    let player = || {
        Puppet::new().on_message(|it, from, message| match message {
            1 => it.keep(1),
            _ => it.send(from, message),
        })
    };
    let first = player()
        .on_start(|it, _| {
            it.send(1, 7);
            it.arm(1);
        })
        .on_timeout(|it, _| it.send(1, 1));
    heard(model([first, player()], NETWORKS[0](vec![]))).within_boundary(|(), state| state.actor_states[1].len() <= 1)
}

#[test]
fn a_cycle_is_a_run() {
    // The ball goes to and fro, and the timer never fires. stateright takes no notice of that.
    assert!(!stateright_finds(playing()));
    for threads in [1, 2, 4] {
        let report = check(&playing()).threads(threads).violates("some day", 2);
        let trace = report.property("some day").trace.as_ref().expect("a run");
        assert_eq!(trace.loop_start, Some(1));
        assert!(report.assumptions.contains(&"a run goes on while it can".to_string()), "{report}");
    }
}

#[test]
fn a_join_is_no_end() {
    // Two timers fire in either order. Whoever hears of the second one first has seen it come to pass; the other run comes
    // to the same state, in which both have fired, and only the order is forgotten.
    let joined = || {
        let forgetful = Puppet::new()
            .on_start(|it, _| {
                it.arm(2);
                it.arm(3);
            })
            .on_timeout(|it, timer| {
                let state = it.state.to_mut();
                if state.is_empty() { state.push(timer) } else { *state = vec![9] }
            });
        model([forgetful], NETWORKS[0](vec![]))
            .property(Expectation::Eventually, "some day", |_, state| *state.actor_states[0] == [2])
    };
    // The run with timer 3 first ends without it.
    check(&joined()).violates("some day", 2);
}

#[test]
fn what_nobody_sent_and_nobody_gets_is_no_obstacle() {
    let envelope = |src: usize, dst: usize| Envelope { src: src.into(), dst: dst.into(), msg: 1 };
    let strange = heard(model([Puppet::new(), Puppet::keeping()], NETWORKS[0](vec![envelope(7, 1), envelope(0, 8)])));
    check(&strange).verified();
}

#[test]
fn what_a_crashed_actor_sent_arrives_unless_it_crashes_and_recovers_for_ever() {
    // It sends when it hears something, not when it starts, so that the states are few.
    let relay = || Puppet::new().on_message(|it, _, message| it.send(1, message));
    let first = vec![Envelope { src: 9.into(), dst: 0.into(), msg: 1 }];
    let relayed = |crashes| heard(model([relay(), Puppet::keeping()], NETWORKS[0](first.clone())).max_crashes(crashes));
    check(&relayed(0)).verified();
    let report = check(&relayed(1)).violates("some day", 2);
    let trace = report.property("some day").trace.as_ref().expect("a run");
    assert_eq!(trace.steps.iter().map(|step| step.kind).collect::<Vec<_>>(), ["crash", "recover"]);
}

#[test]
fn beyond_a_boundary_it_may_come_to_pass() {
    let counter = Puppet::sending(&[(0, 0)]).on_message(|it, me, message| it.send(me, message + 1));
    let bounded = heard(model([counter, Puppet::new()], NETWORKS[0](vec![])))
        .within_boundary(|(), state| state.network.iter_deliverable().all(|it| *it.msg < 5));
    assert_eq!(check(&bounded).run().property("some day").verdict, Verdict::Incomplete);
}
