//! What is replicated.

use crate::event::Data;

/// A state machine: a value that commands change, in the same way everywhere.
///
/// It is deterministic: what a command makes of it, and what comes out, depends on it and the command alone.
///
/// ```
/// use synod::consensus::raft::StateMachine;
///
/// #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
/// struct Counter(u64);
///
/// impl StateMachine for Counter {
///     type Command = u64;
///     type Output = u64;
///     type Part = u64;
///
///     fn apply(&mut self, by: &u64) -> u64 {
///         self.0 = self.0.wrapping_add(*by);
///         self.0
///     }
///
///     fn snapshot(&self) -> Vec<u64> {
///         vec![self.0]
///     }
///
///     fn restore<'p>(&mut self, mut parts: impl Iterator<Item = &'p u64>) {
///         self.0 = parts.next().copied().unwrap_or_default();
///     }
/// }
/// ```
pub trait StateMachine: Data {
    /// What changes it.
    type Command: Data;
    /// What whoever proposed a command is told.
    type Output: Data;
    /// A part of its state, of a size that fits into a message.
    type Part: Data;

    /// Takes a command.
    fn apply(&mut self, command: &Self::Command) -> Self::Output;

    /// What a command would give, which changes nothing. Unless a machine says otherwise, a clone takes the command: what
    /// is often read says it without one.
    fn read(&self, query: &Self::Command) -> Self::Output {
        self.clone().apply(query)
    }

    /// Its state, in parts, as many as it likes. A server that takes snapshots does so within a step, so this should cost
    /// little: a machine that shares what does not change, and copies what does, has its parts at hand.
    fn snapshot(&self) -> Vec<Self::Part>;

    /// Takes the state that these parts are of, all of them and in order, in place of its own.
    fn restore<'p>(&mut self, parts: impl Iterator<Item = &'p Self::Part>);
}
