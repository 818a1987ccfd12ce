//! Algorithms on one another: a [`Layer`] on a module is a module again.
//!
//! An algorithm that uses another (causal order over reliable broadcast, total order over consensus) is written as a
//! [`Layer`]. It sees the requests from above, the indications from below and its own timers, and answers with requests
//! to the module below, indications to the application above, timers and what it saves: the `upon event …` and `trigger …`
//! of Cachin, Guerraoui and Rodrigues. The wire of the module below it never sees, so it stands on every module that
//! takes its requests and gives its indications. [`Stack`] puts the two together into one actor, which is checked and
//! run like any other.
//!
//! [`Linked`] is the other composition: an actor that assumes perfect links, with its messages carried over
//! [`link::perfect`](crate::link::perfect), for networks that lose and duplicate. And [`Many`] is an instance of an actor for
//! each key: the registers of a store, the instances of a consensus.
//!
//! | to build | write |
//! | --- | --- |
//! | a layer on a module | `Stack::new(layer, module)` |
//! | two layers on a module | `Stack::new(upper, Stack::new(lower, module))` |
//! | an actor over lossy links | `linked(actor, PerfectLinks::new())` |
//! | an actor for each key | `Many::<Key, _>::new(actor)` |
//! | a layer over lossy links | `Stack::new(layer, linked(module, PerfectLinks::new()))` |
//!
//! # How to write a layer
//!
//! Name what passes through it (the four types of requests and indications), what it keeps ([`Layer::State`], and
//! [`Layer::Storage`] if something must survive a crash), and its timers; `()` where there is none. Then write a handler
//! for each event. A handler changes the state in place; whether anything changed, the stack finds out by comparing.
//!
//! A layer that numbers what its process broadcasts, and tells the application how many messages it has missed so far:
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use std::collections::BTreeMap;
//! use synod::broadcast::{Broadcast, Deliver, best_effort::BestEffort};
//! use synod::stack::{Layer, Outputs, Stack};
//! use synod::stateright::actor::Id;
//!
//! #[derive(Clone)]
//! struct Missing;
//!
//! /// What the layer below carries: a message and its number.
//! #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
//! struct Numbered(u64, String);
//!
//! #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
//! struct Counts {
//!     broadcast: u64,
//!     delivered: BTreeMap<Id, u64>,
//! }
//!
//! impl Layer for Missing {
//!     type Request = Broadcast<String>; // from the application above
//!     type Indication = (Deliver<String>, u64); // to it
//!     type RequestBelow = Broadcast<Numbered>; // to the module below
//!     type IndicationBelow = Deliver<Numbered>; // from it
//!     type State = Counts;
//!     type Storage = (); // nothing survives a crash
//!     type Timer = ();
//!     type Random = ();
//!
//!     fn on_start(&self, _me: Id, _stored: Option<&()>, _out: &mut Outputs<Self>) -> Counts {
//!         Counts::default()
//!     }
//!
//!     fn on_request(&self, _me: Id, state: &mut Counts, Broadcast(text): Broadcast<String>, out: &mut Outputs<Self>) {
//!         out.request(Broadcast(Numbered(state.broadcast, text)));
//!         state.broadcast += 1;
//!     }
//!
//!     fn on_indication(&self, _me: Id, state: &mut Counts, below: Deliver<Numbered>, out: &mut Outputs<Self>) {
//!         let Deliver { sender, payload: Numbered(number, text) } = below;
//!         let delivered = state.delivered.entry(sender).or_default();
//!         out.indicate((Deliver { sender, payload: text }, number.saturating_sub(*delivered)));
//!         *delivered += 1;
//!     }
//! }
//!
//! // It stands on every broadcast. Checked like any other actor:
//! use synod::check::check;
//! use synod::system::{Observation, Script, System};
//!
//! let group = vec![Stack::new(Missing, BestEffort::new(2)); 2];
//! let system = System::new(group)
//!     .script(0, Script::at_any_time(["one", "two"].map(|text| Broadcast(text.to_string()))))
//!     .observing(0, |missed, seen| {
//!         if let Observation::Indication { indication: (_, missing), .. } = seen {
//!             *missed += *missing;
//!         }
//!     })
//!     .sometimes("a message overtakes another").history(|missed| *missed == 1)
//!     .always("none overtakes two").history(|missed| *missed <= 1);
//! check(&system).verified();
//! ```

mod layer;
mod linked;
mod many;
mod misuse;
mod outputs;
mod parts;
mod stacked;

pub use layer::Layer;
pub use linked::{Linked, OverLinks, linked};
pub use many::{Instance, Keyed, Many, State as ManyState, Stored};
pub use outputs::Outputs;
pub use parts::{Part, Saved, State};
pub use stacked::{EVENTS_MAX, Stack};
