//! What synod reads that anybody may have written: from a connection, and from the disk.
//!
//! | target | what it reads |
//! | --- | --- |
//! | [`frames`] | a stream of messages |
//! | [`handshake`] | what somebody says who dials, or is dialled |
//! | [`config`] | the configuration of a node |
//! | [`record`] | the records of nodes, through replay and merge |
//! | [`store`] | the store of a node |
//!
//! Each has a function `read`, which panics when the reader does not do what it promises, and `seeds`, inputs to begin with. None
//! of them may take more memory than its budget: see [`memory`]. `proofs/fuzz/run` builds and runs them on the stable
//! toolchain; so does `cargo fuzz run --fuzz-dir proofs/fuzz --sanitizer none TARGET`.
#![forbid(unsafe_code)]

pub mod config;
pub mod folder;
pub mod frames;
pub mod handshake;
pub mod memory;
pub mod record;
pub mod store;
pub mod target;

/// Bad input gets one clear line, whatever is in the input.
fn one_line(said: &str) {
    assert!(!said.is_empty() && !said.contains(char::is_control), "{said:?}");
}
