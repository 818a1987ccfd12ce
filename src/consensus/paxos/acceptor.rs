//! What an acceptor must never forget.

use super::ballot::{Ballot, Vote};
use serde::{Deserialize, Serialize};

/// What a process has promised and voted for: all that is durable.
///
/// Invariants: `promised` and the ballot of `vote` never decrease; the ballot of `vote` is at most `promised`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Acceptor<V> {
    /// It abstains from every smaller ballot that it has not voted for.
    pub promised: Option<Ballot>,
    /// Its last vote.
    pub vote: Option<Vote<V>>,
}

crate::rename! { struct Acceptor<V> { promised, vote } }

impl<V> Default for Acceptor<V> {
    fn default() -> Self {
        Acceptor { promised: None, vote: None }
    }
}
