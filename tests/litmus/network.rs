//! What the network may do.

use crate::case::{Case, case};
use crate::common::{Toy, is_in};
use synod::system::{Limit, Network, System};

/// Process 0 sends these messages to process 1, which keeps them in their order.
fn sent(messages: &'static [u8], network: Network) -> System<Toy> {
    System::new([Toy::sending(messages.iter().map(|message| (1, *message))), Toy::keeping()]).network(network)
}

/// The same, but process 1 keeps which messages have come.
fn sent_as_a_set(messages: &'static [u8], network: Network) -> System<Toy> {
    System::new([Toy::sending(messages.iter().map(|message| (1, *message))), Toy::keeping_each_once()]).network(network)
}

/// Process 0 sends a 7 whenever its timer fires, for ever; at most one is in flight.
fn repeated(network: Network) -> System<Toy> {
    let sender = Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
        it.send(1, 7);
        it.arm(timer, 1..1);
    });
    System::new([sender, Toy::keeping_each_once()]).network(network.copies(1)).finally("arrives").that(is_in(1, [7]))
}

pub fn cases() -> Vec<Case> {
    [order(), loss(), duplication(), partitions()].into_iter().flatten().collect()
}

fn order() -> Vec<Case> {
    let two_senders = [Toy::sending([(2, 1), (2, 2)]), Toy::sending([(2, 3), (2, 4)]), Toy::keeping()];
    vec![
        // What has come is a word without repetition: 1 + 3 + 6 + 6. Each but the first comes of one other.
        case(
            "unordered",
            sent(&[1, 2, 3], Network::unordered())
                .sometimes("reversed")
                .that(is_in(1, [3, 2, 1]))
                .finally("all three")
                .processes(|p| p.get(1.into()).state().is_some_and(|kept| kept.len() == 3)),
            16,
            16,
        )
        .reached("reversed", 3)
        .holds("all three"),
        case("FIFO", sent(&[1, 2, 3], Network::fifo()).finally("in order").that(is_in(1, [1, 2, 3])), 4, 4)
            .holds("in order"),
        // 1 before 2 and 3 before 4: 1, 2, 4 (12, 13, 31, 34), 6 and 6 words.
        case(
            "FIFO is for each pair of processes",
            System::new(two_senders).network(Network::fifo()).sometimes("alternating").that(is_in(2, [1, 3, 2, 4])),
            19,
            19,
        )
        .reached("alternating", 4),
        // Two, one and none in flight: which one arrives is no choice.
        case(
            "equal messages are counted, not told apart",
            sent(&[5, 5], Network::unordered()).finally("twice").that(is_in(1, [5, 5])),
            3,
            3,
        )
        .holds("twice"),
        // The third copy is lost when it is sent.
        case(
            "a cap on copies",
            sent(&[5, 5, 5], Network::unordered().copies(2)).finally("twice").that(is_in(1, [5, 5])),
            3,
            3,
        )
        .holds("twice"),
    ]
}

fn loss() -> Vec<Case> {
    let some = |system: System<Toy>| {
        system.finally("one of them").processes(|p| p.get(1.into()).state().is_some_and(|kept| !kept.is_empty()))
    };
    vec![
        // Each message is in flight, has come, or was lost, but not both lost: 9 - 1. Both in flight: 4 steps; one has
        // come: 2 each; one is lost: 1 each.
        case("one loss", some(sent_as_a_set(&[1, 2], Network::unordered().loss(1))), 8, 11).holds("one of them"),
        // With both lost, 9; one is lost: 2 each. Both may be: deliver nothing.
        case("two losses", some(sent_as_a_set(&[1, 2], Network::unordered().loss(2))), 9, 13)
            .violated("one of them", 2),
        // 12 in flight: [1] with 2, or [] with 2; then 1 2, 1, or 2.
        case("FIFO, one loss: of the head", some(sent(&[1, 2], Network::fifo().loss(1))), 6, 6).holds("one of them"),
        // No loss is counted, so it can be said that there are: 12 in flight, 2 (1 has come or not), none (4 ways).
        case("FIFO, any number of losses", sent(&[1, 2], Network::fifo().loss(Limit::Unlimited)), 7, 7),
        // A lost message stays in flight, for ever if need be: two messages that have come or not. (The search ends with
        // the first level, which is quiescent at once.)
        case("any number of losses", sent_as_a_set(&[1, 2], Network::unordered().loss(Limit::Unlimited)), 4, 5),
        case(
            "nobody may count on what can be lost",
            some(sent_as_a_set(&[1, 2], Network::unordered().loss(Limit::Unlimited))),
            3,
            3,
        )
        .violated("one of them", 0),
        // In flight or not, arrived or not. Steps: send; send (the surplus is lost) and deliver; send; send.
        case("fair loss brings what is repeated", repeated(Network::unordered().fair_loss()), 4, 6).holds("arrives"),
        // Sent, and never delivered: nothing that is due changes that. The level is finished with the delivery.
        case("loss need not be fair", repeated(Network::unordered().loss(Limit::Unlimited)), 3, 4)
            .violated("arrives", 1),
    ]
}

fn duplication() -> Vec<Case> {
    let set = || Network::unordered().duplication(Limit::Unlimited);
    vec![
        // In flight; has come; has come and is in flight still; has come twice.
        case(
            "one duplication",
            sent(&[1], Network::unordered().duplication(1)).sometimes("twice").that(is_in(1, [1, 1])),
            4,
            4,
        )
        .reached("twice", 2),
        // Both stay in the set. What is there already is ignored, which is no step: 2 + 1 + 1.
        case("a set", sent_as_a_set(&[1, 2], set()).finally("both").that(is_in(1, [1, 2])), 4, 5).holds("both"),
        // In the set or lost, has come or not. What was not delivered in time is gone.
        case(
            "a loss from a set",
            sent_as_a_set(&[1], set().loss(1))
                .sometimes("come, then lost")
                .everything(|view| view.spent.losses == 1 && view.processes.states().any(|(_, kept)| !kept.is_empty())),
            4,
            4,
        )
        .reached("come, then lost", 2),
        // The message comes again and again, and nothing comes to rest.
        case(
            "a set of one that is kept by parity",
            {
                let parity = Toy::new().on_message(|it, _, _| match it.state.pop() {
                    Some(_) => {}
                    None => it.state.push(1),
                });
                System::new([Toy::sending([(1, 7)]), parity]).network(set()).finally("rest").everything(|_| true)
            },
            2,
            3,
        )
        .nowhere("rest"),
    ]
}

fn partitions() -> Vec<Case> {
    let cut = |network: Network| {
        sent(&[1], network)
            .sometimes("cut in time")
            .everything(|view| view.spent.cut.is_some() && view.messages.count() == 1)
    };
    let one = || Network::unordered().partition([0], [1]);
    vec![
        // Not cut yet, cut, healed; the message is in flight or has come. It does not come while the network is cut.
        case("a partition heals", cut(one()).finally("arrives").that(is_in(1, [1])), 6, 7)
            .reached("cut in time", 1)
            .holds("arrives"),
        // The search ends with the states one step away: come, or cut; from these, come and cut, or healed.
        case("a partition that may last", cut(one().lasting()).finally("arrives").that(is_in(1, [1])), 5, 5)
            .reached("cut in time", 1)
            .violated("arrives", 1),
        // Each of the two has been cut 0 to 2 times, and is cut or not: 5. (In flight: cut, heal, cut, heal, and a delivery
        // in each of the 3 that are not cut; arrived: 4.)
        case("two cuts", cut(one().cuts(2)), 10, 12).reached("cut in time", 1),
        // Before, healed, and either cut: 4. The second partition does not concern the message: it comes in 3 of them. Cut
        // in two ways and healed after either, with the message and without: 8.
        case(
            "either of two partitions",
            {
                let two = Network::unordered().partition([0], [1]).partition([0], [2]);
                let system = System::new([Toy::sending([(1, 1)]), Toy::keeping(), Toy::new()]).network(two);
                system.finally("arrives").that(is_in(1, [1]))
            },
            8,
            12,
        )
        .holds("arrives"),
    ]
}
