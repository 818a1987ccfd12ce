//! How values are written down: whole, or as what has changed.

use crate::runtime::store::Patch;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How a [`Disk`](super::Disk) writes values of type `S` down: [`Whole`] or as [`Changes`].
pub trait Form<S>: sealed::Form<S> {}

impl<S, F: sealed::Form<S>> Form<S> for F {}

pub(super) mod sealed {
    use super::{DeserializeOwned, Serialize};

    pub trait Form<S>: 'static {
        /// What is written in place of a whole value.
        type Change: Serialize + DeserializeOwned;

        /// What the store has to keep in mind of a value that was written.
        fn remembered(value: &S) -> Option<S>;

        /// What has changed since the value that the store has in mind, if that is to be written.
        fn change(before: &S, value: &S) -> Option<Self::Change>;

        /// Makes a change.
        fn apply(value: &mut S, change: Self::Change);

        /// Makes the change that leads to `now`.
        fn follow(value: &mut S, now: &S, change: Self::Change);
    }
}

/// Each save writes the whole value.
#[derive(Clone, Copy, Debug)]
pub enum Whole {}

/// A save writes what has [changed](Patch) since the one before, and the whole value now and then.
#[derive(Clone, Copy, Debug)]
pub enum Changes {}

/// There is none.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum NoChange {}

impl<S> sealed::Form<S> for Whole {
    type Change = NoChange;

    fn remembered(_: &S) -> Option<S> {
        None
    }

    fn change(_: &S, _: &S) -> Option<NoChange> {
        None
    }

    fn apply(_: &mut S, change: NoChange) {
        match change {}
    }

    fn follow(_: &mut S, _: &S, change: NoChange) {
        match change {}
    }
}

impl<S: Patch> sealed::Form<S> for Changes {
    type Change = S::Change;

    fn remembered(value: &S) -> Option<S> {
        Some(value.clone())
    }

    fn change(before: &S, value: &S) -> Option<S::Change> {
        value.change_since(before)
    }

    fn apply(value: &mut S, change: S::Change) {
        value.apply(change);
    }

    fn follow(value: &mut S, now: &S, change: S::Change) {
        value.follow(now, change);
    }
}
