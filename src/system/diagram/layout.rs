//! What goes where: the positions and sizes of everything in a diagram, and nothing about how it looks.

use super::geometry::{Point, Rect};
use super::place::Placer;
use super::text;
use crate::system::trace::Trace;

/// A diagram, ready to be drawn.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Where the line of each process stands, from left to right.
    pub(super) columns: Vec<Column>,
    /// The band of each row, which keeps words and marks together for the eye.
    pub(super) rows: Vec<Rect>,
    pub(super) lifelines: Vec<Stretch>,
    /// Lines across all processes, where something happens to the whole system.
    pub(super) fronts: Vec<(Point, Point)>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) labels: Vec<Label>,
    /// For a run that repeats itself: the middles of the last row and of the row to which it goes back.
    pub(super) bracket: Option<(Point, Point)>,
}

/// The room of one process: its marks stay within `half` of its line, and between the rooms there are only arrows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    pub(super) x: f64,
    pub(super) half: f64,
    /// How many letters wide the text of a box may be.
    pub(super) room: usize,
}

/// A part of the line of a process, during which nothing changes about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) process: usize,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) standing: Standing,
}

/// Whether a process takes part, as far as a diagram shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Up,
    Down,
    Byzantine,
}

/// A message on its way.
#[derive(Clone, Debug)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The way it takes: two points where nothing is between them.
    pub(super) way: Vec<Point>,
    pub(super) fate: Fate,
    /// What it says, shown to whoever points at it.
    pub(super) title: String,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Delivered,
    Lost,
    InFlight,
    /// It was made up where it is received.
    Lie,
}

/// A small sign on the line of a process, or beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) area: Rect,
    pub(super) sign: Sign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Departure,
    Crash,
    Recovery,
    Loss,
    InFlight,
}

/// Lines of text, some of them in a box.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) area: Rect,
    pub(super) lines: Vec<String>,
    pub(super) style: Style,
}

/// What a text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// The name of a process.
    Head,
    /// The number of a step.
    Number,
    /// What a step does.
    Sentence,
    /// What happens to the whole system.
    Front,
    /// What is worth adding.
    Aside,
    Request,
    Indication,
    Timer,
    Choice,
    Corruption,
}

impl Style {
    /// The space between the left edge and the text, where a box has its icon.
    pub(super) fn indent(self) -> f64 {
        match self {
            Style::Number | Style::Sentence | Style::Front | Style::Aside => 0.0,
            Style::Head => 7.0,
            _ => 20.0,
        }
    }

    /// The size of a label with these lines.
    pub(super) fn size(self, lines: &[String]) -> (f64, f64) {
        let (right, edges) = match self {
            Style::Number | Style::Sentence | Style::Front | Style::Aside => (0.0, 0.0),
            _ => (7.0, 6.0),
        };
        (self.indent() + text::width(lines) + right, text::height(lines) + edges)
    }
}

impl Layout {
    /// The layout of a run.
    pub(super) fn of(trace: &Trace) -> Self {
        Placer::new(trace).place()
    }
}
