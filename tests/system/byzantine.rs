//! Processes that say what they like.

use crate::common::{Toy, counted, everything, is_in, processes};
use stateright::actor::Id;
use synod::check::check;
use synod::system::{Faults, Life, Network, Observation, ObservationOf, Predicate, Script, System, View};

fn is_byzantine<H>(id: usize) -> Predicate<Toy, H> {
    processes(move |p| p.get(Id::from(id)).life == Life::Byzantine)
}

/// Process 0 may turn Byzantine, and then tell process 1 a 7 or an 8, which keeps what it was told.
fn liar(network: Network) -> System<Toy> {
    System::new([Toy::new(), Toy::keeping_each_once()]).network(network).byzantine(
        Faults::at_most(1).among([0]),
        |liar| {
            assert_eq!(liar, Id::from(0));
            vec![(1, 7), (1, 8)].into_iter().map(|(to, lie)| (Id::from(to), lie)).collect()
        },
    )
}

#[test]
fn a_liar_says_any_of_its_lies_at_any_time() {
    // Correct; Byzantine, and process 1 was told {}, {7}, {8}, {7, 8}. What changes nothing is no step:
    // 1 + 2 + 1 + 1 + 0.
    for network in [Network::unordered(), Network::fifo()] {
        let system =
            liar(network).sometimes("told both").that(is_in(1, [7, 8])).always("told by a liar").everything(|view| {
                view.processes.get(Id::from(1)).state() == Some(&vec![]) || view.spent.corruptions == 1
            });
        counted(&system, 5, 6);
    }
}

#[test]
fn nobody_counts_on_lies() {
    let silent = liar(Network::unordered()).finally("told").that(is_in(1, [7]));
    // Even the correct process 0 says nothing.
    check(&silent).violates("told", 0);
    // Nor does the liar have to say anything.
    let told =
        everything(|view| view.spent.corruptions == 0 || view.processes.get(Id::from(1)).state() != Some(&vec![]));
    check(&liar(Network::unordered()).finally("told by the liar").that(told)).violates("told by the liar", 1);
    counted(&liar(Network::unordered()).sometimes("a liar").that(is_byzantine(0)), 5, 6);
}

#[test]
fn a_liar_hears_nothing_and_forgets_everything() {
    // Process 1 sends to process 0, which may turn: [] {7}; [7]; Byzantine, with nothing in flight to it.
    // Steps: it arrives, turn; turn.
    let system = System::new([Toy::keeping(), Toy::sending([(0, 7)])])
        .byzantine(Faults::at_most(1).among([0]), |_| vec![])
        .sometimes("a liar")
        .that(is_byzantine(0))
        .always("nothing is in flight to it")
        .everything(|view| view.processes.get(Id::from(0)).is_up() || view.messages.count() == 0);
    counted(&system, 3, 4);
}

#[test]
fn what_it_had_stored_is_forgotten_too() {
    // Before and after the request, which saves; Byzantine, the same before and after. Steps: request, turn; turn.
    let saving = Toy::new().on_request(|it, request| it.save(&[request]));
    let system = System::new([saving])
        .script(0, Script::at_any_time([5]))
        .byzantine(1, |_| vec![])
        .sometimes("a liar")
        .that(is_byzantine(0));
    counted(&system, 3, 4);
}

#[test]
fn nothing_is_sent_to_a_liar() {
    // Process 1 sends to process 0 on its request. Not asked: correct (request, turn), Byzantine (request).
    // Asked: [] {7} (it arrives, turn); [7] (turn); Byzantine, nothing in flight.
    let sender = Toy::new().on_request(|it, _| it.send(0, 7));
    let system = System::new([Toy::keeping(), sender])
        .script(1, Script::at_any_time([5]))
        .byzantine(Faults::at_most(1).among([0]), |_| vec![])
        .always("nothing is in flight to it")
        .everything(|view| view.processes.get(Id::from(0)).is_up() || view.messages.count() == 0);
    counted(&system, 5, 7);
}

#[test]
fn what_it_had_sent_may_arrive_but_need_not() {
    // [] {7}: it arrives, turn; [7]: turn; Byzantine [] {7}: it arrives; Byzantine [7].
    let system = System::new([Toy::sending([(1, 7)]), Toy::keeping()])
        .byzantine(Faults::at_most(1).among([0]), |_| vec![])
        .sometimes("it arrives")
        .everything(|view| view.spent.corruptions == 1 && view.messages.count() == 0);
    counted(&system, 4, 5);
    check(&system.finally("received").that(is_in(1, [7]))).violates("received", 1);
}

#[test]
fn liars_have_a_budget_and_the_observer_sees_them() {
    // Of three processes at most two: 1 + 3 + 3; 3 + 3x2 steps.
    let three = || System::new([Toy::new(), Toy::new(), Toy::new()]);
    let two = everything(|view| view.spent.corruptions == 2);
    counted(&three().byzantine(2, |_| vec![]).sometimes("two").that(two), 7, 10);
    // However many in all, one at a time: nobody who has turned turns back.
    let one = everything(|view| view.processes.states().count() >= 2);
    counted(&three().byzantine(Faults::unlimited().at_once(1), |_| vec![]).always("one").that(one), 4, 4);
    let observed = three()
        .byzantine(2, |_| vec![])
        .observing(0, |turned: &mut u8, seen: &ObservationOf<Toy>| {
            *turned += u8::from(matches!(seen, Observation::Corruption { .. }));
        })
        .always("each is seen")
        .everything(|view: View<'_, Toy, u8>| *view.history == view.spent.corruptions);
    counted(&observed, 7, 10);
}

#[test]
fn a_lie_does_not_cross_a_cut() {
    // Process 0 may turn and tell process 1 a 7; the network between them is cut and heals.
    // Correct: whole (turn, cut), cut (turn, heal), healed (turn): 3 states, 5 steps.
    // Byzantine, not told: whole (lie, cut), cut (heal), healed (lie): 3 states, 4 steps.
    // Byzantine, told: whole (cut), cut (heal), healed: 3 states, 2 steps.
    let system = System::new([Toy::new(), Toy::keeping_each_once()])
        .network(Network::unordered().partition([0], [1]))
        .byzantine(Faults::at_most(1).among([0]), |_| vec![(Id::from(1), 7)])
        .sometimes("told")
        .that(is_in(1, [7]));
    counted(&system, 9, 12);
}

#[test]
fn on_a_fifo_network_nothing_arrives_after_a_later_lie() {
    // Process 0 has sent 1, may turn, and then tell 7. If the lie arrives before the 1, the 1 does not arrive.
    //   correct: [] {1} (it arrives, turn); [1] (turn)
    //   Byzantine: [] {1} (it arrives, lie); [1] (lie); [1, 7]; [7]
    let receiver = Toy::new().on_message(|it, _, message| {
        if !it.state.contains(&message) {
            it.state.push(message);
        }
    });
    let system = System::new([Toy::sending([(1, 1)]), receiver])
        .byzantine(Faults::at_most(1).among([0]), |_| vec![(Id::from(1), 7)])
        .sometimes("lied to after the truth")
        .that(is_in(1, [1, 7]))
        .sometimes("lied to")
        .that(is_in(1, [7]));
    let in_order = processes(|p| p.get(Id::from(1)).state() != Some(&vec![7, 1]));
    counted(&system.clone().network(Network::fifo()).always("in order").that(in_order), 6, 7);
    // Without order there is one state more, [7, 1], and [7] is [7] {1}: the 1 can still arrive.
    counted(&system.sometimes("the truth after a lie").that(is_in(1, [7, 1])), 7, 8);
}

#[test]
#[should_panic(expected = "a lie is addressed to a process that does not exist")]
fn a_lie_to_nobody_is_refused() {
    let system = System::new([Toy::new()]).byzantine(1, |_| vec![(Id::from(1), 7)]);
    check(&system).verified();
}
