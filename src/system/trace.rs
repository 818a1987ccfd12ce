//! A run as a numbered list of steps that a person can follow, and that a diagram can be drawn from.

use super::System;
use super::format;
use super::global::{Cells, StateIn, Step, StepIn};
use super::local::Local;
use super::plain::{Action, Plain};
use super::process::Envelope;
use super::rules::Rules;
use super::words::{StepInWords, Words};
use crate::event::{Data, Module};
use std::fmt;

/// A run from the initial state on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// How many processes there are.
    pub processes: usize,
    /// The steps, in order.
    pub steps: Vec<TraceStep>,
    /// The messages that are still in flight at the end.
    pub in_flight: Vec<InFlight>,
    /// The state at the end.
    pub state: String,
    /// For a run that repeats itself for ever: the number of the step to which it goes back. One more than there are
    /// steps, when it comes to rest: then nothing happens any more, and nothing has to.
    pub loop_start: Option<usize>,
}

impl Trace {
    /// How a run that has no end goes on after the last step, in words.
    pub fn continuation(&self) -> Option<String> {
        let start = self.loop_start?;
        let rests = self.steps.last().map_or(0, |step| step.number) < start;
        Some(match rests {
            true => "and nothing has to happen any more".to_string(),
            false => format!("and so on for ever, from step {start}"),
        })
    }
}

/// One step of a [`Trace`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// Counted from 1.
    pub number: usize,
    /// The process that acts, if it is the step of a process.
    pub process: Option<usize>,
    /// What it is, in one word: "deliver", "request", "crash", ….
    pub kind: &'static str,
    /// What happens, as a sentence.
    pub text: String,
    /// What the process sends: receiver and message, in order.
    pub sent: Vec<(usize, String)>,
    /// What is to be drawn, in the order in which it happens.
    pub marks: Vec<Mark>,
}

/// A message that has not arrived when a [`Trace`] ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// The step in which it was sent; 0 at the start.
    pub sent_in: usize,
    /// Its sender.
    pub from: usize,
    /// Its receiver.
    pub to: usize,
    /// What it says.
    pub message: String,
}

/// What a diagram shows of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A message arrives at the process of the step.
    Arrival {
        /// Its sender.
        from: usize,
        /// The step in which it was sent; 0 at the start; nothing for a lie, which was never in flight.
        sent_in: Option<usize>,
        /// What it says.
        message: String,
    },
    /// A message is lost, or omitted by a faulty process.
    Loss {
        /// Its sender.
        from: usize,
        /// Its receiver.
        to: usize,
        /// The step in which it was sent.
        sent_in: usize,
        /// What it says.
        message: String,
    },
    /// The application makes a request.
    Request(String),
    /// The application is told something.
    Indication(String),
    /// A timer fires, or a choice is made.
    Local(String),
    /// The process crashes.
    Crash,
    /// The process recovers.
    Recovery,
    /// Something that concerns the whole system.
    Global(String),
}

impl<A: Module, H: Data> System<A, H> {
    /// The trace of a run, given by its steps.
    ///
    /// # Panics
    ///
    /// When a step is not enabled where it is taken.
    pub fn trace(&self, steps: &[Action<A>]) -> Trace {
        trace(&self.rules, &mut Plain(self), &Plain(self), steps)
    }
}

/// The trace of a run, given by its steps, in terms of how cells are kept.
pub(crate) fn trace<M: Cells>(rules: &Rules, cells: &mut M, words: &dyn Words<M>, steps: &[StepIn<M>]) -> Trace {
    let state = rules.initial(cells);
    let sent = words.in_order(&state).into_iter().map(|envelope| (envelope, 0)).collect();
    let mut follower = Follower { rules, cells, words, state, sent };
    let steps: Vec<TraceStep> = (1..).zip(steps).map(|(number, step)| follower.follow(number, step)).collect();
    Trace {
        processes: rules.processes,
        in_flight: follower.in_flight(),
        state: words.state(&follower.state),
        steps,
        loop_start: None,
    }
}

/// Follows a run and remembers who sent what when.
struct Follower<'a, M: Cells> {
    rules: &'a Rules,
    cells: &'a mut M,
    words: &'a dyn Words<M>,
    state: StateIn<M>,
    /// For each message in flight, the step in which it was sent.
    sent: Vec<(M::Envelope, usize)>,
}

impl<M: Cells> Follower<'_, M> {
    fn follow(&mut self, number: usize, step: &StepIn<M>) -> TraceStep {
        let in_words = step.map(&|envelope| self.words.envelope(envelope), &|local| self.words.local(local));
        let sent_in = self.leaves(step);
        let (process, mut marks) = cause(&in_words, sent_in);
        let sent = self.outcome(number, step, &mut marks);
        self.rules.perform(self.cells, &mut self.state, step);
        TraceStep { number, process, kind: format::kind(&in_words), text: format::sentence(&in_words), sent, marks }
    }

    /// When the message was sent that arrives in a step, or is lost. Of several equal ones the oldest is taken, unless it
    /// stays.
    fn leaves(&mut self, step: &StepIn<M>) -> Option<usize> {
        let (envelope, stays) = match step {
            Step::Deliver { envelope, kept, .. } => (envelope, *kept || self.rules.network.is_set()),
            Step::Lose(envelope) | Step::Omit(envelope) => (envelope, false),
            _ => return None,
        };
        match self.sent.iter().position(|(sent, _)| sent == envelope) {
            Some(place) if stays => Some(self.sent[place].1),
            Some(place) => Some(self.sent.remove(place).1),
            None => Some(0),
        }
    }

    /// What the process of a step sends: receivers and messages. Adds what an observer sees of it.
    fn outcome(&mut self, number: usize, step: &StepIn<M>, marks: &mut Vec<Mark>) -> Vec<(usize, String)> {
        let mut sent = Vec::new();
        if let Some((reaction, which)) = self.rules.reaction(self.cells, &self.state, step) {
            while let Some(envelope) = self.cells.sent(&reaction, which, sent.len()) {
                let Envelope { to, message, .. } = self.words.envelope(&envelope);
                sent.push((to.into(), message));
                self.sent.push((envelope, number));
            }
            marks.extend(self.words.seen(self.cells, &reaction, which));
        }
        sent
    }

    fn in_flight(&self) -> Vec<InFlight> {
        // What was dropped on its way (to a process that stopped, or beyond the cap on copies) is not in flight.
        let mut network = self.state.network.clone();
        let mut in_flight = Vec::new();
        for (envelope, number) in self.sent.iter().rev() {
            if let Some(place) = network.iter().position(|other| other == envelope) {
                network.remove(place);
                let Envelope { from, to, message } = self.words.envelope(envelope);
                in_flight.push(InFlight { sent_in: *number, from: from.into(), to: to.into(), message });
            }
        }
        in_flight.reverse();
        in_flight
    }
}

/// The process of a step, and what sets it off. `sent_in` says when the message was sent that arrives, or is lost.
fn cause(step: &StepInWords, sent_in: Option<usize>) -> (Option<usize>, Vec<Mark>) {
    match step {
        Step::Deliver { envelope, .. } | Step::Lie { envelope, .. } => {
            let arrival = Mark::Arrival { from: envelope.from.into(), sent_in, message: envelope.message.clone() };
            (Some(envelope.to.into()), vec![arrival])
        }
        Step::Lose(envelope) | Step::Omit(envelope) => {
            let loss = Mark::Loss {
                from: envelope.from.into(),
                to: envelope.to.into(),
                sent_in: sent_in.unwrap_or(0),
                message: envelope.message.clone(),
            };
            (None, vec![loss])
        }
        Step::Act { process, local, .. } => {
            let mark = match local {
                Local::Timeout(timer) => Some(Mark::Local(timer.clone())),
                Local::Random(key, value) => Some(Mark::Local(format!("{key}: {value}"))),
                // The observer sees these by itself.
                Local::Request(_) | Local::Recover => None,
            };
            (Some((*process).into()), mark.into_iter().collect())
        }
        Step::Crash(process, _) | Step::Corrupt(process) => (Some((*process).into()), Vec::new()),
        Step::Cut(_) | Step::Heal | Step::Stabilise => (None, vec![Mark::Global(format::sentence(step))]),
    }
}

impl fmt::Display for Trace {
    /// The steps with their numbers, and the state at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let numbered = format!("{:>4}  {:<10}{}", step.number, step.kind, step.text);
            writeln!(f, "{}", format::wrapped(&numbered, 16))?;
            for mark in &step.marks {
                if let Mark::Indication(indication) = mark {
                    let told = format!("{:16}⇒ indicates {indication}", "");
                    writeln!(f, "{}", format::wrapped(&told, 18))?;
                }
            }
        }
        if let Some(continuation) = self.continuation() {
            writeln!(f, "      {continuation}")?;
        }
        writeln!(f, "      in the end:")?;
        for line in self.state.lines() {
            writeln!(f, "      {line}")?;
        }
        Ok(())
    }
}
