//! One life of a process, run again with the inputs of its record.

use super::difference::{Difference, between};
use super::error::{Error, Place};
use super::history::Act;
use crate::event::Module;
use crate::runtime::record::form::{In, Out};
use crate::runtime::record::words;
use crate::runtime::{Core, Runnable};
use crate::step::{Effects, Input, InputOf, Misuse};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use stateright::actor::Id;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How many processes a record is believed to be about. What an actor tells all others would fill the memory otherwise, and may
/// take time that grows with their square.
const MOST_PROCESSES: usize = 1 << 10;

/// What came out, as it is recorded.
pub(super) type RawOut = Out<Box<RawValue>, Box<RawValue>, Box<RawValue>>;

/// Why a life is not read to its end.
pub(super) enum Stop {
    Error(Error),
    Difference(Box<Difference>),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Error(error)
    }
}

/// What is recorded of a step besides its input.
#[derive(Clone, Copy)]
pub(super) struct Recorded<'r> {
    pub place: &'r Place,
    /// Nothing, if the process failed.
    pub out: Option<&'r RawOut>,
    pub packed: bool,
}

/// A life of a process that is run again.
pub(super) struct Living<A: Module> {
    /// None once it is over.
    core: Option<Core<A>>,
    /// The number of the next message that it sends.
    sent: u64,
    /// How many batches have ended.
    pub batches: u64,
    /// Whether the last line was the end of a batch.
    pub at_commit: bool,
    /// What is durable when the batches are that are known to be released.
    pub released: Option<A::Storage>,
    /// What is durable when all batches are that have ended.
    pub committed: Option<A::Storage>,
    /// What was saved last.
    latest: Option<A::Storage>,
}

impl<A: Runnable> Living<A> {
    /// Starts the process as it was started. An actor that cannot be made has failed at its start.
    pub fn start(
        actor: impl FnOnce() -> A,
        id: usize,
        processes: usize,
        durable: Option<A::Storage>,
        recorded: Recorded<'_>,
    ) -> Result<(Self, Option<Act<A>>), Stop> {
        believed(processes, recorded.place)?;
        let start = || Core::start(actor(), Id::from(id), processes, durable.clone());
        let (core, effects) = match outcome(catch_unwind(AssertUnwindSafe(start))) {
            Ok((core, effects)) => (Some(core), Ok(effects)),
            Err(failure) => (None, Err(failure)),
        };
        let (released, committed, latest) = (durable.clone(), durable.clone(), durable);
        let mut living = Living { core, sent: 0, batches: 0, at_commit: false, released, committed, latest };
        let effects = living.compare("the start", effects, recorded)?;
        let act = effects.map(|effects| living.take(recorded.place, None, effects));
        Ok((living, act))
    }

    /// Handles what was handled.
    pub fn step(
        &mut self,
        input: &In<Box<RawValue>, Box<RawValue>>,
        recorded: Recorded<'_>,
    ) -> Result<Option<Act<A>>, Stop> {
        let place = recorded.place;
        let what = told(input);
        let Some(core) = &mut self.core else { return Err(wrong(place, "nothing happens after the end of a life")) };
        let heard = heard(core, input, recorded, &what)?;
        let react = || match &heard.pick {
            Some((_, pick)) => core.choose_by(|_, _| *pick).expect("it was looked up"),
            None => core.react(heard.input.clone()),
        };
        let effects = outcome(catch_unwind(AssertUnwindSafe(react)));
        let effects = self.compare(&what, effects, recorded)?;
        Ok(effects.map(|effects| self.take(place, Some(heard), effects)))
    }

    /// From now on there are so many processes.
    pub fn admit(&mut self, processes: usize, place: &Place) -> Result<(), Stop> {
        let Some(core) = &mut self.core else { return Err(wrong(place, "nothing happens after the end of a life")) };
        if processes < core.processes() {
            return Err(wrong(place, "there are never fewer processes than before"));
        }
        believed(processes, place)?;
        core.admit(processes);
        Ok(())
    }

    /// A batch has ended.
    pub fn commit(&mut self) {
        self.batches += 1;
        self.committed.clone_from(&self.latest);
        self.at_commit = true;
    }

    /// Something is recorded after the last batch, which was released then.
    pub fn goes_on(&mut self) {
        if std::mem::take(&mut self.at_commit) {
            self.released.clone_from(&self.committed);
        }
    }

    /// It has ended in good order.
    pub fn end(&mut self) {
        self.core = None;
    }

    pub fn is_over(&self) -> bool {
        self.core.is_none()
    }

    /// Compares what came out with what is recorded. Both may be that the process failed: then it is over.
    fn compare(
        &mut self,
        input: &str,
        came: Result<Effects<A>, String>,
        recorded: Recorded<'_>,
    ) -> Result<Option<Effects<A>>, Stop> {
        let differs = |about: &str, recorded_text: String, came: String| {
            let (place, input, about) = (recorded.place.clone(), input.to_string(), about.to_string());
            Stop::Difference(Box::new(Difference { place, input, about, recorded: recorded_text, came }))
        };
        match (recorded.out, came) {
            (Some(out), Ok(effects)) => {
                let texts = words::texts::<A>(&words::out(&effects, self.sent), recorded.packed);
                match between(out, &texts) {
                    Some((about, recorded, came)) => Err(differs(&about, recorded, came)),
                    None => Ok(Some(effects)),
                }
            }
            (None, Err(_)) => {
                self.core = None;
                Ok(None)
            }
            (Some(_), Err(failure)) => Err(differs("the outcome", "that it went on".to_string(), failure)),
            (None, Ok(_)) => Err(differs("the outcome", "that it failed".to_string(), "goes on".to_string())),
        }
    }

    fn take(&mut self, place: &Place, heard: Option<Heard<A>>, effects: Effects<A>) -> Act<A> {
        self.latest = effects.saved.or(self.latest.take());
        let number = self.sent;
        self.sent += effects.sent.len() as u64;
        let (input, origin, pick) =
            heard.map_or((None, None, None), |heard| (Some(heard.input), heard.origin, heard.pick));
        let key = pick.map(|(key, _)| key);
        Act { place: place.clone(), batch: self.batches, input, origin, key, number, sent: effects.sent }
    }
}

/// An input that is understood.
struct Heard<A: Module> {
    input: InputOf<A>,
    /// Of a message: the sender's life, and its number in it.
    origin: Option<(u64, u64)>,
    /// Of a choice: its key, and the place of the value.
    pick: Option<(String, usize)>,
}

/// Understands an input; of a timer or a choice it must be one that is there.
fn heard<A: Runnable>(
    core: &Core<A>,
    input: &In<Box<RawValue>, Box<RawValue>>,
    recorded: Recorded<'_>,
    what: &str,
) -> Result<Heard<A>, Stop> {
    let Recorded { place, packed, .. } = recorded;
    let plain = |input| Heard { input, origin: None, pick: None };
    let not_there = |about: &str, came: String| {
        let (place, input, about) = (place.clone(), what.to_string(), about.to_string());
        Stop::Difference(Box::new(Difference { place, input, about, recorded: "it".to_string(), came }))
    };
    Ok(match input {
        In::Request(request) => plain(Input::Request(understood(place, request, packed)?)),
        In::Message { from, incarnation, number, message } => {
            let input = Input::Wire { from: Id::from(*from), message: understood(place, message, packed)? };
            Heard { input, origin: Some((*incarnation, *number)), pick: None }
        }
        In::Timer(shown) => {
            let mut such = core.armed().filter(|timer| format!("{timer:?}") == *shown);
            match (such.next(), such.next()) {
                (Some(timer), None) => plain(Input::Timeout(timer.clone())),
                (None, _) => return Err(not_there("the timer", "has not armed it".to_string())),
                _ => return Err(wrong(place, "several timers that are armed are shown like this one")),
            }
        }
        In::Choice { key, place: pick, value } => {
            let due = core.choices().first_key_value().filter(|(due, _)| *due == key);
            match due.and_then(|(_, values)| values.get(*pick)) {
                Some(chosen) if format!("{chosen:?}") == *value => {
                    Heard { input: Input::Random(chosen.clone()), origin: None, pick: Some((key.clone(), *pick)) }
                }
                Some(other) => return Err(not_there("the choice", format!("has {other:?} at its place"))),
                None => return Err(not_there("the choice", "does not ask for it".to_string())),
            }
        }
    })
}

fn believed(processes: usize, place: &Place) -> Result<(), Stop> {
    match processes > MOST_PROCESSES {
        true => Err(wrong(place, &format!("{processes} processes are more than any record is about"))),
        false => Ok(()),
    }
}

/// What an input is called.
fn told(input: &In<Box<RawValue>, Box<RawValue>>) -> String {
    match input {
        In::Request(request) => format!("request {}", request.get()),
        In::Message { from, number, message, .. } => format!("message {} from {from}, number {number}", message.get()),
        In::Timer(timer) => format!("timer {timer}"),
        In::Choice { key, value, .. } => format!("choice {key:?} of {value}"),
    }
}

pub(super) fn understood<T: DeserializeOwned>(place: &Place, value: &RawValue, packed: bool) -> Result<T, Stop> {
    words::read(value, packed).map_err(|reason| {
        let reason = format!("{} is no value of this algorithm: {reason}", value.get());
        Error::Line { place: place.clone(), reason }.into()
    })
}

pub(super) fn wrong(place: &Place, reason: &str) -> Stop {
    Error::Line { place: place.clone(), reason: reason.to_string() }.into()
}

/// Why a process did not come back from a step, if it did not.
fn outcome<T>(caught: Result<Result<T, Misuse>, Box<dyn Any + Send>>) -> Result<T, String> {
    match caught {
        Ok(outcome) => outcome.map_err(|misuse| format!("breaks its contract: {misuse}")),
        Err(panic) => {
            let said = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
            Err(format!("panics: {}", said.unwrap_or("nothing that can be shown")))
        }
    }
}
