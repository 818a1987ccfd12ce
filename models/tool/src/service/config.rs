//! What a node of the service is told by its configuration.

use super::http::Limits;
use super::refusal;
use crate::exit::Refusal;
use serde::Deserialize;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use synod::quorum::Majority;
use synod::runtime::Config;
use synod::runtime::store::Owner;
use synod::stateright::actor::Id;

/// What a node of the service is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What the node itself is told.
    pub node: Config,
    /// Where its store is.
    pub data: PathBuf,
    /// Where it serves, `host:port`.
    pub http: String,
    /// How long a client waits for an answer.
    pub timeout: Duration,
    /// What clients may take.
    pub limits: Limits,
    /// Who has to answer.
    pub majorities: Majority,
}

/// The table `[application]` of the file; times are in seconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    http: String,
    #[serde(default = "timeout")]
    timeout: f64,
    #[serde(default = "connections")]
    connections: NonZeroUsize,
    #[serde(default = "patience")]
    patience: f64,
}

/// How long a client waits, in seconds, unless said otherwise.
fn timeout() -> f64 {
    5.0
}

/// How many connections clients may have, unless said otherwise: with them, a program may commonly have 1,024 open files.
fn connections() -> NonZeroUsize {
    NonZeroUsize::new(768).expect("a positive number")
}

/// How long a client may take for its part, in seconds, unless said otherwise.
fn patience() -> f64 {
    30.0
}

impl Settings {
    /// Reads the file.
    pub fn load(file: &Path) -> Result<Self, Refusal> {
        let wrong = |reason: String| Refusal(format!("{}: {reason}", file.display()));
        let node = Config::load(file).map_err(refusal)?;
        let application: Application = node
            .application
            .clone()
            .try_into()
            .map_err(|error| wrong(format!("[application]: {}", one_line(&error))))?;
        let time = |key: &str, seconds: f64| {
            let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero());
            time.ok_or_else(|| wrong(format!("application.{key}: {seconds} is not a time")))
        };
        let timeout = time("timeout", application.timeout)?;
        let patience = time("patience", application.patience)?;
        let limits = Limits { connections: application.connections, patience };
        let data = node.data.clone().ok_or_else(|| wrong("data: the folder of the store is missing".to_string()))?;
        Ok(Settings { limits, ..Settings::new(node, data, application.http, timeout)? })
    }

    /// All that is not in a file.
    pub fn new(node: Config, data: PathBuf, http: String, timeout: Duration) -> Result<Self, Refusal> {
        let majorities = Majority::try_from(node.addresses.len()).map_err(refusal)?;
        let limits = Limits { connections: connections(), patience: Duration::from_secs_f64(patience()) };
        Ok(Settings { node, data, http, timeout, limits, majorities })
    }

    /// How long a client waits where nobody says otherwise.
    pub fn usual_timeout() -> Duration {
        Duration::from_secs_f64(timeout())
    }

    /// Whose store it is.
    pub fn owner(&self) -> Owner {
        Owner { cluster: self.node.cluster.clone(), node: Id::from(self.node.id) }
    }

    /// Where the node listens for its peers.
    pub fn own_address(&self) -> &str {
        let own = self.node.addresses.get(self.node.id);
        self.node.listen.as_ref().or(own).map_or("", String::as_str)
    }
}

fn one_line(error: &impl ToString) -> String {
    error.to_string().lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}
