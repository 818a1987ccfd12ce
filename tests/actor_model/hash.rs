//! Where stateright's hash takes different states for equal ones, the engine does not.

use crate::puppet::{NETWORKS, Puppet, Puppets, model, with_stateright};
use stateright::Expectation;
use synod::check::check;

/// A message is sent to either of two actors; it arms a timer, and when that fires the actor keeps it.
fn armed() -> Puppets {
    let timed = || Puppet::new().on_message(|it, _, _| it.arm(1)).on_timeout(|it, timer| it.keep(timer));
    let sender = Puppet::new()
        .on_start(|it, _| it.out.choose_random("whom", vec![1, 2]))
        .on_choice(|it, whom| it.send(whom.into(), 0));
    model([sender, timed(), timed()], NETWORKS[0](vec![]))
}

#[test]
fn which_of_two_actors_has_its_timer_armed_makes_two_states() {
    // The choice is pending; the message is under way, the timer is armed, it has fired: the last three for either actor.
    check(&armed()).unique_states(7).generated_states(7).verified();
    // stateright sees one armed timer where there are two, and goes on from one of them.
    assert_eq!(with_stateright(armed).0, 5);
    // So it takes one of these two claims for true. Both are wrong.
    let first = armed().property(Expectation::Always, "the first is idle", |_, state| state.actor_states[1].is_empty());
    check(&first).violates("the first is idle", 3);
    let second =
        armed().property(Expectation::Always, "the second is idle", |_, state| state.actor_states[2].is_empty());
    check(&second).violates("the second is idle", 3);
}
