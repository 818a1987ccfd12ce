//! How often what may happen does happen, and how long things take.
//!
//! What *may* happen is the [`System`](crate::system::System)'s to say: a rate of loss strikes nothing on a network that loses
//! nothing.

use std::ops::Range;
use std::time::Duration;

/// How often what a system allows does happen, and how long things take, in virtual time.
///
/// Rates are probabilities, from 0 to 1. Where a range is empty its start is taken.
///
/// ```
/// use synod::runtime::simulation::{Conditions, Disk};
///
/// let calm = Conditions::calm();
/// let stormy = Conditions { loss: 0.2, crash: 0.05, disk: Disk { torn: 0.5, ..calm.disk.clone() }, ..calm };
/// # let _ = stormy;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Conditions {
    /// How long a message is on its way. A range reorders messages.
    pub delay: Range<Duration>,
    /// How often a message is lost.
    pub loss: f64,
    /// How often a message that arrives arrives once more.
    pub duplication: f64,
    /// Links that differ from the others, by sender and receiver.
    pub links: Vec<(usize, usize, Link)>,
    /// How long an application waits before its next request.
    pub think: Range<Duration>,
    /// How long a process is busy with other things after a batch, before its effects leave: what arrives meanwhile is the
    /// next batch.
    pub pause: Range<Duration>,
    /// How often a process crashes in a batch.
    pub crash: f64,
    /// How long a process that crashed stays down.
    pub downtime: Range<Duration>,
    /// What disks are like.
    pub disk: Disk,
    /// How fast clocks run: what is drawn for a process multiplies the time that its timers take.
    pub clock: Range<f64>,
    /// Partitions that come and go.
    pub partitions: Option<Partitions>,
}

/// A link that differs from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// How long a message is on its way.
    pub delay: Range<Duration>,
    /// How often a message is lost.
    pub loss: f64,
    /// How often a message that arrives arrives once more.
    pub duplication: f64,
}

/// What the disks of the processes are like.
#[derive(Clone, Debug, PartialEq)]
pub struct Disk {
    /// How long it takes to make a batch durable. Meanwhile the next batch gathers.
    pub latency: Range<Duration>,
    /// How often a write is slow …
    pub stall: f64,
    /// … and how much longer it takes then.
    pub stalled: Range<Duration>,
    /// How often the disk is found full. The process stops then, as in a crash before the commit, where the system lets it
    /// crash, and otherwise waits for room …
    pub full: f64,
    /// … which there is after so long.
    pub filled: Range<Duration>,
    /// How often a batch whose commit a crash has cut off is durable all the same.
    pub torn: f64,
    /// How often the disk says that a batch is durable, and loses it in the next crash. No algorithm survives that: it is
    /// the known-wrong driver, which sends before it has committed.
    pub lies: f64,
}

/// Partitions that come and go: messages across the cut wait until it heals.
///
/// A system that [declares](crate::system::Network::partition) partitions has those, within its budget, and otherwise the
/// processes are divided at random.
#[derive(Clone, Debug, PartialEq)]
pub struct Partitions {
    /// How long after the start, or after the last heal, the network is cut.
    pub after: Range<Duration>,
    /// How long a cut lasts.
    pub lasts: Range<Duration>,
    /// How often only one direction is cut, where the processes are divided at random.
    pub one_way: f64,
}

const fn milliseconds(range: Range<u64>) -> Range<Duration> {
    Duration::from_millis(range.start)..Duration::from_millis(range.end)
}

impl Conditions {
    /// Messages take 1 to 10 ms, requests are made every 1 to 20 ms, and nothing goes wrong. Disks take no time.
    pub fn calm() -> Self {
        Conditions {
            delay: milliseconds(1..10),
            loss: 0.0,
            duplication: 0.0,
            links: Vec::new(),
            think: milliseconds(1..20),
            pause: Duration::ZERO..Duration::ZERO,
            crash: 0.0,
            downtime: milliseconds(5..50),
            disk: Disk {
                latency: Duration::ZERO..Duration::ZERO,
                stall: 0.0,
                stalled: milliseconds(20..100),
                full: 0.0,
                filled: milliseconds(20..200),
                torn: 0.0,
                lies: 0.0,
            },
            clock: 1.0..1.0,
            partitions: None,
        }
    }
}

impl Default for Conditions {
    /// Everything that the system allows goes wrong now and then: one message in ten is lost and one in twenty duplicated,
    /// one batch in a hundred meets a crash, processes pause up to 1 ms, disks take up to 5 ms and are slow or
    /// full at times, clocks run at 0.5 to 2 times their speed, and the network is cut for a fifth of the time.
    fn default() -> Self {
        let calm = Conditions::calm();
        Conditions {
            loss: 0.1,
            duplication: 0.05,
            pause: Duration::ZERO..Duration::from_millis(1),
            crash: 0.01,
            disk: Disk {
                latency: Duration::ZERO..Duration::from_millis(5),
                stall: 0.01,
                full: 0.001,
                torn: 0.5,
                ..calm.disk
            },
            clock: 0.5..2.0,
            partitions: Some(Partitions { after: milliseconds(100..500), lasts: milliseconds(20..130), one_way: 0.3 }),
            ..calm
        }
    }
}
