//! Cells in words. What is told of a run, in lines or as a diagram, is made of these words alone: it is compiled once, and
//! not anew for each type of actor.

use super::format::readable;
use super::global::{Cells, StateIn, Step};
use super::local::Local;
use super::observe::Observation;
use super::process::Envelope;
use super::trace::Mark;
use crate::event::Data;

/// A message in words.
pub(crate) type EnvelopeInWords = Envelope<String>;

/// What a process does by itself, in words.
pub(crate) type LocalInWords = Local<String, String, String>;

/// A step in words.
pub(crate) type StepInWords = Step<EnvelopeInWords, LocalInWords>;

/// Who can put into words what `M` keeps.
pub(crate) trait Words<M: Cells> {
    fn envelope(&self, envelope: &M::Envelope) -> EnvelopeInWords;
    fn local(&self, local: &M::Local) -> LocalInWords;
    /// What an observer sees of an outcome.
    fn seen(&self, cells: &M, reaction: &M::Reaction, which: usize) -> Vec<Mark>;
    /// A state, in several lines.
    fn state(&self, state: &StateIn<M>) -> String;
    /// The messages in flight, in the order of their values. (On a FIFO network: each channel in its own.)
    fn in_order(&self, state: &StateIn<M>) -> Vec<M::Envelope>;
}

pub(crate) fn envelope<W: Data>(envelope: &Envelope<W>) -> EnvelopeInWords {
    Envelope { from: envelope.from, to: envelope.to, message: readable(&envelope.message) }
}

pub(crate) fn local<R: Data, T: Data, X: Data>(local: &Local<R, T, X>) -> LocalInWords {
    match local {
        Local::Request(request) => Local::Request(readable(request)),
        Local::Timeout(timer) => Local::Timeout(readable(timer)),
        Local::Random(key, value) => Local::Random(key.clone(), readable(value)),
        Local::Recover => Local::Recover,
    }
}

pub(crate) fn seen<R: Data, I: Data>(seen: &[Observation<R, I>]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for observation in seen {
        marks.push(match observation {
            Observation::Request { request, .. } => Mark::Request(readable(request)),
            Observation::Indication { indication, .. } => Mark::Indication(readable(indication)),
            Observation::Crash { .. } => Mark::Crash,
            Observation::Recovery { .. } => Mark::Recovery,
            Observation::Corruption { .. } => Mark::Local("turns Byzantine".to_string()),
        });
    }
    marks
}
