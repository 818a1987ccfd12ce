//! The timers that are armed, and how long each of them lasts.
//!
//! What an actor passes to `set_timer` is a range of nominal durations. [`Durations`] makes real ones of them, which are the
//! deployment's to choose; of the range one is drawn for each arming.

use crate::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;
use tokio::time::Instant;

/// As long as any timer lasts: a hundred years. Anything longer is taken for this.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Says how long a timer lasts, given what it would last without being asked.
pub(super) type Override<T> = Box<dyn Fn(&T, Range<Duration>) -> Range<Duration> + Send>;

/// How long timers last.
pub(super) struct Durations<T> {
    /// How many real seconds a nominal second is.
    pub scale: f64,
    /// What the application says about single timers.
    pub special: Option<Override<T>>,
}

impl<T> Durations<T> {
    /// How long `timer` lasts this time. A range that is empty or reversed stands for the durations between its ends.
    pub fn draw(&self, timer: &T, nominal: Range<Duration>, random: &mut Random) -> Duration {
        let scaled = scale(nominal.start, self.scale)..scale(nominal.end, self.scale);
        let range = match &self.special {
            Some(special) => special(timer, scaled),
            None => scaled,
        };
        let (start, end) = (range.start.min(LONGEST), range.end.min(LONGEST));
        let (shortest, longest) = (start.min(end), start.max(end));
        let width = u128::from(nanoseconds(longest - shortest));
        let offset = (u128::from(random.next_number()) * width) >> 64;
        shortest + Duration::from_nanos(offset as u64)
    }
}

fn scale(nominal: Duration, scale: f64) -> Duration {
    // Not only faster: a scale of one is exact.
    if scale == 1.0 {
        return nominal;
    }
    Duration::try_from_secs_f64(nominal.as_secs_f64() * scale).unwrap_or(LONGEST)
}

/// Of a duration that is no longer than [`LONGEST`], which fits.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).expect("a hundred years in nanoseconds fit into 64 bits")
}

/// The timers that are armed, by their deadlines. Takes no more room than there are armed timers; every operation costs
/// the logarithm of their number.
pub(super) struct Timers<T> {
    deadlines: BTreeMap<T, Instant>,
    order: BTreeSet<(Instant, T)>,
}

impl<T: Clone + Ord> Timers<T> {
    pub fn new() -> Self {
        Timers { deadlines: BTreeMap::new(), order: BTreeSet::new() }
    }

    /// Arms a timer, or arms it anew: its earlier deadline is forgotten. It lasts a hundred years at most.
    pub fn arm(&mut self, timer: T, now: Instant, lasts: Duration) {
        let deadline = now + lasts.min(LONGEST);
        if let Some(earlier) = self.deadlines.insert(timer.clone(), deadline) {
            let forgotten = self.order.remove(&(earlier, timer.clone()));
            debug_assert!(forgotten, "an armed timer has its place in the order");
        }
        self.order.insert((deadline, timer));
    }

    /// Disarms a timer, if it is armed.
    pub fn disarm(&mut self, timer: &T) {
        if let Some((timer, deadline)) = self.deadlines.remove_entry(timer) {
            self.order.remove(&(deadline, timer));
        }
    }

    /// Disarms and returns the timer whose deadline is the earliest, if that has come.
    pub fn due(&mut self, now: Instant) -> Option<T> {
        if self.next()? > now {
            return None;
        }
        let (_, timer) = self.order.pop_first()?;
        self.deadlines.remove(&timer);
        Some(timer)
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Instant> {
        self.order.first().map(|(deadline, _)| *deadline)
    }

    /// How many are armed.
    pub fn len(&self) -> usize {
        self.order.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn drawn(durations: &Durations<u8>, range: Range<Duration>) -> Vec<Duration> {
        let mut random = Random::new(1);
        (0..1000).map(|_| durations.draw(&0, range.clone(), &mut random)).collect()
    }

    #[test]
    fn a_duration_lies_in_its_range_whatever_its_shape() {
        let plain = Durations { scale: 1.0, special: None };
        for range in [SECOND..3 * SECOND, 3 * SECOND..SECOND] {
            let drawn = drawn(&plain, range);
            assert!(drawn.iter().all(|lasts| (SECOND..3 * SECOND).contains(lasts)));
            assert!(
                drawn.iter().any(|lasts| *lasts < SECOND * 11 / 10)
                    && drawn.iter().any(|lasts| *lasts > SECOND * 29 / 10)
            );
        }
        assert!(drawn(&plain, SECOND..SECOND).iter().all(|lasts| *lasts == SECOND));
        assert!(drawn(&plain, Duration::MAX..Duration::MAX).iter().all(|lasts| *lasts == LONGEST));
        assert!(drawn(&plain, Duration::ZERO..Duration::MAX).iter().all(|lasts| *lasts <= LONGEST));
    }

    #[test]
    fn the_deployment_scales_durations_and_overrides_single_ones() {
        let half = Durations { scale: 0.5, special: None };
        assert!(drawn(&half, SECOND..SECOND).iter().all(|lasts| *lasts == SECOND / 2));
        assert!(drawn(&half, Duration::MAX..Duration::MAX).iter().all(|lasts| *lasts == LONGEST));
        let huge = Durations { scale: f64::MAX, special: None };
        assert!(drawn(&huge, SECOND..SECOND).iter().all(|lasts| *lasts == LONGEST));
        let special: Override<u8> = Box::new(|timer, range| if *timer == 0 { SECOND..SECOND } else { range });
        let special = Durations { scale: 0.5, special: Some(special) };
        assert_eq!(special.draw(&0, 7 * SECOND..7 * SECOND, &mut Random::new(1)), SECOND);
        assert_eq!(special.draw(&1, 8 * SECOND..8 * SECOND, &mut Random::new(1)), 4 * SECOND);
    }

    #[test]
    fn timers_become_due_in_the_order_of_their_deadlines() {
        let start = Instant::now();
        let mut timers = Timers::new();
        timers.arm('c', start, 3 * SECOND);
        timers.arm('a', start, SECOND);
        timers.arm('b', start, SECOND);
        assert_eq!(timers.due(start), None);
        assert_eq!(timers.next(), Some(start + SECOND));
        let due = |timers: &mut Timers<char>, at: Instant| std::iter::from_fn(|| timers.due(at)).collect::<String>();
        assert_eq!(due(&mut timers, start + 2 * SECOND), "ab");
        assert_eq!(due(&mut timers, start + 3 * SECOND), "c");
        assert_eq!((timers.len(), timers.next()), (0, None));
    }

    #[test]
    fn arming_anew_and_disarming_leave_nothing_behind() {
        let start = Instant::now();
        let mut timers = Timers::new();
        for second in 1..1000 {
            timers.arm('a', start, second * SECOND);
            timers.arm('b', start, SECOND);
            timers.disarm(&'b');
        }
        timers.disarm(&'b');
        assert_eq!((timers.deadlines.len(), timers.order.len()), (1, 1));
        assert_eq!(timers.due(start + 998 * SECOND), None);
        assert_eq!(timers.due(start + 999 * SECOND), Some('a'));
    }
}
