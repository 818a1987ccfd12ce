//! What a deployment chooses: who the node is, where its peers are, and how much it may hold.
//!
//! ```toml
//! cluster = "orders"              # nodes of different clusters never talk
//! id = 0                          # this node's place among the addresses
//! addresses = ["10.0.0.1:7000", "10.0.0.2:7000", "orders-3.example:7000"]
//!
//! # All that follows may be left out; these are the values that it has then, but for `data`,
//! # `seed`, `listen`, the folder of the record and the files of `transport.tls`.
//! data = "/var/lib/orders"        # the folder of the store; none, unless it is named
//! seed = 7                        # of random choices and durations; another at each start, unless it is named
//! batch = 256                     # steps that are made durable at once, at most
//! listen = "0.0.0.0:7000"         # where the node listens; at its own address, unless it is named
//!
//! [queues]                        # how much may wait
//! messages = 1024                 # that have arrived
//! requests = 1024                 # of the application
//! indications = 1024              # to the application
//!
//! [timers]
//! scale = 1.0                     # how many real seconds a second of the actor's timers is
//!
//! [record]                        # of what goes in and out; there is none, unless its folder is named
//! folder = "/var/log/orders"
//! part_bytes = 67108864           # of one file, before the next is begun
//! parts = 16                      # files that are kept; beyond that, the oldest are removed
//!
//! [transport]                     # all nodes of a cluster should have the same; times are in milliseconds
//! frame_limit = 4194304           # bytes of one message, at most
//! queue_messages = 16384          # that wait for a peer; beyond that, the oldest is dropped
//! queue_bytes = 16777216          # that wait for a peer; beyond that, the oldest message is dropped
//! handshake = 5000                # that a connection may take to be made
//! half_open = 64                  # connections that may be in their handshake at a time
//! keep_alive = 1000               # after which a sign of life is sent
//! silence = 5000                  # after which a connection without a sign of life is given up
//! stall = 10000                   # after which a connection is given up whose peer takes nothing
//! backoff = 50                    # before a connection is made again, the first time; it doubles each time
//! backoff_limit = 2000            # before a connection is made again, at most
//!
//! [transport.tls]                 # files of PEM; without this table, nodes talk in the clear
//! authorities = "/etc/orders/authorities.pem"   # who signs for the cluster
//! certificate = "/etc/orders/node-0.pem"        # this node's, for the name node-0.orders, and those that lead to it
//! key = "/etc/orders/node-0.key"
//!
//! [application]                   # whatever the application wants to know; the node does not read it
//! ```

use crate::runtime::one_line::OneLine;
use crate::runtime::record;
use crate::runtime::transport::tcp::{self, Settings};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// The configuration of a node; see the [module](self) for what it looks like in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The name of the cluster. Nodes of different clusters never talk.
    pub cluster: String,
    /// The node's own id, its place among the addresses.
    pub id: usize,
    /// Where each process is reached, `host:port`, at the place of its id. A process that was removed leaves its place empty,
    /// for ids are never used again.
    #[serde(deserialize_with = "addresses")]
    pub addresses: Vec<String>,
    /// The folder of the node's store, for those who open one.
    #[serde(default)]
    pub data: Option<PathBuf>,
    /// The seed of random choices and of the durations of timers; if there is none, each start has another.
    #[serde(default)]
    pub seed: Option<u64>,
    /// How many steps are made durable at once, at most.
    #[serde(default = "batch")]
    pub batch: NonZeroUsize,
    /// Where the node listens, `host:port`, if that is not its own address among the addresses.
    #[serde(default)]
    pub listen: Option<String>,
    /// How much may wait.
    #[serde(default)]
    pub queues: Bounds,
    /// How long timers last.
    #[serde(default)]
    pub timers: TimerConfig,
    /// Where what goes in and out is recorded, and how much of it, for programs that [can](super::Builder::recorded_as).
    #[serde(default)]
    pub record: record::Settings,
    /// Limits and times of the transport, where that is TCP.
    #[serde(default)]
    pub transport: Settings,
    /// What the application wants to know; the node does not read it.
    #[serde(default)]
    pub application: toml::Table,
}

/// The bounds of a node's queues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Bounds {
    /// How many messages that have arrived may wait; while they are as many, the transport takes in no more.
    pub messages: NonZeroUsize,
    /// How many requests may wait; while they are as many, whoever makes another waits.
    pub requests: NonZeroUsize,
    /// How many indications may wait for the application; while they are as many, the node takes nothing in. What one batch
    /// indicates comes on top.
    pub indications: NonZeroUsize,
}

impl Default for Bounds {
    fn default() -> Self {
        let bound = positive(1024);
        Bounds { messages: bound, requests: bound, indications: bound }
    }
}

/// How long a node's timers last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TimerConfig {
    /// How many real seconds a second of the actor's timers is.
    #[serde(deserialize_with = "scale")]
    pub scale: f64,
}

impl Default for TimerConfig {
    fn default() -> Self {
        TimerConfig { scale: 1.0 }
    }
}

impl Config {
    /// The configuration of process `id` of the cluster `synod`, whose processes have these addresses; all else is as in a file
    /// that does not mention it.
    pub fn new(id: usize, addresses: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Config {
            cluster: "synod".to_string(),
            id,
            addresses: addresses.into_iter().map(Into::into).collect(),
            data: None,
            seed: None,
            batch: batch(),
            listen: None,
            queues: Bounds::default(),
            timers: TimerConfig::default(),
            record: record::Settings::default(),
            transport: Settings::default(),
            application: toml::Table::new(),
        }
    }

    /// Reads a configuration from a TOML file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], with file, line and key, when the file cannot be read or something in it is wrong, unknown or missing.
    pub fn load(file: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let file = file.as_ref();
        let unreadable = |error| ConfigError::Unreadable { file: file.to_path_buf(), reason: format!("{error}") };
        let text = std::fs::read_to_string(file).map_err(unreadable)?;
        Self::parse(&text, Some(file))
    }

    /// Reads a configuration from the text of a TOML file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], with line and key, when something in it is wrong, unknown or missing.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text, None)
    }

    fn parse(text: &str, file: Option<&Path>) -> Result<Self, ConfigError> {
        let invalid = |key: Option<String>, error: &toml::de::Error| ConfigError::Invalid {
            file: file.map(Path::to_path_buf),
            line: error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count()),
            key,
            reason: error.message().lines().collect::<Vec<_>>().join(", "),
        };
        let document = toml::Deserializer::parse(text).map_err(|error| invalid(None, &error))?;
        let config: Config = serde_path_to_error::deserialize(document).map_err(|error| {
            let path = error.path().to_string();
            invalid((path != ".").then_some(path), error.inner())
        })?;
        config.consistent().map_err(|error| match error {
            ConfigError::Invalid { line, key, reason, .. } => {
                ConfigError::Invalid { file: file.map(Path::to_path_buf), line, key, reason }
            }
            other => other,
        })?;
        Ok(config)
    }

    /// Whether its parts fit together; those that were set by hand are looked at as well.
    pub(super) fn consistent(&self) -> Result<(), ConfigError> {
        let wrong = |key: &str, reason: String| {
            Err(ConfigError::Invalid { file: None, line: None, key: Some(key.to_string()), reason })
        };
        match self.addresses.get(self.id) {
            None => {
                wrong("id", format!("{} is not the place of one of the {} addresses", self.id, self.addresses.len()))
            }
            Some(own) if own.is_empty() => {
                wrong("id", format!("process {} was removed: its address is empty", self.id))
            }
            Some(_) if !sensible(self.timers.scale) => wrong("timers.scale", not_sensible(self.timers.scale)),
            Some(_) => match self.transport.check() {
                Err(tcp::Error::Settings { rule }) => wrong("transport", rule.to_string()),
                _ => Ok(()),
            },
        }
    }

    /// Where the node listens.
    pub(super) fn port(&self) -> &str {
        self.listen.as_deref().unwrap_or(&self.addresses[self.id])
    }
}

/// What is wrong with a configuration: one line, with the key and, of a file, the line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Something in it is wrong, unknown or missing.
    Invalid {
        /// The file, if it was read from one.
        file: Option<PathBuf>,
        /// The line, counted from 1, if it is known.
        line: Option<usize>,
        /// The key, with those of the tables around it, if it is about one.
        key: Option<String>,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Unreadable { file, reason } => write!(f, "{} cannot be read: {reason}", file.display()),
            ConfigError::Invalid { file, line, key, reason } => {
                match file {
                    Some(file) => write!(f, "{}", file.display())?,
                    None => write!(f, "configuration")?,
                }
                line.map_or(Ok(()), |line| write!(f, ", line {line}"))?;
                key.as_ref().map_or(Ok(()), |key| write!(f, ", {}", OneLine(key)))?;
                write!(f, ": {}", OneLine(reason))
            }
        }
    }
}

impl std::error::Error for ConfigError {}

/// Whether this is `host:port`; a host is not looked up.
pub(super) fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

fn positive(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("a positive number")
}

fn batch() -> NonZeroUsize {
    positive(256)
}

fn sensible(scale: f64) -> bool {
    scale.is_finite() && scale > 0.0
}

fn not_sensible(scale: f64) -> String {
    format!("{scale} is not a positive number")
}

fn scale<'d, D: Deserializer<'d>>(deserializer: D) -> Result<f64, D::Error> {
    let scale = f64::deserialize(deserializer)?;
    if sensible(scale) { Ok(scale) } else { Err(D::Error::custom(not_sensible(scale))) }
}

fn addresses<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let addresses = Vec::<String>::deserialize(deserializer)?;
    match addresses.iter().find(|address| !address.is_empty() && !is_address(address)) {
        Some(wrong) => Err(D::Error::custom(format!("\"{wrong}\" is not of the form host:port"))),
        None => Ok(addresses),
    }
}
