//! What a model's properties read, declared by the user.

use super::{History, Shareable};
use crate::check::Check;
use crate::system::Reads;
use stateright::actor::ActorModel;

impl<A: Shareable, C: Clone + Sync, H: History> Check<'_, ActorModel<A, C, H>> {
    /// Declares that a property reads no more of a state than one part of it: then it is evaluated once for each value of
    /// that part, and not once for each state. [`Reads::Processes`] stands for the actors' states, timers, choices and
    /// storages, [`Reads::Messages`] for the network (but not for the message that it delivered last).
    ///
    /// The declaration is put to the test, in a sample of the states.
    ///
    /// ```
    /// # use synod::stateright;
    /// # use stateright::Expectation;
    /// # use stateright::actor::{Actor, ActorModel, Id, Network, Out};
    /// # use std::borrow::Cow;
    /// use synod::check::check;
    /// use synod::system::Reads;
    /// # struct Idle;
    /// # impl Actor for Idle {
    /// #     type Msg = ();
    /// #     type State = ();
    /// #     type Timer = ();
    /// #     type Random = ();
    /// #     type Storage = ();
    /// #     fn on_start(&self, _: Id, _: &Option<()>, _: &mut Out<Self>) {}
    /// # }
    /// # let model = ActorModel::new((), 0)
    /// #     .actor(Idle)
    /// #     .property(Expectation::Always, "nothing happens", |_, state| state.history == 0);
    ///
    /// check(&model).reads("nothing happens", Reads::History).verified();
    /// ```
    ///
    /// # Panics
    ///
    /// The check panics when the model has no such property, and when a property's verdict differs between two states that
    /// agree on what it is declared to read.
    pub fn reads(mut self, property: &str, reads: Reads) -> Self {
        self.reads.push((property.to_string(), reads));
        self
    }
}
