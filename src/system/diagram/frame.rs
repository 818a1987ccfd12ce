//! How wide everything is: the column of words, and the column of each process.

use super::layout::{Column, Style};
use super::text;
use super::words;
use crate::system::trace::{Mark, Trace, TraceStep};

/// The space around the whole.
pub(super) const MARGIN: f64 = 12.0;
/// The space that arrows keep from what they pass.
pub(super) const CLEARANCE: f64 = 4.0;
/// The space between the rooms of two processes, where arrows run freely.
const CHANNEL: f64 = 44.0;
/// Half the room of a process that has only small signs.
const NARROW: f64 = 22.0;
/// The room for the bracket of a run that repeats itself.
const BRACKET: f64 = 18.0;
/// How many letters the words are wide at most.
const WORDS: usize = 46;
/// The space between two columns of text.
const GAP: f64 = 12.0;

/// The widths of a diagram, from left to right.
pub(super) struct Frame {
    pub(super) bracket_left: f64,
    pub(super) number_right: f64,
    pub(super) words_left: f64,
    /// How many letters wide the words are.
    pub(super) words_room: usize,
    pub(super) diagram_left: f64,
    pub(super) columns: Vec<Column>,
    pub(super) width: f64,
}

impl Frame {
    pub(super) fn of(trace: &Trace) -> Self {
        let bracket = if trace.loop_start.is_some() { BRACKET } else { 0.0 };
        let digits = trace.steps.iter().map(|step| step.number).max().unwrap_or(0).to_string();
        let number_right = MARGIN + bracket + text::width(&[digits]);
        let words_left = number_right + GAP;
        let words_room = words_room(trace);
        let diagram_left = words_left + words_room as f64 * text::CELL + GAP;
        let mut right = diagram_left;
        let columns: Vec<Column> = (0..processes(trace)).map(|process| column(trace, process, &mut right)).collect();
        Frame {
            bracket_left: MARGIN,
            number_right,
            words_left,
            words_room,
            diagram_left,
            columns,
            width: right - CHANNEL + GAP + MARGIN,
        }
    }
}

/// How many processes there are, those included that a trace made by hand may have forgotten to count.
fn processes(trace: &Trace) -> usize {
    let marked = trace.steps.iter().flat_map(|step| {
        let ends = step.marks.iter().flat_map(|mark| match mark {
            Mark::Arrival { from, .. } => vec![*from],
            Mark::Loss { from, to, .. } => vec![*from, *to],
            _ => Vec::new(),
        });
        ends.chain(step.process)
    });
    let in_flight = trace.in_flight.iter().flat_map(|message| [message.from, message.to]);
    let known = marked.chain(in_flight).max().map_or(1, |last| last + 1);
    trace.processes.max(known)
}

/// The process beside whose line the marks of a step stand.
pub(super) fn process_of(step: &TraceStep) -> usize {
    step.process.unwrap_or(0)
}

fn words_room(trace: &Trace) -> usize {
    let steps = trace.steps.iter().flat_map(words::beside).map(|(_, text)| text);
    let pending = words::pending(trace);
    let continuation = trace.continuation();
    let texts: Vec<String> = steps.chain(pending.iter().map(|row| row.words())).chain(continuation).collect();
    longest(texts.iter().map(String::as_str)).min(WORDS)
}

fn column(trace: &Trace, process: usize, right: &mut f64) -> Column {
    let steps = trace.steps.iter().filter(|step| process_of(step) == process);
    let boxes: Vec<(Style, &str)> =
        steps.flat_map(|step| step.marks.iter().filter_map(|mark| words::boxed(step, mark))).collect();
    let room = box_room(longest(boxes.iter().map(|(_, text)| *text)));
    let widths = boxes.iter().map(|(style, text)| style.size(&text::wrapped(text, room)).0);
    let widest = widths.fold(0.0, f64::max);
    let half = (widest / 2.0 + CLEARANCE + 2.0).max(NARROW);
    let x = *right + half;
    *right = x + half + CHANNEL;
    Column { x, half, room }
}

/// How many letters to a line of a box: enough that three lines hold the longest text, but neither so few that short
/// texts are broken, nor so many that the diagram grows wide.
fn box_room(longest: usize) -> usize {
    // Lines that are broken at spaces do not use all of their room.
    const SLACK: usize = 4;
    (longest.div_ceil(3) + SLACK).clamp(18, 30).min(longest)
}

/// How many letters wide the longest text is.
fn longest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(text::cells).max().unwrap_or(0)
}
