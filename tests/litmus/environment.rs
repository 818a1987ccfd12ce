//! What the applications ask for, what falls by chance, what is kept of a run, and what is left out.

use crate::case::{Case, case};
use crate::common::{Toy, is_in};
use std::collections::BTreeSet;
use synod::system::{Observation, ObservationOf, Script, System};

/// It keeps what it is asked for.
fn listening() -> Toy {
    Toy::new().on_request(|it, request| it.state.push(request))
}

/// It answers each request some time later: when the timer of that name fires.
fn answering() -> Toy {
    Toy::new().on_request(|it, request| it.arm(request, 1..1)).on_timeout(|it, timer| it.indicate(timer))
}

/// Each answers at once.
fn two_at_once() -> System<Toy> {
    let told = || Toy::new().on_request(|it, request| it.indicate(request));
    System::new([told(), told()]).script(0, Script::at_any_time([1])).script(1, Script::at_any_time([2]))
}

pub fn cases() -> Vec<Case> {
    [scripts(), choices(), histories(), cuts()].into_iter().flatten().collect()
}

fn scripts() -> Vec<Case> {
    vec![
        // 3 * 2 states; each of the first two of process 0 can be made in 2, the one of process 1 in 3.
        case(
            "two scripts",
            {
                let system = System::new([listening(), listening()]).script(0, Script::at_any_time([1, 2]));
                system
                    .script(1, Script::at_any_time([3]))
                    .finally("all is asked")
                    .processes(|p| p.states().map(|(_, asked)| asked.len()).collect::<Vec<_>>() == [2, 1])
            },
            6,
            8,
        )
        .holds("all is asked"),
        // Asked, answered, asked, answered.
        case(
            "in turn",
            {
                let script = Script::in_turn([1, 2], |request, indication| request == indication);
                System::new([answering()])
                    .script(0, script)
                    .always("one at a time")
                    .processes(|p| p.get(0.into()).timers.len() <= 1)
            },
            5,
            5,
        )
        .holds("one at a time"),
        // Nothing asked; one, answered or not; two, each answered or not. Steps: 1; 2 (answered, or asked the second) and 1;
        // 2, 1, 1.
        case(
            "at any time",
            {
                System::new([answering()])
                    .script(0, Script::at_any_time([1, 2]))
                    .sometimes("two at a time")
                    .processes(|p| p.get(0.into()).timers.len() == 2)
            },
            7,
            9,
        )
        .reached("two at a time", 2),
        // The answer to another request is none: the second is never made.
        case(
            "in turn, without an answer",
            {
                let script = Script::in_turn([1, 2], |request, indication| *request == indication + 1);
                System::new([answering()])
                    .script(0, script)
                    .finally("one alone")
                    .processes(|p| p.get(0.into()).asked == 1)
            },
            3,
            3,
        )
        .holds("one alone"),
        // 1 or 2, then 3.
        case(
            "choosing",
            {
                System::new([listening()])
                    .script(0, Script::choosing([vec![1, 2], vec![3]]))
                    .sometimes("1, 3")
                    .that(is_in(0, [1, 3]))
                    .sometimes("2, 3")
                    .that(is_in(0, [2, 3]))
            },
            5,
            5,
        )
        .reached("1, 3", 2)
        .reached("2, 3", 2),
        // Which of the two was asked is known to who waits for the answer: 1 or 2 asked; answered (the same for both); 3
        // asked; answered.
        case(
            "choosing, each after the answer to the one before",
            {
                let script =
                    Script::choosing([vec![1, 2], vec![3]]).waiting_for(|request, indication| request == indication);
                System::new([answering()]).script(0, script)
            },
            6,
            7,
        ),
        // What a process says to itself belongs to the step in which it says it.
        case(
            "a message to oneself",
            {
                let itself = Toy::keeping().on_request(|it, request| it.send(it.me, request));
                System::new([itself])
                    .script(0, Script::at_any_time([1]))
                    .always("nothing is in flight")
                    .messages(|m| m.count() == 0)
            },
            2,
            2,
        )
        .holds("nothing is in flight"),
    ]
}

fn choices() -> Vec<Case> {
    let falling = || Toy::new().on_choice(|it, value| it.keep_once(value));
    vec![
        // Open, 4, 5.
        case(
            "a choice",
            {
                let toy = falling().on_start(|it, _| it.out.choose_random("one", vec![4, 5]));
                System::new([toy])
                    .finally("fallen")
                    .processes(|p| p.get(0.into()).state().is_some_and(|kept| kept.len() == 1))
            },
            3,
            3,
        )
        .holds("fallen"),
        // Each is open or has fallen in one of two ways: 3 * 3. Each of the two values can fall in 3 states: 2 * 2 * 3.
        case(
            "two choices",
            {
                let toy = falling().on_start(|it, _| {
                    it.out.choose_random("one", vec![4, 5]);
                    it.out.choose_random("other", vec![6, 7]);
                });
                System::new([toy])
            },
            9,
            13,
        ),
        // The second takes the place of the first; an empty one takes it away.
        case(
            "a choice that is replaced, and one that is withdrawn",
            {
                let toy = falling().on_start(|it, _| {
                    it.out.choose_random("one", vec![4, 5]);
                    it.out.choose_random("one", vec![6]);
                    it.out.choose_random("other", vec![7]);
                    it.out.choose_random("other", vec![]);
                });
                System::new([toy]).finally("6").that(is_in(0, [6]))
            },
            2,
            2,
        )
        .holds("6"),
    ]
}

fn histories() -> Vec<Case> {
    let indication = |seen: &ObservationOf<Toy>| match seen {
        Observation::Indication { indication, .. } => Some(*indication),
        _ => None,
    };
    vec![
        // Neither, either, both.
        case("no history", two_at_once(), 4, 5),
        case(
            "a history without order",
            {
                let keep = move |told: &mut BTreeSet<u8>, seen: &ObservationOf<Toy>| told.extend(indication(seen));
                two_at_once().observing(BTreeSet::new(), keep).finally("both").history(|told| told.len() == 2)
            },
            4,
            5,
        )
        .holds("both"),
        // Both in either order.
        case(
            "a history with order",
            {
                let keep = move |told: &mut Vec<u8>, seen: &ObservationOf<Toy>| told.extend(indication(seen));
                two_at_once().observing(Vec::new(), keep).sometimes("2 first").history(|told: &Vec<u8>| told == &[2, 1])
            },
            5,
            5,
        )
        .reached("2 first", 2),
        // An observer sees the request before what comes of it, and everything that happens to a process.
        case(
            "all that an observer sees",
            {
                let keep = |seen: &mut Vec<&'static str>, observation: &ObservationOf<Toy>| {
                    seen.push(match observation {
                        Observation::Request { .. } => "request",
                        Observation::Indication { .. } => "indication",
                        Observation::Crash { .. } => "crash",
                        Observation::Recovery { .. } => "recovery",
                        Observation::Corruption { .. } => "corruption",
                    });
                };
                let told = Toy::new().on_request(|it, request| it.indicate(request));
                let system = System::new([told]).script(0, Script::at_any_time([1])).byzantine(1, |_| Vec::new());
                let system = system.observing(Vec::new(), keep);
                // Nothing; corruption; request, indication; and then corruption.
                system
                    .sometimes("in order")
                    .history(|seen: &Vec<&str>| *seen == ["request", "indication", "corruption"])
            },
            4,
            4,
        )
        .reached("in order", 2),
    ]
}

fn cuts() -> Vec<Case> {
    let counting = || {
        let system = System::new([listening()]).script(0, Script::at_any_time([1; 5]));
        system.explore_while("at most three").processes(|p| p.states().all(|(_, asked)| asked.len() <= 3))
    };
    vec![
        // 0 to 3. The step beyond is not taken.
        case("a cut", counting().sometimes("three").that(is_in(0, [1; 3])), 4, 4).reached("three", 3),
        // Where something was left out nothing comes to rest.
        case("a cut is no rest", counting().finally("rest").everything(|_| true), 4, 4).nowhere("rest"),
        // Of 3 * 3 states those whose sum is at most 2. Steps: 2; 2 + 2.
        case(
            "two cuts",
            {
                let counters = [listening(), listening()];
                let system =
                    System::new(counters).script(0, Script::at_any_time([1; 2])).script(1, Script::at_any_time([1; 2]));
                let system = system
                    .explore_while("two in all")
                    .processes(|p| p.states().map(|(_, asked)| asked.len()).sum::<usize>() <= 2);
                system.explore_while("one of process 0").processes(|p| p.get(0.into()).asked <= 1)
            },
            5,
            6,
        ),
    ]
}
