//! What `init` and `serve` refuse, each in one line, and touch nothing.

use crate::nodes::{Nodes, synod, tail};
use rustix::process::Signal;
use std::fs;
use std::process::Command;

/// The line of a command that is refused.
fn refused(command: &mut Command) -> String {
    let ended = command.output().expect("the program starts");
    let text = String::from_utf8(ended.stderr).expect("text");
    assert_eq!((ended.status.code(), text.lines().count()), (Some(2), 1), "{text}");
    assert_eq!(ended.stdout, b"");
    text
}

#[test]
fn a_store_is_made_once_and_never_by_accident() {
    let mut nodes = Nodes::start(1);
    nodes.addresses();
    let serve = |config| refused(synod(["serve", "--config"]).arg(config));
    let init = |config| refused(synod(["init", "--config"]).arg(config));
    let config = nodes.config(0);
    let data = config.parent().expect("it is in a folder").join("data-0");

    // Another process has it.
    serve(&config);
    nodes.node(0).signal(Signal::TERM);
    assert_eq!(nodes.node(0).ended().code(), Some(0), "{}", tail(&nodes.log(0)));
    // It is there already.
    assert!(init(&config).contains("data-0"));
    // It has vanished.
    fs::remove_dir_all(&data).expect("it was there");
    let text = serve(&config);
    assert!(text.contains("synod init --config"), "{text}");
    assert!(!data.exists());
}

#[test]
fn a_configuration_that_is_wrong_is_refused_with_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, data) = (folder.path().join("node.toml"), folder.path().join("data"));
    let good = "cluster = \"c\"\nid = 0\naddresses = [\"127.0.0.1:0\"]\ndata = \"data\"\n[application]\nhttp = \"127.0.0.1:0\"\n";
    let wrong = [
        (good.replace("id = 0", "id = 7"), "id"),
        (good.replace("data = \"data\"\n", ""), "data"),
        (good.replace("http = \"127.0.0.1:0\"\n", ""), "http"),
        (format!("{good}timeout = -1.0\n"), "timeout"),
        (format!("{good}connections = 0\n"), "connections"),
        (format!("{good}patience = 0.0\n"), "patience"),
        (format!("{good}tiemout = 1.0\n"), "tiemout"),
        (good.replace("cluster", "clutser"), "clutser"),
    ];
    for (text, key) in wrong {
        fs::write(&config, text).expect("a file");
        let line = refused(synod(["init", "--config"]).arg(&config));
        assert!(line.contains("node.toml") && line.contains(key), "{key}: {line}");
    }
    let record = format!("{}[record]\nfolder = {config:?}\n", good.replace("\"data\"", &format!("{data:?}")));
    fs::write(&config, record).expect("a file");
    assert!(synod(["init", "--config"]).arg(&config).output().expect("the program starts").status.success());
    let line = refused(synod(["serve", "--config"]).arg(&config));
    assert!(line.contains("the record could not be begun: ") && line.contains("node.toml: "), "{line}");
    fs::remove_file(&config).expect("it was there");
    assert!(refused(synod(["serve", "--config"]).arg(&config)).contains("node.toml"));
}
