//! A layer on a module, as one actor.

use super::misuse::{own_indication, refuse};
use super::outputs::Output;
use super::{Layer, Outputs, Part, Saved, State};
use crate::event::{Emit, Event, Module};
use crate::step::Misuse;
use stateright::actor::{Actor, Command, Id, Out};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many requests and indications a layer and the module below it may exchange in one step, before they count as two
/// that never end.
pub const EVENTS_MAX: usize = 10_000;

/// A [`Layer`] on a module: the actor that runs both.
///
/// Each request and each indication between the two is handled within the step that gave rise to it, in the order in which
/// they came up. Storage, timers and random choices of the parts are kept apart, and what either saves is saved together
/// with what the other had saved last.
///
/// # Panics
///
/// In a handler, when layer and module go on answering each other for [`EVENTS_MAX`] events, or when the module below
/// addresses an indication to another process.
#[derive(Clone, Debug)]
pub struct Stack<L, A> {
    layer: L,
    below: A,
}

impl<L: Layer, A: Module<Request = L::RequestBelow, Indication = L::IndicationBelow>> Stack<L, A> {
    /// Puts a layer on a module.
    pub fn new(layer: L, below: A) -> Self {
        Stack { layer, below }
    }
}

type SavedOf<L, A> = Saved<<L as Layer>::Storage, <A as Actor>::Storage>;
type StateOf<L, A> = State<<L as Layer>::State, <A as Actor>::State, SavedOf<L, A>>;

impl<L: Layer, A: Module<Request = L::RequestBelow, Indication = L::IndicationBelow>> Actor for Stack<L, A> {
    type Msg = Event<L::Request, L::Indication, A::Wire>;
    type State = StateOf<L, A>;
    type Storage = SavedOf<L, A>;
    type Timer = Part<L::Timer, A::Timer>;
    type Random = Part<L::Random, A::Random>;

    fn on_start(&self, me: Id, storage: &Option<Self::Storage>, out: &mut Out<Self>) -> Self::State {
        let saved = storage.clone().unwrap_or_default();
        let mut step = Step::new(self, me, &saved);
        let mut below_out = Out::new();
        let below = self.below.on_start(me, &saved.below.as_deref().cloned(), &mut below_out);
        let mut layer_out = Outputs::new();
        let layer = self.layer.on_start(me, saved.layer.as_deref(), &mut layer_out);
        step.take_from_below(below_out);
        step.take_from_layer(layer_out);
        let mut state = Cow::Owned(State { layer, below, saved: saved.clone() });
        step.finish(&mut state, out);
        state.into_owned()
    }

    fn on_msg(&self, me: Id, state: &mut Cow<Self::State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let mut step = Step::new(self, me, &state.saved);
        match event {
            Event::Request(request) => step.layer(state, |layer, out| {
                self.layer.on_request(me, layer, request, out);
            }),
            Event::Wire(message) => step.below(state, |below, out| {
                self.below.on_msg(me, below, from, Event::Wire(message), out);
            }),
            Event::Indication(_) => {}
        }
        step.finish(state, out);
    }

    fn on_timeout(&self, me: Id, state: &mut Cow<Self::State>, timer: &Self::Timer, out: &mut Out<Self>) {
        let mut step = Step::new(self, me, &state.saved);
        match timer {
            Part::Layer(timer) => step.layer(state, |layer, out| self.layer.on_timeout(me, layer, timer, out)),
            Part::Below(timer) => step.below(state, |below, out| self.below.on_timeout(me, below, timer, out)),
        }
        step.finish(state, out);
    }

    fn on_random(&self, me: Id, state: &mut Cow<Self::State>, random: &Self::Random, out: &mut Out<Self>) {
        let mut step = Step::new(self, me, &state.saved);
        match random {
            Part::Layer(value) => step.layer(state, |layer, out| self.layer.on_random(me, layer, value, out)),
            Part::Below(value) => step.below(state, |below, out| self.below.on_random(me, below, value, out)),
        }
        step.finish(state, out);
    }

    fn name(&self) -> String {
        [self.layer.name(), self.below.name()]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join(" over ")
    }
}

/// What passes between the parts.
enum Between<L: Layer> {
    Request(L::RequestBelow),
    Indication(L::IndicationBelow),
}

/// One step of a stack, in the making.
struct Step<'a, L: Layer, A: Module<Request = L::RequestBelow, Indication = L::IndicationBelow>> {
    stack: &'a Stack<L, A>,
    me: Id,
    /// What passes between the parts and has not been handled yet.
    between: VecDeque<Between<L>>,
    /// What the parts have saved in this step or before.
    saved: SavedOf<L, A>,
    has_saved: bool,
    /// What leaves the process.
    out: Out<Stack<L, A>>,
}

impl<'a, L: Layer, A: Module<Request = L::RequestBelow, Indication = L::IndicationBelow>> Step<'a, L, A> {
    fn new(stack: &'a Stack<L, A>, me: Id, saved: &SavedOf<L, A>) -> Self {
        Step { stack, me, between: VecDeque::new(), saved: saved.clone(), has_saved: false, out: Out::new() }
    }

    /// Lets the layer handle something.
    fn layer(&mut self, state: &mut Cow<StateOf<L, A>>, handler: impl FnOnce(&mut L::State, &mut Outputs<L>)) {
        let mut out = Outputs::new();
        match state {
            Cow::Owned(state) => handler(&mut state.layer, &mut out),
            Cow::Borrowed(before) => {
                let mut layer = before.layer.clone();
                handler(&mut layer, &mut out);
                if layer != before.layer {
                    *state = Cow::Owned(State { layer, below: before.below.clone(), saved: before.saved.clone() });
                }
            }
        }
        self.take_from_layer(out);
    }

    /// Lets the module below handle something.
    fn below(&mut self, state: &mut Cow<StateOf<L, A>>, handler: impl FnOnce(&mut Cow<A::State>, &mut Out<A>)) {
        let mut out = Out::new();
        let mut below = Cow::Borrowed(&state.below);
        handler(&mut below, &mut out);
        if let Cow::Owned(below) = below {
            state.to_mut().below = below;
        }
        self.take_from_below(out);
    }

    fn take_from_layer(&mut self, outputs: Outputs<L>) {
        for output in outputs.list {
            match output {
                Output::Request(request) => self.between.push_back(Between::Request(request)),
                Output::Indicate(indication) => self.out.indicate(self.me, indication),
                Output::Save(storage) => {
                    self.saved.layer = Some(Arc::new(storage));
                    self.has_saved = true;
                }
                Output::SetTimer(timer, duration) => self.out.set_timer(Part::Layer(timer), duration),
                Output::CancelTimer(timer) => self.out.cancel_timer(Part::Layer(timer)),
                Output::Choose(key, values) => {
                    self.out.choose_random(format!("layer: {key}"), values.into_iter().map(Part::Layer).collect());
                }
            }
        }
    }

    fn take_from_below(&mut self, out: Out<A>) {
        for command in out {
            match command {
                Command::Send(to, Event::Wire(message)) => self.out.wire(to, message),
                Command::Send(to, Event::Indication(indication)) => {
                    own_indication(self.me, to);
                    self.between.push_back(Between::Indication(indication));
                }
                Command::Send(_, Event::Request(_)) => refuse(Misuse::SentRequest { process: self.me }),
                Command::Save(storage) => {
                    self.saved.below = Some(Arc::new(storage));
                    self.has_saved = true;
                }
                Command::SetTimer(timer, duration) => self.out.set_timer(Part::Below(timer), duration),
                Command::CancelTimer(timer) => self.out.cancel_timer(Part::Below(timer)),
                Command::ChooseRandom(key, values) => {
                    self.out.choose_random(format!("below: {key}"), values.into_iter().map(Part::Below).collect());
                }
            }
        }
    }

    /// Handles what passes between the parts until nothing is left, and puts out what leaves the process.
    fn finish(mut self, state: &mut Cow<StateOf<L, A>>, out: &mut Out<Stack<L, A>>) {
        let (stack, me) = (self.stack, self.me);
        let mut handled = 0;
        while let Some(event) = self.between.pop_front() {
            handled += 1;
            assert!(handled <= EVENTS_MAX, "layer and module answered each other {EVENTS_MAX} times in one step");
            match event {
                Between::Request(request) => self.below(state, |below, out| {
                    stack.below.on_msg(me, below, me, Event::Request(request), out);
                }),
                Between::Indication(indication) => self.layer(state, |layer, out| {
                    stack.layer.on_indication(me, layer, indication, out);
                }),
            }
        }
        if self.has_saved {
            // Before anything that is sent, for those who carry out commands in their order.
            out.save(self.saved.clone());
            if state.saved != self.saved {
                state.to_mut().saved = self.saved;
            }
        }
        out.append(&mut self.out);
    }
}
