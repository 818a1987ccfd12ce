//! States and steps of the system as a whole, and what is asked of whoever keeps their parts.
//!
//! Which steps are [enabled](super::enabled) and what each [does](super::perform) is written once, generic over how cells
//! are kept: as shared plain values for stateright and its Explorer ([`plain`](super::plain)), as small interned numbers
//! with a memory of every reaction for the engine ([`check`](crate::check)).

use super::fault::{CrashKind, Death, Spent};
use super::local::{Cause, Sort};
use super::timing::Tick;
use stateright::actor::Id;
use std::sync::Arc;

/// A state of the system, in terms of how cells are kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Global<P, E, H> {
    /// The processes, by id.
    pub(crate) processes: Vec<P>,
    /// The messages in flight: sorted; on a FIFO network sorted by channel, each channel in its own order.
    pub(crate) network: Vec<E>,
    /// What the observer keeps.
    pub(crate) history: H,
    /// What was spent of the budgets.
    pub(crate) spent: Spent,
}

/// A step of the system, in terms of how messages and local events are kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<E, L> {
    /// A message arrives.
    Deliver {
        /// Which one.
        envelope: E,
        /// Whether it stays in flight all the same: it was duplicated.
        kept: bool,
        /// Whether the receiver dies while it handles the message.
        death: Option<Death>,
    },
    /// A process acts by itself: request, timeout, random choice, recovery.
    Act {
        /// Which process.
        process: Id,
        /// What it does.
        local: L,
        /// Whether it dies in the step.
        death: Option<Death>,
    },
    /// A message is lost.
    Lose(E),
    /// A faulty process fails to send or to receive a message.
    Omit(E),
    /// A process crashes between two steps.
    Crash(Id, CrashKind),
    /// A process turns Byzantine.
    Corrupt(Id),
    /// A Byzantine process says something. How long it takes to arrive is its choice too, so it arrives at once.
    Lie {
        /// What it says, and to whom.
        envelope: E,
        /// Whether the receiver dies while it handles the message.
        death: Option<Death>,
    },
    /// The network is cut: this partition comes into force.
    Cut(u8),
    /// The network heals.
    Heal,
    /// The system becomes synchronous.
    Stabilise,
}

impl<E, L> Step<E, L> {
    /// The message that it is about, if it is about one.
    pub(crate) fn envelope(&self) -> Option<&E> {
        match self {
            Step::Deliver { envelope, .. } | Step::Lie { envelope, .. } => Some(envelope),
            Step::Lose(envelope) | Step::Omit(envelope) => Some(envelope),
            _ => None,
        }
    }

    /// What a process does in it by itself, if it is that.
    pub(crate) fn local(&self) -> Option<&L> {
        match self {
            Step::Act { local, .. } => Some(local),
            _ => None,
        }
    }

    /// The same step, in terms of other ways to keep messages and local events.
    pub(crate) fn map<F, K>(&self, envelope: &dyn Fn(&E) -> F, local: &dyn Fn(&L) -> K) -> Step<F, K> {
        match self {
            Step::Deliver { envelope: e, kept, death } => {
                Step::Deliver { envelope: envelope(e), kept: *kept, death: *death }
            }
            Step::Lie { envelope: e, death } => Step::Lie { envelope: envelope(e), death: *death },
            Step::Lose(e) => Step::Lose(envelope(e)),
            Step::Omit(e) => Step::Omit(envelope(e)),
            Step::Act { process, local: l, death } => Step::Act { process: *process, local: local(l), death: *death },
            Step::Crash(process, kind) => Step::Crash(*process, *kind),
            Step::Corrupt(process) => Step::Corrupt(*process),
            Step::Cut(partition) => Step::Cut(*partition),
            Step::Heal => Step::Heal,
            Step::Stabilise => Step::Stabilise,
        }
    }
}

/// Whether a process lives, without its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Up,
    Down,
    Stopped,
    Byzantine,
    Panicked,
}

/// How the parts of a state are kept.
pub(crate) trait Cells {
    type Process: Clone + Eq;
    type Envelope: Clone + Ord;
    type History: Clone + Eq;
    type Local: Clone + PartialEq;
    /// What a process can do by itself.
    type Offers: Clone;
    /// How a process reacts: the whole step first, then each way to die in it.
    type Reaction: Clone;

    /// A process that does not exist yet.
    fn unborn(&mut self) -> Self::Process;
    fn first_history(&mut self) -> Self::History;
    /// The messages that are in flight before anybody has said anything.
    fn first_messages(&mut self) -> Vec<Self::Envelope> {
        Vec::new()
    }
    fn standing(&mut self, process: &Self::Process) -> Standing;
    /// Sender and receiver.
    fn ends(&mut self, envelope: &Self::Envelope) -> (usize, usize);
    fn offers(&mut self, id: usize, process: &Self::Process) -> Self::Offers;
    fn offer(&self, offers: &Self::Offers, place: usize) -> Option<(Self::Local, Sort)>;
    fn react(
        &mut self,
        id: usize,
        process: &Self::Process,
        cause: Cause<&Self::Envelope, &Self::Local>,
    ) -> Self::Reaction;
    /// Whether a message is known to change nothing at a process, and nothing to go out. A cheap question: of the messages in
    /// flight most are ignored in most states.
    fn surely_ignores(&self, _process: &Self::Process, _envelope: &Self::Envelope) -> bool {
        false
    }
    /// The reaction to a message, unless it changes nothing and nothing goes out.
    fn notice(&mut self, id: usize, process: &Self::Process, envelope: &Self::Envelope) -> Option<Self::Reaction> {
        let reaction = self.react(id, process, Cause::Message(envelope));
        let ignored = self.outcome(&reaction, 0)?.ignored;
        (!ignored).then_some(reaction)
    }
    fn outcome(&self, reaction: &Self::Reaction, which: usize) -> Option<Outlook<Self::Process>>;
    /// What is sent in an outcome, one by one.
    fn sent(&self, reaction: &Self::Reaction, which: usize, place: usize) -> Option<Self::Envelope>;
    fn tick(&mut self, process: &Self::Process, tick: Tick) -> Self::Process;
    /// What the observer makes of what it sees of an outcome; nothing when it panics.
    fn observe(&mut self, history: &Self::History, reaction: &Self::Reaction, which: usize) -> Option<Self::History>;
    fn lies(&mut self, id: usize) -> Arc<[Self::Envelope]>;
}

/// An [`Outcome`](super::local::Outcome) without what is sent and seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outlook<P> {
    /// What becomes of the process.
    pub process: P,
    /// How it died in the step, if it did.
    pub death: Option<Death>,
    /// Whether nothing changed and nothing went out.
    pub ignored: bool,
}

/// A step that is enabled in a state, with whatever [`Rules::perform_enabled`](super::Rules) needs so as to look nothing up.
pub(crate) struct Enabled<M: Cells> {
    pub step: StepIn<M>,
    pub duty: Duty,
    /// The reaction of the process that takes the step, and which of its outcomes this is; nothing where no process reacts.
    pub reaction: Option<(M::Reaction, usize)>,
}

/// A state as `M` keeps it.
pub(crate) type StateIn<M> = Global<<M as Cells>::Process, <M as Cells>::Envelope, <M as Cells>::History>;
/// A step as `M` keeps it.
pub(crate) type StepIn<M> = Step<<M as Cells>::Envelope, <M as Cells>::Local>;

/// Whether a step has to happen some day, if nothing else makes it impossible: what `finally` counts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// It does.
    Due,
    /// It may be left out for ever: faults, and deliveries that nobody may count on.
    Free,
}
