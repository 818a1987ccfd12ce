//! What is going to happen, in the order of its time.
//!
//! A heap of small numbers over a slab of things: a thing is moved in once and out once, and nothing is allocated once the
//! queue has reached its size. Things at the same time come in the order in which they were put in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Things of type `T`, each at a moment of virtual time.
pub(super) struct Queue<T> {
    /// Time (64 bits), number (32 bits), place in the slab (32 bits).
    heap: BinaryHeap<Reverse<u128>>,
    slab: Vec<Option<T>>,
    free: Vec<u32>,
    number: u32,
}

impl<T> Queue<T> {
    pub fn new() -> Self {
        Queue { heap: BinaryHeap::new(), slab: Vec::new(), free: Vec::new(), number: 0 }
    }

    /// Puts a thing in; tells its place, which is its own until it is taken out.
    #[inline]
    pub fn push(&mut self, time: u64, thing: T) -> u32 {
        let place = match self.free.pop() {
            Some(place) => {
                self.slab[place as usize] = Some(thing);
                place
            }
            None => {
                self.slab.push(Some(thing));
                u32::try_from(self.slab.len() - 1).expect("four thousand million things are not pending at once")
            }
        };
        // The numbers begin anew some day. Then two things of the same moment may change places, in every run alike.
        self.number = self.number.wrapping_add(1);
        let key = u128::from(time) << 64 | u128::from(self.number) << 32 | u128::from(place);
        self.heap.push(Reverse(key));
        place
    }

    /// Takes out what comes first.
    #[inline]
    pub fn pop(&mut self) -> Option<(u64, u32, T)> {
        let Reverse(key) = self.heap.pop()?;
        let place = key as u32;
        self.free.push(place);
        let thing = self.slab[place as usize].take().expect("what is in the heap is in the slab");
        Some(((key >> 64) as u64, place, thing))
    }

    /// What stands at a place.
    pub fn get_mut(&mut self, place: u32) -> Option<&mut T> {
        self.slab.get_mut(place as usize)?.as_mut()
    }

    /// Everything in it, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.slab.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_first_in_time_comes_first_and_equals_in_their_order() {
        let mut queue = Queue::new();
        for (time, thing) in [(5, 'a'), (3, 'b'), (5, 'c'), (0, 'd'), (3, 'e')] {
            queue.push(time, thing);
        }
        let order: String = std::iter::from_fn(|| queue.pop().map(|(_, _, thing)| thing)).collect();
        assert_eq!(order, "dbeac");
        let before = queue.slab.len();
        queue.push(1, 'f');
        assert_eq!(queue.slab.len(), before, "places are used again");
        assert_eq!(queue.iter().collect::<Vec<_>>(), [&'f']);
    }
}
