//! What a part of a stack must not do.

use crate::step::Misuse;
use stateright::actor::Id;

/// Ends the handler: the actor broke the contract, and a part of a stack has nobody to return an error to.
pub(super) fn refuse(misuse: Misuse) -> ! {
    panic!("{misuse}")
}

/// Refuses an indication that is addressed to another process.
pub(super) fn own_indication(process: Id, to: Id) {
    if to != process {
        refuse(Misuse::ForeignIndication { process, to });
    }
}
