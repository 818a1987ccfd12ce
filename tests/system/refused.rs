//! Systems that contradict themselves are refused, in a line that says why.

use crate::common::Toy;
use stateright::Model;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use synod::check::check;
use synod::system::{Faults, Limit, Network, Script, System, Timing};

/// Building it, or checking it, panics with this message.
#[track_caller]
fn refused(why: &str, build: impl FnOnce() -> System<Toy>) {
    let panic = catch_unwind(AssertUnwindSafe(|| check(&build()).run())).expect_err("it is not refused");
    let message = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).expect("a message");
    assert!(message.contains(why), "{message}");
}

fn two() -> System<Toy> {
    System::new([Toy::new(), Toy::new()])
}

#[test]
fn networks() {
    refused("a FIFO network does not duplicate", || two().network(Network::fifo().duplication(1)));
    refused("a FIFO network does not duplicate", || two().network(Network::fifo().duplication(Limit::Unlimited)));
    refused("no copy of a message", || two().network(Network::unordered().copies(0)));
    refused("a cap on copies says nothing", || {
        two().network(Network::unordered().copies(1).duplication(Limit::Unlimited))
    });
    refused("names process 2, but there are only 2", || two().network(Network::unordered().partition([0], [2])));
    refused("on both sides", || two().network(Network::unordered().partition([0, 1], [1])));
}

#[test]
fn faults() {
    refused("say .loss(Limit::Unlimited)", || two().crash_recovery(1));
    refused("say .loss(Limit::Unlimited)", || two().network(Network::unordered().loss(1)).crash_recovery(1));
    refused("to befall process 2, but there are only 2", || two().crash_stop(Faults::at_most(1).among([2])));
    refused("at most none at once", || two().crash_stop(Faults::unlimited().at_once(0)));
    refused("to befall process 2", || two().omission(Faults::at_most(1).among([0, 2])));
    refused("omission strikes messages", || two().omission(Faults::at_most(2).at_once(1)));
    refused("to befall process 2", || two().byzantine(Faults::at_most(1).among([2]), |_| vec![]));
}

#[test]
fn timing() {
    let synchronous = |unit| Timing::Synchronous { unit: Duration::from_secs(unit) };
    refused("it is not zero", || two().timing(synchronous(0)));
    refused("limit the duplication", || {
        two().network(Network::unordered().duplication(Limit::Unlimited)).timing(synchronous(1))
    });
}

#[test]
fn scripts_and_properties() {
    refused("a script is for process 2", || two().script(2, Script::silent()));
    refused("a place of a script is empty", || two().script(0, Script::choosing([vec![1], vec![]])));
    refused("the same request stands twice", || two().script(0, Script::choosing([[1, 2, 1]])));
    refused("two properties named \"mine\"", || {
        two().always("mine").processes(|_| true).sometimes("mine").processes(|_| true)
    });
    refused("before its properties", || two().always("mine").processes(|_| true).observing((), |(), _| {}));
    refused("a system without actors", || System::new([]));
}

#[test]
fn stateright_is_given_no_such_system_either() {
    let panic = catch_unwind(AssertUnwindSafe(|| two().crash_recovery(1).init_states()));
    assert!(panic.is_err());
}
