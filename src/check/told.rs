//! Runs in words: the values behind the numbers, as far as people are told of them.

use super::interned::{Interned, NumberedStep, Source};
use super::state::Numbers;
use crate::system::{EnvelopeInWords, LocalInWords, Mark, StateIn, Trace, Words, trace};

/// Who knows the values behind the numbers well enough to put them into words.
pub(super) trait Values: Source {
    fn envelope(&self, envelope: u32) -> EnvelopeInWords;
    fn local(&self, local: u32) -> LocalInWords;
    /// What an observer sees.
    fn seen(&self, seen: u32) -> Vec<Mark>;
    /// A state, in several lines.
    fn state(&self, state: &Numbers) -> String;
    /// The messages in flight, in the order of their values. (On a FIFO network: each channel in its own.)
    fn in_order(&self, state: &Numbers) -> Vec<u32>;
}

/// The trace of a run from the initial state on.
pub(super) fn told(source: &dyn Source, values: &dyn Values, run: &[NumberedStep]) -> Trace {
    trace(source.rules(), &mut Interned::new(source), &Told(values), run)
}

struct Told<'s>(&'s dyn Values);

impl<'s> Words<Interned<'s>> for Told<'s> {
    fn envelope(&self, envelope: &u32) -> EnvelopeInWords {
        self.0.envelope(*envelope)
    }

    fn local(&self, local: &u32) -> LocalInWords {
        self.0.local(*local)
    }

    fn seen(&self, cells: &Interned<'s>, reaction: &u32, which: usize) -> Vec<Mark> {
        self.0.seen(cells.seen(*reaction, which))
    }

    fn state(&self, state: &StateIn<Interned<'s>>) -> String {
        self.0.state(state)
    }

    fn in_order(&self, state: &StateIn<Interned<'s>>) -> Vec<u32> {
        self.0.in_order(state)
    }
}
