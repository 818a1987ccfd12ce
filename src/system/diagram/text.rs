//! Text as a diagram needs it: measured, broken into lines, escaped.
//!
//! All of it is set in a monospace font, and every line is drawn with its computed width as `textLength`: whichever font
//! a reader's machine has, a line takes the room that the layout gave to it.

/// The size of the letters.
pub(super) const FONT: f64 = 12.0;
/// The width of one letter.
pub(super) const CELL: f64 = 7.2;
/// The height of a line.
pub(super) const LINE: f64 = 16.0;

/// How many letters wide a text is.
pub(super) fn cells(text: &str) -> usize {
    text.chars().map(cells_of).sum()
}

/// Combining marks have no width of their own; ideographs and emoji take the room of two letters.
fn cells_of(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The width of the widest line.
pub(super) fn width(lines: &[String]) -> f64 {
    lines.iter().map(|line| cells(line)).max().unwrap_or(0) as f64 * CELL
}

/// The height of so many lines.
pub(super) fn height(lines: &[String]) -> f64 {
    lines.len() as f64 * LINE
}

/// Breaks a text into lines of at most `room` letters: at spaces where there are any, otherwise after punctuation,
/// otherwise anywhere. Nothing is left out but the spaces at the breaks.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    // An ideograph needs two cells, however narrow the column is.
    let room = room.max(2);
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim();
        while cells(rest) > room {
            let end = break_point(rest, room);
            let (head, tail) = rest.split_at(end);
            lines.push(head.trim_end().to_string());
            rest = tail.trim_start();
        }
        lines.push(rest.to_string());
    }
    lines
}

/// Where to break a text that is wider than `room`.
fn break_point(text: &str, room: usize) -> usize {
    let fitting = fitting(text, room);
    let (head, tail) = text.split_at(fitting);
    if tail.starts_with(' ') {
        return fitting;
    }
    let late = |place: &usize| cells(&head[..*place]) * 2 > room;
    let after_space = head.rfind(' ').map(|place| place + 1);
    let after_mark = head.rfind([',', ';', ':', '(', '[', '{', '=', '/', '_']).map(|place| place + 1);
    // A break early in the line would waste it; a mark late in the line is better than that.
    after_space.filter(late).or(after_mark.filter(late)).or(after_space).unwrap_or(fitting)
}

/// The length in bytes of the longest beginning that fits into `room`, and of the first letter at least.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0;
    for (place, c) in text.char_indices() {
        used += cells_of(c);
        if used > room && place > 0 {
            return place;
        }
    }
    text.len()
}

/// Text as it may stand in XML and HTML, inside elements and inside quoted attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' => escaped.push(' '),
            // XML has no way to say these.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_spaces(text: &str) -> String {
        text.split_whitespace().collect()
    }

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let texts = [
            "",
            "short",
            "p0 → p1  Prepare { ballot: Ballot(3, p2), accepted: Some((Ballot(1, p1), Put(\"x\"))) }",
            "Endless(AnotherOne(WithoutAnySpace,ButWithMarks[1,2,3],{a:1,b:2}))",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "two\nlines, and 漢字漢字漢字漢字漢字漢字 among them 🦀🦀🦀🦀🦀🦀🦀🦀",
        ];
        for (text, room) in texts.iter().flat_map(|text| (1..40).map(move |room| (text, room))) {
            let lines = wrapped(text, room);
            assert!(lines.iter().all(|line| cells(line) <= room.max(2)), "{room}: {lines:?}");
            assert_eq!(without_spaces(&lines.concat()), without_spaces(text));
        }
    }

    #[test]
    fn breaks_are_at_spaces_before_marks_before_anywhere() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("one two", 7), ["one two"]);
        assert_eq!(wrapped("Some(Value(1))", 9), ["Some(", "Value(1))"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escaped("<T> & \"a\" 'b'\u{0}"), "&lt;T&gt; &amp; &quot;a&quot; &#39;b&#39;\u{fffd}");
    }
}
