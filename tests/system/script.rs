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
fn one_of_the_requests_at_a_place_is_made() {
    // Not asked; 1 or 2; after each of them 3 or 4. A tree.
    let system = System::new([noting(), noting()])
        .script(0, Script::choosing([[1, 2], [3, 4]]))
        .sometimes("1, then 4")
        .that(is_in(0, [1, 4]))
        .sometimes("2, then 3")
        .that(is_in(0, [2, 3]))
        .finally("one at each place")
        .processes(|p| p.states().all(|(id, asked)| asked.len() == if usize::from(id) == 0 { 2 } else { 0 }));
    counted(&system, 1 + 2 + 4, 1 + 2 + 4);
    let assumed = system.assumptions();
    assert!(assumed.iter().any(|line| line == "2 requests, 2 of them chosen among several"), "{assumed:?}");
}

#[test]
fn the_answer_is_to_the_request_that_was_chosen() {
    // Not asked; each of the two there, back, answered; then 3, there, back, answered. (Nothing tells any more which of the
    // two was made first.)
    let script = Script::choosing([vec![1, 2], vec![3]]);
    counted(&asking(script.waiting_for(|request, indication| request == indication)), 1 + 2 + 2 + 1 + 3, 1 + 6 + 3);
    // Only 2 is answered by what comes back: after 1 nothing goes on. Not asked; there, back, told; for 2 on to 3, which is
    // there, back, told and waits like 1: but it is another request that does.
    let script = Script::choosing([vec![1, 2], vec![3]]);
    counted(&asking(script.waiting_for(|_, indication| *indication == 2)), 1 + 3 + 3 + 3, 1 + 3 + 3 + 3);
}

#[test]
fn a_choice_that_dies_with_its_process_is_made() {
    // One process with a choice of two, and one crash. Up: not asked; 1; 2. Down with 0 and with 1 request made. Up again with
    // 0; with 1 (empty); and from 0: 1; 2. Steps: each request, each request cut off, crash; crash; crash; recovery; recovery;
    // each request.
    let system = System::new([noting()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_recovery(1)
        .script(0, Script::choosing([[1, 2]]))
        .sometimes("2 after a recovery")
        .everything(|view: synod::system::View<'_, Toy, ()>| {
            view.spent.crashes > 0 && view.processes.get(Id::from(0)).state() == Some(&vec![2])
        });
    counted(&system, 3 + 2 + 4, 1 + 5 + 1 + 1 + 1 + 1 + 2);
}

#[test]
fn requests_do_not_wait_for_time_in_synchronous_timing() {
    // Asked or not, fired or not.
    let system = System::new([Toy::with_timers([(1, 1..1)])])
        .timing(synod::system::Timing::Synchronous { unit: std::time::Duration::from_secs(1) })
        .script(0, Script::at_any_time([1]));
    counted(&system, 4, 5);
}
