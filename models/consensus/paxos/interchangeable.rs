//! Paxos with one proposer, whose acceptors are interchangeable: more of them than could be told apart.
//!
//! Proposers are not interchangeable: of two ballots of one round, that of the larger owner is the larger.

use super::{Paxos, leader};
use crate::Case;
use synod::quorum::Majority;

pub fn systems() -> Vec<Case> {
    let led = |n: usize| leader(vec![Paxos::new(Majority::new(n)); n]).interchangeable(1..n);
    vec![
        Case::verified("five", 2_607, led(5)).orbits(53_051),
        Case::verified("seven", 42_141, led(7)).orbits(18_516_794),
    ]
}
