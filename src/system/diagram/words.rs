//! The words of a diagram: what stands beside each row, and what stands in the boxes.

use super::layout::Style;
use crate::system::trace::{InFlight, Mark, Trace, TraceStep};

/// What is written beside the row of a step.
pub(super) fn beside(step: &TraceStep) -> Vec<(Style, String)> {
    let global = step.marks.iter().any(|mark| matches!(mark, Mark::Global(_)));
    let style = if global { Style::Front } else { Style::Sentence };
    let mut words = vec![(style, step.text.clone())];
    // The sentence says it all as a rule; whatever it leaves out gets a line of its own.
    let missing = step.marks.iter().filter_map(unboxed).filter(|text| !step.text.contains(*text));
    words.extend(missing.map(|text| (style, text.to_string())));
    words.extend(sends(step).map(|text| (Style::Aside, text)));
    words
}

/// The text of a mark that has no box of its own.
fn unboxed(mark: &Mark) -> Option<&str> {
    match mark {
        Mark::Arrival { message, .. } | Mark::Loss { message, .. } => Some(message),
        Mark::Global(text) => Some(text),
        _ => None,
    }
}

/// What a step sends: a line for each message, with all of its receivers.
fn sends(step: &TraceStep) -> impl Iterator<Item = String> {
    let sent = step.sent.iter().map(|(to, message)| (message, *to));
    grouped(sent).into_iter().map(|(message, to)| format!("sends {message} to {}", names(&to)))
}

/// The box of a mark, if it has one.
pub(super) fn boxed<'a>(step: &TraceStep, mark: &'a Mark) -> Option<(Style, &'a str)> {
    match mark {
        Mark::Request(text) => Some((Style::Request, text)),
        Mark::Indication(text) => Some((Style::Indication, text)),
        Mark::Local(text) => match step.kind {
            "corrupt" => Some((Style::Corruption, text)),
            "choose" => Some((Style::Choice, text)),
            _ => Some((Style::Timer, text)),
        },
        _ => None,
    }
}

/// Equal messages of one step that are in flight at the end.
pub(super) struct Pending<'a> {
    /// The first of them.
    pub(super) message: &'a InFlight,
    /// Their receivers, one for each copy.
    pub(super) to: Vec<usize>,
}

impl Pending<'_> {
    /// What is written beside its row.
    pub(super) fn words(&self) -> String {
        let InFlight { from, sent_in, message, .. } = self.message;
        let when = match sent_in {
            0 => "sent at the start".to_string(),
            step => format!("sent in step {step}"),
        };
        format!("in flight: p{from} → {}  {message}, {when}", names(&self.to))
    }

    /// Its receivers, once each.
    pub(super) fn receivers(&self) -> Vec<usize> {
        let mut receivers = self.to.clone();
        receivers.sort_unstable();
        receivers.dedup();
        receivers
    }
}

/// What is in flight at the end, a row for each message.
pub(super) fn pending(trace: &Trace) -> Vec<Pending<'_>> {
    let keyed = trace.in_flight.iter().map(|it| ((it.sent_in, it.from, &it.message), it));
    grouped(keyed)
        .into_iter()
        .map(|(_, equal)| Pending { message: equal[0], to: equal.iter().map(|it| it.to).collect() })
        .collect()
}

/// Values with equal keys together, in the order of their first.
fn grouped<K: PartialEq, V>(pairs: impl Iterator<Item = (K, V)>) -> Vec<(K, Vec<V>)> {
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

/// The names of processes, each once, with the number of times where it is more than one.
fn names(processes: &[usize]) -> String {
    let groups = grouped(processes.iter().map(|process| (process, ())));
    let names = groups.iter().map(|(process, times)| match times.len() {
        1 => format!("p{process}"),
        times => format!("p{process} ({times} times)"),
    });
    names.collect::<Vec<_>>().join(", ")
}
