//! One connection to a node, kept alive: one request after the other.

use crate::Error;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a node may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    /// Connects to a node.
    pub async fn open(address: SocketAddr) -> Result<Self, Error> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Ends with the connection, whose errors the next request meets.
        tokio::spawn(connection);
        Ok(Connection { sender, host: address.to_string().parse()? })
    }

    /// Makes a request; gives all of the answer.
    pub async fn ask(&mut self, mut request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Error> {
        request.headers_mut().insert(HOST, self.host.clone());
        let answer = async {
            self.sender.ready().await?;
            let response = self.sender.send_request(request).await?;
            let status = response.status();
            Ok((status, response.into_body().collect().await?.to_bytes()))
        };
        timeout(PATIENCE, answer).await.map_err(|_| format!("no answer within {PATIENCE:?}"))?
    }
}
