//! Hashing of small numbers: fast, the same in every run, and never trusted: every hit is compared.

use super::rows::{Quad, Word, quads};
use std::hash::{BuildHasherDefault, Hasher};

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hasher for keys that consist of a few integers.
#[derive(Clone, Copy, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        avalanche(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = fold(self.0, number);
    }
}

/// Maps whose keys consist of a few integers.
pub(super) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Mix>>;

/// Sets whose members consist of a few integers.
pub(super) type Set<K> = std::collections::HashSet<K, BuildHasherDefault<Mix>>;

/// The hash of one number.
pub(super) fn of_word(number: u64) -> u64 {
    avalanche(number.wrapping_mul(MULTIPLIER))
}

/// The hash of a row's quads; another seed, another hash.
pub(super) fn of_quads(seed: u64, quads: impl Iterator<Item = Quad>) -> u64 {
    avalanche(quads.fold(seed, fold))
}

/// The hash of a row.
pub(super) fn of_words(seed: u64, words: &[Word]) -> u64 {
    of_quads(seed, quads(words))
}

/// The hash of two numbers, in their order.
pub(super) fn pair(one: u64, other: u64) -> u64 {
    avalanche(fold(one, other))
}

fn fold(hash: u64, number: u64) -> u64 {
    (hash.rotate_left(23) ^ number).wrapping_mul(MULTIPLIER)
}

fn avalanche(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash ^= hash >> 32;
    hash
}
