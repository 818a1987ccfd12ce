//! What an actor tells of itself so that there can be one of it for each key.

use crate::event::Module;
use serde::{Deserialize, Serialize};

/// Something that concerns the instance of one key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Keyed<K, T> {
    /// Whose.
    pub key: K,
    /// What.
    pub what: T,
}

impl<K, T> Keyed<K, T> {
    /// This, of the instance of `key`.
    pub fn new(key: K, what: T) -> Self {
        Keyed { key, what }
    }
}

/// An actor of which [`Many`](super::Many) can keep one for each key. `impl Instance for MyActor {}` is always right;
/// what is told beyond that saves memory and writes.
pub trait Instance: Module {
    /// What of `storage` an instance must not forget: all but how often it was started, if it counts that, because
    /// [`stored`](Instance::stored) supplies it. None if that is nothing: then the instance leaves no trace.
    fn lasting(storage: Self::Storage) -> Option<Self::Storage> {
        Some(storage)
    }

    /// The storage with which an instance starts that is to keep `lasting`. The numbers of the starts of an instance never
    /// decrease, also when its process crashes in between; and a number is given again only if the instance was at rest once
    /// it had handled the first event after its start.
    fn stored(lasting: Option<Self::Storage>, start: u64) -> Option<Self::Storage> {
        let _ = start;
        lasting
    }

    /// Whether nothing is lost when an instance in this state crashes: it has no timer and no choice pending, its caller waits
    /// for nothing, and what it has saved is all it knows. One that is at rest once it has handled the first event after its
    /// start must not have named anything by the number of that start, which is given again.
    fn is_at_rest(state: &Self::State) -> bool {
        let _ = state;
        false
    }
}
