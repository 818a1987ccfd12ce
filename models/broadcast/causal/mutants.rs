//! Known-wrong variants of causal order: the library's own source with a few lines changed (`mutants/causal/*.diff`).

use super::*;
use crate::Mutant;

pub(super) fn mutants() -> Vec<Mutant> {
    vec![]
}
