//! How the program ends where not all is well: the exit codes, an interrupt, a reader who leaves.

use super::{ended, run, synod};
use std::io::{BufRead, BufReader, Read, pipe};
use std::process::Stdio;

#[test]
fn a_run_that_does_not_exist_is_one() {
    for property in ["agreement", "no panic"] {
        let mut command = synod("trace paxos/one_process --property");
        let ended = ended(command.arg(property).output().expect("the program starts"));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
        let line = format!("synod: paxos/one_process: {property} holds in every state: no run violates it\n");
        assert_eq!(ended.stderr, line);
    }
}

#[test]
fn a_search_that_met_a_limit_is_three() {
    for (option, limit) in [
        ("--max-states 1_000", "states"),
        ("--max-depth 5", "depth"),
        ("--max-time 1ms", "time"),
        ("--max-memory 40MiB --threads 2", "memory"),
    ] {
        let ended = run(&format!("check paxos/three_ballots --json {option}"));
        assert_eq!(ended.code, Some(3), "{option}: {}", ended.stderr);
        let row = &ended.json()[0];
        assert_eq!((&row["verdict"], &row["limit"]), (&"incomplete".into(), &limit.into()), "{option}");
        let line = format!("synod: paxos/three_ballots: incomplete: it ended at the limit of {limit}\n");
        assert_eq!(ended.stderr, line);
    }
    let ended = run("mutants paxos/quorum_of_half --max-depth 1 --json");
    assert_eq!((ended.code, &ended.json()[0]["caught"]), (Some(3), &false.into()), "{}", ended.stderr);
}

/// Ends a search that would take half a minute, once its table has begun.
#[cfg(unix)]
#[test]
fn an_interrupt_is_130_and_what_is_known_is_printed() {
    use std::process::Command;
    let mut command = synod("check paxos/one_process paxos/four_ballots paxos/partition --max-time 5min");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut text = String::new();
    while !text.contains("\npaxos/one_process ") {
        assert_ne!(stdout.read_line(&mut text).expect("text"), 0, "it ended too early: {text}");
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(kill.success());
    stdout.read_to_string(&mut text).expect("text");
    let ended = ended(child.wait_with_output().expect("it ends"));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(130), ""), "{text}");
    // Either the second search has begun, or it has not.
    let during = "1 as it should be, 1 incomplete (paxos/four_ballots), 1 not checked (paxos/partition)";
    let before = "1 as it should be, 2 not checked (paxos/four_ballots, paxos/partition)";
    assert!(text.contains(during) || text.contains(before), "{text}");
}

#[test]
fn a_reader_who_leaves_is_no_panic() {
    for (arguments, code) in [
        ("list", 0),
        ("list --json", 0),
        ("--help", 0),
        ("trace paxos/leader_stops", 0),
        // Nobody would learn of the rest, so the rest is not checked.
        ("check paxos/one_process paxos/four_ballots", 3),
        ("mutants", 3),
    ] {
        let (reader, writer) = pipe().expect("a pipe");
        drop(reader);
        let ended = ended(synod(arguments).stdout(writer).output().expect("the program starts"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(code), ""), "{arguments}");
    }
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    let status = synod("check nothing").stderr(writer).status().expect("the program starts");
    assert_eq!(status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let ended = ended(synod("list").stdout(full).output().expect("the program starts"));
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("synod: error: the results cannot be written: "), "{}", ended.stderr);
    let ended = run("trace paxos/leader_stops --svg /dev/full");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("synod: error: cannot write /dev/full: "), "{}", ended.stderr);
}
