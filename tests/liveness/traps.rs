//! Traps for whoever judges liveness on a graph: joins, cycles, self-loops, rest, and the two strengths of fairness.

use crate::common::{Toy, is_in, processes};
use crate::{AT_REST, fails, holds, keeps};
use synod::system::{Fair, Fairness, Script, System};

/// A process whose timer fires for ever, and makes its state what this says.
fn clock(next: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Toy {
    Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(move |it, timer| {
        *it.state = next(it.state);
        it.arm(timer, 1..1);
    })
}

/// The way to 9 leads through 7 or through 8; from there the clock goes to and fro between 9 and 10.
fn join() -> System<Toy> {
    let process = clock(|state| match state {
        [7] | [8] | [10] => vec![9],
        [9] => vec![10],
        state => state.to_vec(),
    });
    let process = process.on_start(|it, _| it.out.choose_random("way", vec![7, 8])).on_choice(|it, way| {
        it.state.push(way);
        it.arm(1, 1..1);
    });
    System::new([process])
}

#[test]
fn a_run_around_the_goal_joins_one_through_it() {
    // [], [7], [8], [9], [10]. Whoever remembers of 9 only that a run through 7 came there misses the other, which goes in
    // circles through the join and never sees a 7.
    let report = fails(
        join().eventually("through 7").that(is_in(0, [7])),
        "through 7",
        &["p0 chooses 8 for way", "p0 times out: 1", "p0 times out: 1", "p0 times out: 1"],
        "and so on for ever, from step 3",
    );
    assert_eq!((report.unique, report.generated), (5, 7));
    // Both ways lead through the join, and from there on 10 comes again and again; but it does not stay.
    let circles = join().leads_to("9 leads to 10", is_in(0, [9]), is_in(0, [10]));
    holds(circles.eventually("the join").that(is_in(0, [9])));
    fails(
        join().eventually_always("10").that(is_in(0, [10])),
        "10",
        &["p0 chooses 7 for way", "p0 times out: 1", "p0 times out: 1", "p0 times out: 1"],
        "and so on for ever, from step 3",
    );
}

/// Process 0 goes to and fro for ever; the application above process 1 might ask it for 5.
fn starved() -> System<Toy> {
    let restless = clock(|state| if state.is_empty() { vec![1] } else { vec![] });
    let asked = Toy::new().on_request(|it, request| it.state.push(request));
    System::new([restless, asked]).script(1, Script::at_any_time([5])).eventually("asked").that(is_in(1, [5]))
}

#[test]
fn a_step_that_is_possible_for_ever_is_starved_unless_it_is_fair() {
    // To and fro, asked or not. The request is possible all the time, so weak fairness is enough.
    let report = holds(starved());
    assert_eq!((report.unique, report.generated), (4, 7));
    fails(
        starved().fairness(Fair::Requests, Fairness::None),
        "asked",
        &["p0 times out: 1", "p0 times out: 1"],
        "and so on for ever, from step 1",
    );
}

#[test]
fn a_run_may_do_nothing_where_nothing_is_fair() {
    let idle = starved().fairness(Fair::Requests, Fairness::None).fairness(Fair::Timers, Fairness::None);
    fails(idle, "asked", &[], AT_REST);
}

/// The first timer goes to and fro, the second is armed on one side only; when it fires, all is done.
fn strong_only() -> System<Toy> {
    let process = Toy::new().on_start(|it, _| it.arm(1, 1..1)).on_timeout(|it, timer| match (timer, &it.state[..]) {
        (1, []) => {
            it.state.push(1);
            it.arm(1, 1..1);
            it.arm(2, 1..1);
        }
        (1, _) => {
            it.state.clear();
            it.arm(1, 1..1);
            it.out.cancel_timer(2);
        }
        _ => {
            it.state.push(2);
            it.out.cancel_timer(1);
        }
    });
    System::new([process]).eventually("done").that(keeps(0, 2))
}

#[test]
fn what_is_possible_again_and_again_takes_strong_fairness() {
    // [], [1], [1, 2]. On the way to and fro the second timer is never possible all the time, but again and again.
    let report =
        fails(strong_only(), "done", &["p0 times out: 1", "p0 times out: 1"], "and so on for ever, from step 1");
    assert_eq!((report.unique, report.generated), (3, 4));
    holds(strong_only().fairness(Fair::Timers, Fairness::Strong));
}

#[test]
fn a_step_that_changes_nothing_is_taken_too() {
    // self_loop: the timer fires for ever and changes nothing. If that were no step, the timer would seem starved, no run
    // would be fair, and anything would hold.
    let self_loop = || System::new([clock(<[u8]>::to_vec)]);
    let report = fails(
        self_loop().eventually("a change").that(keeps(0, 1)),
        "a change",
        &["p0 times out: 1"],
        "and so on for ever, from step 1",
    );
    assert_eq!((report.unique, report.generated), (1, 2));
    // It does not keep others from being done either.
    let asked = Toy::new().on_request(|it, request| it.state.push(request));
    let beside = System::new([clock(<[u8]>::to_vec), asked]).script(1, Script::at_any_time([5]));
    holds(beside.eventually("asked").that(is_in(1, [5])));
}

#[test]
fn a_run_that_ends_has_to_have_reached_its_goal() {
    // stutter: one request, and then nothing is possible.
    let stutter = || {
        let process = Toy::new().on_request(|it, request| it.state.push(request));
        System::new([process]).script(0, Script::at_any_time([5]))
    };
    holds(stutter().eventually("asked").that(is_in(0, [5])));
    holds(stutter().eventually_always("asked").that(is_in(0, [5])));
    fails(stutter().eventually("more").that(keeps(0, 6)), "more", &["p0 is asked to 5"], AT_REST);
    fails(stutter().leads_to("back", keeps(0, 5), is_in(0, [])), "back", &["p0 is asked to 5"], AT_REST);
    fails(stutter().eventually_always("silent").that(is_in(0, [])), "silent", &["p0 is asked to 5"], AT_REST);
    // It does not stay with what holds at first.
    holds(stutter().eventually("silent").that(is_in(0, [])));
}

#[test]
fn faults_do_not_have_to_happen() {
    // The process might stop, and then be dead; but a run may go on without that.
    let system = System::new([Toy::new()]).crash_stop(1);
    fails(system.eventually("dead").processes(|p| p.states().count() == 0), "dead", &[], AT_REST);
}

#[test]
fn a_budget_that_is_used_up_leaves_a_run_like_any_other() {
    // The timer fires at most twice, so three firings never come to pass, and two do.
    let counting = || {
        let process = clock(|state| [state, &[1]].concat());
        System::new([process]).firings(2)
    };
    let fired = |times| processes(move |p| p.get(0.into()).state().is_some_and(|fired| fired.len() >= times));
    holds(counting().eventually("twice").that(fired(2)));
    fails(counting().eventually("thrice").that(fired(3)), "thrice", &["p0 times out: 1", "p0 times out: 1"], AT_REST);
}
