//! Where runs come to an end and what has been told stays told, `eventually` and `finally` say the same.

use crate::sample;
use synod::check::{Verdict, check};
use synod::system::{Kind, Predicate, Property, System, history};

type Told = Vec<u8>;

/// What is told in the end is the same whether or not deliveries that change nothing are steps: the systems have budgets for
/// everything, so every fair run comes to rest, and it does so where `finally` looks.
#[test]
fn what_holds_eventually_holds_finally() {
    let mut verdicts = Vec::new();
    for (name, system) in sample::of_every_kind() {
        for (claim, told) in [("two", vec![1, 2]), ("seven", vec![7]), ("nothing", vec![]), ("nine", vec![9])] {
            let told = || -> Predicate<_, Told> {
                let told = told.clone();
                history(move |all: &Told| told.iter().all(|one| all.contains(one)))
            };
            let verdict = |kind| {
                // A claim that holds anyway makes both systems live, so that they have the same states.
                let live = |system: System<_, Told>| system.always_possibly("anything").history(|_| true);
                let system = live(system.clone()).property(Property::new("told", kind, told()));
                check(&system).run().property("told").verdict
            };
            let [eventually, always, finally] = [Kind::Eventually, Kind::EventuallyAlways, Kind::Finally].map(verdict);
            assert_eq!((eventually, always), (finally, finally), "{name}: {claim}");
            // Without liveness the states are fewer, and the end is the same.
            let plain = system.clone().finally("told").that(told());
            assert_eq!(check(&plain).run().property("told").verdict, finally, "{name}: {claim}");
            verdicts.push(finally);
        }
    }
    for verdict in [Verdict::Verified, Verdict::Violated] {
        assert!(verdicts.iter().filter(|other| **other == verdict).count() > 10, "{verdicts:?}");
    }
}

/// A run to a lasso is judged by the same steps that stateright sees.
#[test]
fn systems_of_every_kind_have_the_same_states_for_stateright() {
    for (name, system) in sample::of_every_kind() {
        let plain = check(&system).run();
        let live = system.eventually("seven").history(|told| told.contains(&7));
        let report = crate::judged(&live);
        assert!(report.unique >= plain.unique, "{name}: {report}");
    }
}
