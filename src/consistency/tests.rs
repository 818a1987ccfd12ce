//! The judges, held against definitions that look at whole histories, and against stateright's tester: on every history of
//! a few processes, up to a number of events.

use super::*;
use stateright::actor::Id;
use stateright::semantics::register::{Register as Cell, RegisterOp, RegisterRet};
use stateright::semantics::{ConsistencyTester, LinearizabilityTester};

/// An operation of a history, with its moments: places in the order of events.
#[derive(Clone, Debug)]
struct Entry {
    call: Call,
    operation: Operation<u8>,
    called: usize,
    /// When it was answered, and with what. A call without an answer is open, or was cut off.
    answered: Option<(usize, Answer<u8>)>,
    cut_off: bool,
}

impl Entry {
    fn is_open(&self) -> bool {
        self.answered.is_none() && !self.cut_off
    }

    fn precedes(&self, other: &Entry) -> bool {
        self.answered.as_ref().is_some_and(|(answered, _)| *answered < other.called)
    }
}

#[derive(Clone, Debug)]
enum Event {
    Call(Operation<u8>),
    Answer(Answer<u8>),
    Refuse,
    Crash,
}

/// A history, and how many events it has.
#[derive(Clone, Debug, Default)]
struct History {
    entries: Vec<Entry>,
    events: usize,
}

impl History {
    fn open_at(&mut self, process: usize) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.call.process == Id::from(process) && entry.is_open())
    }

    /// What may happen next at a process; `writes` are the values that it may write.
    fn possible(&mut self, process: usize, writes: &[u8]) -> Vec<Event> {
        match self.open_at(process).map(|entry| entry.operation.clone()) {
            None => {
                let writes = writes.iter().map(|value| Operation::Write(*value));
                writes.chain([Operation::Read]).map(Event::Call).collect()
            }
            Some(Operation::Read) => {
                let values = [None, Some(1), Some(2)].map(|value| Event::Answer(Answer::Value(value)));
                values.into_iter().chain([Event::Crash]).collect()
            }
            Some(Operation::Write(_)) => vec![Event::Answer(Answer::Written), Event::Refuse, Event::Crash],
        }
    }

    /// Takes note of an event, and tells a judge.
    fn add(
        &mut self,
        process: usize,
        event: Event,
        judge: &mut impl Judge<Operation = Operation<u8>, Answer = Answer<u8>>,
    ) {
        let now = self.events;
        self.events += 1;
        if let Event::Call(operation) = event {
            let call = Call { process: Id::from(process), number: now as u64 };
            judge.call(call, operation.clone());
            return self.entries.push(Entry { call, operation, called: now, answered: None, cut_off: false });
        }
        let entry = self.open_at(process).expect("an open call");
        let call = entry.call;
        match event {
            Event::Answer(answer) => {
                entry.answered = Some((now, answer.clone()));
                judge.answer(call, answer);
            }
            Event::Refuse => {
                self.entries.retain(|entry| entry.call != call);
                judge.refuse(call);
            }
            _ => {
                entry.cut_off = true;
                judge.crash(call.process);
            }
        }
    }

    /// Whether its operations, of those without an answer any, can be put into an order in which none comes after one that it
    /// precedes, and each answer is that of a register.
    fn is_linearizable(&self) -> bool {
        fn goes_on(register: &Register<u8>, left: &[Entry]) -> bool {
            left.iter().all(|entry| entry.answered.is_none())
                || (0..left.len()).any(|place| {
                    let (mut register, mut rest) = (register.clone(), left.to_vec());
                    let next = rest.remove(place);
                    let answer = register.apply(&next.operation);
                    rest.iter().all(|other| !other.precedes(&next))
                        && next.answered.is_none_or(|(_, answered)| answered == answer)
                        && goes_on(&register, &rest)
                })
        }
        goes_on(&Register::default(), &self.entries)
    }

    /// The same, by stateright. A process that has crashed is a thread that never returns, and afterwards another one.
    fn is_linearizable_for_stateright(&self) -> bool {
        let mut tester = LinearizabilityTester::new(Cell(None));
        let mut threads = [0, 10, 20];
        for now in 0..self.events {
            for entry in &self.entries {
                let thread = &mut threads[usize::from(entry.call.process)];
                if entry.called == now {
                    tester
                        .on_invoke(
                            *thread,
                            match entry.operation {
                                Operation::Read => RegisterOp::Read,
                                Operation::Write(value) => RegisterOp::Write(Some(value)),
                            },
                        )
                        .expect("one call at a time");
                    *thread += usize::from(entry.cut_off);
                } else if let Some((answered, answer)) = &entry.answered
                    && *answered == now
                {
                    tester
                        .on_return(
                            *thread,
                            match answer {
                                Answer::Value(value) => RegisterRet::ReadOk(*value),
                                Answer::Written => RegisterRet::WriteOk,
                            },
                        )
                        .expect("an answer to a call");
                }
            }
        }
        tester.is_consistent()
    }

    /// Whether each read returns what some write has written that does not come after it, and after which no other write came
    /// before it; or nothing, if no write came before it.
    fn is_regular(&self) -> bool {
        let writes = || self.entries.iter().filter(|entry| entry.operation != Operation::Read);
        self.entries.iter().all(|read| match &read.answered {
            Some((_, Answer::Value(None))) => !writes().any(|write| write.precedes(read)),
            Some((answered, Answer::Value(Some(value)))) => writes().any(|write| {
                let later = |other: &Entry| write.precedes(other) && other.precedes(read);
                write.operation == Operation::Write(*value) && write.called < *answered && !writes().any(later)
            }),
            _ => true,
        })
    }
}

/// Goes through every history of processes that may write `writes`, up to so many events, as far as the judge is satisfied, and
/// one event further. Gives how many were explained, and how many not.
fn go_through<J: Judge<Operation = Operation<u8>, Answer = Answer<u8>>>(
    (history, judge): (History, J),
    writes: &[&[u8]],
    events: usize,
    compare: &impl Fn(&History, bool),
) -> [u64; 2] {
    compare(&history, judge.is_satisfied());
    assert_eq!(judge.is_idle(), !history.entries.iter().any(Entry::is_open), "{history:#?}");
    if !judge.is_satisfied() {
        return [0, 1];
    }
    let mut counts = [1, 0];
    for process in (0..writes.len()).filter(|_| history.events < events) {
        for event in history.clone().possible(process, writes[process]) {
            let (mut history, mut judge) = (history.clone(), judge.clone());
            history.add(process, event, &mut judge);
            let more = go_through((history, judge), writes, events, compare);
            counts = [counts[0] + more[0], counts[1] + more[1]];
        }
    }
    counts
}

#[test]
fn linearizable_is_what_the_definition_says_and_what_stateright_says() {
    let start = || (History::default(), Linearizable::new(Register(None)));
    let compare = |history: &History, satisfied| {
        assert_eq!(satisfied, history.is_linearizable(), "{history:#?}");
        assert_eq!(satisfied, history.is_linearizable_for_stateright(), "{history:#?}");
    };
    for (writes, events) in [(&[&[1, 2][..], &[1]][..], 6), (&[&[1], &[2], &[]], 6)] {
        let [explained, unexplained] = go_through(start(), writes, events, &compare);
        assert!(explained > 1_000 && unexplained > 1_000, "{explained} and {unexplained} histories");
    }
}

#[test]
fn regular_is_what_the_definition_says() {
    let start = || (History::default(), Regular::default());
    let compare = |history: &History, satisfied| assert_eq!(satisfied, history.is_regular(), "{history:#?}");
    let [explained, unexplained] = go_through(start(), &[&[1, 2], &[]], 8, &compare);
    assert!(explained > 1_000 && unexplained > 1_000, "{explained} and {unexplained} histories");
}

fn call(process: usize, number: u64) -> Call {
    Call { process: Id::from(process), number }
}

/// What was answered is forgotten, and so is a read that was cut off.
#[test]
fn a_judge_remembers_what_matters_only() {
    let mut judge = Linearizable::new(Register(None));
    judge.call(call(0, 1), Operation::Write(1));
    judge.call(call(1, 1), Operation::Read);
    judge.call(call(2, 1), Operation::Read);
    judge.answer(call(0, 1), Answer::Written);
    judge.answer(call(1, 1), Answer::Value(None));
    judge.crash(Id::from(2));
    assert_eq!(judge, Linearizable::new(Register(Some(1))));
}

fn is_dissatisfied(judge: impl Judge<Operation = Operation<u8>, Answer = Answer<u8>>) {
    let (mut answered, mut refused) = (judge.clone(), judge);
    answered.answer(call(0, 1), Answer::Written);
    refused.refuse(call(0, 1));
    assert!(!answered.is_satisfied() && !refused.is_satisfied());
}

#[test]
fn an_answer_that_nobody_waits_for_has_no_explanation() {
    is_dissatisfied(Linearizable::new(Register(None)));
    is_dissatisfied(Regular::default());
}

#[test]
#[should_panic(expected = "is open already")]
fn a_name_is_used_once_at_a_time() {
    let mut judge = Linearizable::new(Register::<u8>(None));
    judge.call(call(0, 1), Operation::Read);
    judge.call(call(0, 1), Operation::Read);
}

#[test]
#[should_panic(expected = "or another write is")]
fn a_regular_register_has_one_write_at_a_time() {
    let mut judge = Regular::default();
    judge.call(call(0, 1), Operation::Write(1));
    judge.call(call(1, 1), Operation::Write(2));
}
