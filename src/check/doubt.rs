//! Declarations of what properties read are put to the test.

use super::Conditions;
use super::refused::refuse;
use crate::system::Reads;

/// So many verdicts are evaluated once more when they are remembered …
const FIRST: u32 = 1000;
/// … and then one in so many.
const ONE_IN: u32 = 1000;

/// Doubt in a declaration; there is none where the type of a property's argument sees to it that it reads no more.
pub(super) struct Doubt {
    /// The property's name.
    doubted: Option<&'static str>,
    reads: Reads,
    /// How often a verdict was remembered.
    remembered: u32,
}

impl Doubt {
    /// The doubt in the condition with this index.
    pub fn new(conditions: &Conditions, index: usize) -> Self {
        let name = conditions.names.get(index).copied();
        let doubted = name.filter(|_| conditions.merely_declared);
        Doubt { doubted, reads: conditions.reads[index], remembered: 0 }
    }

    /// Whether the next verdict that is remembered is to be evaluated once more.
    pub fn is_due(&self) -> bool {
        let next = self.remembered.wrapping_add(1);
        self.doubted.is_some() && (next <= FIRST || next.is_multiple_of(ONE_IN))
    }

    /// Takes note that a verdict was remembered.
    pub fn pass(&mut self) {
        self.remembered = self.remembered.wrapping_add(1);
    }

    /// Takes note that a verdict was remembered, and perhaps evaluates it once more, in another state. Refuses the declaration
    /// when it differs.
    pub fn test(&mut self, verdict: bool, evaluate: impl FnOnce() -> Result<bool, String>) {
        let is_due = self.is_due();
        self.pass();
        let Some(name) = self.doubted else { return };
        if is_due && evaluate().is_ok_and(|other| other != verdict) {
            let why = format!(
                "\"{name}\" reads more of a state than declared, which is {:?}: its verdict differs between two states that \
                 agree on that",
                self.reads
            );
            refuse(why, "");
        }
    }
}
