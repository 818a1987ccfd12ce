//! How time passes: not at all, in step, or in step from some moment on.

use std::ops::Range;
use std::time::Duration;

/// What timers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Timing {
    /// A timer may fire at any time, and a message may take any time.
    #[default]
    Asynchronous,
    /// A message takes at most one unit, and a timer fires only when no message can be delivered and no armed timer of
    /// any process is due earlier. Timers whose ranges overlap fire in either order.
    ///
    /// Ranges are kept as intervals, each for itself, so where ranges are not points the system has the runs of every
    /// real clock and perhaps a few more: what always holds in it, holds.
    Synchronous {
        /// How long a message takes at most; durations of timers are rounded outwards to multiples of it.
        unit: Duration,
    },
    /// Asynchronous up to a moment that nobody knows, synchronous from then on.
    PartiallySynchronous {
        /// As for [`Timing::Synchronous`].
        unit: Duration,
    },
}

/// When an armed timer will fire: in so many units, at the earliest and at the latest. All zero in an asynchronous system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Due {
    /// At the earliest.
    pub earliest: u16,
    /// At the latest.
    pub latest: u16,
}

/// Time that passes for every armed timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tick {
    /// Somewhere between so many units.
    Elapse {
        /// At least.
        least: u16,
        /// At most.
        most: u16,
    },
    /// An unknown part of each timer's time has passed: the system has just become synchronous.
    Loosen,
}

impl Timing {
    /// How a timer that was set for `range` is kept.
    pub(super) fn due(self, range: &Range<Duration>) -> Due {
        match self {
            Timing::Asynchronous => Due::default(),
            Timing::Synchronous { unit } | Timing::PartiallySynchronous { unit } => Due {
                earliest: units(range.start.as_nanos() / unit.as_nanos()),
                latest: units(range.end.max(range.start).as_nanos().div_ceil(unit.as_nanos())),
            },
        }
    }

    /// Whether timers wait for messages and for one another.
    #[inline]
    pub(super) fn in_step(self, stable: bool) -> bool {
        match self {
            Timing::Asynchronous => false,
            Timing::Synchronous { .. } => true,
            Timing::PartiallySynchronous { .. } => stable,
        }
    }

    pub(super) fn refuse_nonsense(self) {
        if let Timing::Synchronous { unit } | Timing::PartiallySynchronous { unit } = self {
            assert!(!unit.is_zero(), "the message delay of a synchronous system is its unit of time: it is not zero");
        }
    }
}

fn units(count: u128) -> u16 {
    u16::try_from(count)
        .unwrap_or_else(|_| panic!("a timer of {count} message delays is beyond {}: take a larger unit", u16::MAX))
}

impl Due {
    pub(crate) fn after(self, tick: Tick) -> Due {
        match tick {
            Tick::Elapse { least, most } => {
                Due { earliest: self.earliest.saturating_sub(most), latest: self.latest.saturating_sub(least) }
            }
            Tick::Loosen => Due { earliest: 0, ..self },
        }
    }
}
