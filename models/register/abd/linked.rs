//! ABD over links that lose messages. Carried by perfect links its operations end, as long as the links are fair.
//!
//! That is claimed of whole runs: whoever waits for an acknowledgement says again what he has said, and comes to no rest.

use super::{owned, properties};
use crate::register::{Atomic, JudgeOfRegisters, Keeping, Operations, Value, atomic, operating};
use crate::{Case, live};
use synod::consistency::Operation::{Read, Write};
use synod::link::perfect::PerfectLinks;
use synod::quorum::Majority;
use synod::register::abd::Abd;
use synod::stack::{self, Linked};
use synod::system::{System, history};

pub fn systems() -> Vec<Case> {
    let read = operating(live::over_fair_links(written(2)), 1, &[Read]);
    let read = properties::everything_ends(read, [(0, 1), (1, 1)]);
    let three = properties::everything_ends(live::over_fair_links(written(3)), [(0, 1)]);
    vec![
        Case::verified("fair_links", 26_570, ending_some_day(read)),
        Case::verified("fair_links_of_three", 4_226, ending_some_day(three)),
        Case::violated("unfair_links", 4_226, SOME_DAY, 4, ending_some_day(live::over_unfair_links(written(3)))),
    ]
}

/// Process 0 of so many writes, over perfect links.
fn written(processes: usize) -> System<Linked<Abd<Value, Majority>>, Atomic> {
    let processes = owned(Majority::new(processes)).into_iter();
    let linked = processes.map(|process| stack::linked(process, PerfectLinks::new())).collect();
    operating(atomic(linked), 0, &[Write(1)])
}

const SOME_DAY: &str = "operations end some day";

/// Claims of whole runs: some day after an operation was asked for, none is open.
fn ending_some_day<A: Keeping, J: JudgeOfRegisters>(system: System<A, Operations<J>>) -> System<A, Operations<J>> {
    let idle = |operations: &Operations<J>| operations.judge.is_idle();
    system.leads_to(SOME_DAY, history(move |operations| !idle(operations)), history(idle))
}
