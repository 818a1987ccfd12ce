//! A process without its surroundings: an event in, the effects out.
//!
//! [`Core`] is what every way of running an actor drives: a node, a simulation, the replay of a record, and anybody's own
//! event loop. It does no input and no output, and reads no clock.
//!
//! A driver keeps three promises:
//!
//! 1. It starts the process with the last value that was made durable, or with nothing if none ever was.
//! 2. Of the [`Effects`] of a step, what is saved is durable before anything that is sent or indicated leaves the process.
//!    Several steps may be put into one [`Batch`](super::Batch) and made durable at once.
//! 3. When an error comes back, or a handler panics, the process stops, as if it had crashed before that step.
//!
//! ```
//! use synod::consensus::{Propose, paxos::Paxos};
//! use synod::quorum::Majority;
//! use synod::runtime::Core;
//! use synod::stateright::actor::Id;
//! use synod::step::Input;
//!
//! // The acceptor's store, in place of a disk.
//! let mut durable = None;
//! let (mut core, effects) = Core::start(Paxos::new(Majority::new(3)), Id::from(0), 3, durable.clone())?;
//! durable = effects.saved.or(durable);
//!
//! let effects = core.react(Input::Request(Propose("milk")))?;
//! durable = effects.saved.or(durable); // … first, and only then:
//! for (to, message) in effects.sent {
//!     println!("to {to:?}: {message:?}");
//! }
//! # let _ = durable;
//! # Ok::<(), synod::step::Misuse>(())
//! ```

use crate::event::Module;
use crate::random::Random;
use crate::step::{self, Change, Effects, Input, InputOf, Misuse};
use stateright::actor::Id;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One process of actor `A`: its state, the timers that are armed and the choices that are due.
#[derive(Clone, Debug)]
pub struct Core<A: Module> {
    actor: Arc<A>,
    id: Id,
    n: usize,
    /// Always owned.
    state: Cow<'static, A::State>,
    /// Whether a step has begun and not succeeded: while a handler runs, and for ever if it failed.
    is_broken: bool,
    armed: BTreeSet<A::Timer>,
    choices: BTreeMap<String, Vec<A::Random>>,
}

impl<A: Module> Core<A> {
    /// Starts process `id` of `n`, or restarts it with what it had made durable.
    ///
    /// # Errors
    ///
    /// [`Misuse`] when the actor breaks its contract.
    pub fn start(actor: A, id: Id, n: usize, durable: Option<A::Storage>) -> Result<(Self, Effects<A>), Misuse> {
        Core::sharing(Arc::new(actor), id, n, durable)
    }

    /// As [`Core::start`], of an actor that its driver keeps for the next start.
    ///
    /// # Errors
    ///
    /// As [`Core::start`].
    pub fn sharing(actor: Arc<A>, id: Id, n: usize, durable: Option<A::Storage>) -> Result<(Self, Effects<A>), Misuse> {
        let (state, effects) = step::start(&*actor, id, n, &durable)?;
        let (armed, choices) = (BTreeSet::new(), BTreeMap::new());
        let mut core = Core { actor, id, n, state: Cow::Owned(state), is_broken: false, armed, choices };
        core.remember(&effects.changes);
        Ok((core, effects))
    }

    /// Lets the process handle one event.
    ///
    /// A timer that is not armed, because it was cancelled or has fired already, does nothing: drivers need not be quick to
    /// forget it. A [`Random`](Input::Random) event is the driver's own choice; see [`Core::choose`] for the usual way.
    ///
    /// # Errors
    ///
    /// [`Misuse`] when the actor breaks its contract. The process must not go on after that.
    ///
    /// # Panics
    ///
    /// When it is called again after an error, or after a handler has panicked; and when a handler panics.
    pub fn react(&mut self, input: InputOf<A>) -> Result<Effects<A>, Misuse> {
        if let Input::Timeout(timer) = &input
            && !self.armed.remove(timer)
        {
            return Ok(Effects::none());
        }
        assert!(!self.is_broken, "a process whose step failed does not go on");
        self.is_broken = true;
        let effects = step::advance(&*self.actor, self.id, self.n, &mut self.state, input)?;
        self.is_broken = false;
        self.remember(&effects.changes);
        Ok(effects)
    }

    /// Makes the first choice that is due, and lets the process handle it. None is left when this returns `None`.
    ///
    /// Each value is as likely as any other. Drivers call it after every step until nothing is due, so that a choice
    /// resolves at once; a checked system lets anything else happen before, which allows this too.
    ///
    /// # Errors
    ///
    /// As [`Core::react`].
    ///
    /// # Panics
    ///
    /// As [`Core::react`].
    pub fn choose(&mut self, random: &mut Random) -> Option<Result<Effects<A>, Misuse>> {
        self.choose_by(|_, values| random.below(values.len()))
    }

    /// As [`Core::choose`], by a choice of the driver's own: `pick` is given the key and the values, and returns the place of
    /// one of them.
    ///
    /// # Errors
    ///
    /// As [`Core::react`].
    ///
    /// # Panics
    ///
    /// As [`Core::react`], and when there is no value at that place.
    pub fn choose_by(&mut self, pick: impl FnOnce(&str, &[A::Random]) -> usize) -> Option<Result<Effects<A>, Misuse>> {
        let (key, mut values) = self.choices.pop_first()?;
        let value = values.swap_remove(pick(&key, &values));
        Some(self.react(Input::Random(value)))
    }

    /// The process's name.
    pub fn id(&self) -> Id {
        self.id
    }

    /// How many processes there are, itself included.
    pub fn processes(&self) -> usize {
        self.n
    }

    /// From now on there are `n` processes.
    ///
    /// # Panics
    ///
    /// When `n` is less than before: an id is never used again, so the number of processes never falls.
    pub fn admit(&mut self, n: usize) {
        assert!(n >= self.n, "{n} processes are fewer than the {} that there were: ids are never used again", self.n);
        self.n = n;
    }

    /// What the process knows.
    ///
    /// # Panics
    ///
    /// When an earlier step of the process failed.
    pub fn state(&self) -> &A::State {
        assert!(!self.is_broken, "a process whose step failed has no state");
        &self.state
    }

    /// The actor that it runs.
    pub fn actor(&self) -> &A {
        &self.actor
    }

    /// The timers that are armed, in their order.
    pub fn armed(&self) -> impl Iterator<Item = &A::Timer> {
        self.armed.iter()
    }

    /// Whether a timer is armed.
    pub fn is_armed(&self, timer: &A::Timer) -> bool {
        self.armed.contains(timer)
    }

    /// The choices that are due: under each key the values of which one is to be chosen.
    pub fn choices(&self) -> &BTreeMap<String, Vec<A::Random>> {
        &self.choices
    }

    fn remember(&mut self, changes: &[Change<A::Timer, A::Random>]) {
        for change in changes {
            match change {
                Change::SetTimer(timer, _) => {
                    self.armed.insert(timer.clone());
                }
                Change::CancelTimer(timer) => {
                    self.armed.remove(timer);
                }
                Change::Choose(key, values) if values.is_empty() => {
                    self.choices.remove(key);
                }
                Change::Choose(key, values) => {
                    self.choices.insert(key.clone(), values.clone());
                }
            }
        }
    }
}
