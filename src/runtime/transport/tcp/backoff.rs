//! How long to wait before a connection is made again: twice as long each time, up to a limit, and never as long as others.

use crate::random::Random;
use std::time::Duration;

/// The pauses between attempts.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    limit: Duration,
    next: Duration,
    random: Random,
}

impl Backoff {
    /// Starts with `first`; the seed should differ from node to node.
    pub(super) fn new(first: Duration, limit: Duration, seed: u64) -> Self {
        Backoff { first, limit, next: first, random: Random::new(seed) }
    }

    /// The next pause: between half of its length and all of it.
    pub(super) fn pause(&mut self) -> Duration {
        let half = self.next / 2;
        self.next = self.next.saturating_mul(2).min(self.limit);
        half + half.mul_f64(self.random.below(1_001) as f64 / 1_000.0)
    }

    /// An attempt has succeeded.
    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_limit_and_differ() {
        let milliseconds = Duration::from_millis;
        let pauses = |seed| {
            let mut backoff = Backoff::new(milliseconds(50), milliseconds(300), seed);
            std::array::from_fn::<_, 6, _>(|_| backoff.pause())
        };
        for seed in 0..100 {
            for (pause, most) in pauses(seed).into_iter().zip([50, 100, 200, 300, 300, 300]) {
                assert!(pause >= milliseconds(most) / 2 && pause <= milliseconds(most), "{pause:?} of {most} ms");
            }
        }
        assert_ne!(pauses(1), pauses(2));
    }

    #[test]
    fn after_a_success_it_begins_anew() {
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60), 0);
        for _ in 0..5 {
            backoff.pause();
        }
        backoff.reset();
        assert!(backoff.pause() <= Duration::from_secs(1));
    }
}
