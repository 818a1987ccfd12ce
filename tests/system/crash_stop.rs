//! Processes crash for good, between steps and within them.

use crate::common::{Toy, counted, everything, processes};
use stateright::actor::Id;
use synod::check::check;
use synod::system::{Faults, Limit, Network, Observation, ObservationOf, Predicate, Script, System, View};

fn is_down<H>(id: usize) -> Predicate<Toy, H> {
    processes(move |p| !p.get(Id::from(id)).is_up())
}

#[test]
fn a_stopped_process_is_forgotten() {
    // Process 1 may stop. [] {7}; [7]; stopped, which is the same state before and after the message: neither its state nor
    // what was addressed to it is left. Steps: it arrives, stop; stop.
    let system = System::new([Toy::sending([(1, 7)]), Toy::keeping()])
        .crash_stop(Faults::at_most(1).among([1]))
        .sometimes("stopped")
        .that(is_down(1))
        .always("nothing is in flight to it")
        .everything(|view| view.processes.get(Id::from(1)).is_up() || view.messages.count() == 0)
        .finally("received, if it is up")
        .processes(|p| p.states().all(|(id, kept)| id == Id::from(0) || kept == &[7]));
    counted(&system, 3, 4);
}

#[test]
fn what_is_stored_outlives_the_process() {
    // Before and after the request, which saves; stopped with and without something stored.
    // Steps: request, stop; stop.
    let saving = Toy::new().on_request(|it, request| it.save(&[request]));
    let system = System::new([saving])
        .script(0, Script::at_any_time([5]))
        .crash_stop(1)
        .sometimes("stored")
        .processes(|p| !p.get(Id::from(0)).is_up() && p.stored().any(|(_, stored)| stored == &[5]));
    counted(&system, 4, 4);
}

#[test]
fn nothing_is_sent_to_a_stopped_process() {
    // Process 0 sends on its request, process 1 may stop.
    //   not asked: 1 up (request, stop); 1 stopped (request)
    //   asked: [] {7} (it arrives, stop); [7] (stop); 1 stopped, nothing in flight
    let sender = || Toy::new().on_request(|it, _| it.send(1, 7));
    let system = |network: Network| {
        System::new([sender(), Toy::keeping_each_once()])
            .network(network)
            .script(0, Script::at_any_time([1]))
            .crash_stop(Faults::at_most(1).among([1]))
    };
    let multiset = system(Network::unordered());
    counted(
        &multiset
            .always("nothing to it")
            .everything(|view| view.processes.get(Id::from(1)).is_up() || view.messages.count() == 0),
        5,
        7,
    );
    // In a set the message stays, without effect. The states are the same: once asked, it is there.
    let set = system(Network::unordered().duplication(Limit::Unlimited));
    let asked_and_down = everything(|view| view.messages.count() == 1 && !view.processes.get(Id::from(1)).is_up());
    counted(&set.sometimes("it stays").that(asked_and_down), 5, 7);
}

#[test]
fn in_a_set_what_is_addressed_to_a_stopped_process_stays() {
    // [] {7}; [7] {7}; stopped {7}. Steps: it arrives, stop; stop.
    let system = System::new([Toy::sending([(1, 7)]), Toy::keeping_each_once()])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .crash_stop(Faults::at_most(1).among([1]))
        .sometimes("stopped")
        .that(is_down(1))
        .always("it stays")
        .messages(|m| m.count() == 1);
    counted(&system, 3, 4);
}

fn three() -> System<Toy> {
    System::new([Toy::new(), Toy::new(), Toy::new()])
}

fn are_down(count: usize) -> Predicate<Toy, ()> {
    processes(move |p| p.iter().filter(|(_, process)| !process.is_up()).count() == count)
}

#[test]
fn stops_have_a_budget() {
    // The sets of at most two stopped processes of three: 1 + 3 + 3. Steps: 3 + 3x2.
    counted(&three().crash_stop(2).sometimes("two").that(are_down(2)), 7, 10);
    // Without limit: 1 + 3 + 3 + 1, and 3 + 3x2 + 3 steps.
    counted(&three().crash_stop(Faults::unlimited()).sometimes("all").that(are_down(3)), 8, 13);
    // None.
    counted(&three().crash_stop(0).always("none").that(are_down(0)), 1, 1);
}

#[test]
fn stops_befall_only_some() {
    // The subsets of two; 2 + 1 + 1 steps.
    let system = three().crash_stop(Faults::at_most(2).among([0, 2])).sometimes("both").that(are_down(2));
    counted(&system.always("not process 1").processes(|p| p.get(Id::from(1)).is_up()), 4, 5);
}

#[test]
fn so_many_are_down_at_once() {
    // Nobody who stopped comes back, so one at a time is one in all.
    counted(&three().crash_stop(Faults::unlimited().at_once(1)).sometimes("one").that(are_down(1)), 4, 4);
}

/// On its request process 0 saves, sends 7 to process 1, and tells its application 1 and then 2; it may stop. The history
/// is what the application was told.
fn dying_sender() -> System<Toy, Vec<u8>> {
    let busy = Toy::new().on_request(|it, request| {
        it.indicate(1);
        it.send(1, 7);
        it.save(&[request]);
        it.indicate(2);
    });
    System::new([busy, Toy::keeping()])
        .script(0, Script::at_any_time([5]))
        .crash_stop(Faults::at_most(1).among([0]))
        .observing(Vec::new(), |told: &mut Vec<u8>, seen: &ObservationOf<Toy>| {
            if let Observation::Indication { indication, .. } = seen {
                told.push(*indication);
            }
        })
}

#[test]
fn a_crash_in_a_step_is_before_all_of_it_or_only_before_its_last_indications() {
    // Before the request; stopped before it (or in it, before it was durable), with nothing stored. After the request, and
    // stopped after 0, 1 or 2 indications: with 7 in flight, and with 7 received.
    // Steps: before: the whole request, it ending after 0 and after 1 indication, stop; after it: {7}: it arrives, stop;
    // received: stop; of the three stopped ones with {7}: it arrives.
    let told = |told: &'static [u8]| {
        everything(move |view: View<'_, Toy, Vec<u8>>| {
            let process = view.processes.get(Id::from(0));
            !process.is_up() && process.storage.is_some() && view.history == told
        })
    };
    let system = dying_sender()
        .sometimes("stored, and nothing told")
        .that(told(&[]))
        .sometimes("stored, and one told")
        .that(told(&[1]))
        .sometimes("stored, and both told")
        .that(told(&[1, 2]))
        .always("told in order, and only what is stored")
        .everything(|view: View<'_, Toy, Vec<u8>>| {
            [1, 2].starts_with(view.history)
                && (view.history.is_empty() || view.processes.get(Id::from(0)).storage.is_some())
        })
        .sometimes("its message arrives all the same")
        .everything(|view: View<'_, Toy, Vec<u8>>| {
            view.history.is_empty() && view.processes.get(Id::from(1)).state() == Some(&vec![7])
        });
    counted(&system, 10, 11);
}

#[test]
fn nobody_counts_on_the_messages_of_a_crashed_process() {
    let received = |view: View<'_, Toy, Vec<u8>>| view.processes.get(Id::from(1)).state() == Some(&vec![7]);
    let up = |view: View<'_, Toy, Vec<u8>>| view.processes.get(Id::from(0)).is_up();
    let system = dying_sender().finally("received, if the sender is up").everything(move |v| received(v) || !up(v));
    counted(&system, 10, 11);
    // It dies in the very step, before its application is told.
    let stored = |view: View<'_, Toy, Vec<u8>>| view.processes.get(Id::from(0)).storage.is_some();
    let system = dying_sender().finally("received, if sent").everything(move |v| received(v) || !stored(v));
    let report = check(&system).violates("received, if sent", 1);
    let trace = report.property("received, if sent").trace.as_ref().expect("the run that violates it");
    assert!(trace.steps[0].text.contains("before its application is told"), "{trace}");
}

#[test]
fn a_receiver_may_die_while_it_handles_a_message() {
    // Process 1 saves what it receives and tells its application; it may stop.
    //   [] {7}: it arrives, it arrives but the process dies before its application is told, stop
    //   received, told: stop
    //   stopped before; stopped in the step; stopped after it
    let receiver = Toy::new().on_message(|it, _, message| {
        it.save(&[message]);
        it.indicate(message);
    });
    let system = System::new([Toy::sending([(1, 7)]), receiver])
        .crash_stop(Faults::at_most(1).among([1]))
        .observing(0, |told: &mut u8, seen: &ObservationOf<Toy>| {
            *told += u8::from(matches!(seen, Observation::Indication { .. }));
        })
        .sometimes("stored, but not told")
        .everything(|view: View<'_, Toy, u8>| *view.history == 0 && view.processes.get(Id::from(1)).storage.is_some())
        .always("told once at most")
        .history(|told| *told <= 1);
    counted(&system, 5, 5);
}

#[test]
fn only_those_whom_it_may_befall_die_in_a_step() {
    // Process 0 tells its application; process 1 may stop. Asked or not, stopped or not.
    let telling = Toy::new().on_request(|it, request| it.indicate(request));
    let system = System::new([telling, Toy::new()])
        .script(0, Script::at_any_time([1]))
        .crash_stop(Faults::at_most(1).among([1]))
        .always("process 0 is up")
        .processes(|p| p.get(Id::from(0)).is_up());
    counted(&system, 4, 5);
}

#[test]
fn on_a_fifo_network_the_end_of_a_channel_goes() {
    // Process 0 sends 1 and 2 on its request. Before it: request, stop. Stopped before it. After it, up and stopped, each:
    // {1, 2}, {2}, {}: 3 + 3 states; up: 2 + 2 + 1 steps, stopped: 1 + 1 + 0.
    let sender = Toy::new().on_request(|it, _| {
        it.send(1, 1);
        it.send(1, 2);
    });
    let system = System::new([sender, Toy::keeping()])
        .network(Network::fifo())
        .script(0, Script::at_any_time([5]))
        .crash_stop(Faults::at_most(1).among([0]))
        .sometimes("both arrive after the crash")
        .everything(|view| view.spent.stops == 1 && view.processes.get(Id::from(1)).state() == Some(&vec![1, 2]))
        .always("in order")
        .processes(|p| p.states().all(|(_, kept)| [1, 2].starts_with(kept)));
    counted(&system, 8, 10);
    // The first arrives and the second does not.
    let cut_off = processes(|p| p.get(Id::from(1)).state() != Some(&vec![1]));
    check(&system.finally("both or none").that(cut_off)).violates("both or none", 3);
}

#[test]
fn a_process_that_stops_acts_no_more() {
    // Its timers, choices and requests go with it: up, and stopped. (One step each that changes nothing, and the stop.)
    let busy = Toy::new()
        .on_start(|it, _| {
            it.arm(0, 1..1);
            it.out.choose_random("coin", vec![0]);
        })
        .on_timeout(|it, _| it.arm(0, 1..1))
        .on_choice(|it, _| it.out.choose_random("coin", vec![0]));
    let system = System::new([busy]).crash_stop(1).sometimes("nothing is left").processes(|p| {
        let process = p.get(Id::from(0));
        !process.is_up() && process.timers.is_empty() && process.choices.is_empty()
    });
    counted(&system, 2, 4);
    // With a request: not asked, asked, stopped. The stopped one is the same, asked or not.
    let system = System::new([Toy::new()]).script(0, Script::at_any_time([5])).crash_stop(1);
    counted(&system.sometimes("stopped").that(is_down(0)), 3, 4);
}

#[test]
fn stopping_and_crashing_are_different_faults() {
    // Up, stopped; down, up again, stopped after that. Steps: stop, crash; recover; stop.
    let system = System::new([Toy::new()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_stop(1)
        .crash_recovery(1)
        .sometimes("both")
        .everything(|view| view.spent.stops == 1 && view.spent.crashes == 1);
    counted(&system, 5, 5);
}
