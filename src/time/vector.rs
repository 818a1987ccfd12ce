//! Vector clocks: of two events, they tell which happened before the other, or that neither did.
//!
//! **Guarantees**, when every process ticks its own entry at each event, sends its clock along with each message, and
//! merges the clock of each message that it receives: event a happened before event b if and only if a's clock is
//! smaller than b's, and they are concurrent if and only if neither is.
//!
//! **Model**: any network, any timing. A process that crashes and recovers must have saved its clock.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 4.1, slides 69 to 72.
//!
//! **Cost**: a number for each process in each message; comparing and merging take time linear in the number of
//! processes.
//!
//! **Deviations.** The entries of processes that have done nothing are left out, so a clock needs not be told how many
//! processes there are, and one that arrives from elsewhere fits any other.

use serde::{Deserialize, Serialize};
use stateright::actor::Id;
use std::cmp::Ordering;

/// How many events of each process are known.
///
/// The derived order ([`Ord`]) is an arbitrary total one, for keeping clocks in sets; [`VectorClock::compare`] is the one
/// that means something.
///
/// Invariant: the last entry is not zero, so equal clocks have equal representations.
///
/// ```
/// use std::cmp::Ordering;
/// use synod::stateright::actor::Id;
/// use synod::time::vector::VectorClock;
///
/// let [alice, bob] = [Id::from(0), Id::from(1)];
/// let mut sent = VectorClock::default();
/// sent.tick(alice); // Alice sends,
/// let mut received = VectorClock::default();
/// received.merge(&sent);
/// received.tick(bob); // and Bob receives.
/// assert_eq!(sent.compare(&received), Some(Ordering::Less));
///
/// let mut meanwhile = sent.clone();
/// meanwhile.tick(alice); // Alice does something else, which Bob knows nothing of.
/// assert_eq!(meanwhile.compare(&received), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<u64>", into = "Vec<u64>")]
pub struct VectorClock(Vec<u64>);

impl VectorClock {
    /// The entry of a process: how many of its events are known.
    pub fn get(&self, process: Id) -> u64 {
        self.0.get(usize::from(process)).copied().unwrap_or(0)
    }

    /// Sets the entry of a process.
    pub fn set(&mut self, process: Id, events: u64) {
        let place = usize::from(process);
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        self.0[place] = events;
        self.trim();
    }

    /// Counts one more event of a process.
    ///
    /// # Panics
    ///
    /// When it is event number 2⁶⁴.
    pub fn tick(&mut self, process: Id) {
        let events = self.get(process).checked_add(1).expect("a process has fewer than 2^64 events");
        self.set(process, events);
    }

    /// Adds what another clock knows.
    pub fn merge(&mut self, other: &Self) {
        if other.0.len() > self.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        merge(&mut self.0, &other.0);
    }

    /// Whether everything this clock knows is known to the other.
    pub fn at_most(&self, other: &Self) -> bool {
        at_most(&self.0, &other.0)
    }

    /// Which of two clocks knows less; none when each knows something that the other does not: then their events are
    /// concurrent.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        compare(&self.0, &other.0)
    }

    fn trim(&mut self) {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

impl From<Vec<u64>> for VectorClock {
    /// A clock with these entries, that of process 0 first.
    fn from(entries: Vec<u64>) -> Self {
        let mut clock = VectorClock(entries);
        clock.trim();
        clock
    }
}

impl From<VectorClock> for Vec<u64> {
    fn from(clock: VectorClock) -> Self {
        clock.0
    }
}

/// Makes each entry of `clock` the larger of its own and the other's: the least clock that knows what both know.
///
/// # Panics
///
/// When the other has more entries.
pub fn merge(clock: &mut [u64], other: &[u64]) {
    for (place, events) in other.iter().enumerate() {
        clock[place] = clock[place].max(*events);
    }
}

/// Whether no entry of `left` is larger than that of `right`. Entries that are left out are zero.
pub fn at_most(left: &[u64], right: &[u64]) -> bool {
    left.iter().enumerate().all(|(place, events)| *events <= right.get(place).copied().unwrap_or(0))
}

/// The order of two clocks: equal, smaller, larger, or none of them.
pub fn compare(left: &[u64], right: &[u64]) -> Option<Ordering> {
    match (at_most(left, right), at_most(right, left)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_clocks_have_equal_representations() {
        let mut clock = VectorClock::from(vec![1, 0, 2, 0, 0]);
        assert_eq!(clock, VectorClock(vec![1, 0, 2]));
        clock.set(Id::from(2), 0);
        assert_eq!(clock, VectorClock(vec![1]));
        clock.set(Id::from(5), 0);
        assert_eq!(clock, VectorClock(vec![1]));
        assert_eq!(Vec::from(clock), [1]);
        let mut clock = VectorClock::from(vec![1, 2]);
        clock.set(Id::from(0), 3);
        assert_eq!(clock, VectorClock(vec![3, 2]));
    }

    #[test]
    fn a_longer_clock_merges_into_a_shorter_one() {
        let mut clock = VectorClock::from(vec![1]);
        clock.merge(&VectorClock::from(vec![0, 2]));
        assert_eq!(clock, VectorClock::from(vec![1, 2]));
        clock.merge(&VectorClock::from(vec![3]));
        assert_eq!(clock, VectorClock::from(vec![3, 2]));
    }

    /// The example of the slides: A sends m1 to B, which sends m2 to C, where something has happened before.
    #[test]
    fn the_textbook_example() {
        let [a, b, c] = [Id::from(0), Id::from(1), Id::from(2)];
        let mut at = [const { VectorClock(Vec::new()) }; 3];
        at[0].tick(a);
        at[0].tick(a);
        let m1 = at[0].clone();
        at[1].merge(&m1);
        at[1].tick(b);
        at[1].tick(b);
        let m2 = at[1].clone();
        assert_eq!(m2, VectorClock(vec![2, 2]));
        at[2].tick(c);
        assert_eq!(m2.compare(&at[2]), None);
        at[2].merge(&m2);
        at[2].tick(c);
        assert_eq!(at[2], VectorClock(vec![2, 2, 2]));
        assert_eq!(m1.compare(&at[2]), Some(Ordering::Less));
        assert_eq!(at[2].compare(&m1), Some(Ordering::Greater));
        assert_eq!(m1.compare(&m1), Some(Ordering::Equal));
    }
}
