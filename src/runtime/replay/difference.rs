//! The first thing in which an actor does not do what its record says.

use super::error::Place;
use crate::runtime::one_line::OneLine;
use crate::runtime::record::form::Out;
use serde_json::value::RawValue;
use std::fmt;

/// The first thing in which an actor does not do what its record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where the record says it.
    pub place: Place,
    /// What the process was handling.
    pub input: String,
    /// What differs: "saved", `sent[2]`, "the timer".
    pub about: String,
    /// What the record says about it.
    pub recorded: String,
    /// What the actor did.
    pub came: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { place, input, about, recorded, came } = self;
        let [input, about, recorded, came] = [input, about, recorded, came].map(OneLine);
        write!(f, "{place}: {input}: {about}: the record says {recorded}, the actor {came}")
    }
}

/// What stands for something that is not there.
const NOTHING: &str = "nothing";

/// What differs first between what was recorded and what came, with both.
pub(super) fn between(
    recorded: &Out<Box<RawValue>, Box<RawValue>, Box<RawValue>>,
    came: &Out<String, String, String>,
) -> Option<(String, String, String)> {
    let text = |value: &RawValue| value.get().to_string();
    let saved = recorded.saved.as_deref().map(text);
    if saved != came.saved {
        return Some(("saved".to_string(), or_nothing(saved), or_nothing(came.saved.clone())));
    }
    let sent = recorded.sent.iter().map(|sent| message(sent.to, sent.number, sent.message.get()));
    let sent = items("sent", sent, came.sent.iter().map(|sent| message(sent.to, sent.number, &sent.message)));
    let told = || items("told", recorded.told.iter().map(|told| text(told)), came.told.iter().cloned());
    let changes = || items("changes", recorded.changes.iter().cloned(), came.changes.iter().cloned());
    sent.or_else(told).or_else(changes)
}

fn message(to: usize, number: u64, text: &str) -> String {
    format!("{text} to {to} as number {number}")
}

/// The first place at which two lists differ.
fn items(
    name: &str,
    recorded: impl Iterator<Item = String>,
    came: impl Iterator<Item = String>,
) -> Option<(String, String, String)> {
    let (mut recorded, mut came) = (recorded, came);
    for place in 0.. {
        match (recorded.next(), came.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => return Some((format!("{name}[{place}]"), or_nothing(one), or_nothing(other))),
        }
    }
    None
}

pub(super) fn or_nothing(text: Option<String>) -> String {
    text.unwrap_or_else(|| NOTHING.to_string())
}
