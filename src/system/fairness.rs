//! What a run may not leave undone for ever: the fairness on which liveness properties count.
//!
//! A run that does nothing, or the same thing again and again, is a run. Whether it counts against a liveness property
//! depends on what the system promises: that an action which stays possible happens ([`Fairness::Weak`]), or that one
//! which becomes possible again and again does ([`Fairness::Strong`]).
//!
//! # What one fair action is
//!
//! | what | one action is | why |
//! | --- | --- | --- |
//! | [`Fair::Deliveries`], unordered | the delivery of an envelope, by its value: sender, receiver, content | coarser, per pair of processes say, one message could starve behind others for ever; finer there is nothing: copies cannot be told apart. Strongly fair, this is the textbook's fair loss: what is sent again and again arrives again and again |
//! | [`Fair::Deliveries`], FIFO | the delivery of the head of a channel, whatever it is | nothing else can arrive there, and nothing starves behind a head that goes. Strongly fair: where something is sent again and again, something arrives again and again |
//! | [`Fair::Timers`] | the firing of a timer of a process, by the timer's value | one timer must not starve behind another |
//! | [`Fair::Requests`] | the next request of a process's script, whichever it is | what the application chooses is its own affair, but that it goes on is promised |
//! | [`Fair::Choices`] | the choice pending under a key, whatever it falls on | that it falls is promised, not on what |
//! | [`Fair::Recovery`] | the recovery of a process | |
//!
//! The heal of a network whose partitions do not last, and the moment in which a partially synchronous system becomes
//! synchronous, are weakly fair.
//!
//! Nothing that goes wrong is ever promised: losses, omissions, crashes, cuts, lies, duplicated deliveries, steps in which
//! the process dies. They may happen in place of the action that is promised, which then has not happened. Nor is the
//! delivery of what was sent by, or is addressed to, a process that is not up, or that may omit any number of messages.

use super::System;
use super::global::Step;
use super::limit::Limit;
use super::local::Local;
use super::process::Envelope;
use super::rules::Rules;
use crate::event::{Data, Module};
use stateright::actor::Id;

/// Steps of which a system may promise that they are not left out for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fair {
    /// Messages arrive.
    Deliveries,
    /// Timers fire.
    Timers,
    /// Applications make the requests of their scripts.
    Requests,
    /// Pending choices fall.
    Choices,
    /// Crashed processes recover.
    Recovery,
}

impl Fair {
    pub(super) const ALL: [Fair; 5] = [Fair::Deliveries, Fair::Timers, Fair::Requests, Fair::Choices, Fair::Recovery];

    /// "deliveries", "timers", "requests", "choices" or "recovery".
    pub fn name(self) -> &'static str {
        match self {
            Fair::Deliveries => "deliveries",
            Fair::Timers => "timers",
            Fair::Requests => "requests",
            Fair::Choices => "choices",
            Fair::Recovery => "recovery",
        }
    }
}

/// How much is promised of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fairness {
    /// Nothing: it may be left out for ever.
    None,
    /// It is not possible for ever, from some moment on, without happening again.
    Weak,
    /// It is not possible again and again without happening again and again.
    Strong,
}

impl Fairness {
    /// "none", "weak" or "strong".
    pub fn name(self) -> &'static str {
        match self {
            Fairness::None => "none",
            Fairness::Weak => "weak",
            Fairness::Strong => "strong",
        }
    }
}

/// What a system says of its fairness, for each [`Fair`] in the order of [`Fair::ALL`]; nothing where it says nothing.
pub(super) type Stated = [Option<Fairness>; Fair::ALL.len()];

/// One fair action: of messages and timers their numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FairAction {
    Deliver(u32),
    DeliverHead { from: Id, to: Id },
    Fire(Id, u32),
    Request(Id),
    Choose(Id, String),
    Recover(Id),
    Heal,
    Stabilise,
}

impl FairAction {
    /// Whether data tell it from others of its sort, and not only who takes it.
    pub fn is_told_by_data(&self) -> bool {
        matches!(self, FairAction::Deliver(_) | FairAction::Fire(..))
    }
}

/// A step, as far as its fairness depends on it: messages and timers by their numbers.
pub(crate) type FairStep = Step<Envelope<u32>, Local<(), u32, ()>>;

impl Rules {
    /// The fairness of steps of this sort, as stated, or else as `finally` counts on them.
    pub(crate) fn fairness(&self, what: Fair) -> Fairness {
        let otherwise = || match what {
            Fair::Deliveries if self.network.fair => Fairness::Strong,
            Fair::Deliveries if self.network.loss == Limit::Unlimited => Fairness::None,
            Fair::Recovery if !self.fair_recovery => Fairness::None,
            _ => Fairness::Weak,
        };
        self.fairness[what as usize].unwrap_or_else(otherwise)
    }

    fn fairness_of_delivery(&self, from: Id, to: Id) -> Fairness {
        if self.may_omit_for_ever(from.into(), to.into()) { Fairness::None } else { self.fairness(Fair::Deliveries) }
    }

    /// The fair action that a step takes, given whether a message that arrives in it comes from a process that is up.
    pub(crate) fn fair_action(&self, step: &FairStep, from_up: bool) -> Option<(FairAction, Fairness)> {
        let (action, fairness) = match step {
            Step::Deliver { envelope, kept: false, death: None } if from_up => {
                let (from, to) = (envelope.from, envelope.to);
                let fairness = self.fairness_of_delivery(from, to);
                if self.network.fifo {
                    (FairAction::DeliverHead { from, to }, fairness)
                } else {
                    (FairAction::Deliver(envelope.message), fairness)
                }
            }
            Step::Act { process, local, death: None } => {
                let (action, what) = match local {
                    Local::Request(_) => (FairAction::Request(*process), Fair::Requests),
                    Local::Timeout(timer) => (FairAction::Fire(*process, *timer), Fair::Timers),
                    Local::Random(key, _) => (FairAction::Choose(*process, key.clone()), Fair::Choices),
                    Local::Recover => (FairAction::Recover(*process), Fair::Recovery),
                };
                (action, self.fairness(what))
            }
            Step::Heal if !self.network.lasting => (FairAction::Heal, Fairness::Weak),
            Step::Stabilise => (FairAction::Stabilise, Fairness::Weak),
            _ => return None,
        };
        (fairness != Fairness::None).then_some((action, fairness))
    }

    /// What is fair, in words.
    pub(super) fn describe_fairness(&self) -> String {
        let words = Fair::ALL.map(|what| format!("{} {}", what.name(), self.fairness(what).name()));
        format!("fairness: {}", words.join(", "))
    }
}

impl<A: Module, H: Data> System<A, H> {
    /// States how fair steps of this sort are: what runs may not leave undone for ever. Liveness properties count on it.
    ///
    /// Without this call, as `finally` counts on it: deliveries are weakly fair where at most a budget of messages is
    /// lost, strongly on [fair-loss](super::Network::fair_loss) links, and not at all where loss is unlimited otherwise;
    /// timers, requests and choices are weakly fair; recovery is weakly fair with [`System::fair_recovery`], otherwise not
    /// at all. What one fair action is: see [`Fair`]; what is never fair: faults, and deliveries of messages of or to a
    /// process that is not up.
    pub fn fairness(mut self, what: Fair, fairness: Fairness) -> Self {
        self.rules.fairness[what as usize] = Some(fairness);
        self
    }
}
