//! Systems that cannot be checked: that contradict themselves, or of which something false was declared.
//!
//! A declaration is tested while the search goes, deep inside it and by any of its threads. So a refusal unwinds from
//! there, past everything that could take it for a finding, to whoever began the check.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Why a system cannot be checked. Nothing is known of it then: it is neither verified nor violated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// What is wrong, in one line that says what to change.
    pub why: String,
    /// What shows it, in several lines; empty where nothing has to be shown.
    pub shown: String,
}

impl Error for Refused {}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        if self.shown.is_empty() { Ok(()) } else { write!(f, "\n{}", self.shown) }
    }
}

/// Ends the check.
pub(super) fn refuse(why: impl Into<String>, shown: impl Into<String>) -> ! {
    // Nothing is printed on the way: it is no panic, and whoever began the check is told.
    resume_unwind(Box::new(Refused { why: why.into(), shown: shown.into() }))
}

/// Does what may be refused.
pub(super) fn unless_refused<T>(check: impl FnOnce() -> T) -> Result<T, Refused> {
    catch_unwind(AssertUnwindSafe(check)).map_err(refusal)
}

/// The refusal that unwound so far; anything else goes on.
fn refusal(payload: Box<dyn Any + Send>) -> Refused {
    payload.downcast::<Refused>().map_or_else(|panic| resume_unwind(panic), |refused| *refused)
}
