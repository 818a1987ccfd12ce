//! What nodes have recorded, run again.
//!
//! | function | what it answers |
//! | --- | --- |
//! | [`Records::open`] | which nodes, lives and parts these files are |
//! | [`replay`] | whether the actor does what one node's record says, and what differs first |
//! | [`history`] | the same, and what the node has done |
//! | [`merge`] | the records of all nodes as one run of a [`System`](crate::system::System) |
//!
//! A record of a life can only be run from its start: of a life whose oldest parts are gone nothing is judged, and [`Replayed`]
//! says so. A last line that a crash has cut is passed over; anything else that cannot be understood is an error.
//!
//! Actors are made by the caller. What is not recorded, such as the quorum system, must be the same as it was.

mod difference;
mod error;
mod files;
mod history;
mod living;
mod merge;
mod player;

pub use difference::Difference;
pub use error::{Error, Place};
pub use files::{Life, Record, Records};
pub use history::{Act, History, LastBatch, Past};
pub use merge::{Merged, Unmerged, merge};
pub use player::{Replayed, history, history_with, replay, replay_with};
