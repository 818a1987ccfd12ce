//! What the applications ask for, and when.

use crate::common::{Toy, counted, is_in};
use stateright::actor::Id;
use synod::system::{Faults, Limit, Network, Script, System};

/// Keeps its requests.
fn noting() -> Toy {
    Toy::new().on_request(|it, request| it.state.push(request))
}

#[test]
fn requests_come_in_order_at_any_time() {
    // 0 to 2 requests of process 0, 0 or 1 of process 1. Steps: 2x2 + 3x1.
    let system = System::new([noting(), noting(), noting()])
        .script(0, Script::at_any_time([1, 2]))
        .script(1, Script::at_any_time([1]))
        .script(2, Script::silent())
        .always("in order")
        .processes(|p| p.states().all(|(_, asked)| [1, 2].starts_with(asked)))
        .finally("all of the first")
        .that(is_in(0, [1, 2]))
        .finally("all of the second")
        .that(is_in(1, [1]))
        .finally("none of the third")
        .that(is_in(2, []));
    counted(&system, 6, 8);
}

/// Process 0 passes its requests on to process 1, which sends them back; then they are answered.
fn asking(script: Script<u8, u8>) -> System<Toy> {
    let asking =
        Toy::new().on_request(|it, request| it.send(1, request)).on_message(|it, _, message| it.indicate(message));
    let echo = Toy::new().on_message(|it, from, message| it.send(from, message));
    System::new([asking, echo]).script(0, script)
}

#[test]
fn requests_in_turn_wait_for_the_answer() {
    // Not asked; then there, back, answered, for each request.
    counted(&asking(Script::in_turn([1, 2], |request, indication| request == indication)), 7, 7);
    // At any time: the first request is made (there, back, answered) and the second is not, or is at one of the three: 1 + 3
    // + 3x3 states. The first takes a step in 2 of 3 places whatever the second (4 of them) does, the second in 3 of 4
    // whatever the first (3 of them) does: 8 + 9 steps, and the first request.
    counted(&asking(Script::at_any_time([1, 2])), 13, 19);
}

#[test]
fn another_indication_is_no_answer() {
    // Not asked; there; back; told, but not answered.
    counted(&asking(Script::in_turn([1, 2], |request, indication| request != indication)), 4, 4);
}

#[test]
fn an_answer_may_come_in_the_step_of_the_request() {
    let prompt = Toy::new().on_request(|it, request| it.indicate(request));
    let system =
        System::new([prompt]).script(0, Script::in_turn([1, 2, 3], |request, indication| request == indication));
    counted(&system, 4, 4);
}

#[test]
fn after_a_recovery_nobody_waits_for_the_old_answer() {
    // No request is ever answered; one crash. Not asked (request, request cut off, crash); waiting (crash); down with 0 and
    // with 1 request made (recovery); recovered with 0 and with 1 (request); waiting for the first and for the second.
    let system = System::new([Toy::new()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_recovery(Faults::at_most(1))
        .script(0, Script::in_turn([1, 2], |_, _| false))
        .sometimes("the second request")
        .processes(|p| p.get(Id::from(0)).asked == 2);
    counted(&system, 8, 9);
}

#[test]
fn requests_do_not_wait_for_time_in_synchronous_timing() {
    // Asked or not, fired or not.
    let system = System::new([Toy::with_timers([(1, 1..1)])])
        .timing(synod::system::Timing::Synchronous { unit: std::time::Duration::from_secs(1) })
        .script(0, Script::at_any_time([1]));
    counted(&system, 4, 5);
}
