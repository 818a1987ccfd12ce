//! A panic is a violation, with a shortest run that leads to it.

use crate::common::{Toy, ends_with};
use synod::check::check;
use synod::system::{NO_PANIC, ObservationOf, Script, System};

#[test]
fn a_panic_in_a_handler_is_found() {
    let start = System::new([Toy::new().on_start(|_, _| panic!("no start"))]);
    ends_with(&check(&start).violates(NO_PANIC, 0), "p0 panicked no start");

    let request = System::new([Toy::new(), Toy::new().on_request(|_, request| panic!("not {request}"))]);
    let request = request.script(1, Script::at_any_time([5]));
    ends_with(&check(&request).violates(NO_PANIC, 1), "p1 panicked not 5");

    // The second of two messages is enough, if it arrives first.
    let picky = Toy::new().on_message(|_, from, message| assert!(message != 2, "no 2 from {from}"));
    let message = System::new([Toy::sending([(1, 1), (1, 2)]), picky]);
    ends_with(&check(&message).violates(NO_PANIC, 1), "p1 panicked no 2 from 0");

    let timeout = System::new([Toy::with_timers([(3, 1..1)]).on_timeout(|_, timer| panic!("timer {timer}"))]);
    ends_with(&check(&timeout).violates(NO_PANIC, 1), "p0 panicked timer 3");

    let choosing = Toy::new().on_start(|it, _| it.out.choose_random("coin", vec![0, 1]));
    let choice = System::new([choosing.on_choice(|_, value| assert_eq!(value, 0, "tails"))]);
    ends_with(&check(&choice).violates(NO_PANIC, 1), "tails");
}

#[test]
fn the_run_to_a_panic_is_a_shortest_one() {
    // Only with both messages it panics: two deliveries.
    let full = Toy::new().on_message(|it, _, message| {
        it.state.push(message);
        assert!(it.state.len() < 2, "full");
    });
    let system = System::new([Toy::sending([(1, 1), (1, 2), (1, 3)]), full]);
    let report = check(&system).violates(NO_PANIC, 2);
    ends_with(&report, "p1 panicked full");
    // Of all of that length the least in the order of steps.
    let trace = report.property(NO_PANIC).trace.as_ref().expect("the run that violates it");
    let texts: Vec<_> = trace.steps.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts, ["p0 → p1  1", "p0 → p1  2"]);
}

#[test]
fn a_panic_in_the_observer_is_found() {
    let telling = Toy::new().on_request(|it, request| it.indicate(request));
    let system = System::new([telling]).script(0, Script::at_any_time([1, 2])).observing(
        0_u8,
        |count: &mut u8, _: &ObservationOf<Toy>| {
            *count += 1;
            assert!(*count < 4, "the fourth");
        },
    );
    // Two requests, and an indication for each.
    ends_with(&check(&system).violates(NO_PANIC, 2), "the observer panicked");
}

#[test]
fn a_panic_in_a_property_is_found() {
    let two = || System::new([Toy::sending([(1, 1), (1, 2)]), Toy::keeping()]);
    let full = |count: usize| assert!(count < 2, "two of them");
    let of_processes = two().always("mine").processes(move |p| {
        p.states().for_each(|(_, kept)| full(kept.len()));
        true
    });
    let report = check(&of_processes).violates(NO_PANIC, 2);
    assert_eq!(report.panic.as_deref(), Some("two of them"));
    let of_everything = two().sometimes("mine").everything(move |view| {
        view.processes.states().for_each(|(_, kept)| full(kept.len()));
        false
    });
    assert_eq!(check(&of_everything).violates(NO_PANIC, 2).panic.as_deref(), Some("two of them"));
    let of_history = two().finally("mine").history(|()| panic!("in the end"));
    assert_eq!(check(&of_history).violates(NO_PANIC, 2).panic.as_deref(), Some("in the end"));
}

#[test]
fn a_panic_in_what_counts_as_an_answer_is_found() {
    let telling = Toy::new().on_request(|it, request| it.indicate(request));
    let system = System::new([telling]).script(0, Script::in_turn([1], |_, _| panic!("no answer")));
    ends_with(&check(&system).violates(NO_PANIC, 1), "p0 panicked no answer");
}

#[test]
fn a_panic_in_a_cut_is_found() {
    let counting = Toy::with_timers([(1, 1..1)]);
    let system = System::new([counting]).explore_while("nothing has fired").processes(|p| {
        p.states().for_each(|(_, fired)| assert!(fired.is_empty(), "fired"));
        true
    });
    assert_eq!(check(&system).violates(NO_PANIC, 1).panic.as_deref(), Some("fired"));
}

#[test]
fn a_panic_is_found_with_several_threads() {
    let picky = Toy::new().on_message(|_, _, message| assert!(message != 2, "no 2"));
    let system = System::new([Toy::sending([(1, 1), (1, 2)]), picky]);
    for threads in [2, 4] {
        ends_with(&check(&system).threads(threads).violates(NO_PANIC, 1), "p1 panicked no 2");
    }
}
