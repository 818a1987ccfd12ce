//! A connection, in the clear or under TLS, before anything is said on it.

use super::handshake::Failure;
use crate::runtime::transport::Identity;
use stateright::actor::Id;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

#[cfg(feature = "tls")]
use super::tls::Secured;

/// Bytes both ways.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// How connections are protected.
#[derive(Debug)]
pub(super) enum Protection {
    /// Not at all: whoever reaches the port is believed.
    None,
    /// By TLS with certificates on both sides.
    #[cfg(feature = "tls")]
    Tls(Secured),
}

/// A connection, and what its other side has proved.
pub(super) struct Channel {
    pub(super) stream: Box<dyn Stream>,
    pub(super) proof: Proof,
}

/// What the other side has proved.
pub(super) enum Proof {
    /// Nothing, and nothing is asked.
    None,
    /// That it has the key of this certificate, which our authority has signed.
    #[cfg(feature = "tls")]
    Certificate(tokio_rustls::rustls::pki_types::CertificateDer<'static>),
}

impl Protection {
    /// What is accepted from `stream`.
    pub(super) async fn accept(&self, stream: TcpStream) -> Result<Channel, Failure> {
        match self {
            Protection::None => Ok(Channel { stream: Box::new(stream), proof: Proof::None }),
            #[cfg(feature = "tls")]
            Protection::Tls(secured) => secured.accept(stream).await,
        }
    }

    /// What dialling `peer` on `stream` gives. The other side has proved that it is `peer`.
    pub(super) async fn connect(&self, stream: TcpStream, identity: &Identity, peer: Id) -> Result<Channel, Failure> {
        match self {
            Protection::None => {
                let _ = (identity, peer);
                Ok(Channel { stream: Box::new(stream), proof: Proof::None })
            }
            #[cfg(feature = "tls")]
            Protection::Tls(secured) => secured.connect(stream, identity, peer).await,
        }
    }
}

impl Proof {
    /// Whether the other side may say that it is `peer` of this cluster.
    pub(super) fn allows(&self, identity: &Identity, peer: Id) -> bool {
        match self {
            Proof::None => {
                let _ = (identity, peer);
                true
            }
            #[cfg(feature = "tls")]
            Proof::Certificate(certificate) => super::tls::names(certificate, identity, peer),
        }
    }
}
