//! Nodes prove who they are: mutual TLS, version 1.3 alone.
//!
//! Each node has a certificate that the cluster's authority has signed for the name [`certificate_name`] gives,
//! `node-3.dairy` for node 3 of the cluster `dairy`, as a DNS name among its subject alternative names, for the use of both
//! clients and servers. Node 3 is then who has the key of such a certificate: nobody else can connect as node 3, and nobody else
//! is believed to be node 3 when it is dialled. (A wildcard stands for every node; do not have one signed.)
//!
//! Sessions are not resumed and nothing is sent before the handshake is over (no 0-RTT), so that whoever has recorded a
//! connection cannot use anything of it again.

use super::Error;
use super::channel::{Channel, Proof};
use super::handshake::{Failure, number};
use crate::runtime::transport::Identity;
use crate::runtime::transport::counters::Refusal;
use stateright::actor::Id;
use std::fmt::{self, Debug, Formatter};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::rustls::client::{Resumption, verify_server_name};
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig, crypto::ring, version::TLS13};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// The name that the certificate of a node is signed for.
///
/// ```
/// use synod::runtime::transport::tcp::tls::certificate_name;
/// assert_eq!(certificate_name("dairy", 3.into()), "node-3.dairy");
/// ```
pub fn certificate_name(cluster: &str, node: Id) -> String {
    format!("node-{}.{cluster}", number(node))
}

/// The certificates of a node.
pub struct Tls {
    authorities: Vec<CertificateDer<'static>>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// What people call the three.
    names: [String; 3],
}

impl Debug for Tls {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads three files of PEM: the authorities that sign for the cluster, the chain of this node's certificate (its own first),
    /// and the certificate's key.
    ///
    /// # Errors
    ///
    /// [`Error::Pem`] when one of them cannot be read.
    pub fn load(authorities: &Path, chain: &Path, key: &Path) -> Result<Self, Error> {
        let failed = |path: &Path| {
            let what = path.display().to_string();
            move |source| Error::Pem { what, source }
        };
        let certificates = |path: &Path| {
            let all = CertificateDer::pem_file_iter(path).and_then(all).map_err(failed(path))?;
            Ok::<_, Error>(all)
        };
        Ok(Tls {
            authorities: certificates(authorities)?,
            chain: certificates(chain)?,
            key: PrivateKeyDer::from_pem_file(key).map_err(failed(key))?,
            names: [authorities, chain, key].map(|path| path.display().to_string()),
        })
    }

    /// As [`Tls::load`], from what is in the files.
    ///
    /// # Errors
    ///
    /// [`Error::Pem`] when one of them cannot be read.
    pub fn from_pem(authorities: &[u8], chain: &[u8], key: &[u8]) -> Result<Self, Error> {
        let names = ["the authorities", "the certificate", "the key"].map(str::to_owned);
        let failed = |what: &String| {
            let what = what.clone();
            move |source| Error::Pem { what, source }
        };
        Ok(Tls {
            authorities: all(CertificateDer::pem_slice_iter(authorities)).map_err(failed(&names[0]))?,
            chain: all(CertificateDer::pem_slice_iter(chain)).map_err(failed(&names[1]))?,
            key: PrivateKeyDer::from_pem_slice(key).map_err(failed(&names[2]))?,
            names,
        })
    }

    /// Gets ready to speak as this node, whose certificate must be its own.
    pub(super) fn secure(&self, identity: &Identity) -> Result<Secured, Error> {
        let name = certificate_name(&identity.cluster, identity.node);
        if ServerName::try_from(name.as_str()).is_err() {
            return Err(Error::Name { name });
        }
        let [authorities_name, chain_name, _] = &self.names;
        if !self.chain.first().is_some_and(|own| names(own, identity, identity.node)) {
            return Err(unusable(format!("{chain_name} is not for {name}")));
        }
        let mut authorities = RootCertStore::empty();
        for authority in &self.authorities {
            let foreign = |error| unusable(format!("{authorities_name}: {error}"));
            authorities.add(authority.clone()).map_err(foreign)?;
        }
        let authorities = Arc::new(authorities);
        let (server, client) = (self.server(authorities.clone())?, self.client(authorities)?);
        Ok(Secured { acceptor: TlsAcceptor::from(Arc::new(server)), connector: TlsConnector::from(Arc::new(client)) })
    }

    fn server(&self, authorities: Arc<RootCertStore>) -> Result<ServerConfig, Error> {
        let provider = Arc::new(ring::default_provider());
        let peers =
            WebPkiClientVerifier::builder_with_provider(authorities, provider.clone()).build().map_err(unusable)?;
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .map_err(unusable)?
            .with_client_cert_verifier(peers)
            .with_single_cert(self.chain.clone(), self.key.clone_key())
            .map_err(|error| self.unmatched(error))?;
        server.session_storage = Arc::new(NoServerSessionStorage {});
        server.send_tls13_tickets = 0;
        server.max_early_data_size = 0;
        Ok(server)
    }

    fn client(&self, authorities: Arc<RootCertStore>) -> Result<ClientConfig, Error> {
        let mut client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(unusable)?
            .with_root_certificates(authorities)
            .with_client_auth_cert(self.chain.clone(), self.key.clone_key())
            .map_err(|error| self.unmatched(error))?;
        client.resumption = Resumption::disabled();
        client.enable_early_data = false;
        Ok(client)
    }

    /// The certificate and the key cannot be used together.
    fn unmatched(&self, error: tokio_rustls::rustls::Error) -> Error {
        let [_, chain, key] = &self.names;
        unusable(format!("{chain} with {key}: {error}"))
    }
}

fn all(
    certificates: impl Iterator<Item = Result<CertificateDer<'static>, pem::Error>>,
) -> Result<Vec<CertificateDer<'static>>, pem::Error> {
    let all = certificates.collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(all) }
}

fn unusable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Certificate { source: source.into() }
}

/// Both sides of TLS, as one node.
#[derive(Clone)]
pub(super) struct Secured {
    acceptor: TlsAcceptor,
    connector: TlsConnector,
}

impl Debug for Secured {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").finish_non_exhaustive()
    }
}

impl Secured {
    /// The dialled side. Which node the other is has still to be compared with its certificate.
    pub(super) async fn accept(&self, stream: TcpStream) -> Result<Channel, Failure> {
        let stream = self.acceptor.accept(stream).await.map_err(failure)?;
        let certificates = stream.get_ref().1.peer_certificates();
        let own = certificates.and_then(<[_]>::first).ok_or(Failure::Refused(Refusal::Identity))?.clone();
        Ok(Channel { stream: Box::new(stream), proof: Proof::Certificate(own) })
    }

    /// The dialling side: the other is `peer`, or this fails.
    pub(super) async fn connect(&self, stream: TcpStream, identity: &Identity, peer: Id) -> Result<Channel, Failure> {
        let name = certificate_name(&identity.cluster, peer);
        let name = ServerName::try_from(name).map_err(|_| Failure::Refused(Refusal::Identity))?;
        let stream = self.connector.connect(name, stream).await.map_err(failure)?;
        let certificates = stream.get_ref().1.peer_certificates();
        let own = certificates.and_then(<[_]>::first).ok_or(Failure::Refused(Refusal::Identity))?.clone();
        Ok(Channel { stream: Box::new(stream), proof: Proof::Certificate(own) })
    }
}

/// A handshake that TLS itself refuses; anything else is a broken connection.
fn failure(error: std::io::Error) -> Failure {
    match error.get_ref().is_some_and(|inner| inner.is::<tokio_rustls::rustls::Error>()) {
        true => Failure::Refused(Refusal::Identity),
        false => Failure::Broken(error),
    }
}

/// Whether a certificate is that of node `peer`.
pub(super) fn names(certificate: &CertificateDer<'_>, identity: &Identity, peer: Id) -> bool {
    let Ok(name) = ServerName::try_from(certificate_name(&identity.cluster, peer)) else { return false };
    ParsedCertificate::try_from(certificate).is_ok_and(|parsed| verify_server_name(&parsed, &name).is_ok())
}
