//! Normal forms: what matters only in relation is renumbered, so that runs that raise it for ever come back.

use crate::common::Toy;
use stateright::Model;
use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use synod::check::{Verdict, check};
use synod::system::{Envelope, Life, Limit, Network, Parts, Process, Processes, System};

/// Two processes that count in turn, by one or by two, tell one another how far they are, and catch up with one another; and
/// so on for ever. Each also counts its laps, up to three and anew.
///
/// The counters are numbers of 8 bits that wrap, so without a normal form the system is large and finite.
fn race() -> System<Toy> {
    let runner = || {
        Toy::new()
            .on_start(|it, _| {
                it.state.extend([0, 0]);
                if it.me == 0 {
                    [1, 2].into_iter().for_each(|timer| it.arm(timer, 1..1));
                }
            })
            .on_timeout(|it, step| {
                it.out.cancel_timer(3 - step);
                it.state[0] = it.state[0].wrapping_add(step);
                it.state[1] = (it.state[1] + 1) % 3;
                let (other, count) = (1 - it.me, it.state[0]);
                it.send(other, count);
            })
            .on_message(|it, _, count| {
                if is_ahead(count, it.state[0]) {
                    it.state[0] = count;
                }
                [1, 2].into_iter().for_each(|timer| it.arm(timer, 1..1));
            })
    };
    System::new([runner(), runner()])
}

/// Whether a count is as far as another or further: they are never far apart.
fn is_ahead(one: u8, other: u8) -> bool {
    one.wrapping_sub(other) < 128
}

/// The counter of a process.
fn counter(process: &mut Process<Toy>) -> &mut u8 {
    match &mut process.life {
        Life::Up(state) => &mut state[0],
        _ => panic!("nobody dies here"),
    }
}

/// Counters, in processes and in messages, less the least of the processes'.
fn by_rank(parts: &mut Parts<Toy, ()>) {
    let [one, other] = [0, 1].map(|id| *counter(&mut parts.processes[id]));
    let least = if is_ahead(one, other) { other } else { one };
    let counters = parts.processes.iter_mut().map(counter);
    for count in counters.chain(parts.messages.iter_mut().map(|envelope| &mut envelope.message)) {
        *count = count.wrapping_sub(least);
    }
}

/// How many normal forms the states of a system have that were all found.
fn forms_of_all_states(system: &System<Toy>) -> usize {
    let (mut seen, mut open) = (HashSet::new(), system.init_states());
    let mut forms = BTreeSet::new();
    while let Some(state) = open.pop() {
        if !seen.insert(state.clone()) {
            continue;
        }
        let mut parts = system.view(&state, |view| Parts {
            processes: view.processes.iter().map(|(_, process)| process.clone()).collect(),
            messages: view.messages.iter().cloned().collect(),
            history: (),
        });
        by_rank(&mut parts);
        parts.messages.sort();
        forms.insert((parts.processes, parts.messages));
        let mut steps = Vec::new();
        system.actions(&state, &mut steps);
        open.extend(steps.into_iter().filter_map(|step| system.next_state(&state, step)));
    }
    forms.len()
}

#[test]
fn counters_that_are_raised_for_ever() {
    let system = race().sometimes("one is ahead").processes(|p| {
        let counts: BTreeSet<u8> = p.states().map(|(_, state)| state[0]).collect();
        counts.len() == 2
    });
    let plain = check(&system).verified();
    let forms = forms_of_all_states(&system) as u64;
    assert!(plain.unique > 100 * forms, "{forms} of {}", plain.unique);
    let system = system.normalise("by rank", by_rank);
    for threads in [1, 2, 4] {
        let report = check(&system).threads(threads).unique_states(forms).verified();
        assert!(report.assumptions.contains(&"states are compared in their normal form: by rank".to_string()));
        assert_eq!((report.interchangeable, report.orbits), (0, None));
    }
}

#[test]
fn a_counterexample_is_a_run_of_states_as_they_are() {
    let last_lap = |p: Processes<'_, Toy>| p.states().all(|(_, state)| state[1] == 2);
    let level = |p: Processes<'_, Toy>| p.get(0.into()).state().unwrap()[0] == p.get(1.into()).state().unwrap()[0];
    let name = "never level in the last lap";
    let system = race().always(name).processes(move |p| !(last_lap(p) && level(p)));
    let plain = check(&system).trace(name).run();
    let plain = plain.property(name);
    let steps = plain.steps.expect("it is violated");
    // Each counts twice, by one, and is heard: the counters have left the normal form when they are level again.
    assert_eq!(steps, 8);
    assert!(plain.trace.as_ref().unwrap().state.contains("p0 up      [4, 2]"), "{plain:?}");
    for threads in [1, 3] {
        let report = check(&system.clone().normalise("by rank", by_rank)).threads(threads).violates(name, steps);
        assert_eq!(report.property(name).trace, plain.trace);
    }
}

#[test]
fn messages_in_normal_form_are_messages() {
    // Three messages that differ in what nobody reads. Whichever arrives first, the others are ignored.
    let deaf = || Toy::new().on_message(|it, _, _| it.keep_once(7));
    let told = || System::new([Toy::sending([(1, 3), (1, 1), (1, 2)]), deaf()]);
    let unread = |system: System<Toy>| {
        system.normalise("unread", |parts| {
            parts.messages.iter_mut().for_each(|Envelope { message, .. }| *message = 0);
        })
    };
    for (network, plain, forms) in [
        // The first state; one for each that may arrive first.
        (Network::unordered(), 4, 2),
        // Nothing is consumed.
        (Network::unordered().duplication(Limit::Unlimited), 2, 2),
        // All are consumed, one after the other.
        (Network::fifo(), 4, 4),
    ] {
        let system = told().network(network);
        assert_eq!((check(&system).run().unique, check(&unread(system)).run().unique), (plain, forms));
    }
}

#[test]
fn a_lasso_is_a_run_that_goes_on_for_ever() {
    let system = race().eventually("they rest").everything(|view| {
        view.messages.count() == 0 && view.processes.iter().all(|(_, process)| process.timers.is_empty())
    });
    assert_eq!(check(&system).run().verdict, Verdict::Violated);
    for threads in [1, 3] {
        let report = check(&system.clone().normalise("by rank", by_rank)).threads(threads).run();
        let rest = report.property("they rest");
        assert_eq!(rest.verdict, Verdict::Violated, "{report}");
        // Six times somebody counts by one and is heard: then both are in the first lap again, further than before.
        let trace = rest.trace.as_ref().expect("it is violated first");
        assert_eq!((trace.steps.len(), trace.loop_start), (12, Some(1)));
        assert!(trace.state.contains("p1 up      [6, 0]"), "{trace}");
    }
}

#[test]
fn what_holds_whatever_messages_are_fair_is_proved_in_normal_forms() {
    let counted = |p: Processes<'_, Toy>| p.get(1.into()).state().is_some_and(|state| state[1] > 0);
    let system = race().eventually("both count").processes(counted);
    check(&system).verified();
    check(&system.normalise("by rank", by_rank)).verified();
    // What is possible needs no fairness.
    let level = |p: Processes<'_, Toy>| p.states().all(|(_, state)| state[1] == 0);
    let system = race().always_possibly("the first lap again").processes(level);
    check(&system).verified();
    check(&system.normalise("by rank", by_rank)).verified();
}

#[test]
fn a_lasso_of_normal_forms_that_starves_a_message_is_none() {
    // Two messages are answered, and each answer by a message. In the normal form both messages are the same, and it is
    // fair to deliver one of them again and again; as they are it is not. (There are fair runs without two answers at
    // once, but the one that is found first is none.)
    let asking = Toy::sending([(1, 1), (1, 2)]).on_message(|it, _, _| it.send(1, 1));
    let answering = Toy::new().on_message(|it, _, _| it.send(0, 9));
    let system = System::new([asking, answering])
        .eventually("two answers")
        .messages(|messages| messages.iter().filter(|envelope| envelope.message == 9).count() == 2);
    assert_eq!(check(&system).run().verdict, Verdict::Violated);
    let unread = system.normalise("unread", |parts| {
        let questions = parts.messages.iter_mut().filter(|envelope| envelope.message == 2);
        questions.for_each(|envelope| envelope.message = 1);
    });
    let report = check(&unread).run();
    assert_eq!(report.verdict, Verdict::Incomplete, "{report}");
}

/// The check ends with an error that says so.
#[track_caller]
fn refused(system: System<Toy>, words: &str) {
    for threads in [1, 3] {
        let run = || check(&system).threads(threads).run();
        let payload = catch_unwind(AssertUnwindSafe(run)).expect_err("the check found nothing wrong");
        let message = payload.downcast::<String>().expect("a message");
        assert!(message.contains(words), "{words} is not in: {message}");
        assert!(message.contains("the normal form \"wrong\" is wrong") && message.contains("p0 up"), "{message}");
    }
}

#[test]
fn normal_forms_that_forget_too_much() {
    // How far each is decides what the next message makes of it.
    let forgets = race().normalise("wrong", |parts| parts.processes.iter_mut().for_each(|p| *counter(p) = 0));
    refused(forgets, "not the same may happen");
    refused(race().normalise("wrong", |parts| parts.messages.clear()), "not the same may happen");
    let stops = race().normalise("wrong", |parts| parts.processes[0].timers.clear());
    refused(stops, "not the same may happen");
}

#[test]
fn normal_forms_that_are_not_normal() {
    let restless = |parts: &mut Parts<Toy, ()>| {
        let count = counter(&mut parts.processes[0]);
        *count = count.wrapping_add(1);
    };
    refused(race().normalise("wrong", restless), "the normal form of its normal form is another one");
}

#[test]
fn properties_that_see_what_is_forgotten() {
    let sees = race().sometimes("a 1").processes(|p| p.states().all(|(_, state)| state[0] == 1));
    refused(sees.normalise("wrong", by_rank), "\"a 1\" tells them apart");
}

#[test]
fn a_normal_form_that_loses_a_process() {
    let system = race().normalise("wrong", |parts| parts.processes.truncate(1));
    let payload = catch_unwind(AssertUnwindSafe(|| check(&system).threads(1).run())).expect_err("it is not noticed");
    let message = payload.downcast::<String>().expect("a message");
    assert!(message.contains("the normal form \"wrong\" has 1 processes instead of 2"), "{message}");
}
