//! Properties, judged on states in numbers.

use super::Conditions;
use super::doubt::Doubt;
use super::hash;
use super::interned::Source;
use super::rows::Word;
use super::state::{Numbers, write_all};
use super::visited::Visited;
use crate::system::Reads;

/// Judges states, and remembers each verdict by what its condition reads.
pub(super) struct Judge {
    memories: Vec<Memory>,
}

struct Memory {
    reads: Reads,
    doubt: Doubt,
    /// The verdict for each history, by its number.
    histories: Vec<Option<bool>>,
    /// The processes, or the messages, for which the condition does not hold, and those for which it does.
    parts: [Visited; 2],
    /// The last verdict: the next one is likely to be the same.
    last: bool,
    /// Room for a row.
    row: Vec<Word>,
}

impl Judge {
    pub fn new(conditions: &Conditions) -> Self {
        let memory = |(index, reads): (usize, &Reads)| Memory {
            reads: *reads,
            doubt: Doubt::new(conditions, index),
            histories: Vec::new(),
            parts: [Visited::new(1, 0), Visited::new(1, 0)],
            last: true,
            row: Vec::new(),
        };
        Judge { memories: conditions.reads.iter().enumerate().map(memory).collect() }
    }

    /// Whether the state satisfies the condition with this index.
    ///
    /// # Errors
    ///
    /// The condition's panic.
    pub fn holds(&mut self, condition: usize, source: &dyn Source, state: &Numbers) -> Result<bool, String> {
        let memory = &mut self.memories[condition];
        let mut remembered = true;
        let judge = || {
            remembered = false;
            source.holds(condition, state)
        };
        let verdict = match memory.reads {
            Reads::History => memory.by_history(state.history, judge),
            Reads::Processes => memory.by_part(&state.processes, judge),
            Reads::Messages => memory.by_part(&state.network, judge),
            Reads::Everything => return source.holds(condition, state),
        }?;
        if remembered {
            memory.doubt.test(verdict, || source.holds(condition, state));
        }
        Ok(verdict)
    }
}

impl Memory {
    fn by_history(&mut self, history: u32, judge: impl FnOnce() -> Result<bool, String>) -> Result<bool, String> {
        let place = history as usize;
        if let Some(Some(verdict)) = self.histories.get(place) {
            return Ok(*verdict);
        }
        let verdict = judge()?;
        if self.histories.len() <= place {
            self.histories.resize(place + 1, None);
        }
        self.histories[place] = Some(verdict);
        Ok(verdict)
    }

    fn by_part(&mut self, part: &[u32], judge: impl FnOnce() -> Result<bool, String>) -> Result<bool, String> {
        self.row.clear();
        write_all(part, &mut self.row);
        let hash = hash::of_words(0, &self.row);
        for verdict in [self.last, !self.last] {
            if self.parts[usize::from(verdict)].find_by(hash, &self.row).is_some() {
                self.last = verdict;
                return Ok(verdict);
            }
        }
        let verdict = judge()?;
        self.parts[usize::from(verdict)].add(&self.row);
        self.last = verdict;
        Ok(verdict)
    }
}
