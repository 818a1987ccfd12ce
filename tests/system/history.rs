//! What an observer sees, and in which order.

use crate::common::{Toy, counted};
use std::collections::BTreeSet;
use synod::system::{Limit, Network, Observation, ObservationOf, Predicate, Script, System, history};

type Seen = Vec<ObservationOf<Toy>>;

fn request() -> ObservationOf<Toy> {
    Observation::Request { process: 0.into(), request: 1 }
}

fn told(indication: u8) -> ObservationOf<Toy> {
    Observation::Indication { process: 0.into(), indication }
}

fn crash() -> ObservationOf<Toy> {
    Observation::Crash { process: 0.into() }
}

fn recovery() -> ObservationOf<Toy> {
    Observation::Recovery { process: 0.into() }
}

fn is(expected: impl Into<Seen>) -> Predicate<Toy, Seen> {
    let expected = expected.into();
    history(move |seen| *seen == expected)
}

#[test]
fn all_that_happens_to_the_application_is_seen_in_order() {
    // On its request, R, the process tells 5 and 6; it may crash, C, and recover, V.
    //   no crash    -, R56
    //   down        C with no request made; C with the request cut off; RC; R5C; R56C
    //   recovered   each of them with V; and from the first of them CVR56
    // Steps: the whole request, cut off, dying after 0 and after 1 indication, crash; crash; five recoveries; the request.
    let process = Toy::new().on_request(|it, _| {
        it.indicate(5);
        it.indicate(6);
    });
    let system = System::new([process])
        .network(Network::unordered().loss(Limit::Unlimited))
        .script(0, Script::at_any_time([1]))
        .crash_recovery(1)
        .observing(Vec::new(), |all: &mut Seen, seen: &ObservationOf<Toy>| all.push(seen.clone()))
        .sometimes("a request and its answers")
        .that(is([request(), told(5), told(6)]))
        .sometimes("an answer lost")
        .that(is([request(), told(5), crash(), recovery()]))
        .sometimes("both answers lost")
        .that(is([request(), crash(), recovery()]))
        .sometimes("a request after a recovery")
        .that(is([crash(), recovery(), request(), told(5), told(6)]));
    counted(&system, 13, 13);
}

/// Each of two processes tells its application its request.
fn two_tell() -> System<Toy> {
    let telling = || Toy::new().on_request(|it, request| it.indicate(request));
    System::new([telling(), telling()]).script(0, Script::at_any_time([1])).script(1, Script::at_any_time([2]))
}

#[test]
fn an_observer_keeps_what_it_likes() {
    // Nothing: asked or not. The order: none, the one, the other, both in two orders. Which: as nothing.
    counted(&two_tell(), 4, 5);
    let order = two_tell().observing(Vec::new(), |order: &mut Vec<u8>, seen: &ObservationOf<Toy>| {
        if let Observation::Indication { indication, .. } = seen {
            order.push(*indication);
        }
    });
    counted(&order.sometimes("the second first").history(|order: &Vec<u8>| *order == [2, 1]), 5, 5);
    let which = two_tell().observing(BTreeSet::new(), |which: &mut BTreeSet<u8>, seen: &ObservationOf<Toy>| {
        if let Observation::Indication { indication, .. } = seen {
            which.insert(*indication);
        }
    });
    counted(&which.finally("both").history(|which: &BTreeSet<u8>| which.len() == 2), 4, 5);
}

#[test]
fn what_processes_tell_when_they_start_is_seen_first() {
    let eager = || Toy::new().on_start(|it, _| it.indicate(9));
    let system = System::new([eager(), eager()])
        .observing(Vec::new(), |all: &mut Seen, seen: &ObservationOf<Toy>| all.push(seen.clone()))
        .always("both, in the order of their ids")
        .that(is([
            Observation::Indication { process: 0.into(), indication: 9 },
            Observation::Indication { process: 1.into(), indication: 9 },
        ]));
    counted(&system, 1, 1);
}
