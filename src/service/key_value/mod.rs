//! A key-value store on registers: one for each key, so that each key can be read and written while a majority is up.
//!
//! **Guarantees** that reads and writes of each key are linearizable, and so is the whole store, because linearizability is a
//! property of each object by itself. A register cannot compare and set: that needs consensus.
//!
//! A key holds an [`Entry`]: a value, or the note that it was deleted, under a [`Version`] that names the write. [`replica`] is the
//! actor that keeps the entries; [`Desk`] is where the clients of one process stand in line.

mod bytes;
mod desk;
mod version;

pub use bytes::Bytes;
pub use desk::{Answer, Desk, Operation, Outcome, Ticket, Withdrawn};
pub use version::Version;

use crate::quorum::Majority;
use crate::register::abd::{Abd, Stubborn};
use crate::stack::{Keyed, Many};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The name of an entry.
pub type Key = Arc<str>;

/// What a key holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entry {
    /// Which write has written it.
    pub version: Version,
    /// The value; none if the key was deleted.
    pub value: Option<Bytes>,
}

/// The actor that keeps the store.
pub type Replica = Many<Key, Stubborn<Entry, Majority>>;

/// What the store asks of its process.
pub type Request = Keyed<Key, crate::register::Request<Entry>>;

/// What the process answers.
pub type Indication = Keyed<Key, crate::register::Indication<Entry>>;

/// A process of a store that these majorities keep.
///
/// ```
/// use synod::quorum::Majority;
/// use synod::service::key_value::{Bytes, Desk, Operation, Outcome, replica};
/// use synod::stateright::actor::Id;
/// use synod::step::{Input, react, start};
///
/// # fn main() -> Result<(), synod::step::Misuse> {
/// // A cluster of one, driven by hand.
/// let process = replica(Majority::new(1));
/// let (state, _) = start(&process, Id::from(0), 1, &None)?;
/// let mut desk = Desk::new(Id::from(0), 1);
/// let (_, request) = desk.submit("milk".into(), Operation::Write(Some(Bytes::from("2 pints"))), "Ann");
/// let input = Input::Request(request.expect("nobody else is in line"));
/// let (_, effects) = react(&process, Id::from(0), 1, &state, input)?;
/// let (answers, _) = desk.take(effects.indications.into_iter().next().expect("a majority of one is up"));
/// assert_eq!(answers[0].caller, "Ann");
/// assert!(matches!(answers[0].outcome, Outcome::Written(_)));
/// # Ok(())
/// # }
/// ```
pub fn replica(majorities: Majority) -> Replica {
    Many::new(Stubborn::new(Abd::many_writers(majorities)))
}
