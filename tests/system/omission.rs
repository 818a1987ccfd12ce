//! Processes that fail to send or to receive single messages.

use crate::common::{Toy, counted, everything, is_in};
use synod::check::check;
use synod::system::{Faults, Limit, Network, System};

/// Process 0 sends 7 to process 1.
fn one_message(faults: impl Into<Faults>) -> System<Toy> {
    System::new([Toy::sending([(1, 7)]), Toy::keeping(), Toy::new()]).omission(faults)
}

#[test]
fn sender_and_receiver_may_omit_a_message() {
    // {7}; [7]; omitted.
    for faulty in [0, 1] {
        let system = one_message(Faults::at_most(1).among([faulty]));
        let omitted = everything(|view| view.spent.omissions == 1 && view.messages.count() == 0);
        let system = system.sometimes("omitted").that(omitted);
        counted(&system, 3, 3);
        check(&system.finally("received").that(is_in(1, [7]))).violates("received", 1);
    }
}

#[test]
fn others_may_not() {
    counted(&one_message(Faults::at_most(1).among([2])).finally("received").that(is_in(1, [7])), 2, 2);
}

#[test]
fn omissions_have_a_budget() {
    // Two messages, one of them may be omitted: as with a loss. None omitted: 5 states; one: [] {2}, [] {1}, [1], [2].
    let system = System::new([Toy::sending([(1, 1), (1, 2)]), Toy::keeping()])
        .omission(Faults::at_most(1).among([0]))
        .sometimes("one is omitted, the other arrives")
        .everything(|view| view.spent.omissions == 1 && view.processes.get(1.into()).state() == Some(&vec![2]));
    counted(&system, 9, 11);
}

#[test]
fn unlimited_omission_takes_no_step_where_a_message_may_stay() {
    // {7}; [7]. Nobody counts on a message from or to the faulty process.
    let system = |faulty| one_message(Faults::unlimited().among([faulty])).sometimes("arrives").that(is_in(1, [7]));
    for faulty in [0, 1] {
        counted(&system(faulty), 2, 2);
        check(&system(faulty).finally("received").that(is_in(1, [7]))).violates("received", 0);
    }
    counted(&system(2).finally("received").that(is_in(1, [7])), 2, 2);
}

#[test]
fn unlimited_omission_takes_steps_on_a_fifo_network() {
    // {7}; [7]; omitted, and not counted.
    let system = one_message(Faults::unlimited().among([0]))
        .network(Network::fifo())
        .sometimes("omitted")
        .everything(|view| view.messages.count() == 0 && view.processes.get(1.into()).state() == Some(&vec![]))
        .always("not counted")
        .everything(|view| view.spent.omissions == 0);
    counted(&system, 3, 3);
    check(&system.finally("received").that(is_in(1, [7]))).violates("received", 0);
}

#[test]
fn an_element_of_a_set_is_omitted_for_good() {
    // [] {7}: it arrives, omitted; [7] {7}: omitted; [] {} and [7] {}.
    let system = System::new([Toy::sending([(1, 7)]), Toy::keeping_each_once()])
        .network(Network::unordered().duplication(Limit::Unlimited))
        .omission(1)
        .sometimes("omitted at once")
        .everything(|view| view.messages.count() == 0 && view.processes.get(1.into()).state() == Some(&vec![]));
    counted(&system, 4, 4);
}
