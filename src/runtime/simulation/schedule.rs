//! What happens when, besides what chance brings.

use std::time::Duration;

/// Something that is arranged to happen. What the system does not allow does not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incident {
    /// A process crashes; what it had not committed is lost. It restarts after so long, where the system lets it recover.
    Crash {
        /// Which process.
        process: usize,
        /// How long it stays down.
        downtime: Duration,
    },
    /// A process crashes for good.
    Stop {
        /// Which process.
        process: usize,
    },
    /// From now on messages from these to those wait for the heal. For both directions it is said twice.
    Cut {
        /// Whose messages.
        from: Vec<usize>,
        /// To whom.
        to: Vec<usize>,
    },
    /// Every cut ends.
    Heal,
    /// The disk of a process is full.
    FillDisk {
        /// Which process.
        process: usize,
        /// How long it stays so.
        lasts: Duration,
    },
}

impl Incident {
    /// The processes that it names.
    pub(super) fn processes(&self) -> Vec<usize> {
        match self {
            Incident::Crash { process, .. } | Incident::Stop { process } | Incident::FillDisk { process, .. } => {
                vec![*process]
            }
            Incident::Cut { from, to } => [from.as_slice(), to].concat(),
            Incident::Heal => Vec::new(),
        }
    }
}

/// A moment in the life of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// Nothing of it is durable.
    BeforeCommit,
    /// It is durable, and so many messages and indications of it have left the process.
    AfterCommit {
        /// How many.
        departures: usize,
    },
}

/// What happens when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    pub(super) incidents: Vec<(Duration, Incident)>,
    pub(super) crashes: Vec<(u64, Point)>,
}

impl Schedule {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// So long after the start something happens.
    pub fn at(mut self, time: Duration, incident: Incident) -> Self {
        self.incidents.push((time, incident));
        self
    }

    /// The process crashes that has the `batch`-th batch of the run, counted from 0, at this point of it.
    pub fn crash_in_batch(mut self, batch: u64, point: Point) -> Self {
        self.crashes.push((batch, point));
        self
    }
}
