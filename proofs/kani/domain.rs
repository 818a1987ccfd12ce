//! What one choice chooses from.

use std::fmt::{self, Display, Formatter};

/// The values that one choice has, numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// `false` and `true`.
    Truth,
    /// The numbers from `first` to `last`, which is not less.
    Numbers { first: i64, last: i64 },
    /// The sets of numbers below `width`, as bits.
    Subsets { width: u32 },
}

impl Domain {
    /// How many values there are.
    pub(crate) fn size(self) -> u128 {
        match self {
            Self::Truth => 2,
            Self::Numbers { first, last } => (i128::from(last) - i128::from(first)).unsigned_abs() + 1,
            Self::Subsets { width } => 1_u128.checked_shl(width).unwrap_or(u128::MAX),
        }
    }

    /// How people read the value with this number.
    pub(crate) fn show(self, value: u64) -> String {
        match self {
            Self::Truth => (value == 1).to_string(),
            Self::Numbers { first, .. } => (i128::from(first) + i128::from(value)).to_string(),
            Self::Subsets { width } => {
                let members = (0..width).filter(|member| value >> member & 1 == 1);
                format!("{{{}}}", Vec::from_iter(members.map(|member| member.to_string())).join(", "))
            }
        }
    }

    /// The least domain of the same kind that contains both.
    pub(crate) fn widened(self, other: Self) -> Self {
        match (self, other) {
            (Self::Numbers { first, last }, Self::Numbers { first: lower, last: higher }) => {
                Self::Numbers { first: first.min(lower), last: last.max(higher) }
            }
            (Self::Subsets { width }, Self::Subsets { width: wider }) => Self::Subsets { width: width.max(wider) },
            _ => other,
        }
    }
}

impl Display for Domain {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth => f.write_str("in false..=true"),
            Self::Numbers { first, last } => write!(f, "in {first}..={last}"),
            Self::Subsets { width: 0 } => f.write_str("within {}"),
            Self::Subsets { width } => write!(f, "within {{0..={}}}", width - 1),
        }
    }
}
