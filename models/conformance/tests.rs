//! What is wrong with actors, a mapping or a constant is found, and said.

use super::value::*;
use super::*;
use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::broadcast::Broadcast;
use synod::broadcast::best_effort::BestEffort;
use synod::system::{Limit, Network, Observation, Script};

/// For each process, from whom it has delivered the message.
type Delivered = Vec<BTreeSet<Id>>;
type Seen<'a> = View<'a, BestEffort<()>, Delivered>;

/// Three processes, each of which believes in `processes` of them. The first broadcasts "a"; nobody crashes.
fn system(processes: usize) -> System<BestEffort<()>, Delivered> {
    System::new(vec![BestEffort::new(processes); 3])
        .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
        .script(0, Script::at_any_time([Broadcast(())]))
        .observing(vec![BTreeSet::new(); 3], |delivered: &mut Delivered, seen| {
            if let Observation::Indication { process, indication } = seen {
                delivered[usize::from(*process)].insert(indication.sender);
            }
        })
}

fn state(view: Seen<'_>) -> SpecState {
    let delivery = |sender: &Id| tuple([process(*sender), string("a")]);
    let ends =
        |sent: &synod::system::EnvelopeOf<BestEffort<()>>| [("from", process(sent.from)), ("to", process(sent.to))];
    let message = |sent| {
        let [from, to] = ends(sent);
        record([from, to, ("payload", string("a"))])
    };
    variables([
        ("msgs", set(view.messages.iter().map(message))),
        ("delivered", by_process(view.history.iter().map(|senders| set(senders.iter().map(delivery))))),
        ("asked", by_process(view.processes.iter().map(|(_, process)| number(process.asked)))),
        ("crashed", set([])),
    ])
}

/// The same, but one variable has a wrong value where `is_wrong` says so.
fn state_with(
    variable: &'static str,
    wrong: Value,
    is_wrong: impl Fn(Seen<'_>) -> bool + Send + Sync + 'static,
) -> Conformance<BestEffort<()>, Delivered> {
    held(system(3), move |view| {
        let mut mapped = state(view);
        if is_wrong(view) {
            mapped.insert(variable.to_string(), wrong.clone());
        }
        mapped
    })
}

fn held(
    system: System<BestEffort<()>, Delivered>,
    map: impl Fn(Seen<'_>) -> SpecState + Send + Sync + 'static,
) -> Conformance<BestEffort<()>, Delivered> {
    Conformance::new("BestEffort", "MCBestEffortDelivers", system, map)
}

fn is_asked(view: Seen<'_>) -> bool {
    view.processes.get(Id::from(0)).asked > 0
}

fn have_all_delivered(view: Seen<'_>) -> bool {
    view.history.iter().all(|senders| !senders.is_empty())
}

#[test]
fn what_the_spec_allows_is_counted() {
    let report = held(system(3), state).explore();
    report.is_not_refused();
    // Before the broadcast, and afterwards: none of the two others has delivered it, either, or both.
    assert_eq!((report.states, report.mapped, report.pairs), (1 + 4, 1 + 4, 1 + 4));
    // What is delivered may be delivered again: 0, 1, 1 and 2 messages.
    assert_eq!((report.transitions, report.unchanged), (1 + 4 + 4, 4));
    let expected = [("NextBroadcast", 1), ("NextDeliver", 4), ("NextCrash", 0), ("NextBroadcastAndCrash", 0)];
    assert_eq!(report.actions, expected.map(|(action, steps)| (action.to_string(), steps)));
}

#[test]
#[should_panic = "never taken: [\"NextCrash\", \"NextBroadcastAndCrash\"]"]
fn an_action_that_is_never_taken_is_an_error() {
    held(system(3), state).explore().conforms();
}

#[test]
fn a_first_state_that_init_does_not_allow_is_refused() {
    let report = state_with("crashed", set([number(2)]), |_| true).explore();
    assert_eq!(report.refusal.as_ref().map(|refusal| refusal.kind), Some("start"));
    assert!(report.to_string().contains("crashed = {2}"), "{report}");
}

#[test]
fn a_refused_step_is_explained() {
    let report = state_with("msgs", set([string("what is this")]), is_asked).explore();
    assert!(report.is_refused("request", "Broadcast"), "{report}");
    let text = report.to_string();
    let expected =
        ["step 1: ", "msgs gains \"what is this\"", "asked[0]: 0 becomes 1", "not Broadcast(p = 0), of which "];
    for part in expected {
        assert!(text.contains(part), "\"{part}\" is missing in:\n{text}");
    }
    assert!(!text.contains("crashed"), "what does not change is not shown:\n{text}");
}

#[test]
fn of_all_refused_steps_a_nearest_one_is_shown() {
    let report = state_with("crashed", set([number(1)]), have_all_delivered).explore();
    let refusal = report.refusal.as_ref().expect("it is refused");
    assert!(refusal.step.starts_with("step 3: "), "{report}");
}

#[test]
#[should_panic = "has the variables"]
fn a_variable_that_the_spec_does_not_have_is_an_error() {
    state_with("crashes", number(0), |_| true).explore();
}

#[test]
#[should_panic = "cannot be evaluated"]
fn a_constant_of_a_wrong_type_is_an_error() {
    held(system(3), state).constant("Script", number(1)).explore();
}

#[test]
#[should_panic = "which does not exist"]
fn a_handler_that_fails_is_an_error() {
    held(system(4), state).explore();
}

#[test]
#[should_panic = "has no constant MaxCrash"]
fn a_constant_that_the_spec_does_not_have_is_an_error() {
    let _ = held(system(3), state).constant("MaxCrash", number(1));
}

#[test]
fn states_in_between_are_judged() {
    let plain = held(system(3), state).explore();
    let halting = held(system(3), state).between(|step| vec![step.before(), step.after()]).explore();
    assert_eq!((plain.mapped, plain.pairs, plain.unchanged), (halting.mapped, halting.pairs, halting.unchanged));
    let astray = held(system(3), state).between(|step| {
        let mut between = step.after();
        between.insert("crashed".to_string(), set([number(1)]));
        vec![between]
    });
    assert!(astray.explore().is_refused("request", "Broadcast"));
}

#[test]
#[should_panic = "at most 3 states of the spec lie within a step"]
fn more_than_three_states_in_between_are_an_error() {
    held(system(3), state).between(|step| vec![step.before(); 4]).explore();
}

#[test]
fn a_random_walk_is_repeated_by_its_seed() {
    // Half of the walks: those on which the last process delivers first.
    let wrong =
        state_with("crashed", set([number(1)]), |view| view.history[1].is_empty() && !view.history[2].is_empty());
    let report = wrong.sample(Walks { seed: 7, count: 64, steps: 3 });
    let refusal = report.refusal.expect("one of the walks is wrong");
    let seed = refusal.seed.expect("it is a random walk");
    let again = wrong.sample(Walks { seed, count: 1, steps: 3 }).refusal.expect("it is the wrong walk");
    assert_eq!(again.run, refusal.run);
}

#[test]
fn walks_end_where_nothing_changes_any_more_and_at_their_bound() {
    for (bound, steps) in [(2, 2), (9, 3)] {
        let report = held(system(3), state).sample(Walks { seed: 0, count: 10, steps: bound });
        report.is_not_refused();
        assert_eq!((report.transitions, report.states), (10 * steps, 10 * (steps + 1)));
    }
}
