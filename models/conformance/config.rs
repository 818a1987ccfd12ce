//! The constants of a configuration of TLC, so that tests hold the code against what TLC has checked.

use std::collections::BTreeMap;
use std::path::Path;
use tla_eval::{Evaluator, Spec, State, Value};

/// What stands behind a constant's name.
enum Definition {
    /// An expression, or a model value, which is unlike anything else: here a string, its name.
    Value(Value),
    /// The name of an operator of the module that is checked.
    Operator(String),
}

/// The constants of `CONFIG.cfg` in `directory`, which is a configuration of `MCSPEC.tla`.
///
/// Reads what our configurations are made of: a line `NAME = expression` or `NAME <- operator` for each constant, indented
/// below `CONSTANTS`.
///
/// # Panics
///
/// When a file is missing or says something else.
pub(super) fn constants(directory: &Path, spec: &str, config: &str) -> BTreeMap<String, Value> {
    let file = directory.join(format!("{config}.cfg"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let definitions: BTreeMap<_, _> = lines(&text).map(|line| definition(line, config)).collect();
    let mut constants = BTreeMap::new();
    for (name, definition) in &definitions {
        // An operator may use the constants; that it uses another operator's constant does not happen.
        let known = match definition {
            Definition::Value(value) => value.clone(),
            Definition::Operator(operator) => Value::string(operator),
        };
        constants.insert(name.clone(), known);
    }
    let module = Spec::from_file(directory.join(format!("MC{spec}.tla"))).unwrap_or_else(|e| panic!("MC{spec}: {e}"));
    let evaluator = Evaluator::new(&module, constants.clone()).unwrap_or_else(|e| panic!("{config}: {e}"));
    for (name, definition) in definitions {
        if let Definition::Operator(operator) = definition {
            let value = evaluator.value_of(&operator, &State::new());
            constants.insert(name, value.unwrap_or_else(|e| panic!("{operator} of MC{spec}: {e}")));
        }
    }
    constants
}

/// The lines below `CONSTANTS`, without comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut below = false;
    let lines = text.lines().map(|line| line.split("\\*").next().unwrap_or_default().trim_end());
    lines.filter(|line| !line.is_empty()).filter(move |line| {
        let is_entry = line.starts_with(' ');
        if !is_entry {
            below = matches!(*line, "CONSTANT" | "CONSTANTS");
        }
        below && is_entry
    })
}

fn definition(line: &str, config: &str) -> (String, Definition) {
    if let Some((name, operator)) = line.split_once("<-") {
        return (name.trim().to_string(), Definition::Operator(operator.trim().to_string()));
    }
    let (name, expression) = line.split_once('=').unwrap_or_else(|| panic!("{config}: cannot read \"{line}\""));
    let (name, expression) = (name.trim().to_string(), expression.trim());
    let is_name =
        expression.chars().all(|c| c.is_alphanumeric() || c == '_') && !expression.starts_with(char::is_numeric);
    let value = if is_name { Value::string(expression) } else { evaluate(expression, config) };
    (name, Definition::Value(value))
}

fn evaluate(expression: &str, config: &str) -> Value {
    let module = format!("---- MODULE Constant ----\nEXTENDS Naturals\nTheValue == {expression}\n====\n");
    let value = Spec::parse(&module)
        .and_then(|spec| Evaluator::new(&spec, BTreeMap::new())?.value_of("TheValue", &State::new()));
    value.unwrap_or_else(|error| panic!("{config}: cannot read \"{expression}\": {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{directory, value::*};

    #[test]
    fn expressions_operators_and_model_values_are_read() {
        let majorities = || set([[0, 1], [0, 2], [1, 2]].map(|quorum| set(quorum.map(number))));
        let script = |values: &[&str]| tuple(values.iter().map(|value| string(value)));
        let expected = variables([
            ("N", number(3)),
            ("ReadQuorums", majorities()),
            ("WriteQuorums", majorities()),
            ("Script", by_process([script(&["x"]), script(&["y"]), script(&[])])),
            ("MaxCrashes", number(1)),
            ("None", string("None")),
        ]);
        assert_eq!(constants(&directory(), "Paxos", "MCPaxosOneCrash"), expected);
    }
}
