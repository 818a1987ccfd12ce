//! Leads arrows around what stands in their way.
//!
//! There is always a way, because of how rows are made: in a row, marks stand in the columns of the processes that take
//! part in it, and messages leave beneath everything else in theirs. So the way that leaves its column sideways, passes
//! each column in between at a free height, and enters the last one sideways touches nothing. It is the last resort: most
//! arrows can be straight, or need only a bend where they pass a column.

use super::frame::CLEARANCE;
use super::geometry::{Point, Rect, point};
use super::layout::{Arrow, Column};

/// The height above the end of an arrow in which something else may end.
const BESIDE_END: f64 = 10.0;

/// The space that a way leaves above and below where it passes a column, if there is so much.
const SPACE: f64 = 8.0;

/// The space between two ways that pass a column one above the other, if there is so much.
const APART: f64 = 5.0;

/// Where a way passes a column.
struct Pass {
    process: usize,
    at: Point,
}

/// What stands in the columns.
pub(super) struct Obstacles {
    columns: Vec<Column>,
    standing: Vec<Vec<Rect>>,
    /// The heights at which ways with a bend already pass.
    passed: Vec<Vec<f64>>,
}

impl Obstacles {
    pub(super) fn new(columns: &[Column]) -> Self {
        let count = columns.len();
        Obstacles { columns: columns.to_vec(), standing: vec![Vec::new(); count], passed: vec![Vec::new(); count] }
    }

    /// Something stands in the column of a process. What is added to a column stands below what was added before.
    pub(super) fn add(&mut self, process: usize, area: Rect) {
        self.standing[process].push(area.grown(CLEARANCE));
    }

    /// A line runs across all columns, and ways should be told from it.
    pub(super) fn add_line(&mut self, y: f64) {
        self.passed.iter_mut().for_each(|heights| heights.push(y));
    }

    /// The way of an arrow from where it begins to where it ends.
    pub(super) fn way(&mut self, arrow: &Arrow) -> Vec<Point> {
        let (start, end) = (arrow.way[0], arrow.way[arrow.way.len() - 1]);
        let is_clear = |leg: &[Point]| self.is_clear(leg[0], leg[1], start, end);
        // The straight way to oneself would hide in one's own line.
        if arrow.from != arrow.to && is_clear(&[start, end]) {
            return vec![start, end];
        }
        let passes = self.passes(arrow.from, start, arrow.to, end);
        let bends = passes.iter().map(|pass| pass.at);
        let bent: Vec<Point> = [start].into_iter().chain(bends).chain([end]).collect();
        let way = if passes.is_empty() || !bent.windows(2).all(is_clear) {
            self.detour(arrow.from, start, &passes, arrow.to, end)
        } else {
            bent
        };
        for pass in &passes {
            self.passed[pass.process].push(pass.at.y);
        }
        if arrow.from == arrow.to { way } else { self.shortened(&way) }
    }

    /// Where an arrow passes the columns between its ends.
    fn passes(&self, from: usize, start: Point, to: usize, end: Point) -> Vec<Pass> {
        let mut last = start;
        let pass = |process: usize| {
            last = point(self.columns[process].x, self.free_height(process, last, end));
            Pass { process, at: last }
        };
        strictly_between(from, to).map(pass).collect()
    }

    /// A way through free heights only.
    fn detour(&self, from: usize, start: Point, passes: &[Pass], to: usize, end: Point) -> Vec<Point> {
        // To oneself, the way goes out on the right and comes back.
        let side = if to < from { -1.0 } else { 1.0 };
        let coming = if to == from { 1.0 } else { -side };
        let mut way = vec![start, self.edge(from, side, start.y)];
        for Pass { process, at } in passes {
            way.push(self.edge(*process, -side, at.y));
            way.push(self.edge(*process, side, at.y));
        }
        way.push(self.edge(to, coming, end.y));
        way.push(end);
        way
    }

    fn edge(&self, process: usize, side: f64, y: f64) -> Point {
        let column = self.columns[process];
        point(column.x + side * column.half, y)
    }

    /// The free height in a column that is nearest to the straight way from `last` to `end`.
    fn free_height(&self, process: usize, last: Point, end: Point) -> f64 {
        let x = self.columns[process].x;
        // Not beside the end: equal messages in flight end side by side.
        let lowest = (end.y - BESIDE_END).max(last.y);
        let ideal = last.y + (end.y - last.y) * (x - last.x) / (end.x - last.x);
        let ideal = ideal.min(lowest);
        let within = |(top, bottom): (f64, f64)| {
            let margin = SPACE.min((bottom - top) / 2.0);
            let wished = ideal.max(top + margin).min(bottom - margin);
            self.apart(process, wished, top, bottom)
        };
        let heights = self.gaps(process, last.y, lowest).into_iter().map(within);
        heights.min_by(|a, b| (a - ideal).abs().total_cmp(&(b - ideal).abs())).unwrap_or(ideal)
    }

    /// The height nearest to the one wished for at which no other way passes, or that one if all are taken.
    fn apart(&self, process: usize, wished: f64, top: f64, bottom: f64) -> f64 {
        let is_apart = |y: &f64| self.passed[process].iter().all(|other| (y - other).abs() >= APART);
        let shifts = (0..10).map(|times| f64::from(times) * APART);
        let heights = shifts.flat_map(|shift| [wished + shift, wished - shift]);
        heights.filter(|y| (top..=bottom).contains(y)).find(is_apart).unwrap_or(wished)
    }

    /// The gaps between what stands in a column, from one height to another.
    fn gaps(&self, process: usize, from: f64, to: f64) -> Vec<(f64, f64)> {
        let mut gaps = Vec::new();
        let mut top = from;
        for area in self.standing[process].iter().filter(|it| it.bottom() > from && it.top < to) {
            if top <= area.top {
                gaps.push((top, area.top));
            }
            top = top.max(area.bottom());
        }
        if top <= to {
            gaps.push((top, to));
        }
        gaps
    }

    /// The same way without the corners that nothing calls for.
    fn shortened(&self, way: &[Point]) -> Vec<Point> {
        let last = way.len() - 1;
        let is_clear = |from: usize, to: usize| self.is_clear(way[from], way[to], way[0], way[last]);
        let mut short = vec![way[0]];
        let mut at = 0;
        while at < last {
            at = (at + 1..=last).rev().find(|next| is_clear(at, *next)).unwrap_or(at + 1);
            short.push(way[at]);
        }
        short
    }

    /// Whether a line meets nothing but what the arrow itself begins and ends at.
    fn is_clear(&self, a: Point, b: Point, start: Point, end: Point) -> bool {
        let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
        self.standing.iter().all(|column| {
            let first = column.partition_point(|area| area.bottom() < top);
            let near = column[first..].iter().take_while(|area| area.top <= bottom);
            near.filter(|area| !area.contains(start) && !area.contains(end)).all(|area| !area.is_crossed(a, b))
        })
    }
}

/// The processes between two, in the order in which one passes them.
fn strictly_between(from: usize, to: usize) -> Box<dyn Iterator<Item = usize>> {
    if from < to { Box::new(from + 1..to) } else { Box::new((to + 1..from).rev()) }
}
