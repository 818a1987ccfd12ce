//! The program as its users meet it: started, read, interrupted.

mod endings;
mod explorer;
mod refusals;
mod replay;
mod results;

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Output};

/// The program with these arguments, which are separated by blanks.
fn synod(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
    command.args(arguments.split_whitespace());
    command
}

/// What became of a run.
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn run(arguments: &str) -> Ended {
    ended(synod(arguments).output().expect("the program starts"))
}

fn ended(output: Output) -> Ended {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints text");
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ended {
    /// Its lines of JSON.
    fn json(&self) -> Vec<Value> {
        let object = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(object).collect()
    }
}

/// Whether the fields of an object are exactly these.
fn assert_fields(object: &Value, fields: &[&str]) {
    let found: BTreeSet<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(found, fields.iter().copied().collect(), "{object}");
}
