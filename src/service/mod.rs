//! What services are made of, as pure data: what they keep and what their clients are answered.
//!
//! | service | module |
//! | --- | --- |
//! | key-value store | [`key_value`] |
//!
//! Nothing here reads a clock, a file or a socket; the command-line tool puts HTTP in front of it.

pub mod key_value;
