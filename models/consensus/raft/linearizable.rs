//! What applications see of the machine, before a judge: it must be linearizable.

use super::Server;
use synod::consensus::raft::{Indication, Request};
use synod::consistency::{Call, Judge, Linearizable, Object};
use synod::stateright::actor::Id;
use synod::system::{Observation, ObservationOf, System};

/// How many commands the machine has, which is all that it says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(usize);

synod::rename! { struct Count(commands) }

/// What applications do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Propose a command.
    Propose,
    /// Ask what a command would give.
    Read,
}

synod::rename! { enum Operation { Propose, Read } }

impl Object for Count {
    type Operation = Operation;
    type Answer = usize;

    fn apply(&mut self, operation: &Operation) -> usize {
        let with_one_more = self.0 + 1;
        if let Operation::Propose = operation {
            self.0 = with_one_more;
        }
        with_one_more
    }

    fn changes_nothing(operation: &Operation) -> bool {
        matches!(operation, Operation::Read)
    }
}

/// What the judge has heard, and the last answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Judged {
    judge: Linearizable<Count>,
    /// What each read was answered, by its number.
    pub read: std::collections::BTreeMap<u64, usize>,
}

synod::rename! { struct Judged { judge, read } }

impl Judged {
    fn observe(&mut self, seen: &ObservationOf<Server>) {
        let call = |process: &Id, number: &u64| Call { process: *process, number: *number };
        match seen {
            Observation::Request { process, request: Request::Propose { number, .. } } => {
                self.judge.call(call(process, number), Operation::Propose);
            }
            Observation::Request { process, request: Request::Read { number, .. } } => {
                self.judge.call(call(process, number), Operation::Read);
            }
            Observation::Indication { process, indication: Indication::Applied { number, output, .. } } => {
                self.judge.answer(call(process, number), *output);
            }
            Observation::Indication { process, indication: Indication::Answered { number, output } } => {
                self.read.insert(*number, *output);
                self.judge.answer(call(process, number), *output);
            }
            Observation::Indication { process, indication: Indication::Refused { number, .. } } => {
                self.judge.refuse(call(process, number));
            }
            Observation::Crash { process } => self.judge.crash(*process),
            _ => {}
        }
    }
}

/// Closes servers off, and claims that what applications see is linearizable.
pub fn judged(servers: Vec<Server>) -> System<Server, Judged> {
    let nothing = Judged { judge: Linearizable::new(Count(0)), read: Default::default() };
    System::new(servers)
        .observing(nothing, |judged: &mut Judged, seen| judged.observe(seen))
        .always("linearizable reads and writes")
        .history(|judged: &Judged| judged.judge.is_satisfied())
}
