//! States as rows of numbers, and properties judged on them.

use super::Conditions;
use super::hash::Map;
use super::interned::{Interned, Source};
use crate::system::{Cells, Global, Reads, Rules, Spent, Standing};

/// A state in numbers.
pub(super) type Numbers = Global<u32, u32, u32>;

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
    pub fn encode(&self, state: &Numbers, row: &mut Vec<u32>) {
        row.clear();
        row.extend_from_slice(&state.processes);
        row.push(state.history);
        row.extend_from_slice(&pack(&state.spent));
        if !self.bits {
            row.extend_from_slice(&state.network);
            return;
        }
        let start = row.len();
        for message in &state.network {
            let word = start + *message as usize / 32;
            if word >= row.len() {
                row.resize(word + 1, 0);
            }
            row[word] |= 1 << (message % 32);
        }
    }

    /// Reads a row.
    pub fn decode(&self, row: &[u32], state: &mut Numbers) {
        let (processes, rest) = row.split_at(self.processes);
        let (history, rest) = rest.split_at(1);
        let (spent, network) = rest.split_at(SPENT_WORDS);
        state.processes.clear();
        state.processes.extend_from_slice(processes);
        state.history = history[0];
        state.spent = unpack(spent);
        state.network.clear();
        if !self.bits {
            state.network.extend_from_slice(network);
            return;
        }
        for (word, bits) in (0..).zip(network) {
            let mut bits = *bits;
            while bits != 0 {
                state.network.push(word * 32 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
    }
}

const SPENT_WORDS: usize = 2;

/// Partitions are numbered in six bits, of which zero says that none is in force.
fn pack(spent: &Spent) -> [u32; SPENT_WORDS] {
    let cut = spent.cut.map_or(0, |cut| cut + 1);
    let flags = cut | u8::from(spent.stable) << 6 | u8::from(spent.observer_panicked) << 7;
    [
        u32::from_le_bytes([spent.stops, spent.crashes, spent.omissions, spent.corruptions]),
        u32::from_le_bytes([spent.losses, spent.duplications, spent.cuts, flags]),
    ]
}

fn unpack(words: &[u32]) -> Spent {
    let [stops, crashes, omissions, corruptions] = words[0].to_le_bytes();
    let [losses, duplications, cuts, flags] = words[1].to_le_bytes();
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

/// Judges states, and remembers each verdict by what its condition reads.
pub(super) struct Judge {
    memories: Vec<Memory>,
}

struct Memory {
    reads: Reads,
    histories: Map<u32, bool>,
    rows: Map<Box<[u32]>, bool>,
}

impl Judge {
    pub fn new(conditions: &Conditions) -> Self {
        let memory = |reads: &Reads| Memory { reads: *reads, histories: Map::default(), rows: Map::default() };
        Judge { memories: conditions.reads.iter().map(memory).collect() }
    }

    /// Whether the state satisfies the condition with this index.
    ///
    /// # Errors
    ///
    /// The condition's panic.
    pub fn holds(&mut self, condition: usize, source: &dyn Source, state: &Numbers) -> Result<bool, String> {
        let memory = &mut self.memories[condition];
        let parts: &[u32] = match memory.reads {
            Reads::History => {
                if let Some(verdict) = memory.histories.get(&state.history) {
                    return Ok(*verdict);
                }
                let verdict = source.holds(condition, state)?;
                memory.histories.insert(state.history, verdict);
                return Ok(verdict);
            }
            Reads::Processes => &state.processes,
            Reads::Messages => &state.network,
            Reads::Everything => return source.holds(condition, state),
        };
        if let Some(verdict) = memory.rows.get(parts) {
            return Ok(*verdict);
        }
        let verdict = source.holds(condition, state)?;
        memory.rows.insert(parts.into(), verdict);
        Ok(verdict)
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
        assert_eq!(unpack(&pack(&spent)), spent);
        let one = Spent { cut: Some(0), ..Spent::default() };
        assert_eq!(unpack(&pack(&one)), one);
        assert_eq!(unpack(&pack(&Spent::default())), Spent::default());
    }

    #[test]
    fn rows_give_back_their_states() {
        let state = Global { processes: vec![3, 1], network: vec![0, 31, 32, 97], history: 9, spent: Spent::default() };
        for bits in [false, true] {
            let codec = Codec { processes: 2, bits };
            let mut row = Vec::new();
            codec.encode(&state, &mut row);
            let mut back = Global { processes: vec![], network: vec![], history: 0, spent: Spent::default() };
            codec.decode(&row, &mut back);
            assert!(back == state);
        }
    }
}
