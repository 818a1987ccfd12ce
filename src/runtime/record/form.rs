//! What a record looks like: a head, and a line for each thing that happened.
//!
//! The same types are written and read: written they borrow the actor's values, read they hold them as JSON that is not
//! understood yet.

use crate::event::Module;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use stateright::actor::Actor;

/// The version of the format. A record of another version is refused.
pub const FORMAT: u32 = 1;

/// The first line of a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of the format.
    pub record: u32,
    /// The name of the algorithm.
    pub algorithm: String,
    /// The name of the cluster.
    pub cluster: String,
    /// The node's id.
    pub node: usize,
    /// In which of its lives the node was.
    pub incarnation: u64,
    /// Which part of the record of this life it is, counted from 0.
    pub part: u64,
    /// The number of its first line in this life, counted from 0.
    pub line: u64,
}

/// Any line after the head. `R`, `W`, `I` and `S` are requests, messages, indications and what is saved.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[serde(bound(deserialize = "R: Deserialize<'de>, W: Deserialize<'de>, I: Deserialize<'de>, S: Deserialize<'de>"))]
pub enum Line<R, W, I, S> {
    /// The process was started.
    Start {
        /// The number of the line in this life.
        line: u64,
        /// How many processes there were.
        processes: usize,
        /// What it had made durable, unless it started afresh.
        #[serde(default = "none", deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        storage: Option<S>,
        /// What came out; nothing, if the process failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        out: Option<Out<W, I, S>>,
        /// Whether values are written as [`Packed`].
        #[serde(default, skip_serializing_if = "is_false")]
        packed: bool,
    },
    /// The process handled something.
    Step {
        /// The number of the line in this life.
        line: u64,
        /// What went in.
        #[serde(rename = "in")]
        input: In<R, W>,
        /// What came out; nothing, if the process failed.
        #[serde(skip_serializing_if = "Option::is_none")]
        out: Option<Out<W, I, S>>,
        /// Whether values are written as [`Packed`].
        #[serde(default, skip_serializing_if = "is_false")]
        packed: bool,
    },
    /// From now on there were more processes.
    Admit {
        /// The number of the line in this life.
        line: u64,
        /// How many.
        processes: usize,
    },
    /// The steps since the commit before make up a batch. It was made durable and released after this was written: if another
    /// line follows, that was done.
    Commit {
        /// The number of the line in this life.
        line: u64,
        /// When: microseconds since 1970, by the node's clock.
        time: u64,
    },
    /// The node was shut down in good order: all batches were released.
    End {
        /// The number of the line in this life.
        line: u64,
    },
}

/// What went into a step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum In<R, W> {
    /// A request of the application.
    Request(R),
    /// A message of another process.
    Message {
        /// Who sent it.
        from: usize,
        /// In which of the sender's lives.
        incarnation: u64,
        /// Its number among all that the sender sent in that life, from 0.
        number: u64,
        /// What it says.
        message: W,
    },
    /// A timer that ran out: how it is shown to people.
    Timer(String),
    /// A choice that was made.
    Choice {
        /// Under which key it was due.
        key: String,
        /// The place of the value among those that could be chosen.
        place: usize,
        /// How the value is shown to people.
        value: String,
    },
}

/// What came out of a step.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound(deserialize = "W: Deserialize<'de>, I: Deserialize<'de>, S: Deserialize<'de>"))]
pub struct Out<W, I, S> {
    /// What was saved.
    #[serde(default = "none", deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub saved: Option<S>,
    /// Or, in its place, what has changed since the save before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Box<RawValue>>,
    /// The messages that were sent.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub sent: Vec<Sent<W>>,
    /// What the application was told.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<I>,
    /// The changes of timers and choices: how they are shown to people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// A message that was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent<W> {
    /// To whom.
    pub to: usize,
    /// Its number among all that were sent in this life, from 0.
    pub number: u64,
    /// What it says.
    pub message: W,
}

/// A value as the hexadecimal digits of its postcard form, for values that JSON cannot say: maps whose keys are no strings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Packed(pub String);

/// A line of actor `A`, as it is written.
pub type LineOf<'a, A> =
    Line<&'a <A as Module>::Request, &'a <A as Module>::Wire, &'a <A as Module>::Indication, &'a <A as Actor>::Storage>;

impl<R, W, I, S> Line<R, W, I, S> {
    /// The number of the line in its life.
    pub fn number(&self) -> u64 {
        match self {
            Line::Start { line, .. }
            | Line::Step { line, .. }
            | Line::Admit { line, .. }
            | Line::Commit { line, .. }
            | Line::End { line } => *line,
        }
    }
}

fn none<T>() -> Option<T> {
    None
}

/// What is there is something, even if it is `null`.
fn present<'d, D: Deserializer<'d>, T: Deserialize<'d>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn is_false(flag: &bool) -> bool {
    !flag
}
