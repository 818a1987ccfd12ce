//! Every system that can be simulated is, and nothing falls in virtual time that stands in the check.

use std::sync::atomic::AtomicBool;
use synod::runtime::simulation::Unsimulated;
use synod_models::algorithms;

const EVENTS: u64 = 5_000;

#[test]
fn what_is_verified_stands_and_what_falls_is_what_is_expected_to() {
    let (mut simulated, mut fallen) = (0, 0);
    for algorithm in algorithms() {
        for case in &algorithm.systems {
            let name = format!("{}/{}", algorithm.name, case.name);
            let seen = match case.system.simulate(1, EVENTS, &AtomicBool::new(false)) {
                Ok(seen) => seen,
                Err(Unsimulated::Synchrony | Unsimulated::Byzantine | Unsimulated::Omission) => continue,
                Err(why) => panic!("{name}: {why}"),
            };
            simulated += 1;
            let Some(fall) = seen.fallen else {
                assert!(seen.events >= EVENTS, "{name} ended after {} events", seen.events);
                continue;
            };
            fallen += 1;
            assert!(case.foresees(&fall), "{name}, from seed {}:\n{}", fall.seed, fall.shrunk);
            assert!(fall.shrunk.trace.is_some(), "{name} allows the run that was found");
        }
    }
    println!("{simulated} systems were simulated, in {fallen} of them a property fell");
    assert!(simulated > 100 && fallen > 5, "{simulated} simulated, {fallen} fell");
}
