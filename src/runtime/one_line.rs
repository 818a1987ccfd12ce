//! Sentences about bad input stay one line, whatever the input was.

use std::fmt::{self, Display, Formatter, Write};

/// Shows something with its control characters escaped: what a file says must not break a line, or speak to a terminal.
pub(in crate::runtime) struct OneLine<T>(pub T);

impl<T: Display> Display for OneLine<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(Escaped(f), "{}", self.0)
    }
}

struct Escaped<'a, 'f>(&'a mut Formatter<'f>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| match char.is_control() {
            true => write!(self.0, "{}", char.escape_debug()),
            false => self.0.write_char(char),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_nothing_else() {
        let text = "tea \"ä\" \\ \n\r\t\u{1b}[1m\u{7f}\u{85}";
        assert_eq!(OneLine(text).to_string(), "tea \"ä\" \\ \\n\\r\\t\\u{1b}[1m\\u{7f}\\u{85}");
    }
}
