//! Consensus.

mod paxos;
