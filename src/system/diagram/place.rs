//! Puts the rows of a diagram beneath one another, and in each row its words and its marks.

use super::frame::{Frame, MARGIN, process_of};
use super::geometry::{Point, Rect, point};
use super::layout::{Arrow, Fate, Glyph, Label, Layout, Sign, Standing, Stretch, Style};
use super::route::Obstacles;
use super::text;
use super::words::{self, Pending};
use crate::system::trace::{Mark, Trace, TraceStep};
use std::collections::{BTreeMap, BTreeSet};

/// The space above and below what stands in a row.
const PADDING: f64 = 5.0;
/// The height in which an arrow arrives, or a small sign stands.
const BAND: f64 = 16.0;
/// The height in which messages leave, beneath what set them off.
const DEPARTURE: f64 = 12.0;
/// The space between two boxes.
const BETWEEN: f64 = 4.0;
/// How far from a line a message begins or ends that does not touch it.
const BESIDE: f64 = 13.0;
/// From so many steps on the names of the processes are repeated at the bottom.
const LONG: usize = 15;

/// Where messages leave: the step (0 is the start) and the process.
type Origin = (usize, usize);

/// Fills a layout from top to bottom.
pub(super) struct Placer<'a> {
    trace: &'a Trace,
    frame: Frame,
    layout: Layout,
    /// Whence messages leave whose end is drawn; the others would only be dots.
    needed: BTreeSet<Origin>,
    departures: BTreeMap<Origin, Point>,
    /// For each process, how it is and since when.
    standing: Vec<(Standing, f64)>,
    /// Where the lines begin.
    start: f64,
    /// What stands in the column of each process.
    obstacles: Obstacles,
    /// The top of the next row.
    y: f64,
    /// The top of the next mark within the row.
    cursor: f64,
}

impl<'a> Placer<'a> {
    pub(super) fn new(trace: &'a Trace) -> Self {
        let frame = Frame::of(trace);
        let layout = Layout {
            width: frame.width,
            height: 0.0,
            columns: frame.columns.clone(),
            rows: Vec::new(),
            lifelines: Vec::new(),
            fronts: Vec::new(),
            arrows: Vec::new(),
            glyphs: Vec::new(),
            labels: Vec::new(),
            bracket: None,
        };
        Placer {
            trace,
            layout,
            needed: origins(trace),
            departures: BTreeMap::new(),
            standing: Vec::new(),
            start: 0.0,
            obstacles: Obstacles::new(&frame.columns),
            y: MARGIN,
            cursor: 0.0,
            frame,
        }
    }

    pub(super) fn place(mut self) -> Layout {
        self.heads();
        self.begin();
        for step in &self.trace.steps {
            self.step(step);
        }
        let pending = words::pending(self.trace);
        for message in &pending {
            self.pending(message);
        }
        self.repetition();
        self.end();
        for arrow in &mut self.layout.arrows {
            arrow.way = self.obstacles.way(arrow);
        }
        self.layout
    }

    /// The names of the processes, in a row.
    fn heads(&mut self) {
        let mut height: f64 = 0.0;
        for (process, column) in self.frame.columns.iter().enumerate() {
            let lines = vec![format!("p{process}")];
            let size = Style::Head.size(&lines);
            let centre = point(column.x, self.y + size.1 / 2.0);
            let area = Rect::centred(centre, size.0, size.1);
            self.layout.labels.push(Label { area, lines, style: Style::Head });
            height = height.max(size.1);
        }
        self.y += height;
    }

    /// The lines begin, and what is sent at the start leaves.
    fn begin(&mut self) {
        self.start = self.y;
        self.standing = vec![(Standing::Up, self.y); self.frame.columns.len()];
        self.cursor = self.y + BETWEEN;
        self.depart(0);
        self.y = self.cursor + BETWEEN;
    }

    fn step(&mut self, step: &TraceStep) {
        let top = self.y + PADDING;
        self.number(step.number, top);
        let words_bottom = self.words(&words::beside(step), top);
        self.cursor = top;
        // A dead process sends nothing: its messages leave above the cross.
        let crash = step.marks.iter().position(|mark| *mark == Mark::Crash);
        let (alive, dead) = step.marks.split_at(crash.unwrap_or(step.marks.len()));
        alive.iter().for_each(|mark| self.mark(step, mark));
        self.depart(step.number);
        dead.iter().for_each(|mark| self.mark(step, mark));
        self.close_row(words_bottom);
    }

    fn number(&mut self, number: usize, top: f64) {
        let lines = vec![number.to_string()];
        let (width, height) = Style::Number.size(&lines);
        let area = Rect { left: self.frame.number_right - width, top, width, height };
        self.layout.labels.push(Label { area, lines, style: Style::Number });
    }

    /// Writes the words of a row; their bottom.
    fn words(&mut self, words: &[(Style, String)], mut top: f64) -> f64 {
        for (style, text) in words {
            let lines = text::wrapped(text, self.frame.words_room);
            let (width, height) = style.size(&lines);
            let area = Rect { left: self.frame.words_left, top, width, height };
            self.layout.labels.push(Label { area, lines, style: *style });
            top += height;
        }
        top
    }

    fn close_row(&mut self, words_bottom: f64) {
        let bottom = self.cursor.max(words_bottom) + PADDING;
        let (left, width) = (0.0, self.frame.width);
        self.layout.rows.push(Rect { left, top: self.y, width, height: bottom - self.y });
        self.y = bottom;
    }

    fn mark(&mut self, step: &TraceStep, mark: &Mark) {
        let process = process_of(step);
        match mark {
            Mark::Arrival { from, sent_in, message } => {
                self.arrival(*from, process, *sent_in, message);
            }
            Mark::Loss { from, to, sent_in, message } => {
                let end = self.beside(*to, *from);
                self.sign(Sign::Loss, *to, end);
                self.arrow((*from, *sent_in), *to, end, Fate::Lost, message);
            }
            Mark::Request(_) | Mark::Indication(_) | Mark::Local(_) => {
                self.boxed(step, mark, process);
            }
            Mark::Crash => self.changes(process, Sign::Crash, Standing::Down),
            Mark::Recovery => self.changes(process, Sign::Recovery, Standing::Up),
            Mark::Global(_) => {
                let y = self.band();
                let (left, right) = (self.frame.diagram_left, self.frame.width - MARGIN);
                self.obstacles.add_line(y);
                self.layout.fronts.push((point(left, y), point(right, y)));
            }
        }
    }

    /// Takes a band of the row for a small sign; the middle of it.
    fn band(&mut self) -> f64 {
        self.cursor += BAND;
        self.cursor - BAND / 2.0
    }

    /// A place in a new band beside the line of a process, on the side of another.
    fn beside(&mut self, process: usize, other: usize) -> Point {
        let y = self.band();
        self.place_beside(process, other, y)
    }

    fn place_beside(&self, process: usize, other: usize, y: f64) -> Point {
        let side = if other < process { -BESIDE } else { BESIDE };
        point(self.frame.columns[process].x + side, y)
    }

    fn arrival(&mut self, from: usize, to: usize, sent_in: Option<usize>, message: &str) {
        let y = self.band();
        let end = point(self.frame.columns[to].x, y);
        self.obstacles.add(to, Rect::centred(end, 10.0, 10.0));
        match sent_in {
            Some(sent_in) => self.arrow((from, sent_in), to, end, Fate::Delivered, message),
            None => {
                let start = self.place_beside(from, to, y);
                self.push_arrow(from, start, to, end, Fate::Lie, format!("a lie: {message}"));
            }
        }
    }

    /// An arrow from where a message was sent.
    fn arrow(&mut self, (from, sent_in): Origin, to: usize, end: Point, fate: Fate, message: &str) {
        let start = self.departures.get(&(sent_in, from)).copied();
        // A step that a trace made by hand forgot counts as the start.
        let start = start.unwrap_or_else(|| point(self.frame.columns[from].x, self.start));
        let title = format!("p{from} → p{to}  {message}");
        self.push_arrow(from, start, to, end, fate, title);
    }

    fn push_arrow(&mut self, from: usize, start: Point, to: usize, end: Point, fate: Fate, title: String) {
        self.layout.arrows.push(Arrow { from, to, way: vec![start, end], fate, title });
    }

    /// The dots from which the messages of a step leave.
    fn depart(&mut self, number: usize) {
        let origins = self.needed.range((number, 0)..=(number, usize::MAX)).copied();
        let origins: Vec<Origin> = origins.collect();
        let y = self.cursor + DEPARTURE / 2.0;
        for (number, process) in &origins {
            let at = point(self.frame.columns[*process].x, y);
            self.sign(Sign::Departure, *process, at);
            self.departures.insert((*number, *process), at);
        }
        if !origins.is_empty() {
            self.cursor += DEPARTURE;
        }
    }

    fn sign(&mut self, sign: Sign, process: usize, at: Point) {
        let size = match sign {
            Sign::Departure => 6.0,
            Sign::Crash | Sign::Recovery => 14.0,
            Sign::Loss | Sign::InFlight => 9.0,
        };
        let area = Rect::centred(at, size, size);
        self.obstacles.add(process, area);
        self.layout.glyphs.push(Glyph { area, sign });
    }

    fn boxed(&mut self, step: &TraceStep, mark: &Mark, process: usize) {
        let Some((style, text)) = words::boxed(step, mark) else { return };
        let column = self.frame.columns[process];
        let lines = text::wrapped(text, column.room);
        let (width, height) = style.size(&lines);
        let centre = point(column.x, self.cursor + height / 2.0);
        let area = Rect::centred(centre, width, height);
        self.obstacles.add(process, area);
        self.layout.labels.push(Label { area, lines, style });
        self.cursor += height + BETWEEN;
        if style == Style::Corruption {
            self.change_standing(process, Standing::Byzantine, area.bottom());
        }
    }

    fn changes(&mut self, process: usize, sign: Sign, standing: Standing) {
        let y = self.band();
        self.sign(sign, process, point(self.frame.columns[process].x, y));
        self.change_standing(process, standing, y);
    }

    fn change_standing(&mut self, process: usize, next: Standing, y: f64) {
        let (standing, top) = std::mem::replace(&mut self.standing[process], (next, y));
        self.layout.lifelines.push(Stretch { process, top, bottom: y, standing });
    }

    /// The row of messages that have not arrived: they end beside the lines of their receivers.
    fn pending(&mut self, pending: &Pending<'_>) {
        let top = self.y + PADDING;
        let words_bottom = self.words(&[(Style::Aside, pending.words())], top);
        self.cursor = top;
        let y = self.band();
        let message = pending.message;
        for to in pending.receivers() {
            let end = self.place_beside(to, message.from, y);
            self.sign(Sign::InFlight, to, end);
            let origin = (message.from, message.sent_in);
            self.arrow(origin, to, end, Fate::InFlight, &message.message);
        }
        self.close_row(words_bottom);
    }

    /// The bracket and the words of a run that goes on for ever.
    fn repetition(&mut self) {
        let Some(continuation) = self.trace.continuation() else { return };
        let first = self.trace.steps.iter().position(|step| Some(step.number) == self.trace.loop_start);
        if let (Some(first), Some(last)) = (first, self.trace.steps.len().checked_sub(1)) {
            let middle = |row: usize| self.layout.rows[row].centre().y;
            let left = self.frame.bracket_left;
            self.layout.bracket = Some((point(left, middle(last)), point(left, middle(first))));
        }
        let top = self.y + PADDING;
        self.cursor = top;
        let words_bottom = self.words(&[(Style::Front, continuation)], top);
        self.close_row(words_bottom);
    }

    /// The lines end.
    fn end(&mut self) {
        self.y += PADDING;
        for process in 0..self.standing.len() {
            self.change_standing(process, Standing::Up, self.y);
        }
        if self.trace.steps.len() >= LONG {
            self.heads();
        }
        self.layout.height = self.y + MARGIN;
    }
}

/// Whence the messages leave whose arrival, loss or end is drawn.
fn origins(trace: &Trace) -> BTreeSet<Origin> {
    let marks = trace.steps.iter().flat_map(|step| &step.marks);
    let ended = marks.filter_map(|mark| match mark {
        Mark::Arrival { from, sent_in: Some(sent_in), .. } => Some((*sent_in, *from)),
        Mark::Loss { from, sent_in, .. } => Some((*sent_in, *from)),
        _ => None,
    });
    let in_flight = trace.in_flight.iter().map(|message| (message.sent_in, message.from));
    ended.chain(in_flight).collect()
}
