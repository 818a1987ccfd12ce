//! How what a process saves is recorded: the whole of it, or what has changed.

use super::words;
use crate::runtime::store::Patch;

/// How what a process saves is recorded: the whole of it at each save, or what has changed since the save before, where the
/// value [can say](Patch) that. A change is all that a large store should write; at the start of a life the whole is recorded.
pub struct Saving<S>(Option<fn(&S, &S) -> Option<String>>);

impl<S> Saving<S> {
    /// The whole value.
    pub fn whole() -> Self {
        Saving(None)
    }

    /// What has changed.
    pub fn changes() -> Self
    where
        S: Patch,
    {
        Saving(Some(|now, before| now.change_since(before).map(|change| words::text(&change, false))))
    }

    /// Whether changes are known.
    pub(in crate::runtime) fn is_by_changes(self) -> bool {
        self.0.is_some()
    }

    /// What has changed, as it is written; nothing where the whole is.
    pub(in crate::runtime) fn change(self, now: Option<&S>, before: Option<&S>) -> Option<String> {
        self.0?(now?, before?)
    }
}

impl<S> Clone for Saving<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Saving<S> {}
