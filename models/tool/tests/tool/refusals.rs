//! Wrong usage and bad input: one clear line, and 2.

use super::run;
use std::net::TcpListener;

/// The line with which the program refuses these arguments.
fn refusal(arguments: &str) -> String {
    let ended = run(arguments);
    assert_eq!(ended.code, Some(2), "{arguments}: {}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.stdout, "", "{arguments}");
    let line = ended.stderr.strip_suffix('\n').expect("a line");
    assert!(!line.contains('\n'), "{arguments}: {line}");
    line.strip_prefix("synod: error: ").unwrap_or_else(|| panic!("{arguments}: {line}")).to_string()
}

#[test]
fn unknown_names_are_answered_with_the_nearest_ones() {
    for (arguments, answer) in [
        ("check paxso", "there is no algorithm or system \"paxso\"; did you mean paxos?"),
        ("check paxos paxos/two_balots", "did you mean paxos/two_ballots?"),
        ("check three_ballots", "did you mean paxos/three_ballots?"),
        ("check one_process", "did you mean paxos/one_process or abd/one_process?"),
        ("mutants paxos/quorum_of_halves", "did you mean paxos/quorum_of_half?"),
        ("explore Paxos", "did you mean paxos?"),
        ("trace paxos/one_process --property agrement", "did you mean agreement?"),
        ("trace paxos/two_ballots --mutant promise_not_safed", "did you mean promise_not_saved"),
        ("chekc", "'check'"),
        ("check --sow", "'--slow'"),
    ] {
        let line = refusal(arguments);
        assert!(line.contains(answer), "{arguments}: {line}");
    }
    assert!(refusal("check zzzzzzzz").starts_with("there is no algorithm or system \"zzzzzzzz\"; "));
}

#[test]
fn zero_and_absurd_numbers_are_refused() {
    for arguments in [
        "--threads 0",
        "--threads 100000",
        "--threads -1",
        "--threads two",
        "--max-states 0",
        "--max-states 99999999999999999999",
        "--max-depth 0",
        "--max-time 0s",
        "--max-time 99999999h",
        "--max-memory 0GiB",
        "--max-memory 1KiB",
        "--max-memory 12",
        "--max-memory 12MB",
        "--max-memory 99999999GiB",
    ] {
        let option = arguments.split(' ').next().expect("an option");
        for command in ["check paxos/one_process", "mutants paxos/quorum_of_half", "trace paxos/one_process"] {
            let line = refusal(&format!("{command} {arguments}"));
            assert!(line.contains(option), "{command} {arguments}: {line}");
        }
    }
}

#[test]
fn what_is_missing_or_too_much_is_refused() {
    assert!(refusal("trace").contains("<NAME/SYSTEM>"));
    assert!(refusal("explore").contains("<NAME[/SYSTEM]>"));
    assert!(refusal("trace paxos").contains("say which: paxos/"));
    assert!(refusal("trace paxos/two_ballots --property agreement --mutant vote_not_saved").contains("--mutant"));
    assert!(refusal("trace paxos/one_process --mutant promise_not_saved").contains("alters paxos/two_ballots"));
    assert!(refusal("list paxos").contains("'paxos'"));
}

#[test]
fn random_walks_that_nobody_can_make_are_refused() {
    for (arguments, words) in [
        ("--walks 0", "--walks"),
        ("--walks -1", "--walks"),
        ("--walks 5 --steps 0", "--steps"),
        ("--walks 5 --seed dice", "--seed"),
        ("--steps 10", "--walks <COUNT>"),
        ("--seed 10", "--walks <COUNT>"),
        ("--walks 5 --max-depth 7", "--max-depth"),
        ("--walks 5 --threads 2", "--threads"),
    ] {
        let line = refusal(&format!("check paxos/one_process {arguments}"));
        assert!(line.contains(words), "{arguments}: {line}");
    }
    assert!(refusal("trace paxos/one_process --walks 5").contains("--walks"));
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_the_search() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    // A search of this system takes far longer than a test may.
    let slow = "trace paxos/four_ballots --property agreement --svg";
    assert!(refusal(&format!("{slow} {folder}")).contains(&format!("cannot write {folder}: ")));
    assert!(refusal(&format!("{slow} {folder}/no/such/folder.svg")).contains("no/such/folder.svg: "));
}

#[test]
fn an_address_that_cannot_be_listened_on_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    let address = taken.local_addr().expect("it is bound");
    assert!(refusal(&format!("explore paxos --addr {address}")).starts_with(&format!("cannot listen on {address}: ")));
    for address in ["nowhere", "127.0.0.1", "127.0.0.1:99999", "example.org:80"] {
        assert!(refusal(&format!("explore paxos --addr {address}")).contains("is no address to listen on"));
    }
}

#[test]
fn without_a_command_there_is_help() {
    let ended = run("");
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("Usage: synod <COMMAND>"), "{}", ended.stderr);
}
