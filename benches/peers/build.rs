//! Takes stateright's examples from where cargo has put its package, so that they are compiled here without being here.
//!
//! Each becomes a module in `OUT_DIR`: the example's own text up to its `main`, whose dependencies nobody needs, and behind
//! it a few lines from `doors/`, since what the example defines is private to it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The examples, and the modules that they become.
const EXAMPLES: [(&str, &str); 5] = [
    ("paxos", "paxos"),
    ("2pc", "two_phase_commit"),
    ("linearizable-register", "linearizable_register"),
    ("single-copy-register", "single_copy_register"),
    ("raft", "raft"),
];

fn main() {
    println!("cargo::rerun-if-changed=doors");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let examples = stateright().join("examples");
    let out = PathBuf::from(variable("OUT_DIR"));
    let mut modules = String::new();
    for (example, module) in EXAMPLES {
        let text = read(&examples.join(format!("{example}.rs")));
        let end = text.find("\nfn main(").unwrap_or_else(|| panic!("the example {example} has no main"));
        let door = read(Path::new(&format!("doors/{module}.rs")));
        let path = out.join(format!("{module}.rs"));
        write(&path, &format!("{}\n{door}", &text[..end]));
        modules += &format!(
            "/// stateright's `examples/{example}.rs`.\n\
             #[allow(warnings, clippy::all)]\n#[path = {path:?}]\npub mod {module};\n"
        );
    }
    write(&out.join("examples.rs"), &modules);
}

/// The folder of stateright's package.
fn stateright() -> PathBuf {
    let output = Command::new(variable("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", &variable("TARGET")])
        .output()
        .expect("cargo runs");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo does not tell where packages are: {problem}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata are JSON");
    let packages = metadata["packages"].as_array().expect("metadata list the packages");
    let package = packages.iter().find(|package| package["name"] == "stateright").expect("stateright is a dependency");
    let manifest = package["manifest_path"].as_str().expect("a package has a manifest");
    Path::new(manifest).parent().expect("a manifest is in a folder").to_path_buf()
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
}
