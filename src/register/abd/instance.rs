//! A register for each key: what [`Many`](crate::stack::Many) has to know.
//!
//! A register at rest is its version. How often it was started serves only to name queries as no earlier incarnation did;
//! one that was started and conducts no operation has named none.

use super::{Abd, Replica, State, Stubborn};
use crate::event::Data;
use crate::quorum::Quorums;
use crate::stack::Instance;

impl<V: Data, Q: Quorums> Instance for Abd<V, Q> {
    fn lasting(Replica { version, .. }: Replica<V>) -> Option<Replica<V>> {
        version.map(|version| Replica { incarnation: 0, version: Some(version) })
    }

    fn stored(lasting: Option<Replica<V>>, start: u64) -> Option<Replica<V>> {
        Some(Replica { incarnation: start, ..lasting.unwrap_or_default() })
    }

    fn is_at_rest(state: &State<V>) -> bool {
        state.operation.is_none()
    }
}

/// As the register is: its timer runs while it conducts an operation, and only then.
impl<V: Data, Q: Quorums> Instance for Stubborn<V, Q> {
    fn lasting(storage: Replica<V>) -> Option<Replica<V>> {
        Abd::<V, Q>::lasting(storage)
    }

    fn stored(lasting: Option<Replica<V>>, start: u64) -> Option<Replica<V>> {
        Abd::<V, Q>::stored(lasting, start)
    }

    fn is_at_rest(state: &State<V>) -> bool {
        Abd::<V, Q>::is_at_rest(state)
    }
}
