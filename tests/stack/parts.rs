//! Storage, timers and choices of the parts are kept apart.

use crate::common::{Toy, counted};
use crate::toy_layer::ToyLayer;
use stateright::actor::Id;
use std::time::Duration;
use synod::stack::{Part, Stack};
use synod::step::{Change, Input, react, start};
use synod::system::{Limit, Network, Script, System};

const SECOND: std::ops::Range<Duration> = Duration::from_secs(1)..Duration::from_secs(1);

fn me() -> Id {
    Id::from(0)
}

/// The layer saves what it is asked, and passes it on; the module saves ten times as much. Both start with what they have
/// saved.
fn saving() -> Stack<ToyLayer, Toy> {
    let layer =
        ToyLayer::new().on_start(|it, stored| *it.state = stored.unwrap_or_default()).on_request(|it, request| {
            it.state.push(request);
            it.out.save(it.state.clone());
            it.out.request(request);
        });
    let below = Toy::new().on_start(|it, stored| *it.state = stored.unwrap_or_default()).on_request(|it, request| {
        if request < 3 {
            it.state.push(10 * request);
            let state = it.state.clone();
            it.save(&state);
        }
    });
    Stack::new(layer, below)
}

#[test]
fn each_part_recovers_what_it_has_saved() {
    let stack = saving();
    let (mut state, _) = start(&stack, me(), 1, &None).expect("nothing to refuse");
    let mut storage = None;
    for request in [1, 2, 3] {
        let (next, effects) = react(&stack, me(), 1, &state, Input::Request(request)).expect("nothing to refuse");
        state = next.expect("it changes");
        storage = effects.saved.or(storage);
    }
    // The module has saved nothing in the last step, and what it saved before is still there.
    let (recovered, effects) = start(&stack, me(), 1, &storage).expect("nothing to refuse");
    assert_eq!((&recovered.layer, &recovered.below), (&vec![1, 2, 3], &vec![10, 20]));
    assert_eq!(recovered, state);
    assert!(effects.is_empty());
    // And it stays there when only the layer saves.
    let (_, effects) = react(&stack, me(), 1, &recovered, Input::Request(4)).expect("nothing to refuse");
    assert_eq!(effects.saved.expect("the layer saves").below.as_deref(), Some(&vec![10, 20]));
}

#[test]
fn parts_crash_and_recover_together() {
    // Without a crash: asked for nothing, 1, or both. Down: after each of these, or having lost 1, or 2 after 1. Up again:
    // after each of these five, and having been asked for 2 after 1 was lost.
    let system = System::new([saving()])
        .network(Network::unordered().loss(Limit::Unlimited))
        .crash_recovery(1)
        .script(0, Script::at_any_time([1, 2]))
        .always("both have saved")
        .processes(|p| {
            p.stored().all(|(_, saved)| {
                let tenfold = saved.layer.iter().flat_map(|layer| layer.iter()).map(|one| 10 * one);
                tenfold.eq(saved.below.iter().flat_map(|below| below.iter()).copied())
            })
        })
        .sometimes("asked for the second thing only")
        .processes(|p| p.states().any(|(_, state)| state.layer == [2] && state.below == [20]));
    counted(&system, 3 + 5 + 6, 1 + (3 + 3 + 1) + 5 + 3);
}

/// Each part arms a timer 1 when it starts, and writes down which of its own fire.
fn timed(request: impl Fn(&mut crate::toy_layer::Turn<'_>, u8) + Send + Sync + 'static) -> Stack<ToyLayer, Toy> {
    let layer = ToyLayer::new()
        .on_start(|it, _| it.out.set_timer(1, SECOND))
        .on_timeout(|it, timer| it.state.push(timer))
        .on_request(request);
    Stack::new(layer, Toy::with_timers([(1, 1..1)]))
}

#[test]
fn timers_of_one_name_are_two() {
    // Neither, either, or both have fired.
    let system = System::new([timed(|_, _| {})])
        .sometimes("the module's alone")
        .processes(|p| p.states().all(|(_, state)| state.layer.is_empty() && state.below == [1]))
        .finally("each its own, once")
        .processes(|p| p.states().all(|(_, state)| state.layer == [1] && state.below == [1]));
    counted(&system, 4, 5);
}

#[test]
fn a_part_cancels_its_own_timer() {
    let stack = timed(|it, _| it.out.cancel_timer(1));
    let (state, effects) = start(&stack, me(), 1, &None).expect("nothing to refuse");
    assert!(matches!(effects.changes[..], [Change::SetTimer(Part::Below(1), _), Change::SetTimer(Part::Layer(1), _)]));
    let (_, effects) = react(&stack, me(), 1, &state, Input::Request(1)).expect("nothing to refuse");
    assert_eq!(effects.changes, [Change::CancelTimer(Part::Layer(1))]);
    let below = Toy::with_timers([(1, 1..1)]).on_request(|it, _| it.out.cancel_timer(1));
    let stack = Stack::new(ToyLayer::transparent(), below);
    let (_, effects) = react(&stack, me(), 1, &state, Input::Request(1)).expect("nothing to refuse");
    assert_eq!(effects.changes, [Change::CancelTimer(Part::Below(1))]);
}

#[test]
fn choices_of_one_key_are_two() {
    // None, either, or both have fallen, each on one of two values: (1 + 2)². Keys that look like the stack's own are no
    // others either.
    for (above, beneath) in [("key", "key"), ("below: key", "key"), ("key", "layer: key")] {
        let layer = ToyLayer::new()
            .on_start(move |it, _| it.out.choose_random(above, vec![1, 2]))
            .on_choice(|it, value| it.state.push(value));
        let below = Toy::new()
            .on_start(move |it, _| it.out.choose_random(beneath, vec![3, 4]))
            .on_choice(|it, value| it.state.push(value));
        let system = System::new([Stack::new(layer, below)]).finally("each has chosen among its own").processes(|p| {
            p.states().all(|(_, state)| matches!(state.layer[..], [1 | 2]) && matches!(state.below[..], [3 | 4]))
        });
        counted(&system, 9, 1 + 4 + 4 * 2);
    }
}
