//! A diagram with what the properties say of its last state, as a piece of HTML for stateright's Explorer.

use super::text::escaped;

/// What a property says of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Good,
    Open,
    Bad,
}

/// The verdicts, a line each, and beneath them the diagram.
///
/// A wide diagram scrolls within its own frame, which claims no width: the Explorer puts two columns beside each other
/// only if neither is wider than the page allows.
pub(super) fn html(verdicts: &str, svg: &str) -> String {
    format!(
        "<div style=\"width:0;min-width:100%\">{}\
         <div style=\"overflow-x:auto;margin-top:6px\">{svg}</div></div>",
        list(verdicts)
    )
}

fn list(verdicts: &str) -> String {
    let lines: String = verdicts.lines().filter(|line| !line.trim().is_empty()).map(item).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "<ul style=\"list-style:none;margin:0;padding:6px 10px;border-radius:8px;background:#fff;\
         color:#1f2933;font:13px/1.5 system-ui,sans-serif\">{lines}</ul>"
    )
}

fn item(line: &str) -> String {
    let (mark, colour) = match verdict(line) {
        Verdict::Good => ("✓", "#2e7d32"),
        Verdict::Open => ("○", "#8a94a0"),
        Verdict::Bad => ("✗", "#c62828"),
    };
    let weight = if verdict(line) == Verdict::Bad { "bold" } else { "normal" };
    format!(
        "<li style=\"display:flex;gap:8px;font-weight:{weight}\">\
         <span style=\"color:{colour};font-weight:bold\">{mark}</span>\
         <span style=\"overflow-wrap:anywhere\">{}</span></li>",
        escaped(line)
    )
}

/// The verdict in a line, which is its name, a colon, and what it says here.
fn verdict(line: &str) -> Verdict {
    if line.contains(": VIOLATED here") {
        Verdict::Bad
    } else if line.ends_with(": holds here") || line.ends_with(": reached here") {
        Verdict::Good
    } else {
        Verdict::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_told_apart() {
        let lines = [
            ("always agreement: holds here", Verdict::Good),
            ("finally delivered: everywhere: holds here", Verdict::Good),
            ("sometimes a decision: reached here", Verdict::Good),
            ("sometimes a decision: not here", Verdict::Open),
            ("finally delivered: not yet", Verdict::Open),
            ("always agreement: VIOLATED here", Verdict::Bad),
            ("finally delivered: VIOLATED here: nothing more has to happen", Verdict::Bad),
        ];
        for (line, expected) in lines {
            assert_eq!(verdict(line), expected, "{line}");
        }
    }

    #[test]
    fn names_are_escaped_and_the_diagram_is_beneath() {
        let html = html("always a < b: holds here\n", "<svg/>");
        assert!(html.contains("always a &lt; b: holds here"), "{html}");
        assert!(html.ends_with("<svg/></div></div>"), "{html}");
        assert!(!super::html("", "<svg/>").contains("<ul"));
    }
}
