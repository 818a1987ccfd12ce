//! What a system says of its fairness.

use crate::common::{Toy, is_in};
use synod::system::{Fair, Fairness, Limit, Network, System};

/// What the system says of its fairness in its assumptions.
fn said(system: System<Toy>) -> String {
    let system = system.eventually("anything").processes(|_| true);
    let line = system.assumptions().into_iter().find_map(|line| line.strip_prefix("fairness: ").map(str::to_string));
    line.expect("a system with a liveness property says what is fair")
}

#[test]
fn it_is_as_finally_counts_on_it_unless_said_otherwise() {
    let system = || System::new([Toy::new()]);
    let others = "timers weak, requests weak, choices weak, recovery none";
    assert_eq!(said(system()), format!("deliveries weak, {others}"));
    let network = Network::unordered;
    assert_eq!(said(system().network(network().loss(3))), format!("deliveries weak, {others}"));
    assert_eq!(said(system().network(network().loss(Limit::Unlimited))), format!("deliveries none, {others}"));
    assert_eq!(said(system().network(network().fair_loss())), format!("deliveries strong, {others}"));
    let recovering = system().network(network().loss(Limit::Unlimited)).crash_recovery(1).fair_recovery();
    assert_eq!(said(recovering), "deliveries none, timers weak, requests weak, choices weak, recovery weak");
    let all = [Fair::Deliveries, Fair::Timers, Fair::Requests, Fair::Choices, Fair::Recovery];
    for fairness in [Fairness::None, Fairness::Weak, Fairness::Strong] {
        let stated = all.iter().fold(system(), |system, what| system.fairness(*what, fairness));
        let words = all.map(|what| format!("{} {}", what.name(), fairness.name()));
        assert_eq!(said(stated), words.join(", "));
    }
}

#[test]
fn without_a_liveness_property_it_says_nothing() {
    let system = System::new([Toy::new()]).finally("anything").that(is_in(0, []));
    assert!(!system.assumptions().iter().any(|line| line.contains("fairness")));
}
