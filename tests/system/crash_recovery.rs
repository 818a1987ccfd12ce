//! Processes crash, and recover with what they had stored.

use crate::common::{Toy, counted, is_in, processes};
use stateright::actor::Id;
use synod::check::check;
use synod::system::{Faults, Limit, Network, Observation, ObservationOf, Predicate, Script, System, View};

fn lossy() -> Network {
    Network::unordered().loss(Limit::Unlimited)
}

fn idle(count: usize) -> System<Toy> {
    System::new((0..count).map(|_| Toy::new())).network(lossy())
}

fn are_down(count: usize) -> Predicate<Toy, ()> {
    processes(move |p| p.iter().filter(|(_, process)| !process.is_up()).count() == count)
}

#[test]
fn nobody_counts_on_a_recovery_unless_it_is_fair() {
    // Up, down, up again.
    let system = idle(1)
        .crash_recovery(1)
        .sometimes("recovered")
        .everything(|view| view.spent.crashes == 1 && view.processes.get(Id::from(0)).is_up());
    counted(&system, 3, 3);
    let system = system.finally("up").that(are_down(0));
    check(&system).violates("up", 1);
    counted(&system.fair_recovery(), 3, 3);
}

#[test]
fn crashes_have_a_budget_in_total_and_at_once() {
    // Two processes, by the number of crashes. None: both up. One: one of them down, or both up. Two: any of the four.
    // Steps: 2; of the one down: its recovery and the other's crash, both up: 2; both down: 2, one down: 1, none.
    let two = idle(2).crash_recovery(2).sometimes("both down").that(are_down(2));
    counted(&two, 8, 13);
    // One at a time: both are never down, and nobody crashes while the other is down.
    counted(
        &idle(2)
            .crash_recovery(Faults::at_most(2).at_once(1))
            .always("one at a time")
            .processes(|p| p.states().count() >= 1),
        7,
        9,
    );
    // Any number of them, one at a time: they are not counted.
    let unlimited = idle(2).crash_recovery(Faults::unlimited().at_once(1)).sometimes("down").that(are_down(1));
    counted(&unlimited.always("not counted").everything(|view| view.spent.crashes == 0), 3, 5);
    // Only the second.
    let second = idle(2).crash_recovery(Faults::at_most(1).among([1])).sometimes("down").that(are_down(1));
    counted(&second.always("the first is up").that(is_in(0, [])), 3, 3);
}

/// The first request is saved, the second only remembered.
fn remembering() -> System<Toy> {
    let process = Toy::new().on_start(|it, stored| *it.state = stored.unwrap_or_default()).on_request(|it, request| {
        it.state.push(request);
        if request == 1 {
            it.save(&[1]);
        }
    });
    System::new([process]).network(lossy()).script(0, Script::at_any_time([1, 2])).crash_recovery(1)
}

#[test]
fn what_is_stored_survives_and_the_script_keeps_its_place() {
    // By requests made, state, storage:
    //   no crash yet   (0 [] -)   (1 [1] 1)   (2 [1, 2] 1)
    //   down           (0 -)   (1 -): the first request was cut off before it was durable   (1 1)   (2 1)
    //   recovered      (0 [] -)   (1 [] -)   (1 [1] 1)   (2 [1] 1): the second request is forgotten
    //   and went on    (0 [] -) to (1 [1] 1), which is there already, and to (2 [1, 2] 1); (1 [] -) to (2 [2] -)
    // Steps: request, request cut off, crash; the same; crash. Four recoveries. Three requests: from (0 [] -), from (1 [] -),
    // from (1 [1] 1).
    let in_the_end = |state: &'static [u8], storage: bool| {
        processes(move |p| {
            let process = p.get(Id::from(0));
            process.state().is_some_and(|kept| kept == state)
                && process.asked == 2
                && process.storage.is_some() == storage
        })
    };
    let system = remembering()
        .sometimes("all survived")
        .that(in_the_end(&[1, 2], true))
        .sometimes("the second is forgotten")
        .that(in_the_end(&[1], true))
        .sometimes("the first was cut off")
        .that(in_the_end(&[2], false))
        .always("what is saved is not forgotten")
        .processes(|p| {
            let process = p.get(Id::from(0));
            process.storage.is_none() || process.state().is_none_or(|kept| kept.contains(&1))
        });
    counted(&system, 13, 15);
}

#[test]
fn messages_to_a_process_that_is_down_wait() {
    // Process 1 may crash. [] {7}: it arrives, crash; [7]: crash; down {7}, down {}: recovery; recovered [] {7}: it arrives;
    // recovered [] {}; recovered [7].
    let system = System::new([Toy::sending([(1, 7)]), Toy::keeping()])
        .network(lossy())
        .crash_recovery(Faults::at_most(1).among([1]))
        .sometimes("it arrives after the recovery")
        .everything(|view| view.spent.crashes == 1 && view.processes.get(Id::from(1)).state() == Some(&vec![7]))
        .sometimes("it was forgotten in the crash")
        .everything(|view| view.messages.count() == 0 && view.processes.get(Id::from(1)).state() == Some(&vec![]));
    counted(&system, 7, 7);
}

#[test]
fn timers_and_choices_go_in_a_crash_and_come_with_the_restart() {
    // Timer and choice pending, in the beginning and after the recovery; nothing while it is down. Each of the two steps
    // changes nothing, for they are renewed.
    let busy = Toy::new()
        .on_start(|it, _| {
            it.arm(0, 1..1);
            it.out.choose_random("coin", vec![0]);
        })
        .on_timeout(|it, _| it.arm(0, 1..1))
        .on_choice(|it, _| it.out.choose_random("coin", vec![0]));
    let system = System::new([busy]).network(lossy()).crash_recovery(1).always("pending while up").processes(|p| {
        let process = p.get(Id::from(0));
        process.is_up() != process.timers.is_empty() && process.is_up() != process.choices.is_empty()
    });
    counted(&system, 3, 7);
}

#[test]
fn a_crash_may_lose_the_indications_of_a_recovery() {
    // The process tells its application 9 whenever it starts; it crashes at most twice. By crashes, and by how often the
    // application was told:
    //   up 0 told 1: crash
    //   down 1 told 1: recovery; recovery, but it dies before its application is told
    //   up 1 told 2: crash
    //   down 2 told 1, down 2 told 2: recovery
    //   up 2 told 2, up 2 told 3
    let system = |faults| {
        System::new([Toy::new().on_start(|it, _| it.indicate(9))])
            .network(lossy())
            .crash_recovery(faults)
            .observing(0, |told: &mut u8, seen: &ObservationOf<Toy>| {
                *told += u8::from(matches!(seen, Observation::Indication { .. }));
            })
            .sometimes("not told")
            .everything(|view: View<'_, Toy, u8>| view.spent.crashes == 2 && *view.history == 1)
    };
    counted(&system(Faults::at_most(2)), 7, 7);
    // With one process, one at a time is no restriction.
    counted(&system(Faults::at_most(2).at_once(1)), 7, 7);
}
