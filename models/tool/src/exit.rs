//! How the program ends.

use crate::output::Output;
use std::process::ExitCode;

/// How the program ends. Of several outcomes the greatest counts: see the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is as it should be.
    Fine,
    /// A search was cut short, and nothing was found that is not as it should be.
    Incomplete,
    /// Something is not as it should be.
    NotSo,
    /// It was used in a wrong way, or given something that it cannot use.
    Usage,
    /// The user ended it.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::NotSo => 1,
            Exit::Usage => 2,
            Exit::Incomplete => 3,
            Exit::Interrupted => INTERRUPTED,
        }
    }
}

/// What a shell calls the end by Ctrl-C.
pub const INTERRUPTED: u8 = 130;

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// What was asked for cannot be done: why, in one line.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    /// Tells it; gives how the program ends because of it.
    pub fn tell(self, out: &mut Output<'_>) -> Exit {
        out.remark(format_args!("error: {}", self.0));
        Exit::Usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_outcomes_the_worst_counts() {
        let codes = |outcomes: &[Exit]| outcomes.iter().max().map(|exit| exit.code());
        assert_eq!(codes(&[Exit::Fine, Exit::Incomplete]), Some(3));
        assert_eq!(codes(&[Exit::Incomplete, Exit::NotSo, Exit::Fine]), Some(1));
        assert_eq!(codes(&[Exit::NotSo, Exit::Interrupted]), Some(130));
    }
}
