//! What may go wrong with processes, and how much of it has been used up in a state.

use super::limit::Limit;
use super::process::Envelope;
use stateright::actor::Id;
use std::sync::Arc;

/// How often a fault may strike, and whom.
///
/// `Faults::at_most(2)` strikes any process; [`Faults::among`] and [`Faults::at_once`] narrow it down. A plain number
/// converts into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    pub(crate) total: Limit,
    pub(crate) at_once: Option<u8>,
    pub(super) among: Option<Vec<usize>>,
}

impl Faults {
    /// No fault of this kind.
    pub fn none() -> Self {
        Faults { total: Limit::None, at_once: None, among: None }
    }

    /// At most so many in a run, in total.
    pub fn at_most(budget: u8) -> Self {
        Faults { total: budget.into(), ..Faults::none() }
    }

    /// Any number of them.
    pub fn unlimited() -> Self {
        Faults { total: Limit::Unlimited, ..Faults::none() }
    }

    /// At most so many processes are down at the same time.
    pub fn at_once(self, limit: u8) -> Self {
        Faults { at_once: Some(limit), ..self }
    }

    /// Only these processes can be struck.
    pub fn among(self, processes: impl IntoIterator<Item = usize>) -> Self {
        Faults { among: Some(processes.into_iter().collect()), ..self }
    }

    #[inline]
    pub(crate) fn possible(&self) -> bool {
        self.total != Limit::None
    }

    #[inline]
    pub(crate) fn may_strike(&self, process: usize) -> bool {
        self.possible() && self.among.as_ref().is_none_or(|among| among.contains(&process))
    }

    pub(super) fn refuse_nonsense(&self, what: &str, n: usize) {
        if let Some(process) = self.among.iter().flatten().find(|process| **process >= n) {
            panic!("{what} is to befall process {process}, but there are only {n}");
        }
        assert!(self.at_once != Some(0), "{what}: at most none at once means none at all");
    }
}

impl From<u8> for Faults {
    fn from(budget: u8) -> Self {
        Faults::at_most(budget)
    }
}

/// What a Byzantine process may say: for its id, every message it could send and to whom.
pub type Lies<W> = Arc<dyn Fn(Id) -> Vec<Envelope<W>> + Send + Sync>;

/// How a process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CrashKind {
    /// For good.
    Stop,
    /// Until it recovers with what it had stored.
    Recovery,
}

/// A crash in the middle of a step. What was sent stays in flight, but nobody may count on it any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Death {
    /// Before anything was durable: the input is gone, and nothing of the step is seen.
    BeforeSave(CrashKind),
    /// After the step was durable, but the application above saw only so many of its indications.
    AfterSave(CrashKind, u8),
}

impl Death {
    pub(crate) fn kind(self) -> CrashKind {
        match self {
            Death::BeforeSave(kind) | Death::AfterSave(kind, _) => kind,
        }
    }
}

/// What has been used of the budgets, and the few facts that concern the system as a whole.
///
/// Unlimited faults are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Spent {
    /// Processes that crashed for good.
    pub stops: u8,
    /// Crashes from which a process may recover.
    pub crashes: u8,
    /// Messages that a faulty process failed to send or to receive.
    pub omissions: u8,
    /// Processes that turned Byzantine.
    pub corruptions: u8,
    /// Messages lost.
    pub losses: u8,
    /// Messages delivered and kept.
    pub duplications: u8,
    /// How often the network was cut.
    pub cuts: u8,
    /// The partition in force.
    pub cut: Option<u8>,
    /// Whether a partially synchronous system has become synchronous.
    pub stable: bool,
    /// Whether the observer panicked on what it saw.
    pub observer_panicked: bool,
}
