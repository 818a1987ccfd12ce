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
/// same step, after the handler; so are the indications with which it answers.
///
/// # Examples
///
/// The [module documentation](super) has a layer that keeps a state. This one saves, and has a timer: it broadcasts the
/// number of its incarnation when it starts, and again every second.
///
/// ```
/// use std::time::Duration;
/// use synod::broadcast::{Broadcast, Deliver, best_effort::BestEffort};
/// use synod::check::check;
/// use synod::stack::{Layer, Outputs, Stack};
/// use synod::stateright::actor::Id;
/// use synod::system::{Limit, Network, Observation, System};
///
/// #[derive(Clone)]
/// struct Present;
///
/// #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// struct Again; // the name of the timer
///
/// impl Present {
///     fn call(&self, incarnation: u64, out: &mut Outputs<Self>) {
///         out.request(Broadcast(incarnation));
///         out.set_timer(Again, Duration::from_secs(1)..Duration::from_secs(1));
///     }
/// }
///
/// impl Layer for Present {
///     type Request = (); // nothing is asked of it
///     type Indication = (Id, u64); // who was heard, and in which incarnation
///     type RequestBelow = Broadcast<u64>;
///     type IndicationBelow = Deliver<u64>;
///     type State = u64; // the incarnation
///     type Storage = u64;
///     type Timer = Again;
///     type Random = ();
///
///     fn on_start(&self, _me: Id, stored: Option<&u64>, out: &mut Outputs<Self>) -> u64 {
///         let incarnation = stored.map_or(1, |last| last + 1);
///         out.save(incarnation); // durable before the broadcast leaves
///         self.call(incarnation, out);
///         incarnation
///     }
///
///     fn on_request(&self, _me: Id, _state: &mut u64, (): (), _out: &mut Outputs<Self>) {}
///
///     fn on_indication(&self, _me: Id, _state: &mut u64, below: Deliver<u64>, out: &mut Outputs<Self>) {
///         out.indicate((below.sender, below.payload));
///     }
///
///     fn on_timeout(&self, _me: Id, state: &mut u64, _timer: &Again, out: &mut Outputs<Self>) {
///         self.call(*state, out);
///     }
/// }
///
/// // Two processes on a network that does anything, of which one crashes and recovers: no incarnation comes back.
/// let system = System::new(vec![Stack::new(Present, BestEffort::new(2)); 2])
///     .network(Network::unordered().loss(Limit::Unlimited).duplication(Limit::Unlimited))
///     .crash_recovery(1)
///     .observing(0, |heard, seen| {
///         if let Observation::Indication { indication: (_, incarnation), .. } = seen {
///             *heard = (*heard).max(*incarnation);
///         }
///     })
///     .always("at most two incarnations").history(|heard| *heard <= 2)
///     .sometimes("the second is heard").history(|heard| *heard == 2);
/// check(&system).verified();
/// ```
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
