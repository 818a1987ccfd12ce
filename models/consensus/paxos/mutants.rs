//! Known-wrong variants of Paxos.

use crate::Mutant;

pub(super) fn mutants() -> Vec<Mutant> {
    vec![]
}
