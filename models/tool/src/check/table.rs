//! The table of `synod check`: a row for each system as soon as it is checked; beneath it the reports of those that are not
//! as they should be, or of the only one that was named, and what it all comes to.

use super::{Checked, Others};
use crate::exit::Exit;
use crate::output::Output;
use crate::select::Chosen;
use crate::text::{counted, grouped};
use std::time::{Duration, Instant};

/// The table, whose rows are printed as they come.
pub struct Table {
    name_width: usize,
    started: Instant,
}

impl Table {
    /// Prints the heading.
    pub fn begin(systems: &[Chosen<'_>], out: &mut Output<'_>) -> Self {
        let names = systems.iter().map(|chosen| chosen.name().len());
        let table = Table { name_width: names.chain(["system".len()]).max().unwrap_or(0), started: Instant::now() };
        if !systems.is_empty() {
            out.line(table.columns("system", ["states", "generated", "depth", "seconds", "B/state"], "verdict"));
        }
        table
    }

    /// Prints the row of a system.
    pub fn row(&self, checked: &Checked<'_>, out: &mut Output<'_>) {
        let report = &checked.report;
        let figures = [
            grouped(report.unique),
            grouped(report.generated),
            report.depth.to_string(),
            seconds(report.time),
            format!("{:.0}", report.bytes_per_state),
        ];
        out.line(self.columns(&checked.name, figures.each_ref().map(String::as_str), &verdict(checked)));
    }

    /// Prints what follows the rows.
    pub fn end(&self, done: &[Checked<'_>], others: &Others, out: &mut Output<'_>) {
        for Checked { name, report, judgement, .. } in done.iter().filter(|checked| is_told_more_of(checked, done)) {
            out.line(format_args!("\n{name}: {}\n{}", judgement.words, report.to_string().trim_end()));
        }
        let Others { left, refused, skipped } = others;
        if !done.is_empty() || !left.is_empty() || !refused.is_empty() {
            out.line(format_args!("\n{}", summary(done, others, self.started.elapsed())));
        }
        if !skipped.is_empty() {
            let them = if skipped.len() == 1 { "it" } else { "them" };
            out.line(format_args!("skipped, because slow: {} (--slow checks {them} too)", skipped.join(", ")));
        }
    }

    fn columns(&self, name: &str, figures: [&str; 5], verdict: &str) -> String {
        let [states, generated, depth, seconds, bytes] = figures;
        format!(
            "{name:<width$}  {states:>11}  {generated:>12}  {depth:>5}  {seconds:>7}  {bytes:>7}  {verdict}",
            width = self.name_width
        )
    }
}

/// Whether the whole report of a system is of interest.
fn is_told_more_of(checked: &Checked<'_>, done: &[Checked<'_>]) -> bool {
    checked.judgement.exit != Exit::Fine || (checked.chosen.by_name && done.len() == 1)
}

fn verdict(checked: &Checked<'_>) -> String {
    let words = &checked.judgement.words;
    match checked.judgement.exit {
        Exit::NotSo => format!("NOT AS EXPECTED: {words}"),
        _ => words.clone(),
    }
}

/// "12 systems in 3.2 s: all as they should be", or which ones are not.
fn summary(done: &[Checked<'_>], others: &Others, time: Duration) -> String {
    let with = |exit: Exit| -> Vec<&str> {
        done.iter().filter(|checked| checked.judgement.exit == exit).map(|checked| checked.name.as_str()).collect()
    };
    let (fine, not_so, incomplete) = (with(Exit::Fine), with(Exit::NotSo), with(Exit::Incomplete));
    let [left, refused] =
        [&others.left, &others.refused].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
    let systems = counted((done.len() + left.len() + refused.len()) as u64, "system");
    let mut line = format!("{systems} in {} s: ", seconds(time));
    if fine.len() == done.len() && left.is_empty() && refused.is_empty() {
        line += if fine.len() == 1 { "as it should be" } else { "all as they should be" };
        return line;
    }
    line += &format!("{} as it should be", fine.len());
    for (what, names) in [("not", not_so), ("incomplete", incomplete), ("refused", refused), ("not checked", left)] {
        if !names.is_empty() {
            line += &format!(", {} {what} ({})", names.len(), names.join(", "));
        }
    }
    line
}

fn seconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64())
}
