//! Files that are no records, or not whole.

use super::*;
use std::fs;
use synod::runtime::replay::{Error, merge, replay};

async fn a_record(folder: &Path) -> (PathBuf, Vec<String>) {
    let node = puppet(&Wire::new(), &Kept::new(), folder).await;
    for number in 1..4 {
        node.request(vec![Do::Save(number), Do::Say(number)]).await.unwrap();
    }
    node.shutdown().await.unwrap();
    lines(folder, 0, 1)
}

fn error(folder: &Path) -> Error {
    match Records::open([folder]) {
        Ok(records) => replay(&records.nodes[0], |_| Puppet::default()).expect_err("it cannot be read"),
        Err(error) => error,
    }
}

/// Wherever a crash cuts the last line, what is before it is judged.
#[tokio::test]
async fn a_torn_last_line_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let (file, all) = a_record(folder.path()).await;
    let text = fs::read(&file).unwrap();
    let head = all[0].len() + 1;
    let mut steps = Vec::new();
    for length in head..=text.len() {
        fs::write(&file, &text[..length]).unwrap();
        let replayed = puppet_replayed(folder.path());
        assert_eq!(replayed.difference, None, "cut to {length} bytes");
        steps.push(replayed.steps);
    }
    assert!(steps.is_sorted() && (steps[0], steps[steps.len() - 1]) == (0, 4), "{steps:?}");
}

#[tokio::test]
async fn what_is_missing_or_wrong_in_the_middle_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (file, all) = a_record(folder.path()).await;
    let line = |number: usize, text: &str| {
        let mut lines = all.clone();
        lines[number] = text.to_string();
        rewrite(&file, &lines);
        error(folder.path())
    };
    assert!(matches!(line(3, "{\"step\":"), Error::Line { place, .. } if place.line == 4));
    assert!(matches!(line(3, "\u{fffd}"), Error::Line { place, .. } if place.line == 4));
    let foreign = line(3, r#"{"step":{"line":2,"in":{"request":"milk"},"out":{}}}"#);
    assert!(foreign.to_string().contains("\"milk\" is no value of this algorithm"), "{foreign}");
    assert!(matches!(line(1, r#"{"end":{"line":0}}"#), Error::Line { .. }));
    assert!(matches!(line(3, &all[1].replace("\"line\":0", "\"line\":2")), Error::Line { .. }));
    let early_end = line(3, r#"{"end":{"line":2}}"#);
    assert!(early_end.to_string().contains("nothing happens after the end"), "{early_end}");
    let mut lines = all.clone();
    lines.remove(3);
    rewrite(&file, &lines);
    let gap = error(folder.path());
    assert!(matches!(&gap, Error::Gap { place, expected: 2, found: 3 } if place.line == 4), "{gap}");
}

/// What is wrong is said in one line, and cannot speak to a terminal.
#[tokio::test]
async fn what_a_record_says_is_escaped_in_errors() {
    let folder = tempfile::tempdir().unwrap();
    let (file, all) = a_record(folder.path()).await;
    let line = |number: usize, text: &str| {
        let mut lines = all.clone();
        lines[number] = text.to_string();
        rewrite(&file, &lines);
        error(folder.path()).to_string()
    };
    for said in [line(0, r#"{"a\nb\u001b":1}"#), line(2, r#"{"a\nb\u001b":1}"#)] {
        assert!(said.contains(r"a\nb\u{1b}") && !said.contains(char::is_control), "{said:?}");
    }
}

/// The number of processes is what the actor is made for, and sends to.
#[test]
fn a_number_of_processes_that_cannot_be_is_no_panic_and_takes_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("node.ndjson");
    let start = |processes: u64, rest: &str| {
        let head = r#"{"record":1,"algorithm":"paxos","cluster":"c","node":0,"incarnation":1,"part":0,"line":0}"#;
        let start = format!(r#"{{"start":{{"line":0,"processes":{processes}{rest}}}}}"#);
        fs::write(&file, format!("{head}\n{start}\n")).unwrap();
        let records = Records::open([&file]).unwrap();
        history(&records.nodes[0], acceptors).map(|(replayed, history)| (replayed.difference, history))
    };
    // A quorum system has at most 64 processes.
    let (difference, _) = start(1000, r#","out":{}"#).unwrap();
    let said = difference.expect("it differs").to_string();
    assert!(said.ends_with("the actor panics: a quorum system has 1 to 64 processes, not 1000"), "{said}");
    let (difference, history) = start(1000, "").unwrap();
    assert_eq!(difference, None, "that it failed is what is recorded");
    let unmerged = merge(&[history]).expect_err("999 records are missing");
    assert_eq!(unmerged.to_string(), "of 1000 nodes, the records of 999 are missing");
    for many in [100_000, u64::MAX] {
        let error = start(many, "").expect_err("nobody believes that");
        assert!(error.to_string().contains("processes are more than any record is about"), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_record_of_the_same_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (file, all) = a_record(folder.path()).await;
    let head = |text: &str| {
        let mut lines = all.clone();
        lines[0] = text.to_string();
        rewrite(&file, &lines);
        error(folder.path())
    };
    let newer = head(r#"{"record":2,"something":"else"}"#);
    assert!(matches!(newer, Error::OtherFormat { version: 2, .. }));
    assert!(newer.to_string().ends_with("version 2 of the format; this program reads 1"), "{newer}");
    assert!(matches!(head("hello"), Error::NoRecord { .. }));
    assert!(matches!(head("{}"), Error::NoRecord { .. }));
    fs::write(&file, [0xff, 0xfe]).unwrap();
    assert!(matches!(error(folder.path()), Error::NoRecord { .. }));
    fs::write(&file, "").unwrap();
    assert!(matches!(error(folder.path()), Error::NoRecord { .. }));
    rewrite(&file, &all);
    let copy = folder.path().join("copy.ndjson");
    fs::copy(&file, &copy).unwrap();
    assert!(matches!(error(folder.path()), Error::Mixed { .. }));
    fs::write(&copy, format!("{}\n", all[0].replace("puppet", "paxos"))).unwrap();
    assert!(matches!(error(folder.path()), Error::Mixed { .. }));
    fs::remove_file(&copy).unwrap();
    fs::remove_file(&file).unwrap();
    assert!(matches!(error(folder.path()), Error::Nothing));
    assert!(matches!(Records::open([&file]), Err(Error::Unreadable { .. })));
}
