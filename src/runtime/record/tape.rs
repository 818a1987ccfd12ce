//! What a node says while it works, and what becomes of it on the way to the record.

use super::form::{FORMAT, Head, In, Line, LineOf};
use super::parts::Parts;
use super::saving::Saving;
use super::settings::Settings;
use super::words;
use crate::event::Module;
use crate::runtime::Runnable;
use crate::runtime::transport::{Identity, Letter};
use crate::step::{Effects, Input, InputOf};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// So many bytes are not kept in memory for longer than a batch.
const LONG: usize = 1 << 16;

/// How an actor's lines are written, and what the algorithm is called.
pub(in crate::runtime) struct Scribe<A: Module> {
    algorithm: String,
    saving: Saving<A::Storage>,
    write: fn(&LineOf<'_, A>, &mut Vec<u8>),
}

impl<A: Runnable> Scribe<A> {
    pub fn new(algorithm: String, saving: Saving<A::Storage>) -> Self {
        Scribe { algorithm, saving, write: words::write::<A> }
    }
}

/// The record of one life of a node, while it is made.
///
/// Lines are gathered until the node is about to release a batch; then it has them [written out](Tape::write_out) first.
pub(in crate::runtime) struct Tape<A: Module> {
    scribe: Scribe<A>,
    /// None once something could not be written: then nothing more is recorded.
    parts: Option<Parts>,
    lines: Vec<u8>,
    /// The number of the first line that is not written out.
    first: u64,
    /// The number of the next line.
    next: u64,
    /// The number of the next message that is sent.
    sent: u64,
    /// What was saved last, if what has changed since is recorded.
    saved: Option<A::Storage>,
    /// What the process is handling: without what comes out, unless it comes back.
    pending: Option<Pending<A>>,
}

enum Pending<A: Module> {
    Start { processes: usize, storage: Option<A::Storage> },
    Step(In<A::Request, A::Wire>),
}

impl<A: Module> Tape<A> {
    /// Begins the record of a life.
    pub fn begin(scribe: Scribe<A>, folder: &Path, settings: &Settings, identity: &Identity) -> io::Result<Self> {
        let head = Head {
            record: FORMAT,
            algorithm: scribe.algorithm.clone(),
            cluster: identity.cluster.clone(),
            node: identity.node.into(),
            incarnation: identity.incarnation,
            part: 0,
            line: 0,
        };
        let parts = Some(Parts::begin(folder, settings, head)?);
        Ok(Tape { scribe, parts, lines: Vec::new(), first: 0, next: 0, sent: 0, saved: None, pending: None })
    }

    /// The process is about to be started.
    pub fn start(&mut self, processes: usize, storage: Option<&A::Storage>) {
        self.pending = Some(Pending::Start { processes, storage: storage.cloned() });
        self.remember(storage);
    }

    /// The process is about to handle a message.
    pub fn letter(&mut self, letter: &Letter<A::Wire>) {
        let Letter { from, incarnation, number, message } = letter;
        let message = message.clone();
        self.step(In::Message { from: usize::from(*from), incarnation: *incarnation, number: *number, message });
    }

    /// The process is about to handle a request or a timer.
    pub fn input(&mut self, input: &InputOf<A>) {
        match input {
            Input::Request(request) => self.step(In::Request(request.clone())),
            Input::Timeout(timer) => self.step(In::Timer(format!("{timer:?}"))),
            // They come with more than the process is told: as a letter, and as a choice.
            Input::Wire { .. } | Input::Random(_) => {}
        }
    }

    /// The process is about to handle a choice.
    pub fn choice(&mut self, key: &str, place: usize, value: &A::Random) {
        self.step(In::Choice { key: key.to_string(), place, value: format!("{value:?}") });
    }

    fn step(&mut self, input: In<A::Request, A::Wire>) {
        self.pending = Some(Pending::Step(input));
    }

    /// The process has handled it.
    pub fn effects(&mut self, effects: &Effects<A>) {
        self.line_of_step(Some(effects));
        self.sent += effects.sent.len() as u64;
        self.remember(effects.saved.as_ref());
    }

    /// This is durable now, if it is anything new.
    fn remember(&mut self, saved: Option<&A::Storage>) {
        if self.scribe.saving.is_by_changes() && saved.is_some() {
            self.saved = saved.cloned();
        }
    }

    /// From now on there are so many processes.
    pub fn admit(&mut self, processes: usize) {
        let line = self.number();
        self.line(&Line::Admit { line, processes });
    }

    /// The batch ends here, and is about to be released.
    pub fn commit(&mut self) {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let time = u64::try_from(since_1970.as_micros()).unwrap_or(u64::MAX);
        let line = self.number();
        self.line(&Line::Commit { line, time });
    }

    /// Whether so much is gathered that it should be written out, whoever may have seen it.
    pub fn is_long(&self) -> bool {
        self.lines.len() > LONG
    }

    /// Hands all lines to the operating system. When that fails, there is a warning, and nothing more is recorded.
    pub fn write_out(&mut self) {
        if let Some(parts) = &mut self.parts
            && let Err(error) = parts.write(&self.lines, self.first)
        {
            let folder = parts.folder().display();
            tracing::error!("nothing more is recorded: the record in {folder} cannot be written: {error}");
            self.parts = None;
        }
        self.lines.clear();
        self.first = self.next;
    }

    /// The node shuts down in good order.
    pub fn end(mut self) {
        let line = self.number();
        self.line(&Line::End { line });
    }

    fn line_of_step(&mut self, effects: Option<&Effects<A>>) {
        let Some(pending) = self.pending.take() else { return };
        let line = self.number();
        let out = effects.map(|effects| {
            let changed = self.scribe.saving.change(effects.saved.as_ref(), self.saved.as_ref());
            words::out(effects, self.sent, changed)
        });
        self.line(&match &pending {
            Pending::Start { processes, storage } => {
                Line::Start { line, processes: *processes, storage: storage.as_ref(), out, packed: false }
            }
            Pending::Step(input) => Line::Step { line, input: borrowed(input), out, packed: false },
        });
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }

    fn line(&mut self, line: &LineOf<'_, A>) {
        if self.parts.is_some() {
            (self.scribe.write)(line, &mut self.lines);
        }
    }
}

impl<A: Module> Drop for Tape<A> {
    /// What the node did last is written out too, and what it was doing if it failed.
    fn drop(&mut self) {
        self.line_of_step(None);
        if !self.lines.is_empty() {
            self.write_out();
        }
    }
}

fn borrowed<R, W>(input: &In<R, W>) -> In<&R, &W> {
    match input {
        In::Request(request) => In::Request(request),
        In::Message { from, incarnation, number, message } => {
            In::Message { from: *from, incarnation: *incarnation, number: *number, message }
        }
        In::Timer(timer) => In::Timer(timer.clone()),
        In::Choice { key, place, value } => In::Choice { key: key.clone(), place: *place, value: value.clone() },
    }
}
