//! States in numbers, as rows.

use super::interned::Interned;
use super::rows::{Row, Word};
use crate::system::{Cells, Global, Rules, Spent, Standing};

/// A state in numbers.
pub(super) type Numbers = Global<u32, u32, u32>;

/// A number from here on takes three words: this one, and its two halves.
pub(super) const LARGE: Word = Word::MAX;

/// Turns states into rows and back: processes, history, budgets, messages.
///
/// On a set network the messages are bits, otherwise a list of numbers.
pub(super) struct Codec {
    processes: usize,
    bits: bool,
}

impl Codec {
    pub fn new(rules: &Rules) -> Self {
        Codec { processes: rules.processes, bits: rules.network.is_set() }
    }

    /// Writes the row of `state`.
    pub fn encode(&self, state: &Numbers, row: &mut Row) {
        row.clear();
        write_all(&state.processes, row);
        write(state.history, row);
        write_spent(&state.spent, row);
        if !self.bits {
            write_all(&state.network, row);
            return;
        }
        let start = row.len();
        // Numbers are sorted: the last is the largest.
        let words = state.network.last().map_or(0, |last| *last as usize / 16 + 1);
        row.lengthen(start + words);
        let bits = &mut row[start..];
        for message in &state.network {
            bits[*message as usize / 16] |= 1 << (message % 16);
        }
    }

    /// The history of a row in which it and what stands before it take one word each.
    pub fn history(&self, row: &[Word]) -> Option<Word> {
        let around = &row[..=self.processes];
        (!has_large(around)).then_some(around[self.processes])
    }

    /// Reads a row.
    pub fn decode(&self, mut row: &[Word], state: &mut Numbers) {
        state.processes.clear();
        for _ in 0..self.processes {
            state.processes.push(read(&mut row));
        }
        state.history = read(&mut row);
        state.spent = read_spent(&mut row);
        state.network.clear();
        if !self.bits {
            while !row.is_empty() {
                state.network.push(read(&mut row));
            }
            return;
        }
        for (word, bits) in (0..).zip(row) {
            let mut bits = *bits;
            while bits != 0 {
                state.network.push(word * 16 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }
}

/// Whether a number among these takes several words. (All are looked at, several at a time.)
pub(super) fn has_large(words: &[Word]) -> bool {
    words.iter().fold(false, |found, word| found | (*word == LARGE))
}

/// Writes numbers, as words where that is enough: nearly always, and then without looking at each.
pub(super) fn write_all(numbers: &[u32], row: &mut Row) {
    if numbers.iter().all(|number| *number < u32::from(LARGE)) {
        row.extend(numbers.iter().map(|number| *number as Word));
        return;
    }
    for number in numbers {
        write(*number, row);
    }
}

fn write(number: u32, row: &mut Row) {
    if number < u32::from(LARGE) {
        row.push(number as Word);
    } else {
        row.extend([LARGE, number as Word, (number >> 16) as Word].into_iter());
    }
}

fn read(row: &mut &[Word]) -> u32 {
    match row {
        [LARGE, low, high, rest @ ..] => {
            let number = u32::from(*low) | u32::from(*high) << 16;
            *row = rest;
            number
        }
        [number, rest @ ..] => {
            let number = u32::from(*number);
            *row = rest;
            number
        }
        [] => unreachable!("a row has every part of its state"),
    }
}

/// What was spent is mostly nothing: a word says which of its bytes are not zero, and only these follow, two to a word.
fn write_spent(spent: &Spent, row: &mut Row) {
    let bytes = pack(spent);
    if bytes == [0; SPENT_BYTES] {
        row.push(0);
        return;
    }
    let mut present = 0;
    let first = row.len();
    row.push(0);
    let mut half = None;
    for (index, byte) in bytes.into_iter().enumerate().filter(|(_, byte)| *byte != 0) {
        present |= 1 << index;
        match half.take() {
            None => half = Some(byte),
            Some(low) => row.push(Word::from_le_bytes([low, byte])),
        }
    }
    if let Some(last) = half {
        row.push(last.into());
    }
    row[first] = present;
}

fn read_spent(row: &mut &[Word]) -> Spent {
    let (present, rest) = row.split_first().expect("a row has every part of its state");
    if *present == 0 {
        *row = rest;
        return Spent::default();
    }
    let mut bytes = [0; SPENT_BYTES];
    let (spent, rest) = rest.split_at(present.count_ones().div_ceil(2) as usize);
    let mut following = spent.iter().flat_map(|word| word.to_le_bytes());
    for (index, byte) in bytes.iter_mut().enumerate() {
        if present >> index & 1 == 1 {
            *byte = following.next().expect("as many bytes follow as are not zero");
        }
    }
    *row = rest;
    unpack(bytes)
}

const SPENT_BYTES: usize = 8;

/// Partitions are numbered in six bits, of which zero says that none is in force.
fn pack(spent: &Spent) -> [u8; SPENT_BYTES] {
    let cut = spent.cut.map_or(0, |cut| cut + 1);
    let flags = cut | u8::from(spent.stable) << 6 | u8::from(spent.observer_panicked) << 7;
    let Spent { stops, crashes, omissions, corruptions, losses, duplications, cuts, .. } = *spent;
    [stops, crashes, omissions, corruptions, losses, duplications, cuts, flags]
}

fn unpack(bytes: [u8; SPENT_BYTES]) -> Spent {
    let [stops, crashes, omissions, corruptions, losses, duplications, cuts, flags] = bytes;
    Spent {
        stops,
        crashes,
        omissions,
        corruptions,
        losses,
        duplications,
        cuts,
        cut: (flags & 0x3f).checked_sub(1),
        stable: flags & 0x40 != 0,
        observer_panicked: flags & 0x80 != 0,
    }
}

/// Whether a handler or the observer has panicked on the way to this state.
pub(super) fn panicked(cells: &mut Interned<'_>, state: &Numbers) -> bool {
    state.spent.observer_panicked || state.processes.iter().any(|process| cells.standing(process) == Standing::Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_spent_survives_packing() {
        let spent = Spent {
            stops: 1,
            crashes: 2,
            omissions: 3,
            corruptions: 4,
            losses: 5,
            duplications: 6,
            cuts: 7,
            cut: Some(61),
            stable: true,
            observer_panicked: true,
        };
        assert_eq!(unpack(pack(&spent)), spent);
        let one = Spent { cut: Some(0), ..Spent::default() };
        assert_eq!(unpack(pack(&one)), one);
        assert_eq!(unpack(pack(&Spent::default())), Spent::default());
    }

    #[test]
    fn rows_give_back_their_states() {
        let spent = Spent { crashes: 1, losses: 200, cuts: 3, ..Spent::default() };
        let large = 0x12_ffff;
        for (bits, last) in [(false, large), (true, 0x1_ffff)] {
            let network = vec![0, 15, 16, last];
            let state = Global { processes: vec![3, 0xfffe, 0xffff], network, history: large, spent };
            let codec = Codec { processes: 3, bits };
            let mut row = Row::default();
            codec.encode(&state, &mut row);
            let mut back = Global { processes: vec![], network: vec![], history: 0, spent: Spent::default() };
            codec.decode(&row, &mut back);
            assert!(back == state);
            codec.encode(&Global { spent: Spent::default(), ..state.clone() }, &mut row);
            codec.decode(&row, &mut back);
            assert!(back.spent == Spent::default() && back.network == state.network);
        }
    }
}
