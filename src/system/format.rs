//! States and steps as text for people: processes are `p0`, `p1`, …, and no line is longer than it can be read.

use super::describe::counted;
use super::fault::{CrashKind, Death, Spent};
use super::global::{Global, Step};
use super::local::Local;
use super::process::{Cell, Envelope, Life};
use super::timing::Due;
use super::words::{self, EnvelopeInWords, StepInWords};
use crate::event::Data;
use std::fmt::{self, Debug, Write};
use std::sync::Arc;

/// The length at which lines are broken.
pub(super) const WIDTH: usize = 96;

/// The `Debug` text of a value, with process ids as `p0`, `p1`, …, on one line.
pub fn readable(value: &dyn Debug) -> String {
    let text = format!("{value:?}");
    let mut readable = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(place) = rest.find("Id(") {
        let (before, id) = rest.split_at(place);
        readable.push_str(before);
        let digits = id[3..].find(')').map(|end| &id[3..3 + end]);
        let inside_a_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        match digits {
            Some(digits) if !inside_a_word && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                readable.push('p');
                readable.push_str(digits);
                rest = &id[3 + digits.len() + 1..];
            }
            _ => {
                readable.push_str("Id(");
                rest = &id[3..];
            }
        }
    }
    readable.push_str(rest);
    readable
}

/// Breaks a text into lines of at most [`WIDTH`] characters, at spaces where there are any; lines after the first are
/// indented.
pub(super) fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in text.split_inclusive(' ') {
        let mut word = word;
        while length + word.trim_end().chars().count() > WIDTH {
            if length > indent {
                break_line(&mut lines, indent);
                length = indent;
                continue;
            }
            let room = WIDTH - length;
            let end = word.char_indices().nth(room).map_or(word.len(), |(end, _)| end);
            lines.push_str(&word[..end]);
            word = &word[end..];
            break_line(&mut lines, indent);
            length = indent;
        }
        lines.push_str(word);
        length += word.chars().count();
    }
    lines.truncate(lines.trim_end().len());
    lines
}

fn break_line(lines: &mut String, indent: usize) {
    lines.truncate(lines.trim_end_matches(' ').len());
    lines.push('\n');
    lines.extend(std::iter::repeat_n(' ', indent));
}

fn line(f: &mut String, label: &str, text: &str) -> fmt::Result {
    writeln!(f, "{}", wrapped(&format!("{label:<10} {text}"), 11))
}

impl<S, D, T, X, W, H> Debug for Global<Arc<Cell<S, D, T, X>>, Arc<Envelope<W>>, Arc<H>>
where
    S: Data,
    D: Data,
    T: Data,
    X: Data,
    W: Data,
    H: Data,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (id, process) in self.processes.iter().enumerate() {
            Shown::new(process).write(&mut text, id)?;
        }
        let mut label = "in flight";
        for equal in self.network.chunk_by(|a, b| a == b) {
            write_message(&mut text, label, &words::envelope(&equal[0]), equal.len())?;
            label = "";
        }
        write_surroundings(&mut text, &readable(&self.history), &self.spent)?;
        f.write_str(text.trim_end())
    }
}

/// What is shown of a process.
struct Shown<'a> {
    standing: &'static str,
    state: String,
    stored: Option<&'a dyn Debug>,
    timers: Vec<(&'a dyn Debug, Due)>,
    choices: Option<&'a dyn Debug>,
    waits: bool,
}

impl<'a> Shown<'a> {
    fn new<S: Data, D: Data, T: Data, X: Data>(process: &'a Cell<S, D, T, X>) -> Self {
        let (standing, state) = match &process.life {
            Life::Up(state) => ("up", readable(state)),
            Life::Down => ("down", String::new()),
            Life::Stopped => ("stopped", String::new()),
            Life::Byzantine => ("Byzantine", String::new()),
            Life::Panicked(message) => ("panicked", message.replace('\n', " ")),
        };
        let mut timers: Vec<(&'a dyn Debug, Due)> = Vec::new();
        for (timer, due) in process.timers.iter() {
            timers.push((timer, *due));
        }
        let choices: &dyn Debug = &process.choices;
        Shown {
            standing,
            state,
            stored: process.storage.as_ref().map(|storage| storage as &dyn Debug),
            timers,
            choices: (!process.choices.is_empty()).then_some(choices),
            waits: process.waiting.is_some(),
        }
    }

    fn write(&self, f: &mut String, id: usize) -> fmt::Result {
        let name = format!("p{id} {}", self.standing);
        // The unit state of an actor that keeps none says nothing.
        let state = if self.state == "()" { "" } else { &self.state };
        line(f, &name, state)?;
        if let Some(stored) = self.stored {
            line(f, "  stored", &readable(stored))?;
        }
        if !self.timers.is_empty() {
            let timers: Vec<String> = self.timers.iter().map(timer).collect();
            line(f, "  timers", &timers.join(", "))?;
        }
        if let Some(choices) = self.choices {
            line(f, "  choices", &readable(choices))?;
        }
        if self.waits {
            line(f, "  waits", "for the answer to its last request")?;
        }
        Ok(())
    }
}

fn timer((timer, due): &(&dyn Debug, Due)) -> String {
    match due {
        Due { earliest: 0, latest: 0 } => readable(timer),
        Due { earliest, latest } => format!("{} in {earliest} to {latest}", readable(timer)),
    }
}

fn write_message(f: &mut String, label: &str, message: &EnvelopeInWords, copies: usize) -> fmt::Result {
    let copies = match copies {
        1 => String::new(),
        copies => format!("  ({copies} times)"),
    };
    line(f, label, &format!("{}{copies}", envelope(message)))
}

fn write_surroundings(f: &mut String, history: &str, spent: &Spent) -> fmt::Result {
    if history != "()" {
        line(f, "history", history)?;
    }
    let spent = self::spent(spent);
    if !spent.is_empty() {
        line(f, "faults", &spent)?;
    }
    Ok(())
}

fn envelope(envelope: &EnvelopeInWords) -> String {
    let (from, to) = (usize::from(envelope.from), usize::from(envelope.to));
    format!("p{from} → p{to}  {}", envelope.message)
}

fn spent(spent: &Spent) -> String {
    let counts = [
        (spent.stops, "stop"),
        (spent.crashes, "crash"),
        (spent.omissions, "omission"),
        (spent.corruptions, "corruption"),
        (spent.losses, "loss"),
        (spent.duplications, "duplication"),
        (spent.cuts, "cut"),
    ];
    let used = counts.iter().filter(|(count, _)| *count > 0);
    let mut words: Vec<String> = used.map(|(count, what)| counted((*count).into(), what)).collect();
    if let Some(cut) = spent.cut {
        words.push(format!("partition {cut} in force"));
    }
    if spent.stable {
        words.push("synchronous now".to_string());
    }
    if spent.observer_panicked {
        words.push("the observer panicked".to_string());
    }
    words.join(", ")
}

/// What a step is, in one word.
pub(super) fn kind(step: &StepInWords) -> &'static str {
    match step {
        Step::Deliver { kept: true, .. } => "duplicate",
        Step::Deliver { .. } => "deliver",
        Step::Act { local, .. } => match local {
            Local::Request(_) => "request",
            Local::Timeout(_) => "timeout",
            Local::Random(..) => "choose",
            Local::Recover => "recover",
        },
        Step::Lose(_) => "lose",
        Step::Omit(_) => "omit",
        Step::Crash(_, CrashKind::Stop) => "stop",
        Step::Crash(_, CrashKind::Recovery) => "crash",
        Step::Corrupt(_) => "corrupt",
        Step::Lie { .. } => "lie",
        Step::Cut(_) => "cut",
        Step::Heal => "heal",
        Step::Stabilise => "stabilise",
    }
}

/// A step, as a sentence.
pub(super) fn sentence(step: &StepInWords) -> String {
    let number = |id: &stateright::actor::Id| usize::from(*id);
    match step {
        Step::Deliver { envelope: e, kept, death } => {
            let copy = if *kept { ", and a copy stays in flight" } else { "" };
            format!("{}{copy}{}", envelope(e), dying(*death))
        }
        Step::Act { process, local, death } => {
            let act = match local {
                Local::Request(request) => format!("is asked to {request}"),
                Local::Timeout(timer) => format!("times out: {timer}"),
                Local::Random(key, value) => format!("chooses {value} for {key}"),
                Local::Recover => "recovers".to_string(),
            };
            format!("p{} {act}{}", number(process), dying(*death))
        }
        Step::Lose(e) => format!("{}  is lost", envelope(e)),
        Step::Omit(e) => format!("{}  is omitted by a faulty process", envelope(e)),
        Step::Crash(process, CrashKind::Stop) => format!("p{} stops for good", number(process)),
        Step::Crash(process, CrashKind::Recovery) => format!("p{} crashes", number(process)),
        Step::Corrupt(process) => format!("p{} turns Byzantine", number(process)),
        Step::Lie { envelope: e, death } => {
            format!("{}  is a lie{}", envelope(e), dying(*death))
        }
        Step::Cut(partition) => format!("the network is cut: partition {partition}"),
        Step::Heal => "the network heals".to_string(),
        Step::Stabilise => "the system becomes synchronous".to_string(),
    }
}

fn dying(death: Option<Death>) -> String {
    let what = |kind| match kind {
        CrashKind::Stop => "stops for good",
        CrashKind::Recovery => "crashes",
    };
    match death {
        None => String::new(),
        Some(Death::BeforeSave(kind)) => {
            format!(", but the process {} before anything of it is durable", what(kind))
        }
        Some(Death::AfterSave(kind, 0)) => {
            format!(", but the process {} before its application is told", what(kind))
        }
        Some(Death::AfterSave(kind, told)) => {
            format!(", but the process {} after {told} of its indications", what(kind))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stateright::actor::Id;

    #[test]
    fn ids_are_readable_and_words_that_end_in_id_are_left_alone() {
        assert_eq!(readable(&(Id::from(3), "Id(x)", Some(Id::from(12)))), "(p3, \"Id(x)\", Some(p12))");
        #[derive(Debug)]
        #[allow(dead_code)]
        struct TaskId(u8);
        assert_eq!(readable(&TaskId(4)), "TaskId(4)");
    }

    #[test]
    fn long_lines_are_broken_at_spaces_and_endless_words_anywhere() {
        let long = format!("{} {}", "word ".repeat(40), "x".repeat(300));
        let text = wrapped(&long, 4);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.replace(['\n', ' '], ""), long.replace(' ', ""));
    }
}
