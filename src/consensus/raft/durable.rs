//! What a process must never forget, and what of it has changed.

use super::clients::Operation;
use super::configuration::Configuration;
use super::log::{Entry, Log, Position};
use super::session::Turn;
use super::snapshot::Snapshot;
use super::vote::Ballot;
use crate::patch::Patch;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::sync::Arc;

/// What an entry of the log says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Payload<C> {
    /// Nothing: a new leader begins its term with it, to commit what earlier terms have left.
    Nothing,
    /// What a process has proposed.
    Command(Proposal<C>),
    /// Who is in the cluster from here on.
    Configuration(Configuration),
}

crate::rename! { enum Payload<C> { Nothing, Command(proposal), Configuration(configuration) } }

/// What is proposed, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Proposal<C> {
    /// The process whose application proposed it.
    pub process: Id,
    /// Its number among those of that process.
    pub turn: Turn,
    /// What is to be done.
    pub operation: Operation<C>,
}

crate::rename! { struct Proposal<C> { process, turn, operation } }

/// All that is durable of a process. Clones share the log and the snapshot.
///
/// Invariant: the snapshot stands for all entries that the log has forgotten, and perhaps for more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(bound(serialize = "C: Serialize, P: Serialize", deserialize = "C: Deserialize<'de>, P: Deserialize<'de>"))]
pub struct Durable<C, P> {
    /// How often the process was started. Never decreases.
    pub incarnation: u64,
    /// Its term, and its vote there.
    pub ballot: Ballot,
    /// What stands for the beginning of its log.
    pub snapshot: Option<Arc<Snapshot<P>>>,
    /// Its log.
    pub log: Log<Payload<C>>,
}

crate::rename! { struct Durable<C, P> { incarnation, ballot, snapshot, log } }

impl<C, P> Default for Durable<C, P> {
    fn default() -> Self {
        Durable { incarnation: 0, ballot: Ballot::default(), snapshot: None, log: Log::default() }
    }
}

/// What turns one durable value into a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "C: Serialize, P: Serialize", deserialize = "C: Deserialize<'de>, P: Deserialize<'de>"))]
pub struct Change<C, P> {
    /// How often the process was started.
    pub incarnation: u64,
    /// Its term and its vote.
    pub ballot: Ballot,
    /// The new snapshot, if there is one.
    pub snapshot: Option<Arc<Snapshot<P>>>,
    /// The entries up to here are forgotten.
    pub base: Position,
    /// The log keeps its entries up to this index.
    pub kept: u64,
    /// These follow.
    pub appended: Vec<Entry<Payload<C>>>,
}

/// A save costs what was appended since the one before, besides a logarithm of the number of appends.
impl<C, P> Patch for Durable<C, P>
where
    C: Clone + PartialEq + Serialize + DeserializeOwned,
    P: Clone + PartialEq + Serialize + DeserializeOwned,
{
    type Change = Change<C, P>;

    /// None where `before` has forgotten more, or had a snapshot that is gone.
    fn change_since(&self, before: &Self) -> Option<Change<C, P>> {
        let base = self.log.base();
        if base.index < before.log.base().index || before.snapshot.is_some() && self.snapshot.is_none() {
            return None;
        }
        let goes_on = before.log.position_at(base.index) == Some(base);
        let kept = if goes_on { self.log.agrees_up_to(&before.log) } else { base.index };
        let snapshot = self.snapshot.as_ref();
        let is_new = |now: &&Arc<_>| before.snapshot.as_ref().is_none_or(|old| !Arc::ptr_eq(now, old) && *now != old);
        Some(Change {
            snapshot: snapshot.filter(is_new).cloned(),
            incarnation: self.incarnation,
            ballot: self.ballot,
            base,
            kept,
            appended: self.log.entries(kept + 1..=u64::MAX).cloned().collect(),
        })
    }

    fn apply(&mut self, change: Change<C, P>) {
        self.incarnation = change.incarnation;
        self.ballot = change.ballot;
        self.snapshot = change.snapshot.or(self.snapshot.take());
        let log = &mut self.log;
        log.truncate(change.kept.max(log.base().index));
        if log.position_at(change.base.index) == Some(change.base) {
            log.compact(change.base.index);
        } else {
            *log = Log::after(change.base);
        }
        let mut term = log.last().term;
        let fitting =
            change.appended.into_iter().take_while(|entry| std::mem::replace(&mut term, entry.term) <= entry.term);
        log.append(fitting.collect());
    }

    fn follow(&mut self, now: &Self, _: Change<C, P>) {
        *self = now.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::raft::Sessions;
    use crate::consensus::raft::snapshot::Header;
    use crate::quorum::ProcessSet;
    use proptest::prelude::*;

    fn entries(terms: &[u64]) -> Vec<Entry<Payload<u8>>> {
        terms.iter().map(|term| Entry { term: *term, payload: Payload::Nothing }).collect()
    }

    fn durable(terms: &[u64]) -> Durable<u8, char> {
        let mut log = Log::default();
        log.append(entries(terms));
        Durable { log, ..Durable::default() }
    }

    #[test]
    fn an_append_says_what_is_appended() {
        let before = durable(&[1, 1, 2]);
        let mut now = before.clone();
        now.log.append(entries(&[3, 3]));
        let change = now.change_since(&before).unwrap();
        assert_eq!((change.kept, change.appended), (3, entries(&[3, 3])));
    }

    #[test]
    fn a_truncation_says_how_much_stays() {
        let before = durable(&[1, 1, 2]);
        let mut now = before.clone();
        now.log.truncate(1);
        now.log.append(entries(&[3]));
        let change = now.change_since(&before).unwrap();
        assert_eq!((change.kept, change.appended), (1, entries(&[3])));
    }

    #[test]
    fn what_is_forgotten_is_not_written_again() {
        let before = durable(&[1, 1, 2, 3]);
        let mut now = before.clone();
        now.log.compact(3);
        let change = now.change_since(&before).unwrap();
        assert_eq!((change.base.index, change.kept, change.appended), (3, 4, entries(&[])));
    }

    #[test]
    fn a_value_that_has_forgotten_more_is_no_beginning() {
        let mut before = durable(&[1, 1, 2]);
        let now = before.clone();
        before.log.compact(2);
        assert_eq!(now.change_since(&before), None);
    }

    fn snapshot(index: u64) -> Option<Arc<Snapshot<char>>> {
        let configuration = Configuration::new(ProcessSet::all(3)).expect("there are voters");
        let last = Position { term: 4, index };
        let header = Header { last, configuration, sessions: Sessions::default() };
        (index > 0).then(|| Arc::new(Snapshot::new(header, ['a', 'b'])))
    }

    /// One that was installed: what was there goes, and the snapshot is all that is written.
    #[test]
    fn a_snapshot_is_written_once() {
        let before = durable(&[1, 1, 2]);
        let mut now =
            Durable { snapshot: snapshot(9), log: Log::after(Position { term: 4, index: 9 }), ..before.clone() };
        let change = now.change_since(&before).unwrap();
        assert_eq!((&change.snapshot, change.kept, change.appended.len()), (&now.snapshot, 9, 0));
        let mut stored = before;
        stored.apply(change);
        assert_eq!(stored, now);
        now.log.append(entries(&[4]));
        let change = now.change_since(&stored).unwrap();
        assert_eq!((change.snapshot, change.kept, change.appended.len()), (None, 9, 1));
    }

    fn terms() -> impl Strategy<Value = Vec<u64>> {
        proptest::collection::vec(1..4_u64, 0..8).prop_map(|mut terms| {
            terms.sort_unstable();
            terms
        })
    }

    proptest! {
        #[test]
        fn a_change_turns_one_value_into_the_other(
            ours in terms(),
            theirs in terms(),
            forgotten in (0..8_u64, 0..8_u64),
            ballot in (0..9_u64, proptest::option::of(0..3_usize)),
            snapshots in (0..3_u64, 0..3_u64),
        ) {
            let (mut before, mut now) = (durable(&ours), durable(&theirs));
            before.log.compact(forgotten.0.min(before.log.last().index));
            now.log.compact(forgotten.1.min(now.log.last().index));
            now.ballot = Ballot { term: ballot.0, vote: ballot.1.map(Id::from) };
            now.incarnation = 3;
            (before.snapshot, now.snapshot) = (snapshot(snapshots.0), snapshot(snapshots.1));
            if let Some(change) = now.change_since(&before) {
                let mut stored = before.clone();
                let mut follower = before;
                follower.follow(&now, change.clone());
                prop_assert_eq!(&follower, &now);
                stored.apply(change);
                prop_assert_eq!(stored, now);
            }
        }

        /// A store that is damaged may say anything.
        #[test]
        fn a_change_that_does_not_fit_leaves_some_value(
            ours in terms(),
            base in (0..4_u64, 0..9_u64),
            kept in 0..9_u64,
            appended in proptest::collection::vec(0..4_u64, 0..4),
        ) {
            let mut stored = durable(&ours);
            stored.log.compact(stored.log.last().index / 2);
            let base = Position { term: base.0, index: base.1 };
            let appended = entries(&appended);
            let change = Change { incarnation: 1, ballot: Ballot::default(), snapshot: None, base, kept, appended };
            stored.apply(change);
            prop_assert!(stored.log.iter().is_sorted_by_key(|entry| entry.term));
        }
    }
}
