//! Space-time diagrams: a line for each process, time downwards, a row for each step, an arrow for each message.
//!
//! A diagram is read in two columns. On the left stands what each step does, in words; on the right, in the same row, what
//! it looks like. Arrows carry no text, so that none can lie across a word: what a message says stands in the row where it
//! arrives, and in the row where it was sent.
//!
//! [`words`] and [`frame`] say what is written and how much room it takes, [`place`] decides where everything goes,
//! [`route`] leads the arrows around what stands in their way, and [`draw`] writes down the result. The [`layout`] between
//! them is plain positions and sizes, so tests can hold it to its promise: nothing overlaps.

mod draw;
mod frame;
mod geometry;
mod layout;
mod panel;
mod place;
mod route;
mod text;
mod words;

#[cfg(test)]
mod tests;

use super::trace::Trace;

/// The space-time diagram of a run, as a stand-alone SVG document.
///
/// It has no scripts and refers to nothing outside itself, so it can be written to a file, put into a page, or sent on.
pub fn svg(trace: &Trace) -> String {
    draw::svg(&layout::Layout::of(trace))
}

/// A piece of HTML: what each property says of the last state, a line each in `verdicts`, and beneath it the diagram.
pub(super) fn with_verdicts(trace: &Trace, verdicts: &str) -> String {
    panel::html(verdicts, &svg(trace))
}
