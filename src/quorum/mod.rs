//! Quorum systems: which answers are enough.
//!
//! An algorithm asks all processes and goes on when enough of them have answered, so that the slow and the crashed hold
//! nobody up. A *quorum system* says what is enough: for a read, a set of answers that holds a *read quorum*; for a
//! write, one that holds a *write quorum*. Every read quorum meets every write quorum, so a reader always hears from
//! someone who knows what was written. The algorithms are written against the trait [`Quorums`], hence for every system
//! below.
//!
//! | system | read quorum | write quorum | a read and a write quorum share | works while |
//! | --- | --- | --- | --- | --- |
//! | [`Majority`] | more than half | more than half | a process | fewer than half are silent |
//! | [`ReadWrite`] | any `r` | any `w`, with `r + w > n` | a process | `n − r` silent for reads, `n − w` for writes |
//! | [`Configuration`] | one of a list of sets | one of another list | a process | one set of the list answers |
//! | [`Grid`] | a full row | a full column | a process | a row answers for reads, a column for writes |
//! | [`Byzantine::new`] | more than `(n + f) / 2` | the same | a correct process | at most `f < n / 3` lie |
//! | [`Byzantine::masking`] | at least `(n + 2f + 1) / 2` | the same | `f + 1` correct processes | at most `f < n / 4` lie |
//!
//! Sources: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 5.2, for majorities and for `r + w > n`;
//! Lynch, MIT 6.852 (2009), class 23, for quorum configurations; lecture notes after Cachin, Guerraoui and Rodrigues
//! (Bern 2020), §6, for Byzantine quorums; Cheung, Ammar and Ahamad, *The grid protocol* (ICDE 1990), for the grid.
//!
//! The arithmetic of each system is a free function ([`majority`], [`thresholds_meet`], [`byzantine_quorum`] …), which
//! the system itself and the harnesses in `proofs/quorum.rs` call.
//!
//! # Examples
//!
//! An operation collects answers until they hold a quorum.
//!
//! ```
//! use stateright::actor::Id;
//! use synod::quorum::{Majority, ProcessSet, Quorums};
//!
//! let quorums = Majority::new(5);
//! let mut answered = ProcessSet::default();
//! answered.insert(Id::from(0));
//! answered.insert(Id::from(3));
//! assert!(!quorums.is_read_quorum(answered));
//! answered.insert(Id::from(4));
//! assert!(quorums.is_read_quorum(answered));
//! ```

mod byzantine;
mod configuration;
mod error;
mod grid;
mod majority;
mod read_write;
mod set;

pub use byzantine::{Byzantine, byzantine_quorum, masking_quorum, tolerates_lies, tolerates_unsigned_lies};
pub use configuration::{Configuration, disjoint_pair, holds_one_of};
pub use error::{Operation, QuorumError};
pub use grid::{Grid, holds_column, holds_row};
pub use majority::{Majority, majority};
pub use read_write::{ReadWrite, thresholds_meet};
pub use set::{ProcessSet, Processes};

use std::fmt::Debug;

/// A quorum system over the processes `0 … n-1`.
///
/// # The laws
///
/// An implementation promises, for all sets `a` and `b`:
///
/// 1. *A superset of a quorum is a quorum*: when `a` holds a quorum, so does `a ∪ b`. An algorithm may therefore ask
///    after each answer, and an answer too many does no harm.
/// 2. *Every read quorum meets every write quorum*: when `a` holds a read quorum and `b` a write quorum, some process
///    of the system is in both.
/// 3. *Strangers do not count*: a process outside `0 … n-1` makes no difference.
///
/// Nothing is promised of two read quorums, nor of two write quorums: with [`ReadWrite`] or [`Grid`] two writes may
/// reach disjoint processes. An algorithm that needs two writes to meet lets each of them read first, from a read
/// quorum. In a symmetric system ([`Majority`], [`Byzantine`]) read and write quorums are the same sets, so there any
/// two quorums meet.
///
/// The harnesses in `proofs/quorum.rs` check the laws for every system of this module.
pub trait Quorums: Clone + Debug + Send + Sync + 'static {
    /// The number of processes, `n`.
    fn processes(&self) -> usize;

    /// Whether the processes that answered hold a read quorum.
    fn is_read_quorum(&self, answered: ProcessSet) -> bool;

    /// Whether the processes that answered hold a write quorum.
    fn is_write_quorum(&self, answered: ProcessSet) -> bool;
}

/// Whether at least `size` of the first `processes` processes are in `answered`: the quorums that only count.
const fn at_least(size: usize, processes: usize, answered: ProcessSet) -> bool {
    answered.intersection(ProcessSet::all(processes)).len() >= size
}

/// Passes on a number of processes that a system can have.
const fn checked_size(processes: usize) -> Result<usize, QuorumError> {
    if processes == 0 || processes > ProcessSet::LIMIT { Err(QuorumError::Size { processes }) } else { Ok(processes) }
}
