//! The Explorer, over HTTP.

use super::synod;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ANSWER_MAX: Duration = Duration::from_secs(60);

/// The Explorer on a free port. It ends with the test.
struct Explorer {
    process: Child,
    address: String,
}

impl Explorer {
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        // The program announces itself once it answers, and gives up after a while.
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_string();
        Explorer { process, address }
    }

    /// The body of the answer to a GET.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(ANSWER_MAX)).expect("a timeout");
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.contains(" 200 "), "{path}: {head}");
        body.to_string()
    }

    /// The states that follow the one at `path`.
    fn states(&self, path: &str) -> Vec<Value> {
        serde_json::from_str(&self.get(&format!("/.states{path}"))).expect("JSON")
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn three_steps_can_be_walked() {
    let explorer = Explorer::start(synod("explore paxos/two_ballots --addr 127.0.0.1:0"));
    assert!(explorer.get("/").contains("<html"));
    let mut path = String::from("/");
    let mut seen = Vec::new();
    for _ in 0..=3 {
        let states = explorer.states(&path);
        let first = states.first().expect("there is a next step");
        let state = first["state"].as_str().expect("a state").to_string();
        assert!(state.starts_with("p0 up"), "{state}");
        assert!(first["svg"].as_str().is_some_and(|svg| svg.contains("<svg") && svg.contains("agreement")));
        seen.push(state);
        path += if path == "/" { "0" } else { "/0" };
    }
    assert_eq!(path, "/0/0/0/0");
    seen.dedup();
    assert_eq!(seen.len(), 4, "each of the three steps changes something: {seen:?}");
}

#[test]
fn an_algorithm_s_name_stands_for_its_first_system() {
    let mut explorer = Explorer::start(synod("explore paxos --addr 127.0.0.1:0"));
    let list = super::run("list --json").json();
    let first = list.iter().find(|row| row["name"] == "paxos").expect("paxos is there");
    let names: Vec<String> = explorer.states("/")[0]["properties"]
        .as_array()
        .expect("properties")
        .iter()
        .map(|property| property[1].as_str().expect("a name").to_string())
        .collect();
    let mut stated: Vec<String> = serde_json::from_value(first["properties"].clone()).expect("names");
    stated.push("no panic".to_string());
    assert_eq!(names, stated);
    // Whoever reads what it prints may leave.
    assert!(explorer.process.try_wait().expect("its status").is_none(), "it goes on");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_with_130() {
    let mut explorer = Explorer::start(synod("explore paxos/one_process --addr 127.0.0.1:0"));
    let kill = Command::new("kill").args(["-INT", &explorer.process.id().to_string()]).status().expect("kill is there");
    assert!(kill.success());
    assert_eq!(explorer.process.wait().expect("it ends").code(), Some(130));
}

/// stateright would serve what it finds in `./ui`.
#[test]
fn a_folder_that_happens_to_be_called_ui_is_left_alone() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a_folder_with_ui");
    fs::create_dir_all(folder.join("ui")).expect("a folder");
    fs::write(folder.join("ui").join("index.htm"), "somebody else's").expect("a file");
    let mut command = synod("explore paxos/one_process --addr 127.0.0.1:0");
    command.current_dir(&folder);
    assert!(!Explorer::start(command).get("/").contains("somebody else's"));
}
