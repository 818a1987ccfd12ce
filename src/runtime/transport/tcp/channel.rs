//! A connection, in the clear or under TLS, before anything is said on it.

use super::handshake::Failure;
use crate::runtime::transport::Identity;
use stateright::actor::Id;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;

#[cfg(feature = "tls")]
use super::tls::Secured;

/// Bytes both ways.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// The way in and the way out.
    fn halves(self: Box<Self>) -> (Box<dyn AsyncRead + Send + Unpin>, Writer);
}

impl Stream for TcpStream {
    fn halves(self: Box<Self>) -> (Box<dyn AsyncRead + Send + Unpin>, Writer) {
        let (reader, writer) = self.into_split();
        (Box::new(reader), Writer::Clear(writer))
    }
}

#[cfg(feature = "tls")]
impl Stream for tokio_rustls::TlsStream<TcpStream> {
    fn halves(self: Box<Self>) -> (Box<dyn AsyncRead + Send + Unpin>, Writer) {
        let (reader, writer) = tokio::io::split(self);
        (Box::new(reader), Writer::Secured(Box::new(writer)))
    }
}

/// The way out.
pub(super) enum Writer {
    /// Bytes can also be handed to the operating system by somebody who cannot wait.
    Clear(OwnedWriteHalf),
    /// Bytes pass through TLS.
    #[cfg(feature = "tls")]
    Secured(Box<dyn AsyncWrite + Send + Unpin>),
}

impl Writer {
    /// For somebody who can wait.
    pub(super) fn waiting(&mut self) -> &mut (dyn AsyncWrite + Send + Unpin) {
        match self {
            Writer::Clear(writer) => writer,
            #[cfg(feature = "tls")]
            Writer::Secured(writer) => writer,
        }
    }
}

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
