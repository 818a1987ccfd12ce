//! Boundaries: states beyond them do not exist.

use crate::puppet::{NETWORKS, Puppet, Puppets, counted, model};
use synod::check::check;

/// Counts for ever.
fn endless(network: usize) -> Puppets {
    let counter = Puppet::sending(&[(0, 0)]).on_message(|it, me, message| it.send(me, message + 1));
    model([counter], NETWORKS[network](vec![]))
}

#[test]
fn what_is_beyond_the_boundary_is_neither_kept_nor_counted() {
    // Messages 0 to 4, one at a time.
    let bounded = || endless(0).within_boundary(|(), state| state.network.iter_deliverable().all(|it| *it.msg < 5));
    let report = counted(bounded, 5, 5);
    assert!(report.assumptions.iter().any(|line| line.contains("boundary")), "{report}");
}

#[test]
fn a_model_without_a_boundary_is_not_asked_for_it() {
    let report = check(&model([Puppet::sending(&[(0, 0)])], NETWORKS[0](vec![]))).verified();
    assert!(report.assumptions.iter().all(|line| !line.contains("boundary")), "{report}");
}

#[test]
fn a_boundary_that_panics_is_a_finding() {
    let bounded = endless(0).within_boundary(|(), state| {
        assert!(state.network.iter_deliverable().all(|it| *it.msg < 3), "too far");
        true
    });
    let report = check(&bounded).threads(1).violates("no panic", 3);
    assert!(report.to_string().contains("too far"), "{report}");
}

#[test]
#[should_panic(expected = "there is nothing to explore")]
fn a_boundary_that_leaves_out_the_first_state_is_refused() {
    check(&endless(0).within_boundary(|(), _| false)).run();
}
