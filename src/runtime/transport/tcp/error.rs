//! Why the transport over TCP could not start.

use std::error;
use std::fmt::{self, Display, Formatter};
use std::io;

/// Why the transport over TCP could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Nothing can be accepted at this address.
    Bind {
        /// The address, as it was given.
        address: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A setting is out of range.
    Settings {
        /// The rule that is broken.
        rule: &'static str,
    },
    /// The cluster's name is empty or longer than 200 bytes.
    Cluster {
        /// The name.
        name: String,
    },
    /// The cluster's name cannot stand in a certificate.
    #[cfg(feature = "tls")]
    Name {
        /// The name that this node's certificate would have.
        name: String,
    },
    /// A file of certificates or keys cannot be read.
    #[cfg(feature = "tls")]
    Pem {
        /// What was to be read.
        what: String,
        /// What is wrong.
        source: tokio_rustls::rustls::pki_types::pem::Error,
    },
    /// Certificates and keys do not go together.
    #[cfg(feature = "tls")]
    Certificate {
        /// What is wrong.
        source: Box<dyn error::Error + Send + Sync>,
    },
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Error::Bind { address, source } => write!(f, "cannot listen on {address}: {source}"),
            Error::Settings { rule } => write!(f, "the settings of the transport cannot be: {rule}"),
            Error::Cluster { name } => write!(f, "the cluster's name {name:?} must have from 1 to 200 bytes"),
            #[cfg(feature = "tls")]
            Error::Name { name } => {
                write!(
                    f,
                    "{name:?} is no name for a certificate: with TLS a cluster is named in letters, digits and hyphens"
                )
            }
            #[cfg(feature = "tls")]
            Error::Pem { what, source } => write!(f, "cannot read {what}: {source}"),
            #[cfg(feature = "tls")]
            Error::Certificate { source } => write!(f, "cannot use the certificates: {source}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Error::Bind { source, .. } => Some(source),
            Error::Settings { .. } | Error::Cluster { .. } => None,
            #[cfg(feature = "tls")]
            Error::Name { .. } => None,
            #[cfg(feature = "tls")]
            Error::Pem { source, .. } => Some(source),
            #[cfg(feature = "tls")]
            Error::Certificate { source } => Some(source.as_ref()),
        }
    }
}
