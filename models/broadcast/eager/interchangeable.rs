//! Eager broadcast to processes that are interchangeable: more of them than could be told apart.

use super::{group, guarantees, happens, relays};
use crate::Case;

pub fn systems() -> Vec<Case> {
    let six = happens::relays(relays(guarantees(group(6)), 5), 2).interchangeable(1..6);
    vec![Case::verified("six", 1_337, six).orbits(84_077)]
}
