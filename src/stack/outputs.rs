//! What a layer does in a step.

use super::Layer;
use std::ops::Range;
use std::time::Duration;

/// What a handler of a [`Layer`] puts out.
pub struct Outputs<L: Layer> {
    pub(super) list: Vec<Output<L>>,
}

/// One of a layer's outputs.
pub(super) enum Output<L: Layer> {
    Request(L::RequestBelow),
    Indicate(L::Indication),
    Save(L::Storage),
    SetTimer(L::Timer, Range<Duration>),
    CancelTimer(L::Timer),
    Choose(String, Vec<L::Random>),
}

impl<L: Layer> Outputs<L> {
    pub(super) fn new() -> Self {
        Outputs { list: Vec::new() }
    }

    /// Asks something of the module below.
    pub fn request(&mut self, request: L::RequestBelow) {
        self.list.push(Output::Request(request));
    }

    /// Tells the application above something.
    pub fn indicate(&mut self, indication: L::Indication) {
        self.list.push(Output::Indicate(indication));
    }

    /// Saves what must survive a crash, in place of what the layer saved before. The module below saves for itself.
    pub fn save(&mut self, storage: L::Storage) {
        self.list.push(Output::Save(storage));
    }

    /// Arms a timer, or arms it anew. It is the layer's own: the module below may have one of the same name.
    pub fn set_timer(&mut self, timer: L::Timer, duration: Range<Duration>) {
        self.list.push(Output::SetTimer(timer, duration));
    }

    /// Disarms a timer, if it is armed.
    pub fn cancel_timer(&mut self, timer: L::Timer) {
        self.list.push(Output::CancelTimer(timer));
    }

    /// Asks that one of these values be chosen at random, in place of what was asked for under the same key before; no
    /// values withdraw that. The key is the layer's own.
    pub fn choose_random(&mut self, key: impl Into<String>, values: Vec<L::Random>) {
        self.list.push(Output::Choose(key.into(), values));
    }
}
