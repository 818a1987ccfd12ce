//! Chances and spans of time, as they are drawn: integers, so that a draw costs a multiplication and is the same everywhere.

use crate::random::Random;
use std::ops::Range;
use std::time::Duration;

/// A probability, in parts of 2³².
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chance(u64);

impl Chance {
    /// # Panics
    ///
    /// When the rate is not a probability.
    pub fn new(rate: f64) -> Self {
        assert!((0.0..=1.0).contains(&rate), "a rate is from 0 to 1, and {rate} is not");
        Chance((rate * 4_294_967_296.0) as u64)
    }

    /// Whether 32 random bits are among those that it stands for.
    #[inline]
    pub fn takes(self, bits: u32) -> bool {
        u64::from(bits) < self.0
    }

    #[inline]
    pub fn falls(self, random: &mut Random) -> bool {
        self.0 > 0 && self.takes(random.next_number() as u32)
    }
}

/// A span of virtual time, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    least: u64,
    width: u64,
}

impl Span {
    pub fn new(range: &Range<Duration>) -> Self {
        let least = nanoseconds(range.start);
        Span { least, width: nanoseconds(range.end).saturating_sub(least) }
    }

    /// The moment of the span that 32 random bits stand for.
    #[inline]
    pub fn at(self, bits: u32) -> u64 {
        self.least + ((u128::from(self.width) * u128::from(bits)) >> 32) as u64
    }

    #[inline]
    pub fn draw(self, random: &mut Random) -> u64 {
        if self.width == 0 { self.least } else { self.at(random.next_number() as u32) }
    }
}

pub(super) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The two halves of a random number.
#[inline]
pub(super) fn halves(random: &mut Random) -> (u32, u32) {
    let number = random.next_number();
    (number as u32, (number >> 32) as u32)
}
