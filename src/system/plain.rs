//! Cells kept as shared plain values, without a memory: for stateright's checkers and the Explorer.

use super::System;
use super::global::{Cells, Global, Outlook, Standing, Step};
use super::local::{self, Cause, LocalOf, Outcome, Sort};
use super::observe::ObservationOf;
use super::process::{Cell, EnvelopeOf, Life, Process};
use super::timing::Tick;
use super::trace::Mark;
use super::words::{self, EnvelopeInWords, LocalInWords, StepInWords, Words};
use crate::event::{Data, Module};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

/// A state of a [`System`], as stateright's checkers and the Explorer see it.
pub type State<A, H> = Global<Arc<Process<A>>, Arc<EnvelopeOf<A>>, Arc<H>>;

/// A step of a [`System`], as stateright's checkers and the Explorer see it.
pub type Action<A> = Step<Arc<EnvelopeOf<A>>, Arc<LocalOf<A>>>;

/// Cells as shared plain values.
pub(crate) struct Plain<'a, A: Module, H: Data>(pub(crate) &'a System<A, H>);

impl<A: Module, H: Data> Cells for Plain<'_, A, H> {
    type Process = Arc<Process<A>>;
    type Envelope = Arc<EnvelopeOf<A>>;
    type History = Arc<H>;
    type Local = Arc<LocalOf<A>>;
    type Offers = Rc<[(Arc<LocalOf<A>>, Sort)]>;
    type Reaction = Rc<[Outcome<Arc<Process<A>>, Arc<EnvelopeOf<A>>, Vec<ObservationOf<A>>>]>;

    fn unborn(&mut self) -> Self::Process {
        Arc::new(Cell::unborn(None))
    }

    fn first_history(&mut self) -> Self::History {
        self.0.first_history.clone()
    }

    fn standing(&mut self, process: &Self::Process) -> Standing {
        standing(process)
    }

    fn ends(&mut self, envelope: &Self::Envelope) -> (usize, usize) {
        (envelope.from.into(), envelope.to.into())
    }

    fn offers(&mut self, id: usize, process: &Self::Process) -> Self::Offers {
        let offers = self.0.offers(id, process).into_iter();
        offers.map(|(local, sort)| (Arc::new(local), sort)).collect()
    }

    fn offer(&self, offers: &Self::Offers, place: usize) -> Option<(Self::Local, Sort)> {
        offers.get(place).cloned()
    }

    fn react(
        &mut self,
        id: usize,
        process: &Self::Process,
        cause: Cause<&Self::Envelope, &Self::Local>,
    ) -> Self::Reaction {
        let share = |outcome: Outcome<Process<A>, EnvelopeOf<A>, _>| Outcome {
            process: Arc::new(outcome.process),
            sent: outcome.sent.into_iter().map(Arc::new).collect(),
            seen: outcome.seen,
            death: outcome.death,
            ignored: outcome.ignored,
        };
        self.0.react(id, process, cause.as_values()).into_iter().map(share).collect()
    }

    fn outcome(&self, reaction: &Self::Reaction, which: usize) -> Option<Outlook<Self::Process>> {
        let Outcome { process, death, ignored, .. } = reaction.get(which)?;
        Some(Outlook { process: process.clone(), death: *death, ignored: *ignored })
    }

    fn sent(&self, reaction: &Self::Reaction, which: usize, place: usize) -> Option<Self::Envelope> {
        reaction[which].sent.get(place).cloned()
    }

    fn tick(&mut self, process: &Self::Process, tick: Tick) -> Self::Process {
        Arc::new(local::tick(process, tick))
    }

    fn observe(&mut self, history: &Self::History, reaction: &Self::Reaction, which: usize) -> Option<Self::History> {
        observe(self.0, history, &reaction[which].seen).ok()
    }

    fn lies(&mut self, id: usize) -> Arc<[Self::Envelope]> {
        self.0.lies(id).into_iter().map(Arc::new).collect()
    }
}

impl<A: Module, H: Data> Words<Self> for Plain<'_, A, H> {
    fn envelope(&self, envelope: &Arc<EnvelopeOf<A>>) -> EnvelopeInWords {
        words::envelope(envelope)
    }

    fn local(&self, local: &Arc<LocalOf<A>>) -> LocalInWords {
        words::local(local)
    }

    fn seen(&self, _: &Self, reaction: &<Self as Cells>::Reaction, which: usize) -> Vec<Mark> {
        words::seen(&reaction[which].seen)
    }

    fn state(&self, state: &State<A, H>) -> String {
        format!("{state:?}")
    }

    fn in_order(&self, state: &State<A, H>) -> Vec<Arc<EnvelopeOf<A>>> {
        state.network.clone()
    }
}

/// A step in words.
pub(super) fn in_words<A: Module>(step: &Action<A>) -> StepInWords {
    step.map(&|envelope| words::envelope(envelope), &|local| words::local(local))
}

impl<E, L> Cause<&Arc<E>, &Arc<L>> {
    fn as_values(&self) -> Cause<&E, &L> {
        match self {
            Cause::Start => Cause::Start,
            Cause::Message(envelope) => Cause::Message(envelope),
            Cause::Local(local) => Cause::Local(local),
            Cause::Crash(kind) => Cause::Crash(*kind),
            Cause::Corrupt => Cause::Corrupt,
        }
    }
}

pub(crate) fn standing<S, D, T, X>(process: &Cell<S, D, T, X>) -> Standing {
    match process.life {
        Life::Up(_) => Standing::Up,
        Life::Down => Standing::Down,
        Life::Stopped => Standing::Stopped,
        Life::Byzantine => Standing::Byzantine,
        Life::Panicked(_) => Standing::Panicked,
    }
}

/// What the observer keeps after it saw a step.
///
/// # Errors
///
/// The message of the observer's panic.
pub(crate) fn observe<A: Module, H: Data>(
    system: &System<A, H>,
    history: &Arc<H>,
    seen: &[ObservationOf<A>],
) -> Result<Arc<H>, String> {
    if seen.is_empty() {
        return Ok(history.clone());
    }
    let mut kept = H::clone(history);
    let watched = catch_unwind(AssertUnwindSafe(|| {
        for observation in seen {
            (system.observer)(&mut kept, observation);
        }
    }));
    watched.map_err(|payload| local::panic_message(&*payload))?;
    Ok(Arc::new(kept))
}
