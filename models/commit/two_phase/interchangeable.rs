//! Two-phase commit among participants that are interchangeable: more of them than could be told apart.

use super::{coordinator_recovers, group, unanimous};
use crate::Case;

pub fn systems() -> Vec<Case> {
    let seven = unanimous(group(8), &PARTICIPANTS).interchangeable(PARTICIPANTS);
    let five = coordinator_recovers(group(6), &PARTICIPANTS[..5]).interchangeable(1..=5);
    vec![
        Case::verified("seven_participants", SEVEN, seven).orbits(SEVEN_TOLD_APART),
        Case::verified("five_recover", 34_562, five).orbits(2_502_954),
    ]
}

const PARTICIPANTS: [usize; 7] = [1, 2, 3, 4, 5, 6, 7];

/// The states of `seven_participants`, told apart: as those of [`unanimous`] with two. Before the request, each is ready or
/// not. While the coordinator waits, each is at one of five places, but not all at the last; afterwards at one of three.
const SEVEN_TOLD_APART: u64 = 2_u64.pow(7) + (5_u64.pow(7) - 1) + 3_u64.pow(7);

/// Where participants are interchangeable, what matters is how many are at each place.
const SEVEN: u64 = ways(7, 2) + (ways(7, 5) - 1) + ways(7, 3);

/// In how many ways so many participants, not told apart, can stand at so many places.
const fn ways(participants: u64, places: u64) -> u64 {
    match (participants, places) {
        (0, _) | (_, 1) => 1,
        // Nobody stands at the last place, or somebody does.
        _ => ways(participants, places - 1) + ways(participants - 1, places),
    }
}
