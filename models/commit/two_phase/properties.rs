//! What is claimed of two-phase commit beyond atomic commitment: what is written down never contradicts itself, everyone
//! decides where nobody stops, and that interesting things do happen.

use crate::commit::{Committing, Outcomes};
use stateright::actor::Id;
use std::collections::BTreeSet;
use synod::commit::{Decision, Transaction, Vote};
use synod::quorum::ProcessSet;
use synod::system::{Messages, Process, Processes, System, View};

/// An actor that runs two-phase commit: the library's, or a mutant of it. Tells the properties what its data mean.
pub trait Protocol: Committing {
    /// The transactions that the process has begun, and their decisions.
    fn begun(log: &Self::Storage) -> Vec<(Transaction, Option<Decision>)>;
    /// The transactions that the process has voted yes on, or decided, with the decision.
    fn joined(log: &Self::Storage) -> Vec<(Transaction, Option<Decision>)>;
    /// What the process believes to have saved.
    fn believed(state: &Self::State) -> &Self::Storage;
    /// What the process waits for.
    fn waits(state: &Self::State) -> BTreeSet<Wait>;
    /// What a timer is for.
    fn timed(timer: &Self::Timer) -> Wait;
    /// What a message says, and about which transaction.
    fn said(message: &Self::Wire) -> (Transaction, Said);
}

/// What a message says about a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// A vote is wanted.
    Prepare,
    /// A vote.
    Vote(Vote),
    /// What was decided, and the number of the oldest transaction that the coordinator has open.
    Decision(Decision, u64),
    /// The decision is saved.
    Acknowledge,
    /// The decision is wanted.
    Ask,
}

/// What a process waits for, and about which transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Its participants' votes.
    Votes(Transaction),
    /// Its participants' acknowledgements.
    Acknowledgements(Transaction),
    /// To be asked for its vote, or its application's vote.
    Vote(Transaction),
    /// The decision.
    Decision(Transaction),
}

/// Tells the properties what the data of `$module`'s actor mean: the same text for the library's module and its mutants.
macro_rules! protocol {
    ($($module:ident)::+) => {
        const _: () = {
            use $($module)::+::{Joined, Log, Message, Round, State, Timer, TwoPhase};
            use $crate::commit::two_phase::properties::{Protocol, Said, Wait};
            use std::collections::BTreeSet;
            use synod::commit::{Decision, Transaction};

            impl Protocol for TwoPhase {
                fn begun(log: &Log) -> Vec<(Transaction, Option<Decision>)> {
                    log.begun.iter().map(|(transaction, begun)| (*transaction, begun.decision)).collect()
                }

                fn joined(log: &Log) -> Vec<(Transaction, Option<Decision>)> {
                    let decision = |joined: &Joined| match joined {
                        Joined::InDoubt => None,
                        Joined::Decided(decision) => Some(*decision),
                    };
                    log.joined.iter().map(|(transaction, joined)| (*transaction, decision(joined))).collect()
                }

                fn believed(state: &State) -> &Log {
                    &state.log
                }

                fn waits(state: &State) -> BTreeSet<Wait> {
                    let rounds = state.rounds.iter().map(|(transaction, round)| match round {
                        Round::Voting { .. } => Wait::Votes(*transaction),
                        Round::Telling { .. } => Wait::Acknowledgements(*transaction),
                    });
                    let unvoted = state.unvoted.keys().map(|transaction| Wait::Vote(*transaction));
                    let doubts = state.log.joined.iter().filter(|(_, joined)| **joined == Joined::InDoubt);
                    let doubts = doubts.map(|(transaction, _)| Wait::Decision(*transaction));
                    rounds.chain(unvoted).chain(doubts).collect()
                }

                fn timed(timer: &Timer) -> Wait {
                    match *timer {
                        Timer::Votes(transaction) => Wait::Votes(transaction),
                        Timer::Acknowledgements(transaction) => Wait::Acknowledgements(transaction),
                        Timer::Unvoted(transaction) => Wait::Vote(transaction),
                        Timer::Doubt(transaction) => Wait::Decision(transaction),
                    }
                }

                fn said(message: &Message) -> (Transaction, Said) {
                    match *message {
                        Message::Prepare { transaction } => (transaction, Said::Prepare),
                        Message::Vote { transaction, vote } => (transaction, Said::Vote(vote)),
                        Message::Decision { transaction, decision, oldest } => {
                            (transaction, Said::Decision(decision, oldest))
                        }
                        Message::Acknowledge { transaction } => (transaction, Said::Acknowledge),
                        Message::Ask { transaction } => (transaction, Said::Ask),
                    }
                }
            }
        };
    };
}
pub(super) use protocol;

protocol!(synod::commit::two_phase);

/// Whether the process has it in its log that it voted yes, and no decision.
fn in_doubt<A: Protocol>(process: &Process<A>) -> bool {
    process.storage.as_ref().is_some_and(|log| A::joined(log).iter().any(|(_, decision)| decision.is_none()))
}

fn some_in_doubt<A: Protocol>(processes: Processes<'_, A>) -> bool {
    processes.iter().any(|(_, process)| in_doubt::<A>(process))
}

/// A coordinator is down, or has stopped, having begun transactions for whose decision this holds.
fn down_with<A: Protocol>(processes: Processes<'_, A>, is: impl Fn(Option<Decision>) -> bool) -> bool {
    processes.iter().any(|(_, process)| {
        !process.is_up()
            && process.storage.as_ref().is_some_and(|log| A::begun(log).iter().any(|(_, decision)| is(*decision)))
    })
}

/// What processes have written down about a transaction is the same everywhere, with them and in their roles.
pub fn logs_agree<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.always("logs agree").processes(|p| {
        let logs = p.stored().map(|(_, log)| log);
        let written: BTreeSet<_> = logs.flat_map(|log| A::begun(log).into_iter().chain(A::joined(log))).collect();
        let decided = || written.iter().filter_map(|(transaction, decision)| Some((transaction, (*decision)?)));
        decided().all(|(one, decision)| decided().all(|(other, another)| one != other || decision == another))
    })
}

/// What a process believes to have saved, it has saved.
pub fn what_is_believed_is_saved<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.always("what is believed is saved").processes(|p| {
        p.iter().all(|(_, process)| match (process.state(), &process.storage) {
            (Some(state), Some(log)) => A::believed(state) == log,
            _ => true,
        })
    })
}

/// For whatever a process waits a timer runs, unless it may not fire any more; and no other does.
pub fn whoever_waits_has_a_timer<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.always("whoever waits has a timer").processes(|p| {
        p.iter().all(|(_, process)| {
            let timers = process.timers.keys().map(A::timed).collect();
            process.state().is_none_or(|state| A::waits(state) == timers)
        })
    })
}

/// Transactions come to one end or the other.
pub fn both_ends<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    aborts(commits(system))
}

/// Transactions are committed everywhere.
pub fn commits<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.sometimes("everyone commits").history(|o: &Outcomes| o.is_everywhere(Decision::Commit))
}

/// Transactions are aborted everywhere.
pub fn aborts<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.sometimes("everyone aborts").history(|o: &Outcomes| o.is_everywhere(Decision::Abort))
}

/// The one process that has decided, and its transaction, when that is to abort it.
fn first_to_abort(outcomes: &Outcomes) -> Option<(Transaction, Id)> {
    let mut decided = outcomes.decided.iter();
    match (decided.next(), decided.next()) {
        (Some((first, decisions)), None) if decisions.contains(&Decision::Abort) => Some(*first),
        _ => None,
    }
}

/// The rows of the source's table of time-outs.
pub fn time_outs<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    let vote = |o: &Outcomes, of| o.votes.get(&of).copied();
    system
        .sometimes("votes are missing, and the coordinator aborts")
        .history(|o: &Outcomes| {
            let nobody_says_no = o.votes.values().all(|vote| *vote == Vote::Yes);
            nobody_says_no && first_to_abort(o).is_some_and(|(transaction, process)| transaction.coordinator == process)
        })
        .sometimes("a participant is ready, and aborts because nobody asks")
        .history(move |o: &Outcomes| {
            o.asked.is_empty() && first_to_abort(o).is_some_and(|first| vote(o, first) == Some(Vote::Yes))
        })
        .sometimes("a participant is asked, and aborts because its application does not answer")
        .history(move |o: &Outcomes| {
            first_to_abort(o).is_some_and(|first| first.0.coordinator != first.1 && vote(o, first).is_none())
        })
        .sometimes("a participant votes no, and aborts at once")
        .history(move |o: &Outcomes| first_to_abort(o).is_some_and(|first| vote(o, first) == Some(Vote::No)))
        .sometimes("a participant in doubt asks for the decision")
        .messages(|m: Messages<'_, A>| m.iter().any(|sent| A::said(&sent.message).1 == Said::Ask))
}

/// Processes crash and recover, at the points at which the source says that it matters.
pub fn recoveries<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system
        .sometimes("the coordinator is down, undecided, and a participant in doubt")
        .processes(|p| down_with(p, |decision| decision.is_none()) && some_in_doubt(p))
        .sometimes("the coordinator is down with a decision of which nobody knows")
        .everything(|view: View<'_, A, Outcomes>| {
            down_with(view.processes, |decision| decision.is_some()) && view.history.decided.is_empty()
        })
        .sometimes("the coordinator is down, one participant has committed, another is in doubt")
        .everything(|view: View<'_, A, Outcomes>| {
            let commit = |p: Processes<'_, A>| down_with(p, |decision| decision == Some(Decision::Commit));
            let participants = view.history.asked.iter().flat_map(|(t, all)| all.iter().map(|p| (*t, p)));
            commit(view.processes)
                && some_in_doubt(view.processes)
                && participants.into_iter().any(|(t, p)| view.history.has(p, t, Decision::Commit))
        })
        .sometimes("a participant is down in doubt")
        .processes(|p| p.iter().any(|(_, process)| !process.is_up() && in_doubt::<A>(process)))
        .sometimes("everyone is up again and commits")
        .everything(|view: View<'_, A, Outcomes>| {
            view.spent.crashes > 0
                && view.processes.iter().all(|(_, process)| process.is_up())
                && view.history.is_everywhere(Decision::Commit)
        })
}

/// Processes crash and recover.
pub fn crashes<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.sometimes("everyone is up again and decides").everything(|view: View<'_, A, Outcomes>| {
        let processes: ProcessSet = view.processes.states().map(|(id, _)| id).collect();
        let asked = !view.history.asked.is_empty();
        view.spent.crashes > 0
            && processes.len() == view.processes.count()
            && asked
            && view.history.is_decided_at(processes)
    })
}

/// Of two transactions one is committed everywhere, and one aborted.
pub fn either_end<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.sometimes("one transaction is committed, and another aborted").history(|o: &Outcomes| {
        let comes_to = |decision| o.asked.keys().any(|transaction| o.is_decided_everywhere(*transaction, decision));
        comes_to(Decision::Commit) && comes_to(Decision::Abort)
    })
}

/// Messages are lost.
pub fn losses<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system
        .sometimes("a loss, and everyone commits")
        .everything(|view: View<'_, A, Outcomes>| view.spent.losses > 0 && view.history.is_everywhere(Decision::Commit))
}

/// Messages are duplicated.
pub fn duplications<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.sometimes("a duplication, and everyone commits").everything(|view: View<'_, A, Outcomes>| {
        view.spent.duplications > 0 && view.history.is_everywhere(Decision::Commit)
    })
}

/// The network is cut, and heals.
pub fn cuts<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system
        .sometimes("a cut while a participant is in doubt")
        .everything(|view: View<'_, A, Outcomes>| view.spent.cut.is_some() && some_in_doubt(view.processes))
        .sometimes("everyone commits after a heal")
        .everything(|view: View<'_, A, Outcomes>| {
            view.spent.cuts > 0 && view.spent.cut.is_none() && view.history.is_everywhere(Decision::Commit)
        })
}

/// A process stops for good, and the others decide.
pub fn stops<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.sometimes("a process stops in doubt").everything(|view: View<'_, A, Outcomes>| {
        view.spent.stops > 0 && view.processes.iter().any(|(_, p)| !p.is_up() && in_doubt::<A>(p))
    })
}

/// Termination: in the end every process that has not stopped knows the decision on what concerns it.
pub fn everyone_decides<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.finally("everyone decides").everything(|view: View<'_, A, Outcomes>| {
        let up: ProcessSet = view.processes.states().map(|(id, _)| id).collect();
        view.history.is_decided_at(up)
    })
}

/// Termination of whole runs: from some day on every process that is up knows the decision on what concerns it.
pub fn everyone_decides_some_day<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.eventually_always("everyone decides some day").everything(|view: View<'_, A, Outcomes>| {
        let up: ProcessSet = view.processes.states().map(|(id, _)| id).collect();
        view.history.is_decided_at(up)
    })
}

/// Non-triviality: in the end everyone has committed.
pub fn everyone_commits<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.finally("commit is decided").history(|o: &Outcomes| o.is_everywhere(Decision::Commit))
}

/// In the end no coordinator has anything to tell any more: its memory is free.
pub fn everyone_acknowledges<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system.finally("nothing is left to tell").processes(|p| p.stored().all(|(_, log)| A::begun(log).is_empty()))
}

/// In the end no transaction stands in a log.
pub fn everything_is_forgotten<A: Protocol>(system: System<A, Outcomes>) -> System<A, Outcomes> {
    system
        .finally("everything is forgotten")
        .processes(|p| p.stored().all(|(_, log)| A::begun(log).is_empty() && A::joined(log).is_empty()))
}
