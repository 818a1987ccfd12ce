//! Snapshots: what stands for the beginning of a log, and how it comes to a follower part by part.
//!
//! A server takes a snapshot of what it has applied, and forgets that part of its log ([`Log::compact`]). A follower
//! that needs what its leader has forgotten is sent the snapshot instead, and puts it in place of its own log's
//! beginning ([`Log::begin_after`]).

use super::clients::Client;
use super::configuration::Configuration;
use super::entry::Position;
use super::log::Log;
use super::session::Sessions;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a snapshot is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Header {
    /// The last entry that it stands for, which is committed.
    pub last: Position,
    /// The configuration that is in force there.
    pub configuration: Configuration,
    /// Whose proposals are among the entries: without that, one that is sent again would be applied again.
    pub sessions: Sessions,
}

crate::rename! { struct Header { last, configuration, sessions } }

/// What a part of a snapshot says, of a machine with such parts and outputs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Piece<P, O> {
    /// Some of the sessions of clients: without them, what a client asks for again would be applied again.
    Clients(Vec<(u64, Client<O>)>),
    /// A part of the machine.
    Machine(P),
}

crate::rename! { enum Piece<P, O> { Clients(some), Machine(part) } }

/// A snapshot on the way to a follower.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Transfer<P> {
    /// The snapshot.
    pub snapshot: Arc<Snapshot<P>>,
    /// The number of the part that the follower needs next.
    pub number: u64,
}

crate::rename! { struct Transfer<P> { snapshot, number } }

/// A state of the machine, and all else that the entries up to there have left. Clones share the parts.
///
/// Invariant: there is at least one part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Snapshot<P> {
    /// What it is of.
    pub header: Header,
    /// The state, in parts of a size that fits into a message.
    parts: Vec<Arc<P>>,
}

crate::rename! { struct Snapshot<P> { header, parts } }

/// A part of a snapshot on the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Part<P> {
    /// What the snapshot is of.
    pub header: Header,
    /// Which part, counted from 0.
    pub number: u64,
    /// Of how many.
    pub of: u64,
    /// What it says.
    pub part: Arc<P>,
}

crate::rename! { struct Part<P> { header, number, of, part } }

impl<P> Snapshot<P> {
    /// A snapshot in these parts.
    ///
    /// # Panics
    ///
    /// When there are none: a state that says nothing is one part that says so.
    pub fn new(header: Header, parts: impl IntoIterator<Item = P>) -> Self {
        let parts: Vec<_> = parts.into_iter().map(Arc::new).collect();
        assert!(!parts.is_empty(), "a snapshot has at least one part");
        Snapshot { header, parts }
    }

    /// The parts, in order.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = &P> {
        self.parts.iter().map(|part| &**part)
    }

    /// The part with this number, to be sent.
    pub fn part(&self, number: u64) -> Option<Part<P>> {
        let part = self.parts.get(usize::try_from(number).ok()?)?.clone();
        Some(Part { header: self.header.clone(), number, of: self.parts.len() as u64, part })
    }
}

/// A snapshot of which parts have arrived: all up to some number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival<P> {
    snapshot: Option<Snapshot<P>>,
}

crate::rename! { struct Arrival<P> { snapshot } }

/// What is to be said of a part that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived<P> {
    /// The part with this number is needed next.
    Needs(u64),
    /// That was the last one.
    Whole(Snapshot<P>),
}

impl<P> Default for Arrival<P> {
    fn default() -> Self {
        Arrival { snapshot: None }
    }
}

impl<P> Arrival<P> {
    /// Takes a part that is next in order. The first part of a later snapshot takes the place of what has arrived of an
    /// earlier one; any other part says nothing new.
    pub fn take(&mut self, part: Part<P>) -> Arrived<P> {
        let Part { header, number, of, part } = part;
        if number == 0 && self.snapshot.as_ref().is_none_or(|begun| begun.header.last < header.last) {
            self.snapshot = Some(Snapshot { header: header.clone(), parts: Vec::new() });
        }
        let arrived = |begun: &Snapshot<P>| begun.parts.len() as u64;
        if let Some(begun) = self.snapshot.as_mut().filter(|begun| begun.header == header && arrived(begun) == number) {
            begun.parts.push(part);
        }
        match self.snapshot.take_if(|begun| begun.header == header && arrived(begun) == of) {
            Some(whole) => Arrived::Whole(whole),
            None => Arrived::Needs(self.snapshot.as_ref().map_or(0, arrived)),
        }
    }
}

impl<T: Clone> Log<T> {
    /// Puts a snapshot in the place of the entries up to `last`. Where the log has that entry, what follows it stays;
    /// where it has not, nothing does.
    pub fn begin_after(&mut self, last: Position) {
        if last.index <= self.base().index {
            return;
        }
        if self.position_at(last.index) == Some(last) {
            self.compact(last.index);
        } else {
            *self = Log::after(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::raft::Entry;
    use crate::quorum::ProcessSet;
    use proptest::prelude::*;

    fn snapshot(index: u64, parts: &[char]) -> Snapshot<char> {
        let configuration = Configuration::new(ProcessSet::all(3)).expect("there are voters");
        let last = Position { term: 1, index };
        Snapshot::new(Header { last, configuration, sessions: Sessions::default() }, parts.iter().copied())
    }

    fn log(terms: &[u64]) -> Log<()> {
        let mut log = Log::default();
        log.append(terms.iter().map(|term| Entry { term: *term, payload: () }).collect());
        log
    }

    #[test]
    fn parts_in_order_make_a_whole() {
        let sent = snapshot(5, &['a', 'b', 'c']);
        let mut arrival = Arrival::default();
        assert_eq!(arrival.take(sent.part(0).unwrap()), Arrived::Needs(1));
        assert_eq!(arrival.take(sent.part(1).unwrap()), Arrived::Needs(2));
        assert_eq!(arrival.take(sent.part(2).unwrap()), Arrived::Whole(sent.clone()));
        assert_eq!(arrival, Arrival::default());
        assert_eq!(sent.part(3), None);
        assert!(sent.parts().eq(&['a', 'b', 'c']));
    }

    #[test]
    fn a_later_snapshot_takes_the_place_of_an_earlier_one() {
        let (earlier, later) = (snapshot(5, &['a', 'b']), snapshot(7, &['x', 'y']));
        let mut arrival = Arrival::default();
        arrival.take(earlier.part(0).unwrap());
        assert_eq!(arrival.take(later.part(0).unwrap()), Arrived::Needs(1));
        assert_eq!(arrival.take(earlier.part(1).unwrap()), Arrived::Needs(1));
        assert_eq!(arrival.take(earlier.part(0).unwrap()), Arrived::Needs(1));
        assert_eq!(arrival.take(later.part(1).unwrap()), Arrived::Whole(later));
    }

    /// Rudder §2.3.5, figure 2.15: the entries up to 5 are committed, and replaced by a snapshot; entry 6 stays.
    #[test]
    fn what_follows_a_snapshot_stays() {
        let mut follower = log(&[1, 1, 1, 2, 3, 3]);
        follower.begin_after(Position { term: 3, index: 5 });
        assert_eq!((follower.base(), follower.len()), (Position { term: 3, index: 5 }, 1));
        follower.begin_after(Position { term: 1, index: 2 });
        assert_eq!(follower.base().index, 5, "an earlier snapshot changes nothing");
    }

    #[test]
    fn what_a_snapshot_contradicts_goes() {
        for last in [Position { term: 4, index: 5 }, Position { term: 4, index: 9 }] {
            let mut follower = log(&[1, 1, 1, 2, 3, 3]);
            follower.begin_after(last);
            assert_eq!((follower.base(), follower.len()), (last, 0));
        }
    }

    proptest! {
        /// However often parts come, and in whatever order: what is whole is what was sent.
        #[test]
        fn a_whole_is_what_was_sent(parts in proptest::collection::vec((any::<bool>(), 0..3_u64), 0..30)) {
            let sent = [snapshot(5, &['a', 'b']), snapshot(7, &['x', 'y', 'z'])];
            let mut arrival = Arrival::default();
            for (later, number) in parts {
                let snapshot = &sent[usize::from(later)];
                let Some(part) = snapshot.part(number) else { continue };
                match arrival.take(part) {
                    Arrived::Whole(whole) => prop_assert_eq!(&whole, snapshot),
                    Arrived::Needs(next) => prop_assert!(next < 3),
                }
            }
        }
    }
}
