//! Judges of histories: whether what the applications above some processes have seen can be explained.
//!
//! | judge | for | satisfied when |
//! | --- | --- | --- |
//! | [`Linearizable`] | any [`Object`] | every operation could have happened at one moment between its call and its answer |
//! | [`Regular`] | a register with one writer | every read returns what was written last before it began, or what was being written meanwhile |
//!
//! These belong to systems that are checked. What the clients of a running store have written down is judged when all is over, by
//! [`linearizable()`], with records of its own: see [`recorded`].
//!
//! A judge hears of calls, answers and crashes as they happen, and remembers no more than it needs to judge what follows: an
//! operation that has been answered is forgotten, but for what it leaves possible. So a judge is a history for a
//! [`System`](crate::system::System) that is as small as can be, and two histories after which the same may happen are one
//! state. Once a judge is dissatisfied it stays so: no continuation explains what has been seen.
//!
//! A process that crashes leaves its open operations without an answer. Each may have happened, may still happen at any later
//! time, or never. When the process recovers, it is a new client.
//!
//! ```
//! use stateright::actor::Id;
//! use synod::consistency::{Answer, Call, Judge, Linearizable, Operation, Register};
//!
//! let call = |process, number| Call { process: Id::from(process), number };
//! let (write, read, later) = (call(0, 1), call(1, 1), call(2, 1));
//! let mut judge = Linearizable::new(Register::<u8>::default());
//! judge.call(write, Operation::Write(7));
//! judge.call(read, Operation::Read);
//! judge.answer(read, Answer::Value(Some(7))); // the write has happened, though it is not answered yet
//! assert!(judge.is_satisfied());
//! judge.call(later, Operation::Read);
//! judge.answer(later, Answer::Value(None)); // so nobody may find the register empty any more
//! assert!(!judge.is_satisfied());
//! ```

mod linearizable;
pub mod recorded;
mod register;
mod regular;
#[cfg(test)]
mod tests;

pub use linearizable::Linearizable;
pub use recorded::linearizable;
pub use register::{Answer, Operation, Register};
pub use regular::Regular;

use crate::event::Data;
use stateright::actor::Id;

/// Names an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// At which process it was called.
    pub process: Id,
    /// Which of those open at this process.
    pub number: u64,
}

crate::rename! { struct Call { process, number } }

/// Someone who hears what happens to an object, and says whether it can be explained.
pub trait Judge: Data {
    /// What can be called.
    type Operation: Data;
    /// What a call can be answered with.
    type Answer: Data;

    /// An operation is called.
    ///
    /// # Panics
    ///
    /// When an operation of that name is open.
    fn call(&mut self, call: Call, operation: Self::Operation);

    /// A call is answered. An answer to a call that is not open has no explanation.
    fn answer(&mut self, call: Call, answer: Self::Answer);

    /// A call is refused: it has had no effect, and will have none. A refusal of a call that is not open has no explanation.
    fn refuse(&mut self, call: Call);

    /// A process crashes: its open calls will not be answered.
    fn crash(&mut self, process: Id);

    /// Whether what has happened so far can be explained.
    fn is_satisfied(&self) -> bool;

    /// Whether no call is open: each was answered or refused, or its process has crashed.
    fn is_idle(&self) -> bool;
}

/// What an object is when one operation happens after the other.
pub trait Object: Data {
    /// What can be done with it.
    type Operation: Data;
    /// What that gives.
    type Answer: Data;

    /// Does it; gives the answer.
    fn apply(&mut self, operation: &Self::Operation) -> Self::Answer;

    /// Whether an operation leaves every object as it is, so that nobody can tell whether it has happened.
    fn changes_nothing(operation: &Self::Operation) -> bool;
}
