//! Two-phase commit: the coordinator collects votes, decides, and tells everyone until everyone has acknowledged.
//!
//! **Guarantees** atomicity, validity and stability, whatever happens; non-triviality; and a decision at every process once
//! the coordinator, and whoever else has crashed, is up again for long enough. Not termination while the coordinator is down:
//! a participant that has voted yes is *in doubt*. It may neither commit nor abort, asks, and waits.
//!
//! **Model**: asynchronous processes that crash and recover with what they saved; a network that loses, duplicates and reorders
//! messages, but does not forge them. Any number of processes may be down. Nothing depends on time but the decision: where
//! votes come too late it is abort.
//!
//! **Source**: Kleppmann, *Distributed Systems* (Cambridge 2021/22), section 7.1; Rudder, *Distributed Systems* (BU CS351,
//! 2025), §2.6.2, with its table of time-outs; Cambridge lecture slides on elections, commit and replication.
//!
//! | who waits for what | when it has waited too long |
//! | --- | --- |
//! | the coordinator for votes | it decides to abort |
//! | a participant that is ready, for the coordinator's question; or that was asked, for its application's vote | it votes no |
//! | a participant that has voted no | does not wait: it has aborted |
//! | a participant that has voted yes, for the decision | it asks the coordinator, and waits on |
//! | the coordinator for acknowledgements | it tells the decision again |
//!
//! **Cost** of a transaction with n participants besides the coordinator, where nothing fails: 4n messages (prepare, vote,
//! decision, acknowledgement); two message delays until the coordinator decides, one more until everybody has, one more until
//! the coordinator may forget. The coordinator writes three times (start, decision, end), a participant twice (vote,
//! decision), and everyone once more when its application has applied the decision.
//!
//! **Memory**: transactions that are open, or whose decision is not applied yet; and at each participant, of each coordinator,
//! the numbers that are over, from the oldest that the coordinator has open, so that a late message starts nothing anew.
//!
//! **Deviations.** Rudder and the slides have the coordinator save the votes and ask again, after a crash, where answers are
//! missing; here it saves that the transaction has begun, and aborts what it finds undecided, as Kleppmann has it, so that votes
//! need not be durable at the coordinator. A no is saved as the decision that it is for the participant. Acknowledgements
//! are the slides'; that an application says what it has applied is added, because what nobody may forget would pile up.

mod coordinator;
mod log;
mod participant;

pub use coordinator::{Round, outcome};
pub use log::{Begun, Joined, Log};
pub use participant::Unvoted;

use crate::commit::{Decision, Indication, Request, Transaction, Vote};
use crate::event::Event;
use serde::{Deserialize, Serialize};
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// A process that coordinates the transactions it is asked to commit, and takes part in those of others.
#[derive(Clone, Debug)]
pub struct TwoPhase {
    patience: Duration,
    interval: Duration,
}

impl TwoPhase {
    /// A process that waits for votes with `patience`, and repeats a message that was not answered after `interval`.
    ///
    /// Patience is best a good deal longer than two messages and a vote take: to give up early is safe, and aborts.
    pub fn new(patience: Duration, interval: Duration) -> Self {
        TwoPhase { patience, interval }
    }
}

/// What processes say to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message {
    /// Phase 1, to the participants: can you commit?
    Prepare {
        /// Which transaction.
        transaction: Transaction,
    },
    /// Phase 1, the answer.
    Vote {
        /// On which transaction.
        transaction: Transaction,
        /// Yes or no.
        vote: Vote,
    },
    /// Phase 2, to the participants: it is decided.
    Decision {
        /// Which transaction.
        transaction: Transaction,
        /// What becomes of it.
        decision: Decision,
        /// Every transaction of the coordinator with a smaller number is over, everywhere.
        oldest: u64,
    },
    /// Phase 2, the answer: the sender has saved the decision.
    Acknowledge {
        /// On which transaction.
        transaction: Transaction,
    },
    /// To the coordinator, from a participant in doubt: what is the decision?
    Ask {
        /// On which transaction.
        transaction: Transaction,
    },
}

crate::rename! {
    enum Message {
        Prepare { transaction },
        Vote { transaction, vote },
        Decision { transaction, decision, oldest },
        Acknowledge { transaction },
        Ask { transaction },
    }
}

/// What a process waits for, and not for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Coordinator: votes are missing.
    Votes(Transaction),
    /// Coordinator: acknowledgements are missing.
    Acknowledgements(Transaction),
    /// Participant: it has not voted, because nobody asked or because its application did not answer.
    Unvoted(Transaction),
    /// Participant: it is in doubt.
    Doubt(Transaction),
}

crate::rename! { enum Timer { Votes(of), Acknowledgements(of), Unvoted(of), Doubt(of) } }

/// What a process knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// What is durable. Always equal to what is saved.
    pub log: Log,
    /// How far the transactions have got that it coordinates.
    pub rounds: BTreeMap<Transaction, Round>,
    /// The transactions that it is to vote on.
    pub unvoted: BTreeMap<Transaction, Unvoted>,
}

crate::rename! { struct State { log, rounds, unvoted } }

impl Actor for TwoPhase {
    type Msg = Event<Request, Indication, Message>;
    type State = State;
    type Storage = Log;
    type Timer = Timer;
    type Random = ();

    fn on_start(&self, id: Id, storage: &Option<Log>, out: &mut Out<Self>) -> State {
        let log = storage.clone().unwrap_or_default();
        let mut state = State { log, rounds: BTreeMap::new(), unvoted: BTreeMap::new() };
        self.resume_as_coordinator(id, &mut state, out);
        self.resume_as_participant(id, &state, out);
        state
    }

    fn on_msg(&self, id: Id, state: &mut Cow<State>, from: Id, event: Self::Msg, out: &mut Out<Self>) {
        let state = state.to_mut();
        match event {
            Event::Request(Request::Commit { number, participants }) => {
                self.begin(id, state, Transaction { coordinator: id, number }, participants, out);
            }
            Event::Request(Request::Vote { transaction, vote }) => self.vote(id, state, transaction, vote, out),
            Event::Request(Request::Applied { transaction }) => self.forget(state, transaction, out),
            Event::Wire(Message::Prepare { transaction }) => self.prepare(id, state, transaction, out),
            Event::Wire(Message::Vote { transaction, vote }) => self.count(id, state, from, transaction, vote, out),
            Event::Wire(Message::Decision { transaction, decision, oldest }) => {
                self.learn(id, state, transaction, decision, oldest, out);
            }
            Event::Wire(Message::Acknowledge { transaction }) => self.acknowledged(state, from, transaction, out),
            Event::Wire(Message::Ask { transaction }) => self.answer(state, from, transaction, out),
            Event::Indication(_) => {}
        }
    }

    fn on_timeout(&self, id: Id, state: &mut Cow<State>, timer: &Timer, out: &mut Out<Self>) {
        match *timer {
            Timer::Votes(transaction) => self.conclude(id, state.to_mut(), transaction, Decision::Abort, out),
            Timer::Acknowledgements(transaction) => self.tell(state, transaction, out),
            Timer::Unvoted(transaction) => self.refuse(id, state.to_mut(), transaction, out),
            Timer::Doubt(transaction) => self.ask(transaction, out),
        }
    }

    fn name(&self) -> String {
        "Two-phase commit".to_string()
    }
}

/// Timers keep no count, and need no spread: whoever is woken early repeats a message.
fn exactly(duration: Duration) -> std::ops::Range<Duration> {
    duration..duration
}
