//! Each kind of claim, held and violated, and every place in which something may panic.

use crate::case::{Case, case};
use crate::common::{Toy, is_in};
use synod::system::{NO_PANIC, Script, System};

/// A process that is asked so many times and counts; each state but the last leads to the next.
fn counting(most: usize) -> System<Toy> {
    let counter = Toy::new().on_request(|it, _| it.state.push(1));
    System::new([counter]).script(0, Script::at_any_time(vec![1; most]))
}

fn at(count: usize) -> impl Fn(synod::system::Processes<'_, Toy>) -> bool + Send + Sync {
    move |p| p.get(0.into()).state().is_some_and(|counted| counted.len() == count)
}

/// A process that changes between two states for ever.
fn restless() -> System<Toy> {
    System::new([Toy::with_timers([(1, 1..1)]).on_timeout(|it, timer| {
        match it.state.pop() {
            Some(_) => {}
            None => it.state.push(1),
        }
        it.arm(timer, 1..1);
    })])
}

pub fn cases() -> Vec<Case> {
    [kinds(), several(), readings(), panics()].into_iter().flatten().collect()
}

fn kinds() -> Vec<Case> {
    vec![
        case("nothing is claimed", counting(2), 3, 3),
        case("nothing happens", System::new([Toy::new()]).always("true").everything(|_| true), 1, 1).holds("true"),
        case("always", counting(2).always("few").processes(|p| !at(3)(p)), 3, 3).holds("few"),
        // A violation ends the search with its level: the state after it is found, the one after that is not.
        case("always, violated at once", counting(4).always("some").processes(|p| !at(0)(p)), 2, 2).violated("some", 0),
        case("always, violated on the way", counting(4).always("not two").processes(|p| !at(2)(p)), 4, 4)
            .violated("not two", 2),
        case("always, violated at the end", counting(4).always("not four").processes(|p| !at(4)(p)), 5, 5)
            .violated("not four", 4),
        case("sometimes, at once", counting(2).sometimes("none").processes(at(0)), 3, 3).reached("none", 0),
        case("sometimes, at the end", counting(2).sometimes("two").processes(at(2)), 3, 3).reached("two", 2),
        case("sometimes, never", counting(2).sometimes("three").processes(at(3)), 3, 3).nowhere("three"),
        case("finally", counting(2).finally("two").processes(at(2)), 3, 3).holds("two"),
        case("finally, violated at the end", counting(2).finally("one").processes(at(1)), 3, 3).violated("one", 2),
        case("finally, violated at once", System::new([Toy::new()]).finally("false").everything(|_| false), 1, 1)
            .violated("false", 0),
        case("finally, without rest", restless().finally("true").everything(|_| true), 2, 3).nowhere("true"),
        // Two ways to come to rest, of which one is wrong.
        case(
            "finally, in one of two ends",
            {
                let chooser = Toy::new().on_request(|it, request| it.state.push(request));
                System::new([chooser]).script(0, Script::choosing([[1, 2]])).finally("1").that(is_in(0, [1]))
            },
            3,
            3,
        )
        .violated("1", 1),
    ]
}

fn several() -> Vec<Case> {
    vec![
        // The search ends with level 1; what is not decided by then is open.
        case(
            "several claims, the shortest run first",
            {
                counting(4)
                    .always("not two")
                    .processes(|p| !at(2)(p))
                    .always("not one")
                    .processes(|p| !at(1)(p))
                    .sometimes("none")
                    .processes(at(0))
                    .sometimes("three")
                    .processes(at(3))
                    .finally("four")
                    .processes(at(4))
            },
            3,
            3,
        )
        .open("not two")
        .violated("not one", 1)
        .reached("none", 0)
        .open("three")
        .open("four"),
        // Any two of three messages are too many: six runs, of which the least is shown. All 1 + 3 + 6 are found, and what
        // comes of these: the last message arrives.
        case(
            "of several shortest runs the least",
            System::new([Toy::sending([(1, 3), (1, 1), (1, 2)]), Toy::keeping()])
                .always("one at most")
                .processes(|p| p.states().all(|(_, kept)| kept.len() < 2)),
            16,
            16,
        )
        .violated("one at most", 2)
        .by(&["p0 → p1  1", "p0 → p1  2"]),
        // A claim that is reached nowhere is known to be at the end only, and cuts nothing short.
        case(
            "several claims, one of them reached nowhere",
            {
                counting(2)
                    .sometimes("three")
                    .processes(at(3))
                    .always("few")
                    .processes(|p| !at(3)(p))
                    .finally("two")
                    .processes(at(2))
            },
            3,
            3,
        )
        .nowhere("three")
        .holds("few")
        .holds("two"),
    ]
}

/// The same claim, by each part of a state that shows it: that message 2 does not arrive first.
fn readings() -> Vec<Case> {
    let system = || {
        let telling = Toy::keeping().on_message(|it, _, message| {
            it.state.push(message);
            it.indicate(message);
        });
        System::new([Toy::sending([(1, 1), (1, 2)]), telling]).observing(Vec::new(), |told: &mut Vec<u8>, seen| {
            if let synod::system::Observation::Indication { indication, .. } = seen {
                told.push(*indication);
            }
        })
    };
    // Neither, either, both in either order; violated one step away, when all are found.
    vec![
        case("reading the history", system().always("1 first").history(|told| told.first() != Some(&2)), 5, 5)
            .violated("1 first", 1),
        case(
            "reading the processes",
            system().always("1 first").processes(|p| p.states().all(|(_, kept)| kept.first() != Some(&2))),
            5,
            5,
        )
        .violated("1 first", 1),
        case(
            "reading the messages",
            {
                system()
                    .always("1 first")
                    .messages(|m| m.count() != 1 || m.iter().all(|envelope| envelope.message == 2))
            },
            5,
            5,
        )
        .violated("1 first", 1),
        case(
            "reading everything",
            system().always("1 first").everything(|view| view.messages.count() != 1 || *view.history == [1]),
            5,
            5,
        )
        .violated("1 first", 1),
    ]
}

fn panics() -> Vec<Case> {
    let picky = |most: usize| {
        let counter = Toy::new().on_request(move |it, _| {
            it.state.push(1);
            assert!(it.state.len() <= most, "more than {most}");
        });
        System::new([counter]).script(0, Script::at_any_time([1; 4]))
    };
    let fails = |p: synod::system::Processes<'_, Toy>| {
        assert!(!at(2)(p), "two");
        true
    };
    vec![
        case("a handler panics", picky(1).always("few").processes(|p| !at(3)(p)), 3, 3)
            .open("few")
            .violated(NO_PANIC, 2),
        case("a handler panics at the start", System::new([Toy::new().on_start(|_, _| panic!("not today"))]), 1, 1)
            .violated(NO_PANIC, 0),
        case(
            "the observer panics",
            {
                counting(4).observing(0, |seen: &mut u8, _| {
                    *seen += 1;
                    assert!(*seen < 3, "three");
                })
            },
            5,
            5,
        )
        .violated(NO_PANIC, 3),
        // A claim that panics is not decided by it; the search ends with that level.
        case("an always panics", counting(4).always("fails").processes(fails), 4, 4)
            .open("fails")
            .violated(NO_PANIC, 2),
        case("a sometimes panics", counting(4).sometimes("fails").processes(move |p| !fails(p)), 4, 4)
            .open("fails")
            .violated(NO_PANIC, 2),
        case("a finally panics", counting(2).finally("fails").processes(fails), 3, 3)
            .open("fails")
            .violated(NO_PANIC, 2),
        case("a cut panics", counting(4).explore_while("fails").processes(fails), 4, 4).violated(NO_PANIC, 2),
    ]
}
