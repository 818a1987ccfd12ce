//! Stateright's checkers judge a system as the engine does.

use crate::common::{Toy, everything, messages, processes};
use crate::sample;
use stateright::{Checker, Model};
use synod::check::{Verdict, check};
use synod::system::{self, Kind, NO_PANIC, Predicate, Property, Script, System};

type Told = Vec<u8>;

fn history(test: impl Fn(&Told) -> bool + Send + Sync + 'static) -> Predicate<Toy, Told> {
    system::history(test)
}

/// Claims of every kind, on every part of a state; some hold in all systems, some in none, most in some.
fn claims() -> Vec<Property<Toy, Told>> {
    let claim = Property::new;
    vec![
        claim("at most one is told", Kind::Always, history(|told| told.len() <= 1)),
        claim("at most four are told", Kind::Always, history(|told| told.len() <= 4)),
        claim("the second is up", Kind::Always, processes(|p| p.get(1.into()).is_up())),
        claim("at most three are in flight", Kind::Always, messages(|m| m.count() <= 3)),
        claim("nothing is lost", Kind::Always, everything(|view| view.spent.losses == 0)),
        claim("a 7", Kind::Sometimes, history(|told| told.contains(&7))),
        claim("a 9", Kind::Sometimes, history(|told| told.contains(&9))),
        claim("both have a 7", Kind::Sometimes, processes(|p| p.states().filter(|(_, s)| s.contains(&7)).count() == 2)),
        claim("two are in flight", Kind::Sometimes, messages(|m| m.count() == 2)),
        claim("it is cut twice", Kind::Sometimes, everything(|view| view.spent.cuts == 2)),
        claim("somebody is told", Kind::Finally, history(|told| !told.is_empty())),
        claim("both have a 2", Kind::Finally, processes(|p| p.states().all(|(_, s)| s.contains(&2)))),
        claim("nothing is in flight", Kind::Finally, messages(|m| m.count() == 0)),
        claim(
            "four are told at most",
            Kind::Finally,
            everything(|view: system::View<'_, _, Told>| view.history.len() <= 4),
        ),
    ]
}

/// Whether a run to a state that violates (or, for `sometimes`, satisfies) the property is found by stateright.
fn decided_by_stateright<H: synod::event::Data>(system: &System<Toy, H>, name: &'static str) -> bool {
    system.clone().checker().spawn_bfs().join().discovery(name).is_some()
}

#[test]
fn each_claim_is_judged_alike() {
    let mut verdicts = Vec::new();
    for (name, system) in sample::of_every_kind() {
        for claim in claims() {
            let (property, kind) = (claim.name, claim.kind);
            let system = system.clone().property(claim);
            let verdict = check(&system).run().property(property).verdict;
            let decided = verdict == if kind == Kind::Sometimes { Verdict::Verified } else { Verdict::Violated };
            assert_eq!(decided, decided_by_stateright(&system, property), "{name}: {property} is {verdict:?}");
            verdicts.push((kind, verdict));
        }
    }
    // Each kind of claim was verified somewhere, and violated somewhere.
    for kind in [Kind::Always, Kind::Sometimes, Kind::Finally] {
        assert!(verdicts.contains(&(kind, Verdict::Verified)) && verdicts.contains(&(kind, Verdict::Violated)));
    }
}

#[test]
fn claims_keep_their_places() {
    // Each of many claims is decided by its own predicate: the nth that at most n - 1 messages arrive, of six.
    const NAMES: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
    let mut system = System::new([Toy::sending((0..6).map(|message| (1, message))), Toy::keeping_each_once()]);
    for (most, name) in NAMES.into_iter().enumerate() {
        let few = processes(move |p| p.states().all(|(_, kept)| kept.len() <= most));
        system = system.property(Property::new(name, Kind::Always, few));
    }
    let checker = system.checker().spawn_bfs().join();
    for (most, name) in NAMES.into_iter().enumerate() {
        assert_eq!(checker.discovery(name).is_some(), most < 6, "{name}");
    }
    assert!(checker.discovery(NO_PANIC).is_none());
}

#[test]
fn a_panic_is_found_by_stateright_too() {
    let picky = Toy::new().on_message(|_, _, message| assert!(message != 2, "no 2"));
    assert!(decided_by_stateright(&System::new([Toy::sending([(1, 1), (1, 2)]), picky]), NO_PANIC));
    let system = System::new([Toy::new()]).script(0, Script::at_any_time([1]));
    assert!(decided_by_stateright(&system.observing((), |(), _| panic!("the observer")), NO_PANIC));
}
