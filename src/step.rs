//! One step of one process: an input in, the effects out.
//!
//! This is the only place where an actor's handlers are called. It settles two rules of the contract for everyone who
//! runs an actor: a wire message to oneself is handled within the same step, and an event that is addressed to somebody
//! who cannot receive it is refused.

use crate::event::{Event, Module};
use stateright::actor::{Command, Id, Out};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// How many messages to itself a process may handle in one step, before it counts as one that never ends.
pub const SELF_MESSAGES_MAX: usize = 10_000;

/// What a process reacts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<Request, Wire, Timer, Random> {
    /// A request of the application above.
    Request(Request),
    /// A message that arrived from process `from`.
    Wire {
        /// Who sent it.
        from: Id,
        /// What it says.
        message: Wire,
    },
    /// A timer that was set has run out.
    Timeout(Timer),
    /// A choice that was asked for has been made.
    Random(Random),
}

/// The [`Input`] of actor `A`.
pub type InputOf<A> = Input<
    <A as Module>::Request,
    <A as Module>::Wire,
    <A as stateright::actor::Actor>::Timer,
    <A as stateright::actor::Actor>::Random,
>;

/// A change to the timers or to the pending random choices of a process, to be applied in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<Timer, Random> {
    /// Arms the timer, or arms it anew.
    SetTimer(Timer, Range<Duration>),
    /// Disarms the timer, if it is armed.
    CancelTimer(Timer),
    /// One of these values is to be chosen under this key; none withdraws the choice.
    Choose(String, Vec<Random>),
}

/// What a step does beyond the new state. Whoever applies it does so in the order of the fields: what is saved is
/// durable before anything that is sent or indicated leaves the process.
pub struct Effects<A: Module> {
    /// The last value saved in the step, if any was.
    pub saved: Option<A::Storage>,
    /// Messages to other processes.
    pub sent: Vec<(Id, A::Wire)>,
    /// Changes to timers and choices.
    pub changes: Vec<Change<A::Timer, A::Random>>,
    /// What the application is told.
    pub indications: Vec<A::Indication>,
}

impl<A: Module> Effects<A> {
    pub(crate) fn none() -> Self {
        Effects { saved: None, sent: Vec::new(), changes: Vec::new(), indications: Vec::new() }
    }

    /// Whether the step did nothing beyond changing the state.
    pub fn is_empty(&self) -> bool {
        self.saved.is_none() && self.sent.is_empty() && self.changes.is_empty() && self.indications.is_empty()
    }
}

/// An actor broke the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// It sent a request; only the application makes requests.
    SentRequest {
        /// The process at fault.
        process: Id,
    },
    /// It addressed an indication to a process other than itself.
    ForeignIndication {
        /// The process at fault.
        process: Id,
        /// The process addressed.
        to: Id,
    },
    /// It sent a message to a process that does not exist.
    UnknownProcess {
        /// The process at fault.
        process: Id,
        /// The process addressed.
        to: Id,
    },
    /// It answered messages to itself with messages to itself without end.
    EndlessStep {
        /// The process at fault.
        process: Id,
    },
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |id: &Id| usize::from(*id);
        match self {
            Misuse::SentRequest { process } => write!(
                f,
                "process {} sent a request: only the application above a process makes requests",
                number(process)
            ),
            Misuse::ForeignIndication { process, to } => write!(
                f,
                "process {} addressed an indication to process {}: an indication goes to the process's own id",
                number(process),
                number(to)
            ),
            Misuse::UnknownProcess { process, to } => {
                write!(f, "process {} sent a message to process {}, which does not exist", number(process), number(to))
            }
            Misuse::EndlessStep { process } => write!(
                f,
                "process {} handled {SELF_MESSAGES_MAX} messages to itself in one step and sent yet another",
                number(process)
            ),
        }
    }
}

impl std::error::Error for Misuse {}

/// Starts process `id` of `n`, or restarts it with what it had saved.
///
/// # Errors
///
/// [`Misuse`] when the actor addresses an event to somebody who cannot receive it.
pub fn start<A: Module>(
    actor: &A,
    id: Id,
    n: usize,
    storage: &Option<A::Storage>,
) -> Result<(A::State, Effects<A>), Misuse> {
    let mut out = Out::new();
    let state = actor.on_start(id, storage, &mut out);
    let mut state = Cow::Owned(state);
    let effects = Step { actor, id, n, effects: Effects::none() }.finish(&mut state, out)?;
    Ok((state.into_owned(), effects))
}

/// Lets process `id` of `n` handle `input` in `state`.
///
/// The new state is `None` when the handlers left it untouched; a handler that writes back an equal value counts as one
/// that changed it, so callers who care compare by value.
///
/// # Errors
///
/// [`Misuse`] when the actor addresses an event to somebody who cannot receive it.
pub fn react<A: Module>(
    actor: &A,
    id: Id,
    n: usize,
    state: &A::State,
    input: InputOf<A>,
) -> Result<(Option<A::State>, Effects<A>), Misuse> {
    let mut state = Cow::Borrowed(state);
    let effects = advance(actor, id, n, &mut state, input)?;
    let changed = match state {
        Cow::Borrowed(_) => None,
        Cow::Owned(state) => Some(state),
    };
    Ok((changed, effects))
}

/// As [`react`], but changes the state in place. One that is owned is neither copied nor moved, so that a step costs what it
/// changes.
///
/// # Errors
///
/// [`Misuse`] when the actor addresses an event to somebody who cannot receive it. The state is that of a step that was
/// broken off: whoever runs an actor stops it.
pub fn advance<A: Module>(
    actor: &A,
    id: Id,
    n: usize,
    state: &mut Cow<'_, A::State>,
    input: InputOf<A>,
) -> Result<Effects<A>, Misuse> {
    let mut out = Out::new();
    match input {
        Input::Request(request) => actor.on_msg(id, state, id, Event::Request(request), &mut out),
        Input::Wire { from, message } => actor.on_msg(id, state, from, Event::Wire(message), &mut out),
        Input::Timeout(timer) => actor.on_timeout(id, state, &timer, &mut out),
        Input::Random(value) => actor.on_random(id, state, &value, &mut out),
    }
    Step { actor, id, n, effects: Effects::none() }.finish(state, out)
}

struct Step<'a, A: Module> {
    actor: &'a A,
    id: Id,
    n: usize,
    effects: Effects<A>,
}

impl<A: Module> Step<'_, A> {
    /// Sorts the outputs by kind, and handles what the process sent to itself until nothing is left.
    fn finish(mut self, state: &mut Cow<A::State>, out: Out<A>) -> Result<Effects<A>, Misuse> {
        let mut to_self = VecDeque::new();
        self.sort(out, &mut to_self)?;
        let mut handled = 0;
        while let Some(message) = to_self.pop_front() {
            if handled == SELF_MESSAGES_MAX {
                return Err(Misuse::EndlessStep { process: self.id });
            }
            handled += 1;
            let mut out = Out::new();
            self.actor.on_msg(self.id, state, self.id, Event::Wire(message), &mut out);
            self.sort(out, &mut to_self)?;
        }
        Ok(self.effects)
    }

    fn sort(&mut self, out: Out<A>, to_self: &mut VecDeque<A::Wire>) -> Result<(), Misuse> {
        let process = self.id;
        for command in out {
            match command {
                Command::Send(_, Event::Request(_)) => return Err(Misuse::SentRequest { process }),
                Command::Send(to, Event::Indication(indication)) if to == process => {
                    self.effects.indications.push(indication);
                }
                Command::Send(to, Event::Indication(_)) => {
                    return Err(Misuse::ForeignIndication { process, to });
                }
                Command::Send(to, Event::Wire(message)) if to == process => to_self.push_back(message),
                Command::Send(to, Event::Wire(_)) if usize::from(to) >= self.n => {
                    return Err(Misuse::UnknownProcess { process, to });
                }
                Command::Send(to, Event::Wire(message)) => self.effects.sent.push((to, message)),
                Command::Save(storage) => self.effects.saved = Some(storage),
                Command::SetTimer(timer, range) => self.effects.changes.push(Change::SetTimer(timer, range)),
                Command::CancelTimer(timer) => self.effects.changes.push(Change::CancelTimer(timer)),
                Command::ChooseRandom(key, values) => self.effects.changes.push(Change::Choose(key, values)),
            }
        }
        Ok(())
    }
}
