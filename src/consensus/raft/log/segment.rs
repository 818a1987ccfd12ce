//! The chain of segments that a log consists of: what was appended at once, upon what was there before.
//!
//! A chain is never changed, so that logs can share it. It is an applicative random-access stack (Myers, 1983): besides
//! the segment before it, each segment knows one further down, chosen so that every segment is reached in
//! logarithmically many hops. Where two chains of equal height jump to depends on their height alone, so two of them
//! are descended in step until they meet; what is below is the same in both, and was not looked at.

use super::Entry;
use std::sync::Arc;

/// A chain of segments; none if there is no entry.
pub(super) type Chain<T> = Option<Arc<Segment<T>>>;

/// Entries that were appended together, and all that was there before.
///
/// Invariants: there is at least one entry; the segment before, if any, ends just before `first`.
pub(super) struct Segment<T> {
    before: Chain<T>,
    jump: Chain<T>,
    /// How many segments the chain has up to here.
    height: u64,
    /// The index of the first entry.
    first: u64,
    entries: Vec<Entry<T>>,
}

fn height<T>(chain: &Chain<T>) -> u64 {
    chain.as_ref().map_or(0, |segment| segment.height)
}

fn jump<T>(chain: &Chain<T>) -> &Chain<T> {
    chain.as_ref().map_or(&None, |segment| &segment.jump)
}

/// Whether two chains are one and the same, not merely equal.
fn are_one<T>(a: &Chain<T>, b: &Chain<T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// The chain with these entries on top, the first of which has index `first`. Constant time.
pub(super) fn push<T>(before: Chain<T>, first: u64, entries: Vec<Entry<T>>) -> Chain<T> {
    if entries.is_empty() {
        return before;
    }
    let near = jump(&before);
    let far = jump(near);
    // Two jumps of equal length become one of twice that length and one.
    let jump = if height(&before) - height(near) == height(near) - height(far) { far.clone() } else { before.clone() };
    Some(Arc::new(Segment { height: height(&before) + 1, jump, before, first, entries }))
}

/// The part of a chain that ends with the entry at `last`, or is empty. Logarithmic time, and a copy of the part of one
/// segment.
pub(super) fn cut<T: Clone>(chain: &Chain<T>, last: u64) -> Chain<T> {
    let top = chain.as_ref()?.reaching(last)?;
    if top.last() == last {
        return Some(top.clone());
    }
    let kept = (last - top.first + 1) as usize;
    push(top.before.clone(), top.first, top.entries[..kept].to_vec())
}

/// The chain that both have below them.
pub(super) fn common<'a, T>(mut a: &'a Chain<T>, mut b: &'a Chain<T>) -> &'a Chain<T> {
    let least = height(a).min(height(b));
    a = descend(a, least);
    b = descend(b, least);
    while !are_one(a, b) {
        let (Some(one), Some(other)) = (a, b) else { return &None };
        (a, b) = if are_one(&one.jump, &other.jump) { (&one.before, &other.before) } else { (&one.jump, &other.jump) };
    }
    a
}

/// The part of a chain that has this height, which is at most its own.
fn descend<T>(mut chain: &Chain<T>, target: u64) -> &Chain<T> {
    while let Some(segment) = chain.as_ref().filter(|segment| segment.height > target) {
        chain = if height(&segment.jump) >= target { &segment.jump } else { &segment.before };
    }
    chain
}

impl<T> Segment<T> {
    /// The index of the last entry.
    pub(super) fn last(&self) -> u64 {
        self.first + self.entries.len() as u64 - 1
    }

    /// The last entry.
    pub(super) fn last_entry(&self) -> &Entry<T> {
        self.entries.last().expect("a segment is never empty")
    }

    /// The entry at `index`, which is in this segment.
    pub(super) fn entry(&self, index: u64) -> &Entry<T> {
        &self.entries[(index - self.first) as usize]
    }

    /// The segment that has the entry at `index`, which is not beyond this one; none if the chain begins after it.
    pub(super) fn reaching(self: &Arc<Self>, index: u64) -> Option<&Arc<Self>> {
        let mut segment = self;
        while segment.first > index {
            segment = match &segment.jump {
                Some(jump) if jump.last() >= index => jump,
                _ => segment.before.as_ref()?,
            };
        }
        Some(segment)
    }
}

impl<T> Drop for Segment<T> {
    /// Segment by segment: a chain that dropped what is before it within its own drop would need a deep stack.
    fn drop(&mut self) {
        // While the segments before are there, a jump is not the last to hold its goal.
        drop(self.jump.take());
        let mut rest = self.before.take();
        while let Some(mut segment) = rest.and_then(Arc::into_inner) {
            drop(segment.jump.take());
            rest = segment.before.take();
        }
    }
}

/// Entries of a chain, from the first to the last of a range.
pub struct Entries<'a, T> {
    /// The segments above the one that is being read, the next one last.
    above: Vec<&'a Segment<T>>,
    segment: Option<&'a Segment<T>>,
    /// The index of the next entry.
    next: u64,
    /// The index after the last.
    end: u64,
}

impl<'a, T> Entries<'a, T> {
    /// The entries with indices from `first` up to, not including, `end`, all of which the chain has.
    pub(super) fn new(chain: &'a Chain<T>, first: u64, end: u64) -> Self {
        let mut above = Vec::new();
        let mut segment = None;
        if first < end {
            let top = chain.as_ref().and_then(|top| top.reaching(end - 1)).expect("the log has the entries");
            let mut lowest: &Segment<T> = top;
            while lowest.first > first {
                above.push(lowest);
                lowest = lowest.before.as_deref().expect("the log has the entries");
            }
            segment = Some(lowest);
        }
        Entries { above, segment, next: first, end }
    }
}

impl<'a, T> Iterator for Entries<'a, T> {
    type Item = &'a Entry<T>;

    fn next(&mut self) -> Option<&'a Entry<T>> {
        if self.next >= self.end {
            return None;
        }
        if self.segment.is_some_and(|segment| segment.last() < self.next) {
            self.segment = self.above.pop();
        }
        let entry = self.segment?.entry(self.next);
        self.next += 1;
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end.saturating_sub(self.next) as usize;
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for Entries<'_, T> {}
