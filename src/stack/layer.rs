//! An algorithm that stands on another.

use super::Outputs;
use crate::event::Data;
use stateright::actor::Id;
use std::marker::{Send, Sync};

/// An algorithm that stands on another: what it exchanges with the application above and with the module below, and what
/// it does when something arrives from either.
///
/// The contract is that of an actor (see [`Module`](crate::event::Module)): outputs depend on the arguments alone, ids
/// are 0 … n-1, and what is saved is durable before anything of the same step leaves the process.
///
/// Outputs take effect when the handler has returned, in their order. A request to the module below is handled in the
/// same step, after the handler; so are the indications with which it answers. What the module has not come to by the end
/// of the step is lost in a crash, like everything in memory.
pub trait Layer: Sized + Send + Sync + 'static {
    /// What the application above asks of the layer.
    type Request: Data;
    /// What the layer tells it.
    type Indication: Data;
    /// What the layer asks of the module below.
    type RequestBelow: Data;
    /// What the module below tells the layer.
    type IndicationBelow: Data;
    /// What the layer knows.
    type State: Data;
    /// What of it must survive a crash.
    type Storage: Data;
    /// Its timers, by name.
    type Timer: Data;
    /// What it may choose at random.
    type Random: Data;

    /// The process starts, or restarts with what the layer had saved last. The module below has started already; what it
    /// indicated in starting comes after this.
    fn on_start(&self, me: Id, stored: Option<&Self::Storage>, out: &mut Outputs<Self>) -> Self::State;

    /// The application above asks for something.
    fn on_request(&self, me: Id, state: &mut Self::State, request: Self::Request, out: &mut Outputs<Self>);

    /// The module below indicates something.
    fn on_indication(
        &self,
        me: Id,
        state: &mut Self::State,
        indication: Self::IndicationBelow,
        out: &mut Outputs<Self>,
    );

    /// A timer that the layer has set has run out. Unless a layer says otherwise, nothing happens.
    fn on_timeout(&self, _me: Id, _state: &mut Self::State, _timer: &Self::Timer, _out: &mut Outputs<Self>) {}

    /// A random choice that the layer has asked for has been made. Unless a layer says otherwise, nothing happens.
    fn on_random(&self, _me: Id, _state: &mut Self::State, _value: &Self::Random, _out: &mut Outputs<Self>) {}

    /// What it is called where systems are shown to people: "Causal order".
    fn name(&self) -> String {
        String::new()
    }
}
