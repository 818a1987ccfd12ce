//! Distributed algorithms, each written once: the same actor is checked exhaustively, explored by hand, held against a
//! TLA+ specification transition by transition, and imported into applications.
//!
//! # The algorithms
//!
//! | algorithm | module | systems | spec | harnesses | source |
//! | --- | --- | --- | --- | --- | --- |
//! | perfect links | [`link::perfect`] | `models/link/perfect` | `tla/Perfect.tla` | no core of its own | Kleppmann §2.3; after Cachin, Guerraoui and Rodrigues §2.3 |
//! | best-effort broadcast | [`broadcast::best_effort`] | `models/broadcast/best_effort` | `tla/BestEffort.tla` | no core of its own | Kleppmann §4.3; after Cachin, Guerraoui and Rodrigues §7.2 |
//! | eager reliable broadcast | [`broadcast::eager`] | `models/broadcast/eager` | `tla/Eager.tla` | no core of its own | Kleppmann §4.3; after Cachin, Guerraoui and Rodrigues §7.5 |
//! | uniform reliable broadcast | [`broadcast::uniform`] | `models/broadcast/uniform` | `tla/Uniform.tla` | quorums: `proofs/quorum.rs` | Kleppmann §4.3; after Cachin, Guerraoui and Rodrigues §7.6 |
//! | causal order, a layer on any broadcast | [`broadcast::causal`] | `models/broadcast/causal` | `tla/Causal.tla` | `proofs/broadcast/causal.rs`, `proofs/time/vector.rs` | Kleppmann §4.3; after Cachin, Guerraoui and Rodrigues §8.2 |
//! | Paxos, the single-decree Synod | [`consensus::paxos`] | `models/consensus/paxos` | `tla/Paxos.tla` | `proofs/consensus/paxos.rs` | Lynch, 6.852, class 23; Lamport 1998 |
//! | Raft, a replicated log with an elected leader | [`consensus::raft`] | `models/consensus/raft` | `tla/Raft.tla` | `proofs/consensus/raft.rs` | Kleppmann, §6.2; Rudder, §2.3; Ongaro and Ousterhout 2014 |
//! | ABD, regular and atomic registers | [`register::abd`] | `models/register/abd` | `tla/Abd.tla` | `proofs/register/abd.rs` | Kleppmann §7.2; after Cachin, Guerraoui and Rodrigues §§5.2, 5.4, 5.6; Lynch, 6.852, class 23 |
//! | two-phase commit | [`commit::two_phase`] | `models/commit/two_phase` | `tla/TwoPhase.tla` | `proofs/commit/two_phase.rs` | Kleppmann §7.1; Rudder §2.6.2; Cambridge slides |
//!
//! # The ground they stand on
//!
//! | module | what it is |
//! | --- | --- |
//! | [`event`] | requests, indications and wire messages: what an actor exchanges with the world |
//! | [`step`] | one step of one process: the only place where a handler is called |
//! | [`stack`] | algorithms on one another: a layer on a module, an actor over lossy links, an actor for each key |
//! | [`quorum`] | which answers are enough |
//! | [`time::vector`] | vector clocks: what happened before what |
//! | [`received`] | which messages of a sender have been received, in bounded memory |
//! | [`patch`] | what has changed from one value to the next, to be saved instead of the whole |
//! | [`random`] | pseudo-random numbers that are the same for the same seed |
//! | [`rename`](mod@rename) | what becomes of data when processes take one another's names |
//! | [`service`] | what services are made of: a key-value store |
//! | [`system`] | actors, closed off: network, faults, time, applications, properties |
//! | [`check`] | the engine that explores a system |
//! | [`consistency`] | judges of histories: whether what applications have seen can be explained |
//! | `runtime` | the same actors as nodes, in production and in simulation (feature `runtime`) |
//!
//! An algorithm knows the first of these, down to `patch`, and no clock, random generator, file or socket; `system`, `check`,
//! `consistency` and `runtime` know actors and events, and no algorithm.

#![warn(missing_docs)]

pub use stateright;

pub mod broadcast;
pub mod check;
pub mod commit;
pub mod consensus;
pub mod consistency;
pub mod event;
pub mod link;
pub mod patch;
pub mod quorum;
pub mod random;
pub mod received;
pub mod register;
pub mod rename;
#[cfg(feature = "runtime")]
pub mod runtime;
pub mod service;
pub mod stack;
pub mod step;
pub mod system;
pub mod time;

/// The examples of the README, which are tested like those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
