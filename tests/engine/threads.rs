//! However many threads explore, and in whatever order, they find the same.

use crate::common::found::Found;
use crate::common::with_stateright;
use crate::sample::{self, Decided, Delivered};
use stateright::actor::Id;
use std::num::NonZeroUsize;
use synod::check::{Options, Verdict, check};
use synod::event::{Data, Module};
use synod::system::{System, View, history};

/// Checks with one to four threads, shuffled or not, asking for the run of each property in turn; gives what one thread found.
#[track_caller]
fn the_same<A: Module, H: Data>(system: &System<A, H>) -> Found {
    let find = |threads, property: &str, shuffle| {
        let (threads, trace) = (NonZeroUsize::new(threads), Some(property.to_string()));
        Found::from(check(system).options(Options { threads, trace, shuffle, ..Options::default() }).run())
    };
    for property in system.properties() {
        let alone = find(1, property.name, None);
        for (threads, shuffle) in [(2, None), (3, None), (4, None), (1, Some(1)), (2, Some(2)), (4, Some(3))] {
            assert_eq!(find(threads, property.name, shuffle), alone, "{threads} threads, shuffled by {shuffle:?}");
        }
    }
    find(1, system.properties()[0].name, None)
}

#[test]
fn systems_of_every_kind_have_the_same_states() {
    for (name, system) in sample::of_every_kind() {
        let system = system
            .sometimes("told")
            .history(|told: &Vec<u8>| told.len() >= 2)
            .sometimes("the impossible")
            .everything(|_| false)
            .finally("at most four things are told")
            .history(|told: &Vec<u8>| told.len() <= 4);
        let found = the_same(&system);
        assert_eq!((found.unique, found.generated), with_stateright(&system), "{name}");
        assert!(found.unique > 40, "{name} has only {} states", found.unique);
    }
}

#[test]
fn eager_broadcast_is_verified_or_violated_alike() {
    let agreement = |view: View<'_, _, Delivered>| {
        let up: Vec<Id> = view.processes.states().map(|(id, _)| id).collect();
        let by_one_is_up = view.history.iter().filter(|(by, ..)| up.contains(by));
        by_one_is_up
            .into_iter()
            .all(|(_, sender, payload)| up.iter().all(|id| view.history.contains(&(*id, *sender, *payload))))
    };
    let found = the_same(&sample::eager().finally("agreement").everything(agreement));
    assert_eq!(found.verdict, Verdict::Verified);

    let uniform = |view: View<'_, _, Delivered>| {
        view.history.iter().all(|(_, sender, payload)| {
            view.processes.states().all(|(id, _)| view.history.contains(&(id, *sender, *payload)))
        })
    };
    let found = the_same(&sample::eager().finally("uniform agreement").everything(uniform));
    assert_eq!(found.verdict, Verdict::Violated);
    // A process broadcasts, so it delivers to itself, and stops; so does the other one that could have broadcast.
    assert_eq!(found.properties[0].steps, Some(3));
}

#[test]
fn paxos_is_verified_or_violated_alike() {
    let agreement = || history(|decided: &Decided| decided.len() <= 1);
    let system = sample::ballots(sample::acceptors(), &[1], &[2], 1)
        .always("agreement")
        .that(agreement())
        .sometimes("the one")
        .history(|decided: &Decided| decided.contains(&1))
        .sometimes("the other")
        .history(|decided: &Decided| decided.contains(&2));
    let found = the_same(&system);
    assert_eq!(found.verdict, Verdict::Verified);
    // Propose; prepare and promise, accept and accepted, with one other process.
    assert_eq!(found.properties[1].steps, Some(5));

    let system = sample::ballots(sample::acceptors(), &[1], &[2], 1)
        .always("agreement")
        .that(agreement())
        .always("the other is never decided")
        .history(|decided: &Decided| !decided.contains(&2));
    let found = the_same(&system);
    assert_eq!(found.verdict, Verdict::Violated);
    assert_eq!((found.properties[0].verdict, found.properties[1].steps), (Verdict::Incomplete, Some(5)));
}
