//! States as rows of numbers, and properties judged on them.

use super::hash::Map;
use super::interned::Interned;
use crate::event::{Data, Module};
use crate::system::{Global, Messages, Predicate, Processes, Reads, Spent, Standing, System, View, panic_message};
use std::panic::{AssertUnwindSafe, catch_unwind};

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
    pub fn new<A: Module, H: Data>(system: &System<A, H>) -> Self {
        Codec { processes: system.process_count(), bits: system.has_set_network() }
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

/// Judges states by predicates, and remembers the verdict by what each predicate reads.
#[derive(Default)]
pub(super) struct Judge {
    memories: Vec<Memory>,
}

#[derive(Default)]
struct Memory {
    histories: Map<u32, bool>,
    rows: Map<Box<[u32]>, bool>,
}

impl Judge {
    pub fn new(predicates: usize) -> Self {
        Judge { memories: (0..predicates).map(|_| Memory::default()).collect() }
    }

    /// Whether the state satisfies the predicate with this index.
    ///
    /// # Errors
    ///
    /// The predicate's panic.
    pub fn holds<A: Module, H: Data>(
        &mut self,
        index: usize,
        predicate: &Predicate<A, H>,
        cells: &mut Interned<'_, A, H>,
        state: &Numbers,
    ) -> Result<bool, String> {
        let memory = &mut self.memories[index];
        let remembered = match predicate.reads() {
            Reads::History => memory.histories.get(&state.history),
            Reads::Processes => memory.rows.get(state.processes.as_slice()),
            Reads::Messages => memory.rows.get(state.network.as_slice()),
            Reads::Everything => None,
        };
        if let Some(verdict) = remembered {
            return Ok(*verdict);
        }
        let verdict = evaluate(predicate, cells, state)?;
        match predicate.reads() {
            Reads::History => {
                memory.histories.insert(state.history, verdict);
            }
            Reads::Processes => {
                memory.rows.insert(state.processes.as_slice().into(), verdict);
            }
            Reads::Messages => {
                memory.rows.insert(state.network.as_slice().into(), verdict);
            }
            Reads::Everything => {}
        }
        Ok(verdict)
    }
}

fn evaluate<A: Module, H: Data>(
    predicate: &Predicate<A, H>,
    cells: &mut Interned<'_, A, H>,
    state: &Numbers,
) -> Result<bool, String> {
    state.processes.iter().for_each(|process| cells.know_process(*process));
    state.network.iter().for_each(|message| cells.know_envelope(*message));
    cells.know_history(state.history);
    let processes: Vec<_> = state.processes.iter().map(|p| &**cells.process(*p)).collect();
    let messages: Vec<_> = state.network.iter().map(|m| &**cells.envelope(*m)).collect();
    let view = View {
        processes: Processes(&processes),
        messages: Messages(&messages),
        history: &**cells.history(state.history),
        spent: &state.spent,
    };
    catch_unwind(AssertUnwindSafe(|| predicate.holds(view))).map_err(|payload| panic_message(&*payload))
}

/// Whether a handler or the observer has panicked on the way to this state.
pub(super) fn panicked<A: Module, H: Data>(cells: &mut Interned<'_, A, H>, state: &Numbers) -> bool {
    use crate::system::Cells;
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
