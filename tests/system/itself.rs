//! Messages of a process to itself, and events for somebody who cannot receive them.

use crate::common::{Toy, Turn, counted, ends_with, is_in};
use stateright::actor::Id;
use synod::check::{Report, check};
use synod::event::Event;
use synod::step::SELF_MESSAGES_MAX;
use synod::system::{NO_PANIC, Network, Script, System};

#[test]
fn a_message_to_oneself_is_handled_within_the_step() {
    // On its request the process sends itself 3, and from then on n - 1 for n: before the request, and after all of it.
    let countdown = || {
        Toy::new().on_request(|it, _| it.send(0, 3)).on_message(|it, from, message| {
            assert_eq!(from, 0);
            it.state.push(message);
            if message > 0 {
                it.send(0, message - 1);
            }
        })
    };
    let system = System::new([countdown()])
        .script(0, Script::at_any_time([1]))
        .always("nothing in flight")
        .messages(|m| m.count() == 0)
        .finally("counted down")
        .that(is_in(0, [3, 2, 1, 0]));
    counted(&system, 2, 2);
    counted(&system.network(Network::fifo()), 2, 2);
}

#[test]
fn messages_to_oneself_are_handled_in_order_and_before_anything_else() {
    // At its start it sends itself 1 and 2, and process 1 a message for each that it handles: they go out together, so
    // process 1 can receive them in either order.
    let busy = Toy::new()
        .on_start(|it, _| {
            it.send(0, 1);
            it.send(0, 2);
        })
        .on_message(|it, _, message| {
            it.state.push(message);
            it.send(1, message);
        });
    let system = System::new([busy, Toy::keeping()])
        .always("both, in order")
        .that(is_in(0, [1, 2]))
        .sometimes("overtaken")
        .that(is_in(1, [2, 1]));
    counted(&system, 5, 5);
}

/// A process that does this on its request; it must be refused in that first step.
#[track_caller]
fn misuse(request: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Report {
    let system = System::new([Toy::new().on_request(request), Toy::new()]).script(0, Script::at_any_time([1]));
    check(&system).violates(NO_PANIC, 1)
}

#[test]
fn messages_to_oneself_without_end_are_a_violation() {
    let endless = Toy::new().on_request(|it, _| it.send(0, 1)).on_message(|it, _, message| it.send(0, message));
    let system = System::new([endless]).script(0, Script::at_any_time([1]));
    let report = check(&system).violates(NO_PANIC, 1);
    ends_with(&report, "process 0 handled 10000 messages to itself in one step and sent yet another");
}

#[test]
fn a_step_may_be_long() {
    // The process sends itself so many rounds of 256 messages, one after the other, and a rest.
    let step_of = |rounds: u8, rest: u8| {
        let process = Toy::new().on_request(|it, _| it.send(0, 0)).on_message(move |it, _, message| {
            let next = message.wrapping_add(1);
            let done = it.state.first().copied().unwrap_or(0) + u8::from(next == 0);
            *it.state = vec![done];
            if (done, next) != (rounds, rest) {
                it.send(0, next);
            }
        });
        System::new([process]).script(0, Script::at_any_time([1])).finally("done").that(is_in(0, [rounds]))
    };
    // 10,000 messages are allowed, and one more is not.
    assert_eq!(39 * 256 + 16, SELF_MESSAGES_MAX);
    counted(&step_of(39, 16), 2, 2);
    check(&step_of(39, 17)).violates(NO_PANIC, 1);
}

#[test]
fn only_the_application_makes_requests() {
    let report = misuse(|it, _| it.out.send(Id::from(1), Event::Request(1)));
    ends_with(&report, "process 0 sent a request: only the application above a process makes requests");
    let report = misuse(|it, _| it.out.send(Id::from(0), Event::Request(1)));
    ends_with(&report, "process 0 sent a request");
}

#[test]
fn an_indication_goes_to_the_process_s_own_application() {
    let report = misuse(|it, _| it.out.send(Id::from(1), Event::Indication(1)));
    ends_with(&report, "process 0 addressed an indication to process 1");
}

#[test]
fn a_message_goes_to_somebody_who_exists() {
    let report = misuse(|it, _| it.send(2, 1));
    ends_with(&report, "process 0 sent a message to process 2, which does not exist");
}

#[test]
fn nothing_of_a_refused_step_goes_out() {
    // The message to process 1 was put out before the refused one.
    let report = misuse(|it, _| {
        it.send(1, 1);
        it.send(2, 1);
    });
    let trace = report.property(NO_PANIC).trace.clone().expect("the trace of the violation");
    assert!(trace.in_flight.is_empty() && trace.steps[0].sent.is_empty(), "{trace}");
}
