//! What can be configured of the transport over TCP.

use super::Error;
use super::frame::HEADER;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// Limits and times. All nodes of a cluster should have the same. In a file, times are whole milliseconds, and what is left out
/// is as in the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The longest message, in bytes as it is on the wire: 4 MiB.
    pub frame_limit: usize,
    /// How many messages wait for a peer before the oldest is dropped: 16,384.
    pub queue_messages: usize,
    /// How many bytes wait for a peer before the oldest message is dropped: 16 MiB.
    pub queue_bytes: usize,
    /// How long a connection may take to be made, and its handshake: 5 s.
    #[serde(with = "milliseconds")]
    pub handshake: Duration,
    /// How many connections may be in their handshake at a time: 64. One more, and the oldest is cut off.
    pub half_open: usize,
    /// After how long without a message a sign of life is sent: 1 s.
    #[serde(with = "milliseconds")]
    pub keep_alive: Duration,
    /// After how long without a sign of life a connection is given up: 5 s.
    #[serde(with = "milliseconds")]
    pub silence: Duration,
    /// After how long without a byte taken by the peer a connection is given up: 10 s.
    #[serde(with = "milliseconds")]
    pub stall: Duration,
    /// How long to wait before a connection is made again, the first time: 50 ms. It doubles each time.
    #[serde(with = "milliseconds")]
    pub backoff: Duration,
    /// How long to wait at most before a connection is made again: 2 s.
    #[serde(with = "milliseconds")]
    pub backoff_limit: Duration,
    /// Where the certificates are by which the nodes know one another; without, they talk in the clear. A program that is built
    /// without the feature `tls` refuses to start with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsFiles>,
}

/// The files of a node's certificates, in PEM; the module `tls` says what has to be in them. They are read when the transport
/// starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The authorities that sign for the cluster.
    pub authorities: PathBuf,
    /// The node's certificate, followed by those that lead from it to an authority, if there are any.
    pub certificate: PathBuf,
    /// The key of the node's certificate.
    pub key: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            frame_limit: 4 << 20,
            queue_messages: 16_384,
            queue_bytes: 16 << 20,
            handshake: Duration::from_secs(5),
            half_open: 64,
            keep_alive: Duration::from_secs(1),
            silence: Duration::from_secs(5),
            stall: Duration::from_secs(10),
            backoff: Duration::from_millis(50),
            backoff_limit: Duration::from_secs(2),
            tls: None,
        }
    }
}

impl Settings {
    /// Whether a transport can work with them.
    ///
    /// # Errors
    ///
    /// [`Error::Settings`] names the first that cannot be.
    pub fn check(&self) -> Result<(), Error> {
        let wrong = [
            (
                self.frame_limit == 0 || u32::try_from(self.frame_limit).is_err(),
                "frame_limit is from 1 to 4,294,967,295",
            ),
            (self.queue_messages == 0, "queue_messages is at least 1"),
            (
                self.queue_bytes < self.frame_limit.saturating_add(HEADER),
                "queue_bytes is at least frame_limit and 4 more",
            ),
            (self.handshake.is_zero(), "handshake is not zero"),
            (self.half_open == 0, "half_open is at least 1"),
            (self.keep_alive.is_zero(), "keep_alive is not zero"),
            (self.silence <= self.keep_alive, "silence is longer than keep_alive"),
            (self.stall.is_zero(), "stall is not zero"),
            (self.backoff.is_zero(), "backoff is not zero"),
            (self.backoff_limit < self.backoff, "backoff_limit is at least backoff"),
            (
                self.tls.is_some() && cfg!(not(feature = "tls")),
                "tls needs a program that is built with the feature tls",
            ),
        ];
        match wrong.into_iter().find(|(wrong, _)| *wrong) {
            Some((_, rule)) => Err(Error::Settings { rule }),
            None => Ok(()),
        }
    }
}

/// Durations as whole numbers of milliseconds.
mod milliseconds {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::time::Duration;

    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).serialize(serializer)
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_fine_and_a_queue_too_small_for_a_message_is_not() {
        assert!(Settings::default().check().is_ok());
        let small = Settings { queue_bytes: 1_000, ..Settings::default() };
        assert_eq!(
            small.check().expect_err("a message would not fit").to_string(),
            "the settings of the transport cannot be: queue_bytes is at least frame_limit and 4 more"
        );
    }
}
