//! The configuration file, and what is said about one that is wrong.

use std::path::Path;
use std::time::Duration;
use synod::runtime::Config;

const LEAST: &str = "cluster = \"orders\"\nid = 1\naddresses = [\"10.0.0.1:7000\", \"[::1]:7000\"]\n";

#[test]
fn what_is_left_out_has_its_usual_value() {
    let config = Config::from_toml(LEAST).unwrap();
    let mut expected = Config::new(1, ["10.0.0.1:7000", "[::1]:7000"]);
    expected.cluster = "orders".to_string();
    assert_eq!(config, expected);
}

#[test]
fn everything_can_be_said() {
    let all = "cluster = \"orders\"\nid = 0\naddresses = [\"a:1\", \"\", \"c:3\"]\ndata = \"/data\"\nseed = 7\nbatch = 10\n\
               listen = \"0.0.0.0:1\"\n[queues]\nmessages = 1\nrequests = 2\nindications = 3\n[timers]\nscale = 2.5\n\
               [record]\nfolder = \"/record\"\nparts = 4\n[transport]\n\
               frame_limit = 1000\nsilence = 2500\n";
    let config = Config::from_toml(all).unwrap();
    let queues = &config.queues;
    assert_eq!((queues.messages.get(), queues.requests.get(), queues.indications.get()), (1, 2, 3));
    assert_eq!((config.data.as_deref(), config.seed, config.batch.get()), (Some(Path::new("/data")), Some(7), 10));
    assert_eq!((config.listen.as_deref(), config.timers.scale), (Some("0.0.0.0:1"), 2.5));
    assert_eq!((config.transport.frame_limit, config.transport.silence), (1000, Duration::from_millis(2500)));
    assert_eq!((config.record.folder.as_deref(), config.record.parts.get()), (Some(Path::new("/record")), 4));
    assert_eq!(Config::from_toml(&toml::to_string(&config).unwrap()).unwrap(), config);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_key() {
    let wrong = [
        ("batch = 0", "configuration, line 4, batch: invalid value: integer `0`, expected a nonzero usize"),
        ("batch = \"many\"", "configuration, line 4, batch: invalid type: string \"many\", expected a nonzero usize"),
        (
            "bacth = 1",
            "configuration, line 4, bacth: unknown field `bacth`, expected one of `cluster`, `id`, `addresses`, \
                       `data`, `seed`, `batch`, `listen`, `queues`, `timers`, `record`, `transport`, `application`",
        ),
        (
            "\n[queues]\nrequests = -1",
            "configuration, line 6, queues.requests: invalid value: integer `-1`, expected a nonzero usize",
        ),
        (
            "[queues]\nletters = 1",
            "configuration, line 5, queues.letters: unknown field `letters`, expected one of `messages`, \
                                   `requests`, `indications`",
        ),
        ("[timers]\nscale = 0.0", "configuration, line 5, timers.scale: 0 is not a positive number"),
        ("[timers]\nscale = nan", "configuration, line 5, timers.scale: NaN is not a positive number"),
        ("id = 1", "configuration, line 4: duplicate key"),
        ("seed = ", "configuration, line 4: string values must be quoted, expected literal string"),
        (
            "[queues]\n\"a\\nb\\u001b\" = 1",
            "configuration, line 5, queues.a\\nb\\u{1b}: unknown field `a, b\\u{1b}`, expected one of `messages`, \
                                                        `requests`, `indications`",
        ),
    ];
    for (text, expected) in wrong {
        let error = Config::from_toml(&format!("{LEAST}{text}\n")).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn what_is_missing_or_does_not_fit_is_named() {
    let wrong = [
        ("", "configuration, line 1: missing field `cluster`"),
        ("cluster = \"c\"\nid = 0\n", "configuration, line 1: missing field `addresses`"),
        (
            "cluster = \"c\"\nid = 2\naddresses = [\"a:1\"]",
            "configuration, id: 2 is not the place of one of the 1 addresses",
        ),
        (
            "cluster = \"c\"\nid = 0\naddresses = [\"\"]",
            "configuration, id: process 0 was removed: its address is empty",
        ),
        (
            "cluster = \"c\"\nid = 0\naddresses = [\"a\"]",
            "configuration, line 3, addresses: \"a\" is not of the form host:port",
        ),
    ];
    for (text, expected) in wrong {
        assert_eq!(Config::from_toml(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_file_is_named() {
    let folder = std::env::temp_dir().join(format!("synod-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("node.toml");
    std::fs::write(&file, format!("{LEAST}batch = 0\n")).unwrap();
    let error = Config::load(&file).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}, line 4, batch: ", file.display())), "{error}");
    let absent = Config::load(folder.join("absent.toml")).unwrap_err().to_string();
    assert!(absent.contains("absent.toml cannot be read: "), "{absent}");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The file in the documentation is a configuration, with the values that it says are usual.
#[test]
fn the_documented_file_is_true() {
    let page = include_str!("../../src/runtime/node/config.rs");
    let lines = page.lines().skip_while(|line| *line != "//! ```toml").skip(1).take_while(|line| *line != "//! ```");
    let text: String = lines.map(|line| format!("{}\n", line.trim_start_matches("//!").trim())).collect();
    let config = Config::from_toml(&text).unwrap();
    let mut expected = Config::new(0, config.addresses.clone());
    (expected.cluster, expected.data, expected.seed) = ("orders".to_string(), Some("/var/lib/orders".into()), Some(7));
    expected.listen = Some("0.0.0.0:7000".to_string());
    expected.record.folder = Some("/var/log/orders".into());
    expected.transport.tls.clone_from(&config.transport.tls);
    let tls = config.transport.tls.as_ref().expect("it is shown");
    assert_eq!(tls.authorities, Path::new("/etc/orders/authorities.pem"));
    assert_eq!(config, expected);
}
