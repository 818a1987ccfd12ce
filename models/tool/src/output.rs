//! What the program says: results on standard output, remarks on standard error.

use serde::Serialize;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Where results go, and remarks.
///
/// Whoever reads results may stop reading (`| head`). From then on they are dropped, and [`Output::is_read`] tells whoever
/// has more of them that it may stop.
pub struct Output<'a> {
    results: Box<dyn Write + 'a>,
    remarks: Box<dyn Write + 'a>,
    error: Option<io::Error>,
}

impl<'a> Output<'a> {
    /// Standard output and standard error.
    pub fn standard() -> Self {
        Output::to(io::stdout(), io::stderr())
    }

    /// Other places, for results and for remarks.
    pub fn to(results: impl Write + 'a, remarks: impl Write + 'a) -> Self {
        Output { results: Box::new(results), remarks: Box::new(remarks), error: None }
    }

    /// Prints a line.
    pub fn line(&mut self, line: impl Display) {
        if self.error.is_none() {
            // Flushed, because somebody may wait for it while the next search runs.
            self.error = writeln!(self.results, "{line}").and_then(|()| self.results.flush()).err();
        }
    }

    /// Prints a value as one line of JSON.
    pub fn json(&mut self, value: &impl Serialize) {
        self.line(serde_json::to_string(value).expect("strings, numbers and lists are valid JSON"));
    }

    /// Says something that is no result. There is nowhere to complain when that fails.
    pub fn remark(&mut self, text: impl Display) {
        let _ = writeln!(self.remarks, "synod: {text}");
    }

    /// Whether what is printed still arrives.
    pub fn is_read(&self) -> bool {
        self.error.is_none()
    }

    /// Why it could not be written; a reader who has gone is no failure.
    pub fn failure(&self) -> Option<&io::Error> {
        self.error.as_ref().filter(|error| error.kind() != ErrorKind::BrokenPipe)
    }
}

#[cfg(test)]
impl Output<'_> {
    /// What is printed while something runs: results, and remarks.
    pub fn of<T>(run: impl FnOnce(&mut Output<'_>) -> T) -> (T, String, String) {
        let (mut results, mut remarks) = (Vec::new(), Vec::new());
        let returned = run(&mut Output::to(&mut results, &mut remarks));
        let text = |bytes| String::from_utf8(bytes).expect("text is printed");
        (returned, text(results), text(remarks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes one line, and fails then.
    struct OneLine(ErrorKind, bool);

    impl Write for OneLine {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.1 {
                return Err(self.0.into());
            }
            self.1 = bytes.contains(&b'\n');
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_may_leave_and_a_full_disk_is_a_failure() {
        for (kind, fails) in [(ErrorKind::BrokenPipe, false), (ErrorKind::StorageFull, true)] {
            let mut out = Output::to(OneLine(kind, false), io::sink());
            out.line("one");
            assert!(out.is_read());
            out.line("two");
            assert!(!out.is_read());
            assert_eq!(out.failure().is_some(), fails, "{kind}");
        }
    }
}
