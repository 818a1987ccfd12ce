//! A table from keys of one word to small numbers, for what is looked up several times in every step.

use super::hash;

/// What no key is mapped to: an empty slot.
const NONE: u32 = u32::MAX;

/// Open addressing; nothing is ever removed.
pub(super) struct Memo {
    slots: Vec<(u64, u32)>,
    count: usize,
}

impl Memo {
    pub fn new() -> Self {
        Memo { slots: vec![(0, NONE); 64], count: 0 }
    }

    pub fn get(&self, key: u64) -> Option<u32> {
        match self.slots[self.slot(key)] {
            (_, NONE) => None,
            (_, value) => Some(value),
        }
    }

    /// Adds what was not there. (The value 2^32 - 1 is the same as none.)
    pub fn insert(&mut self, key: u64, value: u32) {
        if self.count * 2 >= self.slots.len() {
            let larger = vec![(0, NONE); self.slots.len() * 2];
            for entry in std::mem::replace(&mut self.slots, larger) {
                if entry.1 != NONE {
                    let slot = self.slot(entry.0);
                    self.slots[slot] = entry;
                }
            }
        }
        let slot = self.slot(key);
        self.slots[slot] = (key, value);
        self.count += 1;
    }

    /// The slot of a key, or the empty one where it belongs.
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash::of_word(key) as usize & mask;
        while self.slots[slot].1 != NONE && self.slots[slot].0 != key {
            slot = (slot + 1) & mask;
        }
        slot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_through_every_growth() {
        let mut memo = Memo::new();
        for key in 0..1_000 {
            assert_eq!(memo.get(key << 40), None);
            memo.insert(key << 40, key as u32 + 1);
        }
        assert!((0..1_000).all(|key| memo.get(key << 40) == Some(key as u32 + 1)));
        assert_eq!(memo.get(1), None);
    }
}
