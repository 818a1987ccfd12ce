//! ABD with replicas that are interchangeable, because they neither write nor read: more of them than could be told apart.
//!
//! Writers are not interchangeable: of two timestamps of one number, that of the larger writer is the larger.

use super::{owned, properties};
use crate::Case;
use crate::register::{atomic, operating, termination};
use synod::consistency::Operation::{Read, Write};
use synod::quorum::Majority;

pub fn systems() -> Vec<Case> {
    let written = operating(termination(atomic(owned(Majority::new(5)))), 0, &[Write(1)]);
    let five = properties::everything_ends(operating(written, 1, &[Read]), [(0, 1), (1, 1)]).interchangeable(2..5);
    vec![Case::verified("five", 30_181, five).orbits(166_972)]
}
