//! What the application above a server has proposed and was not told the outcome of.

use std::collections::VecDeque;

/// The proposals of a server that wait, in order. Their numbers follow one another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Proposals<C> {
    /// The number of the last one that was made.
    last: u64,
    waiting: VecDeque<Waiting<C>>,
}

crate::rename! { struct Proposals<C> { last, waiting } }

/// A command that waits to be applied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Waiting<C> {
    /// The number of the request.
    pub number: u64,
    /// The command.
    pub command: C,
}

crate::rename! { struct Waiting<C> { number, command } }

impl<C> Default for Proposals<C> {
    fn default() -> Self {
        Proposals { last: 0, waiting: VecDeque::new() }
    }
}

impl<C> Proposals<C> {
    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds one; gives it the next number, which it returns.
    pub fn add(&mut self, number: u64, command: C) -> u64 {
        self.last += 1;
        self.waiting.push_back(Waiting { number, command });
        self.last
    }

    /// Adds several, of requests with successive numbers; gives them the next numbers, and returns the first.
    pub fn add_all(&mut self, number: u64, commands: impl Iterator<Item = C>) -> u64 {
        let first = self.last + 1;
        (number..).zip(commands).for_each(|(number, command)| _ = self.add(number, command));
        first
    }

    /// The number of the first that waits.
    pub fn first(&self) -> u64 {
        self.last + 1 - self.waiting.len() as u64
    }

    /// All that wait from this number on, each with its number.
    pub fn from(&self, serial: u64) -> impl Iterator<Item = (u64, &C)> {
        let skipped = serial.saturating_sub(self.first()) as usize;
        let rest = self.waiting.range(skipped.min(self.waiting.len())..);
        (self.first() + skipped as u64..).zip(rest).map(|(serial, waiting)| (serial, &waiting.command))
    }

    /// The one with this number is applied: returns the number of its request, if it was still waiting. They are
    /// applied in order.
    pub fn applied(&mut self, serial: u64) -> Option<u64> {
        if serial != self.first() {
            return None;
        }
        self.waiting.pop_front().map(|waiting| waiting.number)
    }

    /// Takes the first, if its number is at most this one.
    pub fn take_up_to(&mut self, serial: u64) -> Option<Waiting<C>> {
        if self.first() <= serial { self.waiting.pop_front() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_applied_waits_no_longer() {
        let mut proposals = Proposals::default();
        assert_eq!(proposals.add(70, 'a'), 1);
        assert_eq!(proposals.add(80, 'b'), 2);
        assert_eq!(proposals.add(90, 'c'), 3);
        assert_eq!(proposals.applied(2), None, "not before the first");
        assert_eq!(proposals.applied(1), Some(70));
        assert_eq!(proposals.applied(1), None);
        assert_eq!(proposals.first(), 2);
        assert_eq!(proposals.from(0).collect::<Vec<_>>(), [(2, &'b'), (3, &'c')]);
        assert_eq!(proposals.from(3).collect::<Vec<_>>(), [(3, &'c')]);
        assert_eq!(proposals.applied(2), Some(80));
        assert_eq!(proposals.applied(3), Some(90));
        assert!(proposals.is_empty());
        assert_eq!(proposals.applied(4), None);
        assert_eq!(proposals.add(70, 'd'), 4);
    }
}
