//! `synod check` on systems of which some are not as they should be.

use super::*;
use crate::args::{Effort, Walking};
use crate::samples;

fn all() -> args::Check {
    args::Check { names: vec![], slow: false, json: false, walking: Walking::default(), effort: Effort::default() }
}

fn checked(names: &[&str], adjust: impl FnOnce(&mut args::Check)) -> (Exit, String, String) {
    let names = names.iter().map(ToString::to_string).collect();
    let mut args = all();
    args.names = names;
    adjust(&mut args);
    Output::of(|out| run(&args, &samples::algorithms(), &Interrupt::default(), out).expect("known names"))
}

fn check_of(names: &[&str]) -> (Exit, String) {
    let (exit, text, remarks) = checked(names, |_| {});
    assert_eq!(remarks, "");
    (exit, text)
}

#[test]
fn what_is_as_expected_passes() {
    let (exit, text) = check_of(&["flood/holds", "flood/fails"]);
    assert_eq!(exit, Exit::Fine);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("system ") && lines[0].ends_with("verdict"), "{text}");
    assert!(lines[1].starts_with("flood/holds ") && lines[1].ends_with("  verified"), "{text}");
    assert!(lines[2].ends_with("  violated, as expected: delivered at most once in 2 steps"), "{text}");
    assert!(lines[4].starts_with("2 systems in ") && lines[4].ends_with(": all as they should be"), "{text}");
    assert_eq!(lines.len(), 5, "no report of what is as it should be: {text}");
}

#[test]
fn of_the_only_one_the_whole_report_is_printed() {
    let (exit, text) = check_of(&["flood/holds"]);
    assert_eq!(exit, Exit::Fine);
    assert!(text.contains("\n  assuming 2 processes; unordered network"), "{text}");
    assert!(text.contains("\n  sometimes delivered twice: reached (2 steps)\n"), "{text}");
    assert!(text.ends_with(": as it should be\n"), "{text}");
}

#[test]
fn another_count_than_the_pinned_one_is_not_as_it_should_be() {
    let (exit, text) = check_of(&["flood/miscounted"]);
    assert_eq!(exit, Exit::NotSo);
    assert!(text.contains("NOT AS EXPECTED: verified, but it has 3 states, and 1,004 are pinned"), "{text}");
}

#[test]
fn a_violation_is_printed_below_with_its_run() {
    let (exit, text) = check_of(&["flood/broken", "flood/holds"]);
    assert_eq!(exit, Exit::NotSo);
    let (table, report) =
        text.split_once("\n\nflood/broken: violated: delivered at most once in 2 steps\n").expect(&text);
    assert!(table.contains("flood/holds"), "the table is complete before: {text}");
    assert!(report.contains("delivered at most once is violated by:\n   1  request"), "{text}");
    assert!(report.contains("2 systems in ") && report.contains(": 1 as it should be, 1 not (flood/broken)"), "{text}");
}

#[test]
fn slow_systems_are_skipped_and_named() {
    let (exit, text) = check_of(&["flood"]);
    assert_eq!(exit, Exit::NotSo);
    assert!(text.contains("skipped, because slow: flood/slow (--slow checks it too)"), "{text}");
    for (names, slow) in [(["flood"], true), (["flood/slow"], false)] {
        let (_, text, _) = checked(&names, |args| args.slow = slow);
        assert!(text.contains("flood/slow ") && !text.contains("skipped"), "{text}");
    }
}

#[test]
fn a_search_that_met_a_limit_is_incomplete() {
    let (exit, text, _) = checked(&["flood/holds"], |args| args.effort.max_depth = Some(2));
    assert_eq!(exit, Exit::Incomplete);
    assert!(text.contains("incomplete: it ended at the limit of depth"), "{text}");
    assert!(text.contains("0 as it should be, 1 incomplete (flood/holds)"), "{text}");
    let (exit, _, _) = checked(&["flood"], |args| args.effort.max_depth = Some(2));
    assert_eq!(exit, Exit::NotSo, "what is violated within the limit counts more");
}

#[test]
fn an_interrupt_ends_the_search_and_nothing_more_is_checked() {
    let interrupt = Interrupt::default();
    let algorithms = samples::interrupted(interrupt.flag());
    let mut args = all();
    let (exit, text, remarks) = Output::of(|out| run(&args, &algorithms, &interrupt, out).expect("all systems"));
    assert_eq!((exit, remarks.as_str()), (Exit::Interrupted, ""));
    assert!(text.contains("  incomplete: it was interrupted\n"), "{text}");
    assert!(
        text.contains("0 as it should be, 1 incomplete (flood/ends), 1 not checked (flood/never_begins)"),
        "{text}"
    );
    // The interrupt has come before it began.
    args.json = true;
    let (exit, text, remarks) = Output::of(|out| run(&args, &algorithms, &interrupt, out).expect("all systems"));
    assert_eq!((exit, text.as_str()), (Exit::Interrupted, ""));
    assert_eq!(remarks, "synod: not checked: flood/ends, flood/never_begins\n");
}

#[test]
fn what_cannot_be_checked_is_refused_in_a_line_and_the_rest_is_checked() {
    let why = "flood/refused cannot be checked: the normal form \"nothing in flight\" is wrong: \
               of a state and its normal form, not the same may happen";
    for json in [false, true] {
        let args = args::Check { json, ..all() };
        let (exit, text, remarks) =
            Output::of(|out| run(&args, &samples::refused(), &Interrupt::default(), out).expect("all systems"));
        assert_eq!((exit, remarks), (Exit::Usage, format!("synod: error: {why}\n")));
        assert!(text.contains("flood/holds_too"), "{text}");
        assert!(
            json || text.contains("3 systems in ") && text.contains("2 as it should be, 1 refused (flood/refused)")
        );
    }
}

#[test]
fn where_json_is_printed_the_rest_is_remarked() {
    let (exit, text, remarks) = checked(&["flood/holds", "flood"], |args| args.json = true);
    assert_eq!((exit, text.lines().count()), (Exit::NotSo, samples::algorithms()[0].systems.len() - 1));
    let miscounted = "synod: flood/miscounted: verified, but it has 3 states, and 1,004 are pinned\n";
    assert!(remarks.starts_with(miscounted), "{remarks}");
    assert!(remarks.ends_with("synod: skipped, because slow: flood/slow\n"), "{remarks}");
}

#[test]
fn a_line_of_json_has_the_fields_that_are_promised() {
    let (exit, text, remarks) = checked(&["flood/fails"], |args| args.json = true);
    assert_eq!((exit, remarks.as_str()), (Exit::Fine, ""));
    let row: serde_json::Value = serde_json::from_str(&text).expect("one line of JSON");
    assert_eq!(row["name"], "flood/fails");
    assert_eq!((&row["verdict"], &row["expected"]), (&"violated".into(), &"violated".into()));
    assert_eq!((&row["unique"], &row["depth"], &row["limit"]), (&3.into(), &3.into(), &serde_json::Value::Null));
    let property = &row["properties"][0];
    assert_eq!((&property["name"], &property["kind"]), (&"delivered at most once".into(), &"always".into()));
    assert_eq!((&property["verdict"], &property["steps"]), (&"violated".into(), &2.into()));
}
