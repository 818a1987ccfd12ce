//! The connections of clients: so many at a time, and each of them for as long as its client does its part.
//!
//! Whoever sends a request too slowly, or sends none, or does not take its answer, is cut off, so that nobody can keep
//! others out by holding connections. While there are as many as there may be, further clients wait to be accepted.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_io_timeout::TimeoutStream;

/// How long to wait when the operating system cannot accept a connection, for want of descriptors mostly.
const BREATH: Duration = Duration::from_millis(100);

/// What clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections there may be.
    pub connections: NonZeroUsize,
    /// How long a client may take to send the headers of a request, again for its body, and to take any of the answer.
    pub patience: Duration,
}

/// Serves until `end`; then accepts nobody any more, lets requests that have begun be answered, and returns when all are. When
/// this is dropped, every connection is cut.
pub async fn serve(web: TcpListener, router: Router, limits: Limits, end: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections.get().min(Semaphore::MAX_PERMITS)));
    let (graceful, mut connections) = (GracefulShutdown::new(), JoinSet::new());
    let accepting = async {
        loop {
            let (place, stream) = accept(&web, &places).await;
            connections.spawn(converse(stream, router.clone(), limits, graceful.watcher(), place));
            // Forgets those that have ended.
            while connections.try_join_next().is_some() {}
        }
    };
    tokio::select! {
        biased;
        () = end => {}
        () = accepting => {}
    }
    drop(web);
    graceful.shutdown().await;
}

/// The next client, once there is a place for one.
async fn accept(web: &TcpListener, places: &Arc<Semaphore>) -> (OwnedSemaphorePermit, TcpStream) {
    loop {
        let place = places.clone().acquire_owned().await.expect("the places are never closed");
        match web.accept().await {
            Ok((stream, _)) => return (place, stream),
            Err(error) => {
                tracing::warn!("a client cannot be accepted: {error}");
                sleep(BREATH).await;
            }
        }
    }
}

/// Serves one client, who has a place, from beginning to end.
async fn converse(stream: TcpStream, router: Router, limits: Limits, end: Watcher, _place: OwnedSemaphorePermit) {
    // Answers are small and written at once: to wait for more would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.patience));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
    if let Err(error) = end.watch(connection).await {
        tracing::debug!("a client has not done its part: {error}");
    }
}
