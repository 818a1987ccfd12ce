//! Sets of states.

use super::graph::State;

/// A set of states, one bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// None of `count` states.
    pub fn none(count: usize) -> Self {
        Bits(vec![0; count.div_ceil(64)])
    }

    /// All of `count` states.
    pub fn all(count: usize) -> Self {
        Bits::none(count).complement(count)
    }

    /// Those of `count` states that are not in it.
    pub fn complement(mut self, count: usize) -> Self {
        self.0.iter_mut().for_each(|word| *word = !*word);
        if !count.is_multiple_of(64)
            && let Some(last) = self.0.last_mut()
        {
            *last &= (1 << (count % 64)) - 1;
        }
        self
    }

    /// Those that are in both.
    pub fn and(mut self, other: &Bits) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
        self
    }

    pub fn has(&self, state: State) -> bool {
        self.0[state as usize / 64] & 1 << (state % 64) != 0
    }

    /// Adds a state; tells whether it is new.
    pub fn insert(&mut self, state: State) -> bool {
        let word = &mut self.0[state as usize / 64];
        let new = *word & 1 << (state % 64) == 0;
        *word |= 1 << (state % 64);
        new
    }

    pub fn remove(&mut self, state: State) {
        self.0[state as usize / 64] &= !(1 << (state % 64));
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// The states in it, in their order.
    pub fn iter(&self) -> impl Iterator<Item = State> + '_ {
        (0..).zip(&self.0).flat_map(|(word, bits)| {
            let mut bits = *bits;
            std::iter::from_fn(move || {
                let bit = (bits != 0).then(|| bits.trailing_zeros())?;
                bits &= bits - 1;
                Some(word * 64 + bit)
            })
        })
    }
}

impl Extend<State> for Bits {
    fn extend<T: IntoIterator<Item = State>>(&mut self, states: T) {
        for state in states {
            self.insert(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_what_was_put_into_it() {
        for count in [1, 63, 64, 65, 200] {
            let mut bits = Bits::none(count);
            let every_third = || (0..count as State).step_by(3);
            assert!(every_third().all(|state| bits.insert(state) && !bits.insert(state)));
            assert_eq!(bits.iter().collect::<Vec<_>>(), every_third().collect::<Vec<_>>());
            let others = bits.clone().complement(count);
            assert_eq!(others.iter().count() + bits.iter().count(), count);
            assert!(others.iter().all(|state| state % 3 != 0 && !bits.has(state)));
            assert!(others.and(&bits).is_empty());
            every_third().for_each(|state| bits.remove(state));
            assert!(bits.is_empty());
            assert_eq!(Bits::all(count).iter().count(), count);
        }
    }
}
