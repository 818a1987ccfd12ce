//! The command lines of the service.

use std::num::NonZeroUsize;
use std::path::PathBuf;

/// `synod init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod init --config node.toml

Writes once whose store it is. A folder that holds anything is refused: a node that has lost its
store and starts empty has forgotten what it promised, which no algorithm survives.")]
pub struct Init {
    /// The configuration of the node
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `synod serve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod init --config node.toml     once
  synod serve --config node.toml

The configuration, of which each node has its own with another id:

  cluster = \"orders\"
  id = 0
  addresses = [\"10.0.0.1:7000\", \"10.0.0.2:7000\", \"10.0.0.3:7000\"]
  data = \"/var/lib/orders\"

  [application]
  http = \"10.0.0.1:8000\"
  timeout = 5.0                     # seconds until a client is told that nobody answers
  connections = 768                 # of clients; further ones wait
  patience = 30.0                   # seconds that a client may take for headers, a body, an answer

  [transport.tls]                   # left out, nodes talk in the clear: within a network you trust
  authorities = \"authorities.pem\"  # who signs for the cluster
  certificate = \"node-0.pem\"       # for the DNS name node-0.orders
  key = \"node-0.key\"

  [record]                          # left out, nothing is recorded
  folder = \"/var/log/orders\"        # for synod replay key_value /var/log/orders

The last three of [application] may be left out: these are the defaults.

Prints http://… once it listens: PUT, GET and DELETE /kv/KEY, GET /status, /metrics and /healthz.
Ctrl-C ends it. SYNOD_LOG=info says more on standard error.")]
pub struct Serve {
    /// The configuration of the node
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `synod cluster`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  synod cluster                                      three nodes that keep their data until they end
  synod cluster --nodes 5 --data ./here --base-port 8000

Prints http://… for each node, then something to try. Ctrl-C ends it; with --data, the next start
has the data.")]
pub struct Cluster {
    /// So many nodes
    #[arg(long, value_name = "N", default_value = "3", allow_hyphen_values = true)]
    pub nodes: NonZeroUsize,
    /// What keeps the store
    #[arg(long, value_enum, default_value_t = Engine::Abd)]
    pub engine: Engine,
    /// Keeps the data in this folder [default: one that is removed at the end]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The nodes serve on ports from here on, and talk on the next [default: free ones]
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub base_port: Option<u16>,
}

/// What keeps a key-value store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// A register for each key
    Abd,
}
