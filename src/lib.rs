//! Distributed algorithms, each written once: the same actor is checked exhaustively, explored by hand, held against a
//! TLA+ specification transition by transition, and imported into applications.
//!
//! # The algorithms
//!
//! | algorithm | module | systems | spec | harnesses | source |
//! | --- | --- | --- | --- | --- | --- |
//! | best-effort broadcast | [`broadcast::best_effort`] | `models/broadcast/best_effort` | `tla/BestEffort.tla` | no core of its own | Kleppmann §4.3; after Cachin, Guerraoui and Rodrigues §7.2 |
//! | eager reliable broadcast | [`broadcast::eager`] | `models/broadcast/eager` | `tla/Eager.tla` | no core of its own | Kleppmann §4.3; after Cachin, Guerraoui and Rodrigues §7.5 |
//! | Paxos, the single-decree Synod | [`consensus::paxos`] | `models/consensus/paxos` | `tla/Paxos.tla` | `proofs/consensus/paxos.rs` | Lynch, 6.852, class 23; Lamport 1998 |
//! | two-phase commit | [`commit::two_phase`] | `models/commit/two_phase` | `tla/TwoPhase.tla` | `proofs/commit/two_phase.rs` | Kleppmann §7.1; Rudder §2.6.2; Cambridge slides |
//!
//! # The ground they stand on
//!
//! | module | what it is |
//! | --- | --- |
//! | [`event`] | requests, indications and wire messages: what an actor exchanges with the world |
//! | [`step`] | one step of one process: the only place where a handler is called |
//! | [`quorum`] | which answers are enough |
//! | [`received`] | which numbers of a sequence have been seen, in bounded memory |
//! | [`system`] | actors, closed off: network, faults, time, applications, properties |
//! | [`check`] | the engine that explores a system |
//!
//! An algorithm knows `event`, `quorum` and `received`, and no clock, random generator, file or socket; `system` and `check` know
//! actors and events, and no algorithm.

#![warn(missing_docs)]

pub use stateright;

pub mod broadcast;
pub mod check;
pub mod commit;
pub mod consensus;
pub mod event;
pub mod quorum;
pub mod received;
pub mod step;
pub mod system;

/// The examples of the README, which are tested like those of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
