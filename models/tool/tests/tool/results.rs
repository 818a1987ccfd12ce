//! What is printed where all is well.

use super::{assert_fields, run};
use std::path::PathBuf;

#[test]
fn help_and_version_are_results() {
    for command in [
        "--help",
        "-h",
        "help",
        "help check",
        "list --help",
        "check -h",
        "mutants -h",
        "explore -h",
        "trace -h",
        "simulate -h",
    ] {
        let ended = run(command);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{command}");
        assert!(ended.stdout.contains("Examples:\n  synod "), "{command} has examples");
    }
    assert_eq!(run("--version").stdout, format!("synod {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_simulation_has_a_line_of_json_and_is_the_same_each_time() {
    let command = "simulate paxos/two_ballots --seed 7 --events 2000 --json";
    let ended = run(command);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let row = &ended.json()[0];
    assert_fields(row, &["system", "seed", "runs", "events", "rests", "reached", "violated", "as_expected"]);
    assert_eq!((row["seed"].as_u64(), row["events"].as_u64()), (Some(7), Some(2_000)));
    assert!(row["violated"].is_null() && row["as_expected"] == true);
    assert_eq!(run(command).stdout, ended.stdout);
}

#[test]
fn list_has_a_line_of_json_for_each_system() {
    let ended = run("list --json");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let rows = ended.json();
    for row in &rows {
        assert_fields(row, &["name", "family", "system", "slow", "unique", "orbits", "properties", "mutants", "spec"]);
        let (name, system) = (row["name"].as_str().expect("a name"), row["system"].as_str().expect("a system"));
        assert!(system.starts_with(&format!("{name}/")));
        assert!(row["slow"].is_boolean() && row["unique"].is_u64() && row["spec"].is_string());
        for list in ["properties", "mutants"] {
            assert!(row[list].as_array().is_some_and(|names| names.iter().all(|name| name.is_string())));
        }
    }
    let paxos = rows.iter().find(|row| row["system"] == "paxos/two_ballots").expect("paxos is there");
    assert_eq!((&paxos["family"], &paxos["spec"]), (&"consensus".into(), &"Paxos.tla".into()));
}

#[test]
fn list_names_every_system_to_people_too() {
    let text = run("list").stdout;
    for row in run("list --json").json() {
        let system = row["system"].as_str().expect("a system").to_string();
        assert!(text.contains(&format!("\n  {system} ")), "{system} is missing");
    }
}

#[test]
fn check_has_a_line_of_json_for_each_system() {
    let ended = run("check paxos/one_process paxos/leader_stops --json --threads 2");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let rows = ended.json();
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let fields = ["name", "verdict", "expected", "unique", "generated", "depth", "seconds", "bytes_per_state"];
        assert_fields(
            row,
            &[&fields[..], &["threads", "assumptions", "limit", "walked", "interchangeable", "orbits", "properties"]]
                .concat(),
        );
        assert_eq!((&row["threads"], &row["limit"]), (&2.into(), &serde_json::Value::Null));
        assert!(row["generated"].as_u64() >= row["unique"].as_u64());
        assert!(row["seconds"].is_f64() && row["bytes_per_state"].is_f64());
        assert!(row["assumptions"].as_array().is_some_and(|lines| !lines.is_empty()));
        for property in row["properties"].as_array().expect("properties") {
            assert_fields(property, &["name", "kind", "verdict", "undecided", "steps"]);
        }
    }
    assert_eq!((&rows[0]["verdict"], &rows[0]["expected"]), (&"verified".into(), &"verified".into()));
    assert_eq!((&rows[1]["verdict"], &rows[1]["expected"]), (&"violated".into(), &"violated".into()));
}

#[test]
fn random_walks_are_the_same_each_time() {
    let walks = || run("check paxos/two_ballots --walks 20 --steps 30 --seed 7 --json");
    let ended = walks();
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let row = &ended.json()[0];
    assert_eq!((&row["verdict"], &row["limit"]), (&"incomplete".into(), &"random walks".into()));
    let walked = &row["walked"];
    assert_fields(walked, &["seed", "count", "steps", "begun", "ended", "longest", "share"]);
    assert_eq!((&walked["seed"], &walked["count"], &walked["begun"]), (&7.into(), &20.into(), &20.into()));
    let (unique, share) = (row["unique"].as_u64().expect("a count"), walked["share"].as_f64().expect("a share"));
    assert!((20..600).contains(&unique) && (share - unique as f64 / 68_856.0).abs() < 1e-9, "{row}");
    let made = "synod: paxos/two_ballots: incomplete: 20 random walks of at most 30 steps from seed 7 saw ";
    assert_eq!(ended.stderr, format!("{made}{unique} states, {:.1} % of all\n", share * 100.0));
    assert_eq!(walks().json()[0]["unique"], row["unique"]);
    let table = run("check paxos/two_ballots --walks 20");
    assert_eq!((table.code, table.stderr.as_str()), (Some(3), ""));
    assert!(
        table.stdout.contains(" incomplete: 20 random walks of at most 1,000 steps from seed 1 "),
        "{}",
        table.stdout
    );
}

#[test]
fn check_prints_a_table() {
    let ended = run("check paxos/one_process paxos/leader_stops");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(lines[1].starts_with("paxos/one_process ") && lines[1].ends_with("  verified"), "{}", ended.stdout);
    assert!(lines[2].contains("  violated, as expected: "), "{}", ended.stdout);
    assert!(lines[4].ends_with(": all as they should be"), "{}", ended.stdout);
}

#[test]
fn slow_systems_are_named_where_they_are_skipped() {
    let slow = run("list --json").json().into_iter().find(|row| row["slow"] == true).expect("some system is slow");
    let (name, system) = (slow["name"].as_str().expect("a name"), slow["system"].as_str().expect("a system"));
    // Only the heading and the remarks matter here, so the systems that are not slow may be cut short.
    for json in ["", "--json"] {
        let ended = run(&format!("check {name} --max-depth 1 {json}"));
        assert!((ended.stdout + &ended.stderr).contains(&format!("skipped, because slow: {system}")));
    }
    let ended = run(&format!("check {system} --max-depth 1"));
    assert!(ended.stdout.contains(&format!("\n{system} ")) && !ended.stdout.contains("skipped"), "{}", ended.stdout);
}

#[test]
fn mutants_has_a_line_of_json_for_each_mutant() {
    let ended = run("mutants paxos/quorum_of_half --json");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let [row] = &ended.json()[..] else { panic!("one mutant was asked for: {}", ended.stdout) };
    assert_fields(row, &["name", "mutant", "system", "property", "caught", "steps", "expected_steps"]);
    assert_eq!((&row["name"], &row["mutant"]), (&"paxos".into(), &"quorum_of_half".into()));
    assert_eq!((&row["caught"], &row["steps"]), (&true.into(), &row["expected_steps"]));
    assert!(row["system"].as_str().is_some_and(|system| system.starts_with("paxos/")));
}

#[test]
fn mutants_tells_people_what_is_wrong() {
    let ended = run("mutants paxos/quorum_of_half");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{}", ended.stdout);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(lines[0].starts_with("paxos/quorum_of_half: caught in paxos/"), "{}", ended.stdout);
    assert!(lines[1].starts_with("    "), "{}", ended.stdout);
    assert_eq!(lines.last(), Some(&"1 mutant: caught"));
}

#[test]
fn trace_prints_numbered_steps() {
    let ended = run("trace paxos/leader_stops");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    assert!(ended.stdout.contains("\n   1  request   p0 is asked to Propose(1)\n"), "{}", ended.stdout);
}

#[test]
fn trace_has_one_line_of_json() {
    for choice in ["paxos/leader_stops", "paxos/two_ballots --mutant promise_not_saved"] {
        let ended = run(&format!("trace {choice} --json"));
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        let [row] = &ended.json()[..] else { panic!("one run was asked for: {}", ended.stdout) };
        assert_fields(row, &["system", "property", "steps", "loop_start", "state"]);
        assert_eq!(Some(row["system"].as_str().expect("a system")), choice.split(' ').next());
        assert!(row["state"].as_str().is_some_and(|state| state.starts_with("p0 ")));
        for (index, step) in row["steps"].as_array().expect("steps").iter().enumerate() {
            assert_fields(step, &["number", "process", "kind", "text"]);
            assert_eq!(step["number"], index as u64 + 1);
        }
    }
}

#[test]
fn trace_draws_a_diagram() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("trace_draws_a_diagram.svg");
    let ended = run(&format!("trace paxos/leader_stops --svg {}", path.display()));
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let svg = std::fs::read_to_string(&path).expect("the diagram was written");
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
}
