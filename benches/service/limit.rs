//! What the client can do at most: the same requests to a server that answers at once, from a thread beside it.

use crate::Error;
use crate::client::Connection;
use crate::side::{Side, VALUE};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Requests per second over so many connections.
pub async fn rate(connections: usize, span: Duration) -> Result<f64, Error> {
    let (tell, told) = oneshot::channel();
    let (_end, ended) = oneshot::channel();
    let serving = move || -> Result<(), Error> {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve(tell, ended))
    };
    thread::spawn(serving);
    let address = told.await?;
    let (began, until) = (Instant::now(), Instant::now() + span);
    let mut workers = Vec::new();
    for _ in 0..connections {
        workers.push(tokio::spawn(ask(Connection::open(address).await?, until)));
    }
    let mut answered = 0;
    for worker in workers {
        answered += worker.await??;
    }
    Ok(answered as f64 / began.elapsed().as_secs_f64())
}

async fn ask(mut connection: Connection, until: Instant) -> Result<u64, Error> {
    let mut answered = 0;
    while Instant::now() < until {
        connection.ask(Side::Synod.put("key", &[b'x'; VALUE])).await?;
        answered += 1;
    }
    Ok(answered)
}

/// Serves until nobody wants it any more.
async fn serve(tell: oneshot::Sender<SocketAddr>, mut ended: oneshot::Receiver<()>) -> Result<(), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let _ = tell.send(listener.local_addr()?);
    loop {
        let stream = tokio::select! {
            _ = &mut ended => return Ok(()),
            accepted = listener.accept() => accepted?.0,
        };
        stream.set_nodelay(true)?;
        let service = service_fn(answer);
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(b"done"))))
}
