//! How often something may happen.

use std::fmt;

/// How often the environment may do something: never, at most so often in a run, or as often as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Limit {
    /// Never.
    #[default]
    None,
    /// At most so often in a run. A run that has used it up goes on without.
    Budget(u8),
    /// As often as it likes.
    Unlimited,
}

impl Limit {
    /// Whether it may happen once more, after it has happened `used` times.
    #[inline]
    pub(crate) fn allows(self, used: u8) -> bool {
        match self {
            Limit::None => false,
            Limit::Budget(budget) => used < budget,
            Limit::Unlimited => true,
        }
    }

    /// What `used` becomes when it happens once more: unlimited things are not counted, so that they make no states.
    pub(crate) fn spend(self, used: u8) -> u8 {
        match self {
            Limit::Unlimited => used,
            _ => used + 1,
        }
    }
}

impl From<u8> for Limit {
    fn from(budget: u8) -> Self {
        if budget == 0 { Limit::None } else { Limit::Budget(budget) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::None => write!(f, "none"),
            Limit::Budget(budget) => write!(f, "at most {budget}"),
            Limit::Unlimited => write!(f, "unlimited"),
        }
    }
}
