//! What a test expects of a check has to be so: each expectation fails where it is not.

use crate::common::{Toy, is_in};
use synod::check::check;
use synod::system::{NO_PANIC, Script, System};

/// Five states and as many generated; everything that is claimed holds.
fn two_messages() -> System<Toy> {
    System::new([Toy::sending([(1, 1), (1, 2)]), Toy::keeping()]).sometimes("overtaken").that(is_in(1, [2, 1]))
}

/// Both can be violated: the first in two steps, the second in one.
fn violated() -> System<Toy> {
    two_messages()
        .always("not both")
        .processes(|p| p.states().all(|(_, kept)| kept.len() < 2))
        .always("no 2")
        .processes(|p| p.states().all(|(_, kept)| !kept.contains(&2)))
}

#[test]
fn the_right_ones_pass() {
    check(&two_messages()).unique_states(5).generated_states(5).verified();
    check(&violated()).unique_states(5).generated_states(5).violates("no 2", 1);
}

#[test]
#[should_panic(expected = "expected 6 states, but verified: 5 states, 5 generated")]
fn another_number_of_states() {
    check(&two_messages()).unique_states(6).verified();
}

#[test]
#[should_panic(expected = "expected 4 generated, but verified: 5 states, 5 generated")]
fn another_number_of_generated_states() {
    check(&two_messages()).generated_states(4).verified();
}

#[test]
#[should_panic(expected = "expected 4 states, but violated: 5 states")]
fn another_number_of_states_of_a_violated_system() {
    check(&violated()).unique_states(4).violates("no 2", 1);
}

#[test]
#[should_panic(expected = "no 2 is violated by:\n   1  deliver   p0 → p1  2\n")]
fn a_violation_where_everything_should_hold() {
    check(&violated()).verified();
}

#[test]
#[should_panic(expected = "\"no 2\" to be violated in 2 steps")]
fn a_violation_of_another_length() {
    check(&violated()).violates("no 2", 2);
}

#[test]
#[should_panic(expected = "\"not both\" to be violated in 2 steps")]
fn a_violation_after_another_one() {
    check(&violated()).violates("not both", 2);
}

#[test]
#[should_panic(expected = "\"no 3\" to be violated in 1 steps")]
fn a_violation_of_what_is_not_claimed() {
    check(&violated()).violates("no 3", 1);
}

#[test]
#[should_panic(expected = "\"overtaken\" to be violated in 2 steps, but verified")]
fn a_violation_where_there_is_none() {
    check(&two_messages()).violates("overtaken", 2);
}

#[test]
#[should_panic(expected = "sometimes a 3: never reached")]
fn a_state_that_is_not_reached() {
    check(&two_messages().sometimes("a 3").that(is_in(1, [3]))).verified();
}

#[test]
#[should_panic(expected = "always    no panic: violated (1 step)")]
fn a_panic_that_nobody_expects() {
    let system = System::new([Toy::new().on_request(|_, _| panic!("no"))]).script(0, Script::at_any_time([1]));
    check(&system).verified();
}

#[test]
#[should_panic(expected = "the system has no property \"no 3\"")]
fn a_report_of_what_is_not_claimed() {
    check(&violated()).run().property("no 3");
}

#[test]
#[should_panic(expected = "somebody has to explore")]
fn no_threads() {
    check(&two_messages()).threads(0).verified();
}

#[test]
fn every_system_claims_that_nothing_panics() {
    let report = check(&two_messages()).verified();
    assert_eq!(report.properties.last().map(|property| property.name), Some(NO_PANIC));
}
