//! Writes a layout down as SVG: shapes and colours, and no decision about where anything goes.
//!
//! Everything is said by attributes. A style sheet or an id would leak into the page around it.

use super::geometry::{Point, Rect, point};
use super::layout::{Arrow, Fate, Glyph, Label, Layout, Sign, Standing, Stretch, Style};
use super::text::{self, CELL, FONT, LINE, escaped};
use std::fmt::Write;

const INK: &str = "#1f2933";
const GREY: &str = "#8a94a0";
const RED: &str = "#c62828";
const GREEN: &str = "#2e7d32";
const BLUE: &str = "#1565c0";

/// How long and how wide an arrowhead is.
const HEAD: (f64, f64) = (9.0, 7.0);
/// How far from a corner a way begins to turn.
const TURN: f64 = 7.0;

/// A layout as an SVG document.
pub(super) fn svg(layout: &Layout) -> String {
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" \
         aria-label=\"space-time diagram\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\"/>\n"
    );
    rows(&mut svg, &layout.rows);
    for (from, to) in &layout.fronts {
        line(&mut svg, *from, *to, "stroke=\"#7b1fa2\" stroke-width=\"1.5\" stroke-dasharray=\"6 4\"");
    }
    layout.lifelines.iter().for_each(|stretch| lifeline(&mut svg, layout, stretch));
    // What is in flight may be much, and is the least of it: it goes beneath.
    let in_flight = |arrow: &&Arrow| arrow.fate == Fate::InFlight;
    layout.arrows.iter().filter(in_flight).for_each(|it| arrow(&mut svg, it));
    layout.arrows.iter().filter(|it| !in_flight(it)).for_each(|it| arrow(&mut svg, it));
    layout.glyphs.iter().for_each(|it| glyph(&mut svg, it));
    bracket(&mut svg, layout);
    labels(&mut svg, &layout.labels);
    svg.push_str("</svg>\n");
    svg
}

/// A length, to a tenth.
fn n(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

/// Appends a piece; writing to a string cannot fail.
macro_rules! put {
    ($svg:expr, $($piece:tt)*) => {{ let _ = writeln!($svg, $($piece)*); }};
}

/// Every second row has a tint, which leads the eye from the words to the marks.
fn rows(svg: &mut String, rows: &[Rect]) {
    for row in rows.iter().step_by(2) {
        rect(svg, row, "fill=\"#f3f6f9\"");
    }
}

fn rect(svg: &mut String, area: &Rect, look: &str) {
    let Rect { left, top, width, height } = *area;
    let (x, y, width, height) = (n(left), n(top), n(width), n(height));
    put!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {look}/>");
}

fn line(svg: &mut String, from: Point, to: Point, look: &str) {
    let (x1, y1, x2, y2) = (n(from.x), n(from.y), n(to.x), n(to.y));
    put!(svg, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {look}/>");
}

fn circle(svg: &mut String, at: Point, radius: f64, look: &str) {
    put!(svg, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" {look}/>", n(at.x), n(at.y), n(radius));
}

fn path(svg: &mut String, way: &str, look: &str) {
    put!(svg, "<path d=\"{way}\" {look}/>");
}

fn lifeline(svg: &mut String, layout: &Layout, stretch: &Stretch) {
    let x = layout.columns[stretch.process].x;
    let look = match stretch.standing {
        Standing::Up => "stroke=\"#52606d\" stroke-width=\"1.5\"",
        Standing::Down => "stroke=\"#b8c0c8\" stroke-width=\"1.5\" stroke-dasharray=\"1.5 5\"",
        Standing::Byzantine => "stroke=\"#c62828\" stroke-width=\"1.5\"",
    };
    line(svg, point(x, stretch.top), point(x, stretch.bottom), look);
}

fn arrow(svg: &mut String, arrow: &Arrow) {
    let (colour, look) = match arrow.fate {
        Fate::Delivered => (INK, "stroke-width=\"1.3\""),
        Fate::Lost => (RED, "stroke-width=\"1.2\" stroke-dasharray=\"5 3\""),
        Fate::InFlight => (GREY, "stroke-width=\"0.8\""),
        Fate::Lie => (RED, "stroke-width=\"1.6\""),
    };
    let has_head = matches!(arrow.fate, Fate::Delivered | Fate::Lie);
    put!(svg, "<g fill=\"none\" stroke=\"{colour}\" stroke-linejoin=\"round\">");
    put!(svg, "<title>{}</title>", escaped(&arrow.title));
    let short = if has_head { HEAD.0 - 1.0 } else { 4.5 };
    path(svg, &rounded(&arrow.way, short), look);
    if has_head {
        path(svg, &head(&arrow.way), &format!("fill=\"{colour}\" stroke=\"none\""));
    }
    put!(svg, "</g>");
}

/// A way with soft corners, `short` of its end.
fn rounded(way: &[Point], short: f64) -> String {
    let last = way.len() - 1;
    let mut path = format!("M{}", pair(way[0]));
    for corner in way.windows(3) {
        let (before, at, after) = (corner[0], corner[1], corner[2]);
        let turn = TURN.min(distance(before, at) / 2.0).min(distance(at, after) / 2.0);
        let (from, to) = (towards(at, before, turn), towards(at, after, turn));
        let _ = write!(path, "L{}Q{} {}", pair(from), pair(at), pair(to));
    }
    let _ = write!(path, "L{}", pair(towards(way[last], way[last - 1], short)));
    path
}

/// The arrowhead at the end of a way.
fn head(way: &[Point]) -> String {
    let (tip, before) = (way[way.len() - 1], way[way.len() - 2]);
    let base = towards(tip, before, HEAD.0);
    let across = point((tip.y - base.y) / HEAD.0, (base.x - tip.x) / HEAD.0);
    let half = HEAD.1 / 2.0;
    let left = point(base.x + across.x * half, base.y + across.y * half);
    let right = point(base.x - across.x * half, base.y - across.y * half);
    format!("M{}L{}L{}Z", pair(tip), pair(left), pair(right))
}

fn distance(a: Point, b: Point) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The point that is `by` away from `a` in the direction of `b`.
fn towards(a: Point, b: Point, by: f64) -> Point {
    let far = distance(a, b).max(f64::EPSILON);
    point(a.x + (b.x - a.x) * by / far, a.y + (b.y - a.y) * by / far)
}

fn pair(p: Point) -> String {
    format!("{} {}", n(p.x), n(p.y))
}

fn glyph(svg: &mut String, glyph: &Glyph) {
    let (at, radius) = (glyph.area.centre(), glyph.area.width / 2.0);
    match glyph.sign {
        Sign::Departure => circle(svg, at, radius - 0.5, &format!("fill=\"{INK}\"")),
        Sign::Crash => cross(svg, at, radius - 1.0, "stroke-width=\"3\""),
        Sign::Loss => cross(svg, at, radius - 0.5, "stroke-width=\"2\""),
        Sign::Recovery => {
            let look = format!("fill=\"#a5d6a7\" stroke=\"{GREEN}\" stroke-width=\"2\"");
            circle(svg, at, radius - 1.0, &look);
        }
        Sign::InFlight => {
            circle(svg, at, radius - 0.5, &format!("fill=\"#ffffff\" stroke=\"{GREY}\""));
        }
    }
}

fn cross(svg: &mut String, at: Point, arm: f64, look: &str) {
    let (left, right, top, bottom) = (n(at.x - arm), n(at.x + arm), n(at.y - arm), n(at.y + arm));
    let way = format!("M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}");
    path(svg, &way, &format!("stroke=\"{RED}\" stroke-linecap=\"round\" {look}"));
}

/// From the last row up to the row with which it goes on.
fn bracket(svg: &mut String, layout: &Layout) {
    let Some((last, first)) = layout.bracket else { return };
    let (x, inner) = (n(last.x), n(last.x + 11.0));
    let way = format!("M{inner} {}H{x}V{}H{inner}", n(last.y), n(first.y));
    path(svg, &way, "fill=\"none\" stroke=\"#7b1fa2\" stroke-width=\"1.5\"");
    let tip = point(last.x + 15.0, first.y);
    path(svg, &head(&[point(last.x, first.y), tip]), "fill=\"#7b1fa2\"");
}

fn labels(svg: &mut String, labels: &[Label]) {
    put!(
        svg,
        "<g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"{FONT}\">"
    );
    labels.iter().for_each(|it| label(svg, it));
    put!(svg, "</g>");
}

fn label(svg: &mut String, label: &Label) {
    frame(svg, label);
    let look = match label.style {
        Style::Head => "fill=\"#ffffff\" font-weight=\"bold\"",
        Style::Number => "fill=\"#8a94a0\"",
        Style::Front => "fill=\"#7b1fa2\" font-weight=\"bold\"",
        Style::Aside => "fill=\"#616e7c\"",
        _ => "fill=\"#1f2933\"",
    };
    let x = n(label.area.left + label.style.indent());
    let first = label.area.top + (label.area.height - text::height(&label.lines)) / 2.0;
    for (row, line) in label.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        // The base of the letters, not their middle.
        let y = n(first + row as f64 * LINE + LINE * 0.74);
        // SVG draws several spaces as one, unless they are of another kind.
        let shown = escaped(line).replace("  ", " \u{a0}");
        let length = n(text::cells(line) as f64 * CELL);
        put!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" \
             {look}>{shown}</text>"
        );
    }
}

/// The box around a text, with its icon, if it has one.
fn frame(svg: &mut String, label: &Label) {
    let (fill, stroke) = match label.style {
        Style::Number | Style::Sentence | Style::Front | Style::Aside => return,
        Style::Head => ("#334e68", "#334e68"),
        Style::Request => ("#d6eaff", BLUE),
        Style::Indication => ("#dcf5dd", GREEN),
        Style::Timer | Style::Choice => ("#fff4d6", "#b7791f"),
        Style::Corruption => ("#fde0e0", RED),
    };
    rect(svg, &label.area, &format!("rx=\"4\" fill=\"{fill}\" stroke=\"{stroke}\""));
    icon(svg, label.style, point(label.area.left + 10.5, label.area.centre().y), stroke);
}

/// What tells the boxes apart without their colours.
fn icon(svg: &mut String, style: Style, at: Point, colour: &str) {
    let look = format!(
        "fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-linecap=\"round\" \
         stroke-linejoin=\"round\""
    );
    let (x, y) = (n(at.x), n(at.y));
    match style {
        // Into the process, and out of it: requests come from above.
        Style::Request => path(svg, &format!("M{x} {}v9m-3 -3.5l3 3.5l3 -3.5", n(y - 4.5)), &look),
        Style::Indication => path(svg, &format!("M{x} {}v-9m-3 3.5l3 -3.5l3 3.5", n(y + 4.5)), &look),
        Style::Timer => {
            circle(svg, at, 5.0, &look);
            path(svg, &format!("M{x} {}v3h2.5", n(y - 3.0)), &look);
        }
        Style::Choice => path(svg, &format!("M{x} {}l5 5l-5 5l-5 -5z", n(y - 5.0)), &look),
        Style::Corruption => {
            path(svg, &format!("M{x} {}l5 9h-10zm0 3.5v2.5", n(y - 5.0)), &look);
        }
        _ => {}
    }
}
