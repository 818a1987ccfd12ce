//! Synod.
pub use stateright;
pub mod broadcast;
pub mod check;
pub mod consensus;
pub mod event;
pub mod quorum;
pub mod step;
pub mod system;
