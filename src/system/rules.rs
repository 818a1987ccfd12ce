//! What may happen around actors, whatever they are: the part of a [`System`](super::System) that knows no types.
//!
//! Everything that is compiled anew for each actor stays out of here, and out of the engine: a search is the same code for
//! every system.

use super::fairness::Stated;
use super::fault::{CrashKind, Faults};
use super::limit::Limit;
use super::network::Network;
use super::timing::Timing;

/// The network, the faults and the clock of a system.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// How many there are.
    pub processes: usize,
    pub network: Network,
    pub stops: Faults,
    pub recoveries: Faults,
    pub fair_recovery: bool,
    pub omissions: Faults,
    pub byzantine: Faults,
    pub timing: Timing,
    /// How often each timer of each process fires at most.
    pub firings: Limit,
    pub fairness: Stated,
    /// Whether a liveness property is stated: then what becomes of a message is always a step.
    pub live: bool,
    /// A loss is a step even where a message that stays is as good as lost: properties may speak of messages in flight.
    pub losses_are_steps: bool,
    /// Messages to a process that is down wait for its recovery, even where nothing else is lost; and those of a process
    /// that is down arrive as well as any.
    pub letters_wait: bool,
}

impl Rules {
    /// Nothing goes wrong.
    pub fn new(processes: usize) -> Self {
        Rules {
            processes,
            network: Network::unordered(),
            stops: Faults::none(),
            recoveries: Faults::none(),
            fair_recovery: false,
            omissions: Faults::none(),
            byzantine: Faults::none(),
            timing: Timing::Asynchronous,
            firings: Limit::Unlimited,
            fairness: Stated::default(),
            live: false,
            losses_are_steps: false,
            letters_wait: false,
        }
    }

    pub fn crashes(&self, kind: CrashKind) -> &Faults {
        match kind {
            CrashKind::Stop => &self.stops,
            CrashKind::Recovery => &self.recoveries,
        }
    }

    /// Whether processes may crash or turn Byzantine.
    pub fn anyone_may_fail(&self) -> bool {
        self.stops.possible() || self.recoveries.possible() || self.byzantine.possible()
    }

    /// Whether a delivery, or what a process does by itself, if nobody dies in it, does no more than take the message out of
    /// flight, change the process and what was observed, and put messages in flight.
    pub fn has_ordinary_steps(&self) -> bool {
        !self.network.fifo && self.timing == Timing::Asynchronous
    }

    /// Whether each step is a delivery or what a process does by itself, and does no more than take the message out of
    /// flight, change the process and what was observed, and put messages in flight.
    pub fn nothing_goes_wrong(&self) -> bool {
        let network = &self.network;
        let losses = self.loss_takes_steps() && network.loss != Limit::None;
        let duplications = network.duplication != Limit::None && !network.is_set();
        let bounded = network.fair || network.copies.is_some() || !network.partitions.is_empty();
        let failures = self.anyone_may_fail() || self.omissions.possible();
        self.has_ordinary_steps() && !self.live && !losses && !duplications && !bounded && !failures
    }

    /// Whether a message that merely stays in flight is as good as lost. To liveness properties it is not: fairness would
    /// deliver it some day, and as long as it stays it can be delivered.
    pub fn staying_is_losing(&self) -> bool {
        !self.live && !self.network.fifo && self.timing == Timing::Asynchronous
    }

    pub fn loss_takes_steps(&self) -> bool {
        self.losses_are_steps || self.network.loss != Limit::Unlimited || !self.staying_is_losing()
    }

    /// Whether every message between two processes may be omitted by one of them.
    pub fn may_omit_for_ever(&self, from: usize, to: usize) -> bool {
        let omissions = &self.omissions;
        omissions.total == Limit::Unlimited && (omissions.may_strike(from) || omissions.may_strike(to))
    }

    /// How its parts contradict one another, if they do, in one line that says what to change.
    pub fn contradiction(&self) -> Option<&'static str> {
        if self.recoveries.possible() && self.network.loss != Limit::Unlimited && !self.letters_wait {
            return Some("where processes crash and recover, messages to them are lost: say .loss(Limit::Unlimited)");
        }
        let never_quiet = self.timing != Timing::Asynchronous && self.network.is_set();
        never_quiet.then_some(
            "with unlimited duplication a message can arrive for ever, and no timer of a synchronous system would fire: \
             limit the duplication",
        )
    }
}
