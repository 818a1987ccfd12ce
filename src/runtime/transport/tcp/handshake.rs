//! How two nodes meet: who dials says who it is and whom it looks for; who is dialled says who it is, or why not.
//!
//! Each says the six bytes `SYNOD\n`, the version of the protocol (two bytes, most significant first), the length of what
//! follows (two bytes), and that in postcard's format. The first ten bytes are the same in every version, so that a later one
//! can tell an earlier one why they do not understand each other. Nothing that is longer than 256 bytes is read, and nothing
//! beyond the handshake.

use crate::runtime::transport::Identity;
use crate::runtime::transport::counters::Refusal;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use stateright::actor::Id;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const MAGIC: [u8; 6] = *b"SYNOD\n";

/// The version of the protocol.
pub const VERSION: u16 = 1;

/// How long the name of a cluster may be, in bytes.
pub(super) const NAME_LIMIT: usize = 200;

/// How much is read of what the other says, in bytes.
const LIMIT: usize = 256;

/// What the node says that dials.
#[derive(Debug, Serialize, Deserialize)]
pub struct Hello {
    pub cluster: String,
    pub from: u64,
    pub to: u64,
    pub incarnation: u64,
}

/// What the node says that is dialled.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Welcome { cluster: String, node: u64, incarnation: u64 },
    Refused(Refusal),
}

/// Why a handshake failed.
#[derive(Debug)]
pub enum Failure {
    /// The connection broke.
    Broken(io::Error),
    /// The other is not who it should be.
    Refused(Refusal),
    /// The other does not want us.
    RefusedByPeer(Refusal),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Broken(error)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Broken(error) => write!(f, "{error}"),
            Failure::Refused(why) => write!(f, "what answers there is refused: {why}"),
            Failure::RefusedByPeer(why) => write!(f, "the peer refuses this node: {why}"),
        }
    }
}

/// The dialling side: presents `identity` to what should be node `peer`, and gives the peer's incarnation.
pub async fn present<S>(stream: &mut S, identity: &Identity, peer: Id) -> Result<u64, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (cluster, from, to) = (identity.cluster.clone(), number(identity.node), number(peer));
    say(stream, &Hello { cluster, from, to, incarnation: identity.incarnation }).await?;
    match hear(stream).await? {
        Answer::Welcome { cluster, .. } if cluster != identity.cluster => Err(Failure::Refused(Refusal::Cluster)),
        Answer::Welcome { node, .. } if node != to => Err(Failure::Refused(Refusal::Node)),
        Answer::Welcome { incarnation, .. } => Ok(incarnation),
        Answer::Refused(why) => Err(Failure::RefusedByPeer(why)),
    }
}

/// The dialled side: hears who wants to talk to `identity`. It is of the same cluster and looks for this node; whether it is
/// welcome is the caller's to say.
pub async fn listen<S>(stream: &mut S, identity: &Identity) -> Result<Hello, Failure>
where
    S: AsyncRead + Unpin,
{
    let hello: Hello = hear(stream).await?;
    if hello.cluster != identity.cluster {
        Err(Failure::Refused(Refusal::Cluster))
    } else if hello.to != number(identity.node) || hello.from == hello.to {
        Err(Failure::Refused(Refusal::Node))
    } else {
        Ok(hello)
    }
}

/// The dialled side: answers.
pub(super) async fn welcome<S: AsyncWrite + Unpin>(stream: &mut S, identity: &Identity) -> io::Result<()> {
    let (cluster, node, incarnation) = (identity.cluster.clone(), number(identity.node), identity.incarnation);
    say(stream, &Answer::Welcome { cluster, node, incarnation }).await
}

/// The dialled side: says why not, and hangs up. Those who do not speak the protocol are told nothing.
pub(super) async fn refuse<S: AsyncWrite + Unpin>(stream: &mut S, why: Refusal) -> io::Result<()> {
    if why != Refusal::Garbage {
        say(stream, &Answer::Refused(why)).await?;
    }
    stream.shutdown().await
}

/// A node's id as a number.
pub(super) fn number(id: Id) -> u64 {
    usize::from(id) as u64
}

impl Identity {
    /// The node's id as a number, for people: an [`Id`] shows itself as an address.
    pub(super) fn number(&self) -> u64 {
        number(self.node)
    }
}

async fn say<S: AsyncWrite + Unpin, T: Serialize>(stream: &mut S, what: &T) -> io::Result<()> {
    let what = postcard::to_extend(what, Vec::new()).map_err(io::Error::other)?;
    let length = u16::try_from(what.len()).map_err(io::Error::other)?;
    let whole = [&MAGIC[..], &VERSION.to_be_bytes(), &length.to_be_bytes(), &what].concat();
    stream.write_all(&whole).await?;
    stream.flush().await
}

async fn hear<S: AsyncRead + Unpin, T: DeserializeOwned>(stream: &mut S) -> Result<T, Failure> {
    let mut magic = MAGIC.map(|_| 0);
    stream.read_exact(&mut magic).await?;
    if magic != MAGIC {
        return Err(Failure::Refused(Refusal::Garbage));
    }
    let version = stream.read_u16().await?;
    let length = stream.read_u16().await? as usize;
    // What follows is read even in another version, where it is short: whoever hangs up on bytes that were not read may keep
    // its answer from arriving.
    let mut what = vec![0; if length > LIMIT { 0 } else { length }];
    stream.read_exact(&mut what).await?;
    if version != VERSION {
        return Err(Failure::Refused(Refusal::Version));
    }
    if length > LIMIT {
        return Err(Failure::Refused(Refusal::Garbage));
    }
    postcard::from_bytes(&what).map_err(|_| Failure::Refused(Refusal::Garbage))
}
