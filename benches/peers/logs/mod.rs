//! Replicated logs without input and output: three servers in one thread, storage in memory, commands of 16 bytes.
//!
//! Every side does the same: a batch of commands is proposed to the leader, messages are delivered in the order in which they were
//! sent until there are none, and the batch counts once the leader has said of each of its commands that it is committed.

pub mod omnipaxos;
pub mod synod;

use std::ops::Range;

pub const SERVERS: usize = 3;
/// Who leads.
const LEADER: usize = 0;
/// How many commands are proposed together.
pub const BATCHES: [usize; 4] = [1, 16, 256, 4096];

/// The command with this number.
pub fn command(number: u64) -> [u8; 16] {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// Three servers of one side.
pub trait Cluster {
    /// Three servers, one of which has been elected.
    fn new() -> Self;
    /// Has the leader propose commands, delivers all messages, and sees to it that the leader has committed all.
    fn commit(&mut self, commands: Range<u64>);
    /// Sees to it that all servers have the same commands from this one on.
    fn compare(&self, from: u64);
}
