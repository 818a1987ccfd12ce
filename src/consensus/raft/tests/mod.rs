//! Servers driven by hand: the figures of the sources, and what the checker's systems are too small or too general to
//! show.

mod check_quorum;
mod clients;
mod cluster;
mod elections;
mod membership;
mod proposals;
mod reads;
mod replication;
mod snapshots;
mod transfer;

use super::*;
use cluster::{Cluster, Journal, crashed_log, leads, log_of};
