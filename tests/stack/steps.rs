//! What happens in one step of a stack, and in which order.

use crate::common::Toy;
use crate::toy_layer::ToyLayer;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use synod::broadcast::eager::Eager;
use synod::event::Event;
use synod::link::perfect::PerfectLinks;
use synod::stack::{Stack, linked};
use synod::step::{Effects, Input, react, start};

type Toys = Stack<ToyLayer, Toy>;

fn me() -> Id {
    Id::from(0)
}

/// The state of layer and toy after a start and these requests, and the effects of the last step.
fn run(stack: &Toys, requests: &[u8]) -> (Vec<u8>, Vec<u8>, Effects<Toys>) {
    let (mut state, mut effects) = start(stack, me(), 2, &None).expect("nothing to refuse");
    for request in requests {
        let (next, then) = react(stack, me(), 2, &state, Input::Request(*request)).expect("nothing to refuse");
        state = next.unwrap_or(state);
        effects = then;
    }
    (state.layer, state.below, effects)
}

/// A toy that writes down each request and answers it with an indication, ten times as large.
fn answering() -> Toy {
    Toy::new().on_request(|it, request| {
        it.state.push(request);
        it.indicate(10 * request);
    })
}

#[test]
fn a_request_and_its_answer_pass_through_in_one_step() {
    let (layer, below, effects) = run(&Stack::new(ToyLayer::transparent(), answering()), &[1]);
    assert_eq!((layer, below), (vec![], vec![1]));
    assert_eq!(effects.indications, [10]);
    assert!(effects.sent.is_empty() && effects.saved.is_none());
}

/// The layer asks for two things; each is handled after the handler that asked, and each answer after both.
#[test]
fn what_passes_between_the_parts_is_handled_in_the_order_in_which_it_came_up() {
    let layer = ToyLayer::new()
        .on_request(|it, request| {
            it.out.request(request);
            it.out.request(request + 1);
            it.state.push(request);
        })
        .on_indication(|it, indication| {
            it.state.push(indication);
            if indication == 10 {
                it.out.request(3);
            }
        });
    let (layer, below, effects) = run(&Stack::new(layer, answering()), &[1]);
    assert_eq!(layer, [1, 10, 20, 30]);
    assert_eq!(below, [1, 2, 3]);
    assert!(effects.indications.is_empty());
}

#[test]
fn what_the_module_indicates_in_starting_comes_after_the_start_of_the_layer() {
    let layer = ToyLayer::new()
        .on_start(|it, _| {
            it.state.push(1);
            it.out.request(5);
        })
        .on_indication(|it, indication| it.state.push(indication));
    let below = answering().on_start(|it, _| it.indicate(2));
    let (layer, below, _) = run(&Stack::new(layer, below), &[]);
    assert_eq!((layer, below), (vec![1, 2, 50], vec![5]));
}

#[test]
fn a_message_of_the_module_to_itself_is_handled_in_the_same_step() {
    let below = Toy::new()
        .on_request(|it, request| it.send(0, request))
        .on_message(|it, from, message| it.indicate(10 * message + u8::try_from(from).expect("a small id")));
    let (_, _, effects) = run(&Stack::new(ToyLayer::transparent(), below), &[4]);
    assert_eq!(effects.indications, [40]);
    assert!(effects.sent.is_empty());
}

/// A handler that writes back what was there has changed nothing, and says so.
#[test]
fn a_layer_that_changes_nothing_leaves_the_state_alone() {
    let layer = ToyLayer::new().on_request(|it, _| {
        it.state.push(1);
        it.state.pop();
    });
    let stack = Stack::new(layer, Toy::new());
    let (state, _) = start(&stack, me(), 1, &None).expect("nothing to refuse");
    let (next, effects) = react(&stack, me(), 1, &state, Input::Request(1)).expect("nothing to refuse");
    assert!(next.is_none() && effects.is_empty());
}

/// Those who carry out an actor's commands one by one make durable first what is saved in the step.
#[test]
fn what_is_saved_comes_before_what_is_sent() {
    let layer = ToyLayer::new().on_request(|it, request| {
        it.out.request(request);
        it.out.indicate(request);
    });
    let below = Toy::new().on_request(|it, request| {
        it.send(1, request);
        it.save(&[request]);
    });
    let stack = Stack::new(layer, below);
    let mut out = Out::new();
    let state = stack.on_start(me(), &None, &mut out);
    stack.on_msg(me(), &mut Cow::Borrowed(&state), me(), Event::Request(3), &mut out);
    let commands: Vec<_> = out.iter().map(|command| format!("{command:?}")).collect();
    let kinds: Vec<_> = commands.iter().map(|command| command.split('(').next()).collect();
    assert_eq!(kinds, [Some("Save"), Some("Send"), Some("Send")], "{commands:?}");
}

#[test]
fn a_stack_is_called_by_its_parts() {
    assert_eq!(Stack::new(ToyLayer::new(), Toy::new()).name(), "A toy");
    assert_eq!(linked(Eager::<u8>::new(2), PerfectLinks::new()).name(), "Eager reliable broadcast over Perfect links");
}
