//! What a part of a stack must not do ends in a clear word: a panic, which the check finds like any other.

use crate::common::{Toy, ends_with};
use crate::toy_layer::ToyLayer;
use stateright::actor::Id;
use synod::check::{Report, check};
use synod::event::{Event, Module};
use synod::link::perfect::PerfectLinks;
use synod::stack::{Stack, linked};
use synod::system::{NO_PANIC, Script, System};

/// What comes of it when process 0 of two is asked for something.
fn asked<A: Module<Request = u8>>(actors: [A; 2]) -> Report {
    let report = check(&System::new(actors).script(0, Script::at_any_time([1]))).run();
    assert!(report.violates(NO_PANIC, 1), "{report}");
    report
}

fn foreign_indication() -> Toy {
    Toy::new().on_request(|it, _| it.out.send(Id::from(1), Event::Indication(1)))
}

fn own_request() -> Toy {
    Toy::new().on_request(|it, _| it.out.send(Id::from(0), Event::Request(1)))
}

const FOREIGN_INDICATION: &str = "process 0 addressed an indication to process 1";
const OWN_REQUEST: &str = "process 0 sent a request";

#[test]
fn a_module_indicates_to_its_own_layer() {
    ends_with(&asked([(); 2].map(|()| Stack::new(ToyLayer::transparent(), foreign_indication()))), FOREIGN_INDICATION);
}

#[test]
fn a_module_makes_no_requests() {
    ends_with(&asked([(); 2].map(|()| Stack::new(ToyLayer::transparent(), own_request()))), OWN_REQUEST);
}

#[test]
fn an_actor_over_links_indicates_to_its_own_application() {
    ends_with(&asked([(); 2].map(|()| linked(foreign_indication(), PerfectLinks::new()))), FOREIGN_INDICATION);
}

#[test]
fn an_actor_over_links_makes_no_requests() {
    ends_with(&asked([(); 2].map(|()| linked(own_request(), PerfectLinks::new()))), OWN_REQUEST);
}

#[test]
fn an_actor_over_links_sends_to_processes_that_exist() {
    let lost = || Toy::new().on_request(|it, _| it.send(7, 1));
    ends_with(
        &asked([(); 2].map(|()| linked(lost(), PerfectLinks::new()))),
        "process 0 sent a message to process 7, which does not exist",
    );
}

#[test]
fn layer_and_module_come_to_an_end() {
    let layer = || ToyLayer::transparent().on_indication(|it, indication| it.out.request(indication));
    let module = || Toy::new().on_request(|it, request| it.indicate(request));
    ends_with(&asked([(); 2].map(|()| Stack::new(layer(), module()))), "answered each other 10000 times in one step");
}
