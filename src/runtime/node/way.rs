//! How a node comes by its transport: it is handed one, or opens its own port as its configuration says.

use super::config::Config;
use super::error::Error;
use crate::runtime::Transport;
use crate::runtime::transport::tcp::Tcp;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A way to a transport for messages of type `W`. Nobody else implements it.
pub trait Way<W> {
    /// What it leads to.
    type Transport: Transport<W>;

    /// Takes it.
    fn open(self, config: &Config) -> impl Future<Output = Result<Self::Transport, Error>> + Send;
}

/// TCP in the clear, at the node's own address or where its configuration says: the transport of a node for which no other is
/// named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OverTcp;

impl<W: Serialize + DeserializeOwned + Send + 'static> Way<W> for OverTcp {
    type Transport = Tcp;

    async fn open(self, config: &Config) -> Result<Tcp, Error> {
        let bound = Tcp::bind(config.port()).await;
        let tcp = bound.map_err(|error| Error::Transport(Arc::new(error)))?;
        Ok(tcp.with_settings(config.transport.clone()))
    }
}

/// A transport that was named.
#[derive(Clone, Debug)]
pub struct Named<T>(pub(super) T);

impl<W, T: Transport<W>> Way<W> for Named<T> {
    type Transport = T;

    async fn open(self, _config: &Config) -> Result<T, Error> {
        Ok(self.0)
    }
}
