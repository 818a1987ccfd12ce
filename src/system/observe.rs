//! What an observer sees of a run, and may keep in the history.

use crate::event::Module;
use stateright::actor::Id;

/// Something that happens between a process and the application above it, or to the process as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Observation<R, I> {
    /// The application made a request.
    Request {
        /// Of which process.
        process: Id,
        /// What it asked for.
        request: R,
    },
    /// The application was told something.
    Indication {
        /// By which process.
        process: Id,
        /// What it was told.
        indication: I,
    },
    /// The process crashed, for good or not.
    Crash {
        /// Which process.
        process: Id,
    },
    /// The process recovered.
    Recovery {
        /// Which process.
        process: Id,
    },
    /// The process turned Byzantine.
    Corruption {
        /// Which process.
        process: Id,
    },
}

/// What an observer sees of processes of actor `A`.
pub type ObservationOf<A> = Observation<<A as Module>::Request, <A as Module>::Indication>;
