//! A register, one operation after the other.

use super::Object;

/// A register that holds a value, or nothing as long as nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Register<V>(pub Option<V>);

crate::rename! { struct Register<V>(value) }

/// What can be done with a register.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation<V> {
    /// Return its value.
    Read,
    /// Replace its value.
    Write(V),
}

crate::rename! { enum Operation<V> { Read, Write(value) } }

/// What a register answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer<V> {
    /// To a read.
    Value(Option<V>),
    /// To a write.
    Written,
}

crate::rename! { enum Answer<V> { Value(value), Written } }

impl<V> Default for Register<V> {
    fn default() -> Self {
        Register(None)
    }
}

impl<V: crate::event::Data> Object for Register<V> {
    type Operation = Operation<V>;
    type Answer = Answer<V>;

    fn apply(&mut self, operation: &Operation<V>) -> Answer<V> {
        match operation {
            Operation::Read => Answer::Value(self.0.clone()),
            Operation::Write(value) => {
                self.0 = Some(value.clone());
                Answer::Written
            }
        }
    }

    fn changes_nothing(operation: &Operation<V>) -> bool {
        *operation == Operation::Read
    }
}
