//! What is said to a command line that cannot be understood: one line. Help is help, and may be longer.

use crate::exit::Exit;
use crate::output::Output;
use clap::Error;
use clap::error::ErrorKind;

/// Answers what is no command: asked for help or the version it gives them, everything else it refuses.
pub fn answer(error: &Error, out: &mut Output<'_>) -> Exit {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader who has gone does not need it.
            let _ = error.print();
            Exit::Fine
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Exit::Usage
        }
        _ => {
            out.remark(one_line(&error.render().to_string()));
            Exit::Usage
        }
    }
}

/// The first paragraph of an error and its tips, without the usage that clap puts behind them.
fn one_line(text: &str) -> String {
    let mut paragraphs = text.split("\n\n").map(joined);
    let mut line = paragraphs.next().unwrap_or_default();
    for tip in paragraphs.filter_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_string)) {
        line += &format!("; {tip}");
    }
    line
}

/// The lines of a paragraph as one, without anything that a terminal would obey.
fn joined(paragraph: &str) -> String {
    let words = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    words.replace(char::is_control, "?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Args;
    use clap::Parser;

    fn refusal(line: &str) -> String {
        let error = Args::try_parse_from(line.split(' ')).expect_err(line);
        one_line(&error.render().to_string())
    }

    #[test]
    fn refusals_are_one_line_that_says_what_is_wrong() {
        assert_eq!(
            refusal("synod check --threads 0"),
            "error: invalid value '0' for '--threads <N>': between 1 and 512 threads can explore"
        );
        assert_eq!(refusal("synod trace"), "error: the following required arguments were not provided: <NAME/SYSTEM>");
        assert_eq!(
            refusal("synod chekc"),
            "error: unrecognized subcommand 'chekc'; a similar subcommand exists: 'check'"
        );
        assert_eq!(
            refusal("synod check --sow"),
            "error: unexpected argument '--sow' found; a similar argument exists: '--slow'"
        );
        assert_eq!(
            refusal("synod trace paxos/lossy --property a --mutant b"),
            "error: the argument '--property <P>' cannot be used with '--mutant <M>'"
        );
        assert!(!refusal("synod check --threads 1\u{1b}[31m\n2").contains(['\n', '\u{1b}']));
    }
}
