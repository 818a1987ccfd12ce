//! Random choices: each value is a step.

use crate::common::{Toy, counted, is_in};
use stateright::actor::Id;
use synod::system::{Limit, Network, System};

/// Makes these choices when it starts, and keeps which values fell.
fn choosing(choices: &'static [(&'static str, &'static [u8])]) -> Toy {
    Toy::new()
        .on_start(|it, _| choices.iter().for_each(|(key, values)| it.out.choose_random(*key, values.to_vec())))
        .on_choice(|it, value| it.keep_once(value))
}

#[test]
fn a_choice_falls_on_each_value() {
    // Pending, 0, 1.
    let system = System::new([choosing(&[("coin", &[0, 1])])])
        .sometimes("0")
        .that(is_in(0, [0]))
        .sometimes("1")
        .that(is_in(0, [1]));
    counted(&system.finally("made").processes(|p| p.iter().all(|(_, process)| process.choices.is_empty())), 3, 3);
}

#[test]
fn choices_under_different_keys_are_independent() {
    // The one is pending, 1 or 2, the other pending or 3: 6 states. Steps: 2x2 + 3x1.
    let system = System::new([choosing(&[("one", &[1, 2]), ("other", &[3])])]).sometimes("both").that(is_in(0, [1, 3]));
    counted(&system, 6, 8);
}

#[test]
fn a_choice_replaces_the_one_under_its_key() {
    counted(&System::new([choosing(&[("one", &[1, 2]), ("one", &[3])])]).finally("the last").that(is_in(0, [3])), 2, 2);
}

#[test]
fn no_values_withdraw_a_choice() {
    counted(&System::new([choosing(&[("one", &[1, 2]), ("one", &[])])]).always("none").that(is_in(0, [])), 1, 1);
    // By a message: pending {7}: 0, 1, or it arrives; withdrawn; 0 {7} and 1 {7}, where it changes nothing and stays.
    let process = choosing(&[("coin", &[0, 1])]).on_message(|it, _, _| it.out.remove_random("coin"));
    let system = System::new([process, Toy::sending([(0, 7)])]).sometimes("withdrawn").processes(|p| {
        let process = p.get(Id::from(0));
        process.choices.is_empty() && process.state() == Some(&vec![])
    });
    counted(&system, 4, 4);
}

#[test]
fn a_choice_that_is_made_is_made() {
    // A crash afterwards forgets it, and the restart chooses anew: pending, 0, 1; down; pending, 0, 1.
    // Steps: 3 + 1 + 1; 1; 2.
    let system = System::new([choosing(&[("coin", &[0, 1])])])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_recovery(1)
        .sometimes("down")
        .processes(|p| !p.get(Id::from(0)).is_up());
    counted(&system, 7, 9);
}
