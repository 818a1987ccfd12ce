//! What a diagram promises: all is there, nothing overlaps, and arrows lead from whom to whom.

mod sample;
mod xml;

use super::geometry::{Point, Rect};
use super::layout::{Arrow, Fate, Layout, Sign, Standing, Style};
use super::{svg, text};
use crate::system::trace::{InFlight, Mark, Trace, TraceStep};
use sample::Dice;

/// The runs made by hand, and many made by dice.
fn traces() -> impl Iterator<Item = Trace> {
    let by_hand = [sample::broadcast(), sample::consensus(), sample::long_texts(), sample::lies(), sample::crowd()];
    by_hand.into_iter().chain((0..400).map(|seed| Dice(seed).trace()))
}

/// All that takes up room, with a name for it.
fn things(layout: &Layout) -> Vec<(Rect, String)> {
    let labels = layout.labels.iter().map(|it| (it.area, format!("{:?}", it.lines)));
    let glyphs = layout.glyphs.iter().map(|it| (it.area, format!("{:?}", it.sign)));
    labels.chain(glyphs).collect()
}

fn legs(arrow: &Arrow) -> impl Iterator<Item = (Point, Point)> {
    arrow.way.windows(2).map(|leg| (leg[0], leg[1]))
}

/// The first and the last point of an arrow.
fn ends(arrow: &Arrow) -> (Point, Point) {
    (arrow.way[0], arrow.way[arrow.way.len() - 1])
}

/// The rows of the steps, without those beneath them.
fn row_of(layout: &Layout, y: f64) -> usize {
    layout.rows.iter().position(|row| row.top <= y && y < row.bottom()).map_or(0, |row| row + 1)
}

fn sentences(layout: &Layout, style: Style) -> Vec<String> {
    let labels = layout.labels.iter().filter(|label| label.style == style);
    labels.map(|label| label.lines.join(" ")).collect()
}

fn count(layout: &Layout, sign: Sign) -> usize {
    layout.glyphs.iter().filter(|glyph| glyph.sign == sign).count()
}

#[test]
fn nothing_overlaps() {
    for trace in traces() {
        let things = things(&Layout::of(&trace));
        for (place, (area, name)) in things.iter().enumerate() {
            for (other, other_name) in &things[..place] {
                assert!(!area.overlaps(other), "{name} lies on {other_name}\n{trace}");
            }
        }
    }
}

#[test]
fn arrows_run_through_nothing_but_their_ends() {
    for trace in traces() {
        let layout = Layout::of(&trace);
        let things = things(&layout);
        for arrow in &layout.arrows {
            let (start, end) = ends(arrow);
            let in_the_way = things.iter().filter(|(area, _)| !area.contains(start) && !area.contains(end));
            for ((area, name), (a, b)) in in_the_way.flat_map(|it| legs(arrow).map(move |leg| (it, leg))) {
                assert!(!area.is_crossed(a, b), "{arrow:?} crosses {name}\n{trace}");
            }
        }
    }
}

#[test]
fn everything_is_within_the_picture() {
    for trace in traces() {
        let layout = Layout::of(&trace);
        let picture = Rect { left: 0.0, top: 0.0, width: layout.width, height: layout.height };
        for (area, name) in things(&layout) {
            let corner = Point { x: area.left, y: area.top };
            let opposite = Point { x: area.right(), y: area.bottom() };
            assert!(picture.contains(corner) && picture.contains(opposite), "{name}\n{trace}");
        }
        assert!(layout.arrows.iter().flat_map(|arrow| &arrow.way).all(|p| picture.contains(*p)));
    }
}

#[test]
fn texts_fit_into_their_boxes() {
    for label in traces().flat_map(|trace| Layout::of(&trace).labels) {
        let (width, height) = label.style.size(&label.lines);
        assert!(label.style.indent() + text::width(&label.lines) <= label.area.width);
        assert!(width <= label.area.width + 1e-6 && height <= label.area.height + 1e-6);
    }
}

#[test]
fn arrows_lead_from_the_senders_line_to_the_receivers() {
    for trace in traces() {
        let layout = Layout::of(&trace);
        for arrow in &layout.arrows {
            let (start, end) = ends(arrow);
            let away = |at: Point, process: usize| (at.x - layout.columns[process].x).abs();
            let beside = 1.0..20.0;
            match arrow.fate {
                Fate::Delivered => assert!(away(start, arrow.from) == 0.0 && away(end, arrow.to) == 0.0),
                Fate::Lie => assert!(beside.contains(&away(start, arrow.from)) && away(end, arrow.to) == 0.0),
                Fate::Lost | Fate::InFlight => {
                    assert!(away(start, arrow.from) == 0.0 && beside.contains(&away(end, arrow.to)));
                }
            }
        }
    }
}

#[test]
fn arrows_begin_and_end_in_the_rows_of_their_steps() {
    for trace in traces() {
        let layout = Layout::of(&trace);
        let mut arrows = layout.arrows.iter();
        for (step, mark) in trace.steps.iter().flat_map(|it| it.marks.iter().map(move |mark| (it, mark))) {
            let (from, to, sent_in) = match mark {
                Mark::Arrival { from, sent_in, .. } => (*from, step.process.unwrap(), *sent_in),
                Mark::Loss { from, to, sent_in, .. } => (*from, *to, Some(*sent_in)),
                _ => continue,
            };
            let arrow = arrows.next().expect("an arrow for each message");
            let (start, end) = ends(arrow);
            assert_eq!((arrow.from, arrow.to), (from, to));
            assert_eq!(row_of(&layout, start.y), sent_in.unwrap_or(step.number), "{trace}");
            assert_eq!(row_of(&layout, end.y), step.number, "{trace}");
        }
        assert!(arrows.all(|arrow| arrow.fate == Fate::InFlight));
    }
}

#[test]
fn time_runs_downwards() {
    for trace in traces() {
        let layout = Layout::of(&trace);
        assert!(layout.rows.windows(2).all(|rows| rows[0].bottom() <= rows[1].top));
        for (a, b) in layout.arrows.iter().flat_map(legs) {
            assert!(a.y <= b.y, "{trace}");
        }
    }
}

#[test]
fn it_is_well_formed() {
    for trace in traces() {
        let svg = svg(&trace);
        xml::check(&svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
    }
}

#[test]
fn every_text_is_there_and_escaped() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for trace in traces() {
        let svg = svg(&trace);
        let drawn: String = xml::texts(&svg).iter().map(|text| squeezed(text)).collect();
        let of_mark = |mark: &Mark| match mark {
            Mark::Arrival { message, .. } | Mark::Loss { message, .. } => Some(message.clone()),
            Mark::Request(text) | Mark::Indication(text) => Some(text.clone()),
            Mark::Local(text) | Mark::Global(text) => Some(text.clone()),
            Mark::Crash | Mark::Recovery => None,
        };
        let marks = trace.steps.iter().flat_map(|step| step.marks.iter().filter_map(of_mark));
        let steps = trace.steps.iter().map(|step| step.text.clone());
        let sent = trace.steps.iter().flat_map(|step| step.sent.iter().map(|(_, it)| it.clone()));
        let in_flight = trace.in_flight.iter().map(|message| message.message.clone());
        for text in marks.chain(steps).chain(sent).chain(in_flight) {
            assert!(drawn.contains(&squeezed(&text)), "{text}\n{svg}");
        }
    }
}

#[test]
fn it_stands_alone() {
    let svg = svg(&sample::consensus());
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    let foreign = ["<script", "href", "url(", "<style", " id=", " class=", "@import", "<foreignObject"];
    assert!(foreign.iter().all(|word| !svg.contains(word)));
    assert_eq!(svg.matches("http").count(), 1, "the name of the format, and no address");
}

#[test]
fn a_crashed_process_is_drawn_so_until_it_recovers() {
    let layout = Layout::of(&sample::consensus());
    let of_p2 = layout.lifelines.iter().filter(|stretch| stretch.process == 2);
    let standing: Vec<Standing> = of_p2.clone().map(|stretch| stretch.standing).collect();
    assert_eq!(standing, [Standing::Up, Standing::Down, Standing::Up]);
    let rows: Vec<usize> = of_p2.skip(1).map(|stretch| row_of(&layout, stretch.top)).collect();
    assert_eq!(rows, [7, 12]);
    assert_eq!((count(&layout, Sign::Crash), count(&layout, Sign::Recovery)), (1, 1));
}

#[test]
fn a_line_stays_as_its_last_change_left_it() {
    let layout = Layout::of(&sample::broadcast());
    let last = |process| layout.lifelines.iter().rfind(|it| it.process == process).unwrap().standing;
    assert_eq!([last(0), last(1), last(2)], [Standing::Down, Standing::Up, Standing::Up]);
    let layout = Layout::of(&sample::lies());
    let last = layout.lifelines.iter().rfind(|it| it.process == 2).unwrap();
    assert_eq!(last.standing, Standing::Byzantine);
}

#[test]
fn nothing_in_the_way_leaves_the_way_straight() {
    let layout = Layout::of(&sample::broadcast());
    let delivered = layout.arrows.iter().filter(|arrow| arrow.fate == Fate::Delivered);
    assert!(delivered.clone().count() == 2 && delivered.clone().all(|arrow| arrow.way.len() == 2));
}

#[test]
fn what_is_sent_and_what_stays_in_flight_is_told() {
    let layout = Layout::of(&sample::broadcast());
    assert_eq!(
        sentences(&layout, Style::Aside),
        [
            "sends Data(7) to p1, p2",
            "sends Data(7) to p0, p2",
            "in flight: p0 → p2  Data(7), sent in step 1",
            "in flight: p1 → p0  Data(7), sent in step 2",
        ]
    );
    let mut run = sample::Run::new(3);
    run.starts(0, &[(1, "Hello"), (2, "Hello"), (2, "Hello")]);
    let layout = Layout::of(&run.end());
    assert_eq!(sentences(&layout, Style::Aside), ["in flight: p0 → p1, p2 (2 times)  Hello, sent at the start"]);
    assert_eq!(count(&layout, Sign::InFlight), 2);
}

#[test]
fn a_run_for_ever_has_a_bracket_between_its_rows() {
    let layout = Layout::of(&sample::lies());
    let (last, first) = layout.bracket.expect("it repeats itself");
    assert_eq!((row_of(&layout, last.y), row_of(&layout, first.y)), (10, 7));
    assert!(sentences(&layout, Style::Front).contains(&"and so on for ever, from step 7".to_string()));
    assert!(Layout::of(&sample::broadcast()).bracket.is_none());
}

#[test]
fn a_mark_says_what_its_sentence_does_not() {
    let mut trace = sample::broadcast();
    trace.steps[1].text = "something arrives".to_string();
    let layout = Layout::of(&trace);
    let sentences = sentences(&layout, Style::Sentence);
    assert_eq!(sentences[1..3], ["something arrives", "Data(7)"]);
}

#[test]
fn a_trace_that_makes_no_sense_is_drawn_all_the_same() {
    let message = "?".to_string();
    let arrival = Mark::Arrival { from: 5, sent_in: Some(9), message: message.clone() };
    let marks = vec![arrival, Mark::Request(message.clone()), Mark::Recovery, Mark::Crash];
    let step = |number| TraceStep {
        number,
        process: None,
        kind: "",
        text: String::new(),
        sent: vec![(7, message.clone())],
        marks: marks.clone(),
    };
    let in_flight = vec![InFlight { sent_in: 3, from: 6, to: 6, message: message.clone() }];
    let steps = vec![step(9), step(3)];
    let trace = Trace { processes: 0, steps, in_flight, state: String::new(), loop_start: Some(4) };
    xml::check(&svg(&trace)).unwrap();
    let nothing = sample::Run::new(0).end();
    xml::check(&svg(&nothing)).unwrap();
}

#[test]
fn the_panel_is_well_formed_too() {
    let verdicts = "always a < b && \"c\": holds here\nfinally <d>: not yet\n";
    for trace in [sample::lies(), sample::long_texts()] {
        let html = super::with_verdicts(&trace, verdicts);
        xml::check(&html).unwrap();
        assert!(html.contains("always a &lt; b &amp;&amp; &quot;c&quot;: holds here"));
    }
}
