//! Counterexamples are runs of the system as it is, whatever names its processes had in the states by which the search
//! came to them: the same runs as without symmetry.

use crate::gossip::{self, Rule};
use stateright::actor::Id;
use synod::check::check;
use synod::system::{Network, Processes, System};

/// Whoever goes first tells all; whoever hears points at the sender.
fn followers() -> System<gossip::Gossip> {
    let rules = [Rule::Nothing, Rule::Nothing, Rule::PointAtSender, Rule::Nothing, Rule::TellAll];
    gossip::of(&rules, 4).network(Network::unordered().loss(1))
}

#[test]
fn they_are_those_without_symmetry() {
    let points_at = |p: Processes<'_, gossip::Gossip>, id: Id| p.get(id).state()?.points_at;
    let claims = [
        (
            "nobody points",
            followers().always("nobody points").processes(|p| p.states().all(|(_, s)| s.points_at.is_none())),
        ),
        (
            "no ring",
            followers().always("no ring").processes(move |p| {
                let pairs = |(id, _)| points_at(p, id).is_some_and(|whom| points_at(p, whom) == Some(id));
                !p.states().any(pairs)
            }),
        ),
        (
            "no chain of three",
            followers().always("no chain of three").processes(move |p| {
                p.states().all(|(id, _)| {
                    let ends: Vec<Id> = std::iter::successors(Some(id), |id| points_at(p, *id)).take(4).collect();
                    ends.len() < 4 || (0..4).any(|one| ends[..one].contains(&ends[one]))
                })
            }),
        ),
    ];
    for (name, system) in claims {
        let plain = check(&system).trace(name).run();
        let plain = plain.property(name);
        let steps = plain.steps.expect("it is violated");
        for threads in [1, 2, 4] {
            // Making the trace performs its steps: one that is not enabled would panic.
            let report = check(&system.clone().interchangeable(0..4)).threads(threads).violates(name, steps);
            assert_eq!(report.property(name).trace, plain.trace);
            assert_eq!(report.orbits, None, "the search ended early");
        }
    }
}

#[test]
fn what_is_reached_is_shown_as_it_is_too() {
    let system = followers()
        .sometimes("all follow the last")
        .processes(|p| p.states().filter(|(_, state)| state.points_at == Some(Id::from(3))).count() == 3);
    let name = "all follow the last";
    let plain = check(&system).trace(name).run();
    // Processes 0 to 2 are interchangeable, the one that is followed is not.
    let report = check(&system.interchangeable(0..3)).trace(name).run();
    assert_eq!(report.property(name).trace, plain.property(name).trace);
    assert_eq!(report.orbits, Some(plain.unique.into()));
    // Process 3 tells all, and the three hear it.
    assert_eq!(report.property(name).steps, Some(4));
}

#[test]
fn what_is_out_of_reach_is_out_of_reach_under_any_name() {
    let name = "nobody points again";
    let nobody = |p: Processes<'_, gossip::Gossip>| p.states().all(|(_, state)| state.points_at.is_none());
    let system = followers().always_possibly(name).processes(nobody);
    let plain = check(&system).violates(name, 2);
    for threads in [1, 3] {
        let report = check(&system.clone().interchangeable(0..4)).threads(threads).violates(name, 2);
        assert_eq!(report.property(name).trace, plain.property(name).trace);
        assert_eq!(report.orbits, Some(plain.unique.into()));
    }
    let system = followers().always_possibly("quiet").messages(|messages| messages.count() == 0);
    check(&system).verified();
    check(&system.interchangeable(0..4)).verified();
}

#[test]
fn a_panic_of_one_of_many_is_a_panic() {
    // Process 3 has nobody to pass anything on to: there is a process too few.
    let rules = [Rule::Nothing, Rule::Nothing, Rule::Stumble, Rule::Nothing, Rule::TellAll];
    let plain = check(&gossip::of(&rules, 3)).run();
    let report = check(&gossip::of(&rules, 3).interchangeable(0..3)).violates("no panic", 2);
    assert_eq!(report.property("no panic").trace, plain.property("no panic").trace);
}
