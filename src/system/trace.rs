//! A run as a numbered list of steps that a person can follow, and that a diagram can be drawn from.

use super::System;
use super::format;
use super::global::Step;
use super::observe::Observation;
use super::plain::{Action, Plain, State};
use super::process::EnvelopeOf;
use crate::event::{Data, Module};
use std::fmt;
use std::sync::Arc;

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

/// Follows a run and remembers who sent what when.
struct Follower<'a, A: Module, H: Data> {
    system: &'a System<A, H>,
    state: State<A, H>,
    /// For each message in flight, the step in which it was sent.
    sent: Vec<(Arc<EnvelopeOf<A>>, usize)>,
}

impl<A: Module, H: Data> System<A, H> {
    /// The trace of a run, given by its steps.
    ///
    /// # Panics
    ///
    /// When a step is not enabled where it is taken.
    pub fn trace(&self, steps: &[Action<A>]) -> Trace {
        let state = self.rules.initial(&mut Plain(self));
        let sent = state.network.iter().map(|envelope| (envelope.clone(), 0)).collect();
        let mut follower = Follower { system: self, state, sent };
        let steps: Vec<TraceStep> = (1..).zip(steps).map(|(number, step)| follower.follow(number, step)).collect();
        Trace {
            processes: self.actors.len(),
            in_flight: follower.in_flight(),
            state: format!("{:?}", follower.state),
            steps,
            loop_start: None,
        }
    }
}

impl<A: Module, H: Data> Follower<'_, A, H> {
    fn follow(&mut self, number: usize, step: &Action<A>) -> TraceStep {
        let (process, mut marks) = self.cause(step);
        let mut sent = Vec::new();
        if let Some((outcome_sent, seen)) = self.outcome(step) {
            for envelope in outcome_sent {
                sent.push((usize::from(envelope.to), format::readable(&envelope.message)));
                self.sent.push((envelope, number));
            }
            marks.extend(seen);
        }
        self.system.rules.perform(&mut Plain(self.system), &mut self.state, step);
        TraceStep { number, process, kind: format::kind(step), text: format::sentence(step), sent, marks }
    }

    /// The process of a step, and what sets it off.
    fn cause(&mut self, step: &Action<A>) -> (Option<usize>, Vec<Mark>) {
        match step {
            Step::Deliver { envelope, kept, .. } => {
                let sent_in = Some(self.sent_in(envelope, *kept || self.system.rules.network.is_set()));
                (Some(envelope.to.into()), vec![arrival(envelope, sent_in)])
            }
            Step::Lie { envelope, .. } => (Some(envelope.to.into()), vec![arrival(envelope, None)]),
            Step::Lose(envelope) | Step::Omit(envelope) => {
                let loss = Mark::Loss {
                    from: envelope.from.into(),
                    to: envelope.to.into(),
                    sent_in: self.sent_in(envelope, false),
                    message: format::readable(&envelope.message),
                };
                (None, vec![loss])
            }
            Step::Act { process, local, .. } => {
                let mark = match &**local {
                    super::Local::Timeout(timer) => Some(Mark::Local(format::readable(timer))),
                    super::Local::Random(key, value) => {
                        Some(Mark::Local(format!("{key}: {}", format::readable(value))))
                    }
                    // The observer sees these by itself.
                    super::Local::Request(_) | super::Local::Recover => None,
                };
                (Some((*process).into()), mark.into_iter().collect())
            }
            Step::Crash(process, _) | Step::Corrupt(process) => (Some((*process).into()), Vec::new()),
            Step::Cut(_) | Step::Heal | Step::Stabilise => (None, vec![Mark::Global(format::sentence(step))]),
        }
    }

    /// When a message in flight was sent. Of several equal ones the oldest is taken, unless it stays.
    fn sent_in(&mut self, envelope: &Arc<EnvelopeOf<A>>, stays: bool) -> usize {
        let place = self.sent.iter().position(|(sent, _)| sent == envelope);
        match place {
            Some(place) if stays => self.sent[place].1,
            Some(place) => self.sent.remove(place).1,
            None => 0,
        }
    }

    /// What the process of a step sends, and what an observer sees of it.
    fn outcome(&mut self, step: &Action<A>) -> Option<(Vec<Arc<EnvelopeOf<A>>>, Vec<Mark>)> {
        let (reaction, which) = self.system.rules.reaction(&mut Plain(self.system), &self.state, step)?;
        let outcome = &reaction[which];
        let marks = outcome.seen.iter().map(|seen| match seen {
            Observation::Request { request, .. } => Mark::Request(format::readable(request)),
            Observation::Indication { indication, .. } => Mark::Indication(format::readable(indication)),
            Observation::Crash { .. } => Mark::Crash,
            Observation::Recovery { .. } => Mark::Recovery,
            Observation::Corruption { .. } => Mark::Local("turns Byzantine".to_string()),
        });
        Some((outcome.sent.clone(), marks.collect()))
    }

    fn in_flight(&self) -> Vec<InFlight> {
        // What was dropped on its way (to a process that stopped, or beyond the cap on copies) is not in flight.
        let mut network = self.state.network.clone();
        let mut in_flight = Vec::new();
        for (envelope, number) in self.sent.iter().rev() {
            if let Some(place) = network.iter().position(|other| other == envelope) {
                network.remove(place);
                in_flight.push(InFlight {
                    sent_in: *number,
                    from: envelope.from.into(),
                    to: envelope.to.into(),
                    message: format::readable(&envelope.message),
                });
            }
        }
        in_flight.reverse();
        in_flight
    }
}

fn arrival<W: Data>(envelope: &super::Envelope<W>, sent_in: Option<usize>) -> Mark {
    Mark::Arrival { from: envelope.from.into(), sent_in, message: format::readable(&envelope.message) }
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
