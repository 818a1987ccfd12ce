//! Rust values as values of TLA+.

use stateright::actor::Id;
use std::collections::BTreeMap;
use tla_eval::{State, Value};

/// A number.
///
/// # Panics
///
/// When it is beyond the 64 bits that the evaluator counts with.
pub fn number(number: impl TryInto<i64>) -> Value {
    match number.try_into() {
        Ok(number) => Value::Int(number),
        Err(_) => panic!("the evaluator counts with 64 bits"),
    }
}

/// A process: specs name them by their numbers.
pub fn process(id: Id) -> Value {
    number(usize::from(id))
}

/// A string.
pub fn string(text: &str) -> Value {
    Value::string(text)
}

/// A set.
pub fn set(members: impl IntoIterator<Item = Value>) -> Value {
    Value::set(members)
}

/// A tuple, which is a sequence.
pub fn tuple(items: impl IntoIterator<Item = Value>) -> Value {
    Value::Seq(items.into_iter().collect())
}

/// A record.
pub fn record<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::record(fields.map(|(name, value)| (name.to_string(), value)))
}

/// A function on the processes `0 .. N-1`.
pub fn by_process(values: impl IntoIterator<Item = Value>) -> Value {
    let entries = values.into_iter().enumerate().map(|(process, value)| (number(process), value));
    Value::function(entries.collect())
}

/// A state: the value of each variable.
pub fn variables<const N: usize>(variables: [(&str, Value); N]) -> State {
    BTreeMap::from(variables.map(|(name, value)| (name.to_string(), value)))
}
