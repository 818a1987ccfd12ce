//! The order in which messages arrive, and how many copies there may be.

use crate::common::{Toy, counted, is_in};
use synod::system::{Network, System};

/// Process 0 sends 1 and then 2 to process 1.
fn two_messages() -> System<Toy> {
    System::new([Toy::sending([(1, 1), (1, 2)]), Toy::keeping()])
}

#[test]
fn unordered_messages_arrive_in_any_order() {
    // [] {1, 2}; [1] {2} and [2] {1}; [1, 2] and [2, 1]: a tree, so each is generated once.
    let system =
        two_messages().sometimes("in order").that(is_in(1, [1, 2])).sometimes("overtaken").that(is_in(1, [2, 1]));
    counted(&system.finally("both arrive").processes(|p| p.states().any(|(_, kept)| kept.len() == 2)), 5, 5);
}

#[test]
fn fifo_messages_arrive_in_their_order() {
    // [] {1, 2}; [1] {2}; [1, 2].
    let system = two_messages().network(Network::fifo()).sometimes("one").that(is_in(1, [1]));
    counted(&system.finally("both arrive, in order").that(is_in(1, [1, 2])), 3, 3);
}

#[test]
fn fifo_channels_do_not_wait_for_one_another() {
    // Processes 0 and 1 send two messages each to process 2. After i of the one and j of the other there are
    // (i + j choose i) orders in which they can have come: 1+1+1 + 1+2+3 + 1+3+6 = 19, a tree again.
    let actors = [Toy::sending([(2, 1), (2, 2)]), Toy::sending([(2, 3), (2, 4)]), Toy::keeping()];
    let in_order = |kept: &[u8], first, second| {
        let place = |message| kept.iter().position(|kept| *kept == message).unwrap_or(usize::MAX);
        place(first) <= place(second)
    };
    let system = System::new(actors)
        .network(Network::fifo())
        .always("each channel in order")
        .processes(move |p| p.states().all(|(_, kept)| in_order(kept, 1, 2) && in_order(kept, 3, 4)))
        .sometimes("mixed")
        .that(is_in(2, [3, 1, 4, 2]));
    counted(&system, 19, 19);
}

#[test]
fn fifo_order_is_kept_per_direction_and_receiver() {
    // Process 0 sends 1 to process 1 and then 2 to process 2: two channels. They arrive in either order: 2 x 2 states, and
    // 1 + (2 + 1 + 1) steps.
    let system = System::new([Toy::sending([(1, 1), (2, 2)]), Toy::keeping(), Toy::keeping()])
        .network(Network::fifo())
        .sometimes("the later one first")
        .processes(|p| p.get(1.into()).state() < p.get(2.into()).state());
    counted(&system, 4, 5);
}

#[test]
fn equal_messages_are_counted() {
    // [] {7, 7}; [7] {7}; [7, 7]: nobody can say which of the two has arrived.
    let system = System::new([Toy::sending([(1, 7), (1, 7)]), Toy::keeping()]).finally("both").that(is_in(1, [7, 7]));
    counted(&system, 3, 3);
    counted(&system.network(Network::fifo()), 3, 3);
}

#[test]
fn surplus_copies_are_lost() {
    // Of three equal messages the third is surplus; the 8 is no copy of them, and arrives before, between or after: with k
    // sevens arrived there are k+1 places for it. So 3 states without it and 1+2+3 with it.
    // Steps: without it 7 and 8 can arrive, at the end only 8: 2+2+1; with it a 7, where one is left: 1+2.
    let sender = || Toy::sending([(1, 7), (1, 7), (1, 7), (1, 8)]);
    let system = System::new([sender(), Toy::keeping()])
        .network(Network::unordered().copies(2))
        .always("at most two")
        .messages(|m| m.iter().filter(|e| e.message == 7).count() <= 2)
        .finally("two and the other")
        .processes(|p| p.states().any(|(_, kept)| kept.len() == 3));
    counted(&system, 9, 9);
    // On a FIFO network: [], [7], [7, 7], [7, 7, 8].
    counted(&system.network(Network::fifo().copies(2)).finally("in order").that(is_in(1, [7, 7, 8])), 4, 4);
}

#[test]
fn a_cap_on_copies_keeps_retransmission_finite() {
    // Process 0 sends again whenever its timer fires, for ever. The message is in flight or not, and was received or not.
    //   not in flight, not received: the timer                         1
    //   in flight, not received: it arrives; the timer, in vain        2
    //   not in flight, received: the timer                             1
    //   in flight, received: the timer, in vain (it is ignored)        1
    let sender = Toy::new().on_start(|it, _| it.arm(0, 1..1)).on_timeout(|it, _| {
        it.send(1, 7);
        it.arm(0, 1..1);
    });
    let system = System::new([sender, Toy::keeping_each_once()])
        .network(Network::unordered().copies(1))
        .always("one copy")
        .messages(|m| m.count() <= 1)
        .sometimes("received")
        .that(is_in(1, [7]))
        .finally("received in the end")
        .that(is_in(1, [7]));
    counted(&system, 4, 6);
}
