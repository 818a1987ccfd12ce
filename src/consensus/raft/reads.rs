//! Reads that wait: those of a server's application, and those that a leader confirms.

use super::configuration::Configuration;
use super::session::Turn;
use crate::quorum::ProcessSet;
use stateright::actor::Id;
use std::collections::{BTreeMap, VecDeque};

/// What the application above a server wants to read and was not told yet, in order. Reads are numbered one after the
/// other, apart from proposals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reads<C> {
    /// The number of the last one that was asked for.
    last: u64,
    waiting: VecDeque<Read<C>>,
}

crate::rename! { struct Reads<C> { last, waiting } }

/// A read that waits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Read<C> {
    /// The number of the request.
    pub number: u64,
    /// What is asked of the machine.
    pub query: C,
    /// The answer is right as soon as the entries up to here are applied; none while that is not known.
    pub index: Option<u64>,
}

crate::rename! { struct Read<C> { number, query, index } }

impl<C> Default for Reads<C> {
    fn default() -> Self {
        Reads { last: 0, waiting: VecDeque::new() }
    }
}

impl<C> Reads<C> {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds one.
    pub fn add(&mut self, number: u64, query: C) {
        self.last += 1;
        self.waiting.push_back(Read { number, query, index: None });
    }

    /// The number of the last one of which it is not known yet how far it must wait, if there is any.
    pub fn unconfirmed(&self) -> Option<u64> {
        self.waiting.back().filter(|read| read.index.is_none()).map(|_| self.last)
    }

    /// Those up to this number may be answered when the entries up to `index` are applied.
    pub fn confirm(&mut self, serial: u64, index: u64) {
        let first = self.last + 1 - self.waiting.len() as u64;
        let confirmed = serial.min(self.last).saturating_sub(first.saturating_sub(1)) as usize;
        for read in self.waiting.iter_mut().take(confirmed) {
            read.index = Some(read.index.map_or(index, |other| other.min(index)));
        }
    }

    /// Takes the first, if it may be answered by a machine that has applied the entries up to `applied`.
    pub fn take(&mut self, applied: u64) -> Option<Read<C>> {
        let may = self.waiting.front().is_some_and(|read| read.index.is_some_and(|index| index <= applied));
        if may { self.waiting.pop_front() } else { None }
    }
}

/// The rounds in which a leader makes sure that it still leads, and for whom.
///
/// One round is on the way at a time, and serves all reads that were asked for before it began: whoever asks later
/// waits for the next, since somebody else may have been elected and have committed something in between.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rounds {
    /// The number of the last round that was begun.
    number: u64,
    /// Who has confirmed it.
    confirmed: ProcessSet,
    /// The last read of each server that it is for. Empty: no round is on the way.
    readers: BTreeMap<Id, Turn>,
    /// The last read of each server that the next one is for.
    next: BTreeMap<Id, Turn>,
    /// The last read of each server that a round has served, and what was committed then: whoever did not get that asks
    /// again.
    served: BTreeMap<Id, (Turn, u64)>,
}

crate::rename! { struct Rounds { number, confirmed, readers, next, served } }

impl Rounds {
    /// The next round is for this server's reads up to this one, too, unless the one on the way is already. What an
    /// earlier one has served needs none: returns the last of these reads, and how far they must wait.
    pub fn enrol(&mut self, process: Id, turn: Turn) -> Option<(Turn, u64)> {
        let served = self.served.get(&process).filter(|(last, _)| turn <= *last);
        if served.is_none() && self.readers.get(&process).is_none_or(|last| *last < turn) {
            let last = self.next.entry(process).or_insert(turn);
            *last = turn.max(*last);
        }
        served.copied()
    }

    /// Begins the next round, unless nobody waits for it or one is on the way; returns its number.
    pub fn begin(&mut self) -> Option<u64> {
        if !self.readers.is_empty() || self.next.is_empty() {
            return None;
        }
        self.readers = std::mem::take(&mut self.next);
        self.confirmed = ProcessSet::new();
        self.number += 1;
        Some(self.number)
    }

    /// The round that is on the way, if there is one.
    pub fn current(&self) -> Option<u64> {
        (!self.readers.is_empty()).then_some(self.number)
    }

    /// Who has confirmed it.
    pub fn confirmed(&self) -> ProcessSet {
        self.confirmed
    }

    /// Somebody confirms a round; one that is over makes no difference.
    pub fn confirm(&mut self, round: u64, by: Id) {
        if self.current() == Some(round) {
            self.confirmed.insert(by);
        }
    }

    /// Ends the round if a quorum has confirmed it; returns whom it was for. They may read what is committed by now, up
    /// to this index.
    pub fn end(&mut self, configuration: Configuration, index: u64) -> BTreeMap<Id, Turn> {
        if !configuration.is_quorum(self.confirmed) {
            return BTreeMap::new();
        }
        let readers = std::mem::take(&mut self.readers);
        self.served.extend(readers.iter().map(|(reader, turn)| (*reader, (*turn, index))));
        readers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(serial: u64) -> Turn {
        Turn { incarnation: 1, serial }
    }

    #[test]
    fn a_read_waits_for_its_index() {
        let mut reads = Reads::default();
        reads.add(70, 'a');
        reads.add(80, 'b');
        assert_eq!((reads.unconfirmed(), reads.take(9)), (Some(2), None));
        reads.confirm(1, 5);
        assert_eq!(reads.unconfirmed(), Some(2));
        assert_eq!(reads.take(4), None);
        assert_eq!(reads.take(5).map(|read| read.number), Some(70));
        reads.confirm(1, 3);
        assert_eq!(reads.take(9), None, "the second is not confirmed");
        reads.confirm(2, 6);
        assert_eq!(reads.unconfirmed(), None);
        assert_eq!(reads.take(6).map(|read| read.query), Some('b'));
        assert!(reads.is_empty());
    }

    /// What is true for a read is true for those before it.
    #[test]
    fn a_later_confirmation_holds_for_earlier_reads() {
        let mut reads = Reads::default();
        reads.add(70, 'a');
        reads.add(80, 'b');
        reads.confirm(1, 9);
        reads.confirm(2, 5);
        assert_eq!(reads.take(5).map(|read| read.number), Some(70));
    }

    #[test]
    fn whoever_comes_during_a_round_waits_for_the_next() {
        let two = Configuration::new(ProcessSet::all(2)).expect("there are voters");
        let mut rounds = Rounds::default();
        assert_eq!(rounds.begin(), None, "nobody waits");
        rounds.enrol(Id::from(0), turn(1));
        assert_eq!(rounds.begin(), Some(1));
        rounds.enrol(Id::from(0), turn(3));
        rounds.enrol(Id::from(0), turn(2));
        assert_eq!(rounds.begin(), None, "one round at a time");
        rounds.confirm(1, Id::from(0));
        assert!(rounds.end(two, 7).is_empty());
        rounds.confirm(1, Id::from(1));
        assert_eq!(rounds.end(two, 7), [(Id::from(0), turn(1))].into());
        assert_eq!(rounds.enrol(Id::from(0), turn(1)), Some((turn(1), 7)), "it is served already");
        assert_eq!(rounds.begin(), Some(2));
        assert_eq!(rounds.enrol(Id::from(0), turn(3)), None);
        assert!(rounds.next.is_empty(), "the round is for it");
        rounds.confirm(1, Id::from(1));
        assert!(rounds.confirmed().is_empty(), "of the round before");
        assert_eq!(rounds.current(), Some(2));
    }
}
