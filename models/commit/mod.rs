//! What atomic commitment promises, as properties over a history that every algorithm of the family shares.

use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet};
use synod::commit::{Decision, Indication, Request, Transaction, Vote};
use synod::event::Module;
use synod::quorum::ProcessSet;
use synod::system::{Observation, ObservationOf, System};

pub mod two_phase;

/// An actor that commits transactions.
pub trait Committing: Module<Request = Request, Indication = Indication> {}

impl<A: Module<Request = Request, Indication = Indication>> Committing for A {}

/// What the properties of atomic commitment read of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Outcomes {
    /// The transactions that were to be committed, and their participants.
    pub asked: BTreeMap<Transaction, ProcessSet>,
    /// The first vote of each application.
    pub votes: BTreeMap<(Transaction, Id), Vote>,
    /// Every decision of which each application was ever told.
    pub decided: BTreeMap<(Transaction, Id), BTreeSet<Decision>>,
    /// The decisions of which each process has told its application since it last started.
    pub told: BTreeSet<(Transaction, Id)>,
    /// Whether a process has told its application of a decision twice without a crash in between.
    pub twice: bool,
}

synod::rename! { struct Outcomes { asked, votes, decided, told, twice } }

impl Outcomes {
    /// Adds what an observer sees.
    pub fn observe<A: Committing>(&mut self, seen: &ObservationOf<A>) {
        match seen {
            Observation::Request { process, request: Request::Commit { number, participants } } => {
                let transaction = Transaction { coordinator: *process, number: *number };
                self.asked.entry(transaction).or_insert(*participants);
            }
            Observation::Request { process, request: Request::Vote { transaction, vote } } => {
                self.votes.entry((*transaction, *process)).or_insert(*vote);
            }
            Observation::Indication { process, indication: Indication::Decided { transaction, decision } } => {
                self.twice |= !self.told.insert((*transaction, *process));
                self.decided.entry((*transaction, *process)).or_default().insert(*decision);
            }
            Observation::Crash { process } => self.told.retain(|(_, told)| told != process),
            _ => {}
        }
    }

    /// Every decision on a transaction that was told to anybody.
    pub fn on(&self, transaction: Transaction) -> BTreeSet<Decision> {
        let decisions = self.decided.iter().filter(|((about, _), _)| *about == transaction);
        decisions.flat_map(|(_, decisions)| decisions.iter().copied()).collect()
    }

    /// Whether a process has told its application of this decision.
    pub fn has(&self, process: Id, transaction: Transaction, decision: Decision) -> bool {
        self.decided.get(&(transaction, process)).is_some_and(|decisions| decisions.contains(&decision))
    }

    /// Who is concerned by a transaction that was to be committed: the coordinator and the participants.
    pub fn concerned(&self, transaction: Transaction) -> ProcessSet {
        let coordinator = [transaction.coordinator].into_iter().collect();
        self.asked.get(&transaction).map_or(ProcessSet::new(), |participants| participants.union(coordinator))
    }

    /// Whether every transaction that was to be committed is decided at all of these processes that it concerns.
    pub fn is_decided_at(&self, processes: ProcessSet) -> bool {
        self.asked.keys().all(|transaction| {
            let concerned = self.concerned(*transaction).intersection(processes);
            concerned.iter().all(|process| self.decided.contains_key(&(*transaction, process)))
        })
    }

    /// Whether every transaction that was to be committed has come to this at everyone whom it concerns.
    pub fn is_everywhere(&self, decision: Decision) -> bool {
        !self.asked.is_empty()
            && self.asked.keys().all(|transaction| self.is_decided_everywhere(*transaction, decision))
    }

    /// Whether a transaction has come to this at everyone whom it concerns.
    pub fn is_decided_everywhere(&self, transaction: Transaction, decision: Decision) -> bool {
        self.concerned(transaction).iter().all(|process| self.has(process, transaction, decision))
    }

    fn are_atomic(&self) -> bool {
        self.decided.keys().all(|(transaction, _)| self.on(*transaction).len() <= 1)
    }

    fn are_stable(&self) -> bool {
        self.decided.values().all(|decisions| decisions.len() <= 1)
    }

    fn are_valid(&self) -> bool {
        let voted_yes = |transaction, process| self.votes.get(&(transaction, process)) == Some(&Vote::Yes);
        let all_voted_yes = |transaction: Transaction| {
            let participants = self.asked.get(&transaction);
            participants.is_some_and(|all| all.iter().all(|process| voted_yes(transaction, process)))
        };
        let committed = self.decided.iter().filter(|(_, decisions)| decisions.contains(&Decision::Commit));
        committed.into_iter().all(|((transaction, _), _)| all_voted_yes(*transaction))
    }
}

/// Closes actors off and states what atomic commitment promises always.
pub fn system<A: Committing>(actors: impl IntoIterator<Item = A>) -> System<A, Outcomes> {
    System::new(actors)
        .observing(Outcomes::default(), |outcomes: &mut Outcomes, seen| outcomes.observe::<A>(seen))
        .always("atomicity")
        .history(|o: &Outcomes| o.are_atomic())
        .always("stability")
        .history(|o: &Outcomes| o.are_stable())
        .always("validity")
        .history(|o: &Outcomes| o.are_valid())
        .always("told once")
        .history(|o: &Outcomes| !o.twice)
}
