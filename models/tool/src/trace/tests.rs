//! `synod trace` on systems whose runs are known.

use super::*;
use crate::args::Effort;
use crate::samples;
use std::path::PathBuf;

fn args(name: &str) -> args::Trace {
    args::Trace {
        name: name.to_string(),
        property: None,
        mutant: None,
        svg: None,
        json: false,
        effort: Effort::default(),
    }
}

fn traced(args: &args::Trace) -> Result<(Exit, String), Refusal> {
    let (exit, text, remarks) = Output::of(|out| run(args, &samples::algorithms(), &Interrupt::default(), out));
    assert_eq!(text.is_empty(), !remarks.is_empty() || exit.is_err(), "either a run, or why there is none: {remarks}");
    Ok((exit?, text + &remarks))
}

fn with_property(name: &str, property: &str) -> args::Trace {
    args::Trace { property: Some(property.to_string()), ..args(name) }
}

fn with_mutant(name: &str, mutant: &str) -> args::Trace {
    args::Trace { mutant: Some(mutant.to_string()), ..args(name) }
}

#[test]
fn without_a_choice_it_is_the_first_violation_or_else_the_first_sometimes() {
    let first_line = |name: &str| {
        let (exit, text) = traced(&args(name)).expect("a system");
        assert_eq!(exit, Exit::Fine);
        text.lines().next().expect("a line").to_string()
    };
    assert_eq!(first_line("flood/broken"), "flood/broken: delivered at most once is violated in 2 steps");
    assert_eq!(first_line("flood/holds"), "flood/holds: delivered once is reached in 1 step");
}

#[test]
fn a_choice_is_respected() {
    let (exit, text) = traced(&with_property("flood/holds", "delivered twice")).expect("a property");
    assert_eq!(exit, Exit::Fine);
    assert!(text.starts_with("flood/holds: delivered twice is reached in 2 steps\n\n   1  request "), "{text}");
    assert!(text.contains("\n   2  deliver "), "{text}");
    let (exit, text) = traced(&with_mutant("flood/holds", "deaf")).expect("a mutant");
    assert_eq!(exit, Exit::Fine);
    assert!(text.starts_with("flood/holds with deaf: delivered at most once is violated in 2 steps\n"), "{text}");
    assert!(traced(&with_mutant("flood", "deaf")).is_ok(), "a mutant's system is known");
}

#[test]
fn where_there_is_no_run_the_reason_is_remarked() {
    let reason = |args: &args::Trace, exit: Exit, why: &str| {
        assert_eq!(traced(args), Ok((exit, format!("synod: {}: {why}\n", args.name))));
    };
    let holds = with_property("flood/holds", "delivered at most twice");
    reason(&holds, Exit::NotSo, "delivered at most twice holds in every state: no run violates it");
    reason(&with_property("flood/holds", "no panic"), Exit::NotSo, "no panic holds in every state: no run violates it");
    reason(&args("flood/vacuous"), Exit::NotSo, "delivered thrice is never reached: there is no run to show");
    reason(
        &args("flood/restless"),
        Exit::NotSo,
        "at rest is violated because no state is quiescent: there is no run to show",
    );
    let falls_before =
        "no panic was not decided, because another property falls before: delivered at most once in 2 steps";
    reason(&with_property("flood/fails", "no panic"), Exit::NotSo, falls_before);
    let mut shallow = with_property("flood/holds", "delivered twice");
    shallow.effort.max_depth = Some(2);
    let (exit, text) = traced(&with_property("flood/unfinished", "delivered twice some day")).expect("a property");
    assert_eq!(exit, Exit::Incomplete);
    let why = "synod: flood/unfinished: delivered twice some day was not decided, because a cut leaves runs unfinished";
    assert!(text.starts_with(why), "{text}");
    let cut = "delivered twice was not decided: no run was found, and it ended at the limit of depth";
    reason(&shallow, Exit::Incomplete, cut);
}

#[test]
fn wrong_choices_are_refused_in_one_line() {
    let refusal = |args: &args::Trace| traced(args).expect_err("no such choice").0;
    let refused = Output::of(|out| run(&args("flood/refused"), &samples::refused(), &Interrupt::default(), out)).0;
    assert!(refused.is_err_and(|why| why.0.starts_with("flood/refused cannot be checked: the normal form ")));
    assert!(refusal(&args("flood")).starts_with("\"flood\" has several systems, say which: flood/holds, "));
    assert!(refusal(&with_property("flood/holds", "delivered twic")).ends_with("did you mean delivered twice?"));
    assert_eq!(
        refusal(&with_mutant("flood/fails", "deaf")),
        "the mutant deaf alters flood/holds: say 'synod trace flood/holds --mutant deaf'"
    );
}

#[test]
fn a_line_of_json_has_the_fields_that_are_promised() {
    let (_, text) = traced(&args::Trace { json: true, ..args("flood/holds") }).expect("a system");
    let row: serde_json::Value = serde_json::from_str(&text).expect("one line of JSON");
    assert_eq!((&row["system"], &row["property"]), (&"flood/holds".into(), &"delivered once".into()));
    let step = &row["steps"][0];
    assert_eq!((&step["number"], &step["process"], &step["kind"]), (&1.into(), &0.into(), &"request".into()));
    assert!(step["text"].is_string() && row["state"].is_string() && row["loop_start"].is_null());
}

/// A file of this test alone.
fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("synod-trace-{}-{name}.svg", std::process::id()))
}

#[test]
fn a_diagram_replaces_what_the_file_held() {
    let path = file("replaced");
    std::fs::write(&path, "x".repeat(1 << 20)).expect("a file");
    traced(&args::Trace { svg: Some(path.clone()), ..args("flood/holds") }).expect("a diagram");
    let svg = std::fs::read_to_string(&path).expect("a file");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    std::fs::remove_file(&path).expect("it is there");
}

#[test]
fn without_a_run_the_files_are_as_they_were() {
    let (old, new) = (file("old"), file("new"));
    std::fs::write(&old, "as it was").expect("a file");
    for path in [&old, &new] {
        let (exit, _) = traced(&args::Trace { svg: Some(path.clone()), ..args("flood/vacuous") }).expect("a system");
        assert_eq!(exit, Exit::NotSo);
    }
    assert_eq!(std::fs::read_to_string(&old).expect("a file"), "as it was");
    assert!(!new.exists());
    std::fs::remove_file(&old).expect("it is there");
}
