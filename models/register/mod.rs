//! What registers promise, as properties over a history that every algorithm of the family shares.

use std::collections::BTreeSet;
use synod::consistency::{Answer, Call, Judge, Linearizable, Operation, Register, Regular};
use synod::event::Module;
use synod::register::{Indication, Request};
use synod::system::{Observation, ObservationOf, Script, System};

pub mod abd;

/// The values of the systems: small numbers, each written once.
pub type Value = u8;

/// An actor that keeps a register: one of the library's, or a mutant of it.
pub trait Keeping: Module<Request = Request<Value>, Indication = Indication<Value>> {}
impl<A: Module<Request = Request<Value>, Indication = Indication<Value>>> Keeping for A {}

/// A judge of registers.
pub trait JudgeOfRegisters: Judge<Operation = Operation<Value>, Answer = Answer<Value>> {}
impl<J: Judge<Operation = Operation<Value>, Answer = Answer<Value>>> JudgeOfRegisters for J {}

/// What the properties of registers read of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operations<J> {
    /// Who hears of every operation.
    pub judge: J,
    /// What was to be written.
    pub writes: BTreeSet<Value>,
    /// Whether a read has returned what nobody had asked to write.
    pub invented: bool,
    /// Whether a request was refused.
    pub refused: bool,
}

synod::rename! { struct Operations<J> { judge, writes, invented, refused } }

/// The history of an atomic register.
pub type Atomic = Operations<Linearizable<Register<Value>>>;

/// The history of a regular register.
pub type AtLeastRegular = Operations<Regular<Value>>;

impl<J: JudgeOfRegisters> Operations<J> {
    fn new(judge: J) -> Self {
        Operations { judge, writes: BTreeSet::new(), invented: false, refused: false }
    }

    /// Adds what an observer sees.
    pub fn observe<A: Keeping>(&mut self, seen: &ObservationOf<A>) {
        match seen {
            Observation::Request { process, request } => {
                let operation = match request {
                    Request::Read { .. } => Operation::Read,
                    Request::Write { value, .. } => {
                        self.writes.insert(*value);
                        Operation::Write(*value)
                    }
                };
                self.judge.call(Call { process: *process, number: request.number() }, operation);
            }
            Observation::Indication { process, indication } => {
                let call = Call { process: *process, number: indication.number() };
                match indication {
                    Indication::Value { value, .. } => {
                        self.invented |= value.is_some_and(|value| !self.writes.contains(&value));
                        self.judge.answer(call, Answer::Value(*value));
                    }
                    Indication::Written { .. } => self.judge.answer(call, Answer::Written),
                    Indication::Refused { .. } => {
                        self.refused = true;
                        self.judge.refuse(call);
                    }
                }
            }
            Observation::Crash { process } => self.judge.crash(*process),
            Observation::Recovery { .. } | Observation::Corruption { .. } => {}
        }
    }
}

/// Closes actors off, and claims what is `promised`, and that nothing is read that was not written.
fn promising<A: Keeping, J: JudgeOfRegisters>(
    actors: Vec<A>,
    promised: &'static str,
    judge: J,
) -> System<A, Operations<J>> {
    System::new(actors)
        .observing(Operations::new(judge), |operations: &mut Operations<J>, seen| operations.observe::<A>(seen))
        .always(promised)
        .history(|o: &Operations<J>| o.judge.is_satisfied())
        .always("no creation")
        .history(|o: &Operations<J>| !o.invented)
}

/// Closes actors off, and claims that they keep an atomic register.
pub fn atomic<A: Keeping>(actors: Vec<A>) -> System<A, Atomic> {
    promising(actors, "atomicity", Linearizable::new(Register(None)))
}

/// Closes actors off, and claims that they keep a regular register.
pub fn regular<A: Keeping>(actors: Vec<A>) -> System<A, AtLeastRegular> {
    promising(actors, "regularity", Regular::default())
}

/// Claims: every operation of a process that stays up ends.
pub fn termination<A: Keeping, J: JudgeOfRegisters>(system: System<A, Operations<J>>) -> System<A, Operations<J>> {
    system.finally("operations end").history(|o: &Operations<J>| o.judge.is_idle())
}

/// The process reads or writes, in this order, each after the answer to the one before.
pub fn operating<A: Keeping, J: JudgeOfRegisters>(
    system: System<A, Operations<J>>,
    process: usize,
    operations: &[Operation<Value>],
) -> System<A, Operations<J>> {
    system.script(process, Script::in_turn(numbered(operations), Request::is_answered_by))
}

/// The process is asked to read or write, in this order, whether it has answered the request before or not.
pub fn impatient<A: Keeping, J: JudgeOfRegisters>(
    system: System<A, Operations<J>>,
    process: usize,
    operations: &[Operation<Value>],
) -> System<A, Operations<J>> {
    system.script(process, Script::at_any_time(numbered(operations)))
}

/// Requests, numbered from 1.
fn numbered(operations: &[Operation<Value>]) -> impl Iterator<Item = Request<Value>> {
    operations.iter().zip(1..).map(|(operation, number)| match operation {
        Operation::Read => Request::Read { number },
        Operation::Write(value) => Request::Write { number, value: *value },
    })
}
