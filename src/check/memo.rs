//! Tables for what is looked up several times in every step: from keys of one word to small numbers, and of pairs.

use super::hash;
use super::rows::Word;

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

/// A set of pairs of small numbers: a bit for each.
pub(super) struct Pairs {
    bits: Vec<u64>,
    /// Words for each first number, a power of two.
    words: usize,
}

impl Pairs {
    pub fn new() -> Self {
        Pairs { bits: Vec::new(), words: 1 }
    }

    pub fn has(&self, first: u32, second: u32) -> bool {
        let word = second as usize / 64;
        let bits = self.bits.get(first as usize * self.words + word);
        word < self.words && bits.is_some_and(|bits| bits >> (second % 64) & 1 == 1)
    }

    /// Which of the numbers that stand in a word of a row are paired with `first`: the `index`-th of them, as bits.
    pub fn word(&self, first: u32, index: usize) -> Word {
        const HERE: usize = (u64::BITS / Word::BITS) as usize;
        let bits = self.bits.get(first as usize * self.words + index / HERE).filter(|_| index / HERE < self.words);
        bits.map_or(0, |bits| (bits >> (index % HERE * Word::BITS as usize)) as Word)
    }

    pub fn insert(&mut self, first: u32, second: u32) {
        let word = second as usize / 64;
        if word >= self.words {
            self.widen((word + 1).next_power_of_two());
        }
        let place = first as usize * self.words + word;
        if place >= self.bits.len() {
            self.bits.resize((first as usize + 1) * self.words, 0);
        }
        self.bits[place] |= 1 << (second % 64);
    }

    fn widen(&mut self, words: usize) {
        let narrow = std::mem::take(&mut self.bits);
        for old in narrow.chunks(self.words) {
            self.bits.extend_from_slice(old);
            self.bits.resize(self.bits.len() + words - self.words, 0);
        }
        self.words = words;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_kept_apart_through_every_growth() {
        let mut pairs = Pairs::new();
        let is_in = |first: u32, second: u32| (first * 7 + second).is_multiple_of(3);
        for second in (0..300).rev() {
            for first in (0..20).filter(|first| is_in(*first, second)) {
                pairs.insert(first, second);
            }
        }
        assert!((0..25).all(|first| {
            (0..700).all(|second| pairs.has(first, second) == (first < 20 && second < 300 && is_in(first, second)))
        }));
        assert!((0..25).all(|first| {
            (0..700).all(|second| {
                pairs.has(first, second) == (pairs.word(first, second as usize / 16) >> (second % 16) & 1 == 1)
            })
        }));
    }

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
