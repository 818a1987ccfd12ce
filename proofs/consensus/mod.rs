//! Consensus.

mod paxos;
mod raft;
