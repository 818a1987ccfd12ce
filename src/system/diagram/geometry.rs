//! Points, rectangles, and whether a line runs through a rectangle.

/// A place in the diagram; `y` grows downwards, as time does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

pub(super) fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    pub(super) fn centred(at: Point, width: f64, height: f64) -> Self {
        Rect { left: at.x - width / 2.0, top: at.y - height / 2.0, width, height }
    }

    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(super) fn centre(&self) -> Point {
        point(self.left + self.width / 2.0, self.top + self.height / 2.0)
    }

    /// The same, larger by `by` on each side.
    pub(super) fn grown(&self, by: f64) -> Self {
        Rect::centred(self.centre(), self.width + 2.0 * by, self.height + 2.0 * by)
    }

    pub(super) fn contains(&self, p: Point) -> bool {
        (self.left..=self.right()).contains(&p.x) && (self.top..=self.bottom()).contains(&p.y)
    }

    /// Whether the two share an area; a common edge is none.
    #[cfg(test)]
    pub(super) fn overlaps(&self, other: &Rect) -> bool {
        self.left < other.right() && other.left < self.right() && self.top < other.bottom() && other.top < self.bottom()
    }

    /// Whether the line from `a` to `b` runs through the inside.
    pub(super) fn is_crossed(&self, a: Point, b: Point) -> bool {
        // The part of the line, from 0 to 1, that is inside the two pairs of edges.
        let across = inside(a.x, b.x, self.left, self.right());
        let down = inside(a.y, b.y, self.top, self.bottom());
        match (across, down) {
            (Some((from, to)), Some((start, end))) => from.max(start) < to.min(end),
            _ => false,
        }
    }
}

/// The part of the way from `a` to `b`, counted from 0 to 1, that lies strictly between `low` and `high`.
fn inside(a: f64, b: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if a == b {
        return (low < a && a < high).then_some((0.0, 1.0));
    }
    let (s, t) = ((low - a) / (b - a), (high - a) / (b - a));
    Some((s.min(t).max(0.0), s.max(t).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: Rect = Rect { left: 10.0, top: 10.0, width: 10.0, height: 10.0 };

    #[test]
    fn lines_through_and_past() {
        let crossed = |a: (f64, f64), b: (f64, f64)| SQUARE.is_crossed(point(a.0, a.1), point(b.0, b.1));
        assert!(crossed((0.0, 15.0), (30.0, 15.0)));
        assert!(crossed((0.0, 0.0), (30.0, 30.0)));
        assert!(crossed((15.0, 15.0), (40.0, 90.0)));
        assert!(!crossed((0.0, 10.0), (30.0, 10.0)), "along the edge");
        assert!(!crossed((0.0, 15.0), (9.0, 15.0)), "too short");
        assert!(!crossed((0.0, 15.0), (15.0, 0.0)), "past the corner");
        assert!(!crossed((5.0, 0.0), (5.0, 30.0)), "beside");
    }

    #[test]
    fn rectangles_overlap_or_touch() {
        assert!(SQUARE.overlaps(&SQUARE.grown(-1.0)));
        assert!(!SQUARE.overlaps(&Rect { left: 20.0, ..SQUARE }));
        assert!(SQUARE.contains(SQUARE.centre()));
    }
}
