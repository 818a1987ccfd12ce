//! That the faults which a system allows do strike is claimed in one word.

use crate::common::Toy;
use synod::check::{Verdict, check};
use synod::system::{Kind, Limit, Network, System};

fn two() -> System<Toy> {
    System::new([Toy::sending([(1, 7)]), Toy::keeping_each_once()])
}

/// What is claimed of a system whose faults all strike.
fn claimed(system: System<Toy>) -> Vec<&'static str> {
    let system = system.sometimes_each_fault();
    assert!(system.properties().iter().all(|property| property.kind == Kind::Sometimes));
    check(&system).verified();
    system.properties().iter().map(|property| property.name).collect()
}

#[test]
fn of_a_system_in_which_nothing_goes_wrong_nothing_is_claimed() {
    assert!(claimed(two()).is_empty());
}

#[test]
fn each_fault_is_claimed_where_it_is_allowed() {
    assert_eq!(claimed(two().crash_stop(1)), ["a process stops"]);
    let lossy = || Network::unordered().loss(Limit::Unlimited);
    assert_eq!(claimed(two().network(lossy()).crash_recovery(1)), ["a crash", "a recovery"]);
    assert_eq!(claimed(two().omission(1)), ["an omission"]);
    assert_eq!(claimed(two().byzantine(1, |_| vec![])), ["a process turns Byzantine"]);
    assert_eq!(claimed(two().network(Network::unordered().loss(1).duplication(1))), ["a loss", "a duplication"]);
    assert_eq!(claimed(two().network(Network::unordered().partition([0], [1]))), ["a cut", "a heal"]);
}

#[test]
fn what_is_not_counted_is_not_claimed() {
    let network = Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited);
    assert!(claimed(two().network(network)).is_empty());
}

#[test]
fn a_fault_that_cannot_strike_is_found() {
    // Nobody sends anything that could be lost.
    let silent = System::new([Toy::new(), Toy::new()]).network(Network::unordered().loss(1)).sometimes_each_fault();
    let report = check(&silent).run();
    assert_eq!(report.property("a loss").verdict, Verdict::Violated, "{report}");
}
