//! Why a node could not start, or why it stopped.

use super::config::ConfigError;
use crate::step::Misuse;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// An error of a store or a transport, of which there is one for everyone who asks.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// Why a node could not start, or why it stopped. Everyone who asks a stopped node for something is told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// It was started outside of a tokio runtime.
    NoRuntime,
    /// Its configuration makes no sense.
    Config(ConfigError),
    /// The transport could not start.
    Transport(Cause),
    /// The transport ended by itself while the node was running.
    TransportEnded,
    /// The store failed. What the node had acknowledged before is durable.
    Store(Cause),
    /// The store cannot save at the moment, and until it can the node takes no requests. Of this one nothing was done; the node
    /// goes on by itself.
    Suspended(Cause),
    /// The record could not be begun.
    Record(Cause),
    /// The actor broke its contract.
    Misuse(Misuse),
    /// A handler of the actor, the store or the transport panicked; with what it said.
    Panicked(String),
    /// The function that a caller gave to `call` panicked, with what it said. The node goes on.
    AnswersPanicked(String),
    /// The tokio runtime that ran the node ended.
    RuntimeEnded,
    /// The application has shut the node down.
    ShutDown,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoRuntime => write!(f, "a node needs a tokio runtime: start it from a task of one"),
            Error::Config(error) => error.fmt(f),
            Error::Transport(error) => write!(f, "the transport could not start: {error}"),
            Error::TransportEnded => write!(f, "the transport ended by itself: the node can no longer be reached"),
            Error::Store(error) => write!(f, "the store failed: {error}"),
            Error::Suspended(error) => {
                write!(f, "the node takes no requests until it can save again; nothing was done: {error}")
            }
            Error::Record(error) => write!(f, "the record could not be begun: {error}"),
            Error::Misuse(error) => write!(f, "the actor broke its contract: {error}"),
            Error::Panicked(said) => write!(f, "the node panicked: {said}"),
            Error::AnswersPanicked(said) => {
                write!(f, "the function that tells whether an indication answers the call panicked: {said}")
            }
            Error::RuntimeEnded => write!(f, "the tokio runtime that ran the node has ended"),
            Error::ShutDown => write!(f, "the node has been shut down"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Transport(cause) | Error::Store(cause) | Error::Suspended(cause) | Error::Record(cause) => {
                Some(&**cause)
            }
            Error::Config(error) => Some(error),
            Error::Misuse(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Misuse> for Error {
    fn from(misuse: Misuse) -> Self {
        Error::Misuse(misuse)
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Error::Config(error)
    }
}

/// What somebody who panicked said.
pub(super) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("nothing that can be shown").to_string()
}
